//! The desk: a team lead signs in, sees what her team's customers said, and follows up.
//!
//! With `HEARBACK_SCREENSHOTS=directory` the story leaves pictures of every page for people to look at.

mod account;
mod fresh;
mod languages;
mod numbers;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::{By, Key};

use crate::accessibility::axe;
use crate::looks;
use crate::world::{AHMAD, Browser, EVIE, World, until};

const EMAIL: &str = "lead.connections@larkmoor.example";
const PASSWORD: &str = "seven wet umbrellas";

/// axe-core's own rules and best practices, and the one for the size of targets.
const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { preload: false, resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
        .then(({ violations, passes }) => done({
            looked: passes.length,
            found: violations.flatMap(({ id, help, nodes }) =>
                nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`)),
        }), (error) => done({ looked: 0, found: [String(error)] }));";

/// The example with people, two leads and an admin, whose customers EVIE and AHMAD each gave a bad score.
async fn company() -> Result<World> {
    let world = World::new().await?;
    let people = [
        ("head-of-service", "Head of service", "admin", None),
        ("lead-connections", "Lead of connections", "lead", Some("connections")),
        ("lead-billing", "Lead of billing", "lead", Some("billing")),
    ];
    for (id, name, role, unit) in people {
        let email = format!("{}@larkmoor.example", id.replacen('-', ".", 1));
        let mut command =
            vec!["people", "add", "--id", id, "--name", name, "--email", &email, "--role", role];
        command.extend(unit.iter().flat_map(|unit| ["--unit", unit]));
        world.collector.command(&command).await?;
    }
    let follow_up = json!({
        "fallback": "head-of-service",
        "promises": {"acknowledge_hours": 4, "contact_hours": 8, "resolve_hours": 40},
        "mail": {"send": false},
        "rule": [{"name": "detractors", "category": ["detractor"]}],
        "root_cause": [
            {"id": "waiting", "text": {"en": "It took too long"}},
            {"id": "billing", "text": {"en": "A bill was wrong or not understood"}},
        ],
    });
    world.api_of("admin").await?.send(Method::PUT, "/v1/follow-up", &follow_up).await?;
    answer(&world, EVIE, 2, "Three weeks without a line, and nobody called.").await?;
    answer(&world, AHMAD, 2, "The bill was wrong again.").await?;
    Ok(world)
}

/// A customer of the example gives a score.
async fn answer(world: &World, customer: &str, score: u8, why: &str) -> Result<()> {
    let link = world.invite(customer).await?;
    let token = link.split("t=").nth(1).context("a token")?;
    let submission = json!({
        "id": uuid(customer), "revision": 1, "survey": "support", "token": token, "complete": true,
        "answers": {"nps": score, "why": why},
    });
    world.api.post("/v1/submissions", &submission).await?;
    Ok(())
}

/// A submission's id, another for each customer.
fn uuid(customer: &str) -> String {
    format!("00000000-0000-4000-8000-0000000{}", customer.trim_start_matches("C-"))
}

struct Desk<'a> {
    world: &'a World,
    browser: &'a Browser,
}

impl<'a> Desk<'a> {
    fn at(world: &'a World) -> Self {
        Self { world, browser: &world.browser }
    }

    async fn open(&self, path: &str) -> Result<()> {
        self.browser.open(&format!("{}/desk/{path}", self.world.collector.origin())).await
    }

    /// Follows the link that the operator has made.
    async fn follow_link_of(&self, person: &str) -> Result<()> {
        let link = self.world.collector.command(&["people", "invite", person]).await?;
        let path = link.trim().split_once("/desk/").context("a link to the desk")?.1;
        self.open(path).await
    }

    /// Somebody follows that link, and chooses a password.
    async fn welcome_of(&self, person: &str) -> Result<()> {
        self.follow_link_of(person).await?;
        self.see("h1", "Welcome, ").await?;
        self.write("#password", PASSWORD).await?;
        self.press_button("Set the password").await?;
        self.until("the list", "!!document.querySelector('.head h1')").await
    }

    /// The lead does, and sees which passwords are not taken.
    async fn welcome(&self) -> Result<()> {
        self.follow_link_of("lead-connections").await?;
        self.see("h1", "Welcome, Lead of connections").await?;
        self.look("welcome").await?;
        self.write("#password", "lead.connections").await?;
        self.press_button("Set the password").await?;
        self.see("[role=alert]", "Others would try this password first").await?;
        self.write("#password", PASSWORD).await?;
        self.press_button("Set the password").await?;
        self.see("h1", "Follow-ups").await
    }

    /// Waits until this is true in the page.
    async fn until(&self, what: &str, script: &str) -> Result<()> {
        until(what, async || {
            ensure!(self.browser.run::<bool>(&format!("return {script}"), Vec::new()).await?, "not yet");
            Ok(Some(()))
        })
        .await
    }

    async fn click(&self, selector: &str) -> Result<()> {
        Ok(self.browser.driver().find(By::Css(selector)).await?.click().await?)
    }

    /// Waits until the first that the selector finds says this.
    async fn see(&self, selector: &str, text: &str) -> Result<()> {
        until(&format!("{selector} to say {text:?}"), async || {
            let said = self.text(selector).await?;
            ensure!(said.contains(text), "{selector} says {said:?}");
            Ok(Some(()))
        })
        .await
    }

    async fn text(&self, selector: &str) -> Result<String> {
        let script = "return document.querySelector(arguments[0])?.textContent ?? ''";
        self.browser.run(script, vec![json!(selector)]).await
    }

    async fn write(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.browser.driver().find(By::Css(selector)).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    async fn press_button(&self, name: &str) -> Result<()> {
        let path = format!("//button[normalize-space()={name:?}]");
        Ok(self.browser.driver().find(By::XPath(path)).await?.click().await?)
    }

    /// Goes on by Tab until this has the focus.
    async fn tab_to(&self, selector: &str) -> Result<()> {
        for _ in 0..40 {
            self.browser.press(Key::Tab + "").await?;
            let script = "return document.activeElement.matches(arguments[0])";
            if self.browser.run(script, vec![json!(selector)]).await? {
                return Ok(());
            }
        }
        anyhow::bail!("{selector} can't be reached by Tab")
    }

    /// axe finds nothing, light and dark; nothing is too wide for the smallest screen; and a picture for people.
    async fn look(&self, name: &str) -> Result<()> {
        self.browser.run::<Value>(&axe()?, Vec::new()).await?;
        self.browser.resize(320, 800).await?;
        let over: i32 =
            self.browser.run("return document.scrollingElement.scrollWidth - 320", Vec::new()).await?;
        ensure!(over <= 0, "{name}: {over} px too wide for a screen of 320 px");
        for (width, scheme) in [(320, "light"), (1280, "light"), (1280, "dark")] {
            self.browser.resize(width, 900).await?;
            self.browser.prefer_scheme(scheme).await?;
            let result: Value = self.browser.driver().execute_async(RUN, Vec::new()).await?.convert()?;
            ensure!(result["looked"].as_u64() > Some(10), "axe did not look: {result}");
            ensure!(result["found"] == json!([]), "{name}, {width}, {scheme}: {:#}", result["found"]);
        }
        if let Some(directory) = looks::directory()? {
            for (width, scheme) in [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")] {
                self.browser.prefer_scheme(scheme).await?;
                self.browser.resize(width, 900).await?;
                let file = directory.join(format!("desk-{name}-{width}-{scheme}.png"));
                self.browser.whole_page(width, &file).await?;
            }
            self.browser.resize(1280, 900).await?;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_sees_her_teams_cases_alone_and_follows_one_up() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome().await?;
    desk.see(".list", "Three weeks without a line").await?;
    let list = desk.text("main").await?;
    assert!(!list.contains("The bill was wrong again"), "another team's: {list}");
    desk.see(".tab[aria-current]", "Open1").await?;
    desk.look("list").await?;

    desk.browser.driver().find(By::Css(".who")).await?.click().await?;
    desk.see(".answers", "Three weeks without a line").await?;
    desk.see(".trail", "by the rule “detractors”").await?;
    desk.look("case").await?;
    desk.press_button("Acknowledge").await?;
    desk.see(".said", "Acknowledged.").await?;
    desk.see(".state", "Acknowledged").await?;
    desk.press_button("Resolve").await?;
    desk.see("#acting h2", "Resolve").await?;
    desk.look("resolve").await?;
    desk.write("#note", "The line is there since this morning; a month is on us.").await?;
    let cause = desk.browser.driver().find(By::Css("#cause option[value=waiting]")).await?;
    cause.click().await?;
    desk.browser.driver().find(By::Css("#acting [type=submit]")).await?.click().await?;
    desk.see(".state", "Resolved").await?;
    desk.see(".trail", "a month is on us").await?;
    desk.see(".trail", "Lead of connections").await?;
    desk.look("resolved").await?;

    let case: Value = world.api.get("/v1/cases/1").await?;
    assert_eq!((&case["state"], &case["root_cause"]["id"]), (&json!("resolved"), &json!("waiting")));
    desk.browser.back().await?;
    desk.see("main", "Nothing to follow up here").await?;
    desk.browser.reload().await?;
    desk.see("h1", "Follow-ups").await?;
    desk.look("empty").await?;

    // Another team's case is none, whoever knows its number.
    desk.open("cases/2").await?;
    desk.see("[role=alert]", "There is no such case").await?;
    desk.look("case-none").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_signs_in_and_follows_up() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome().await?;
    desk.press_button("Sign out").await?;
    desk.see("h1", "Sign in").await?;
    desk.look("sign-in").await?;
    desk.tab_to("#email").await?;
    desk.browser.press(EMAIL).await?;
    desk.tab_to("#password").await?;
    desk.browser.press("seven wet umbrellos").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("[role=alert]", "Nobody signs in with this").await?;
    // The focus is where the mistake is put right.
    let there = "document.activeElement.id === 'password' && document.activeElement.value === ''";
    desk.until("the focus", there).await?;
    desk.browser.press(PASSWORD).await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see(".list", "Three weeks without a line").await?;

    desk.tab_to(".who").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see(".answers", "Three weeks").await?;
    desk.tab_to("#do-not_needed").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("#acting h2", "Not needed").await?;
    desk.until("the focus to be in the form", "!!document.activeElement.closest('#acting')").await?;
    desk.browser.press(Key::Escape + "").await?;
    let there = "!document.querySelector('#acting') && document.activeElement.id === 'do-not_needed'";
    desk.until("the form to close and the focus to be on its button", there).await?;
    desk.tab_to("#do-note").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("#acting h2", "Note").await?;
    desk.until("the field", "document.activeElement.id === 'note'").await?;
    desk.browser.press("Called twice").await?;
    desk.browser.press(Key::Tab + "").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see(".trail", "Called twice").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_did_first_is_said_and_shown() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome().await?;
    desk.open("cases/1").await?;
    desk.see(".state", "New").await?;
    world.api.post("/v1/cases/1/actions", &json!({"action": "acknowledge"})).await?;
    desk.press_button("Acknowledge").await?;
    desk.see(".said", "story").await?;
    desk.see(".state", "Acknowledged").await?;
    world.finish_after_trouble().await
}
