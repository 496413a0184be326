//! An agent's own numbers.

use anyhow::Result;
use serde_json::json;
use thirtyfour::Key;

use super::{Desk, answer, company};
use crate::world::World;

/// Others whom the same agent has served.
const SERVED: [(&str, u8, &str); 5] = [
    ("C-10011", 10, "Explained it well, and it was right."),
    ("C-10016", 9, ""),
    ("C-10021", 8, "Fine, but I had to wait."),
    ("C-10024", 10, "Very kind."),
    ("C-10028", 7, ""),
];

/// Puts the points of a year into what the collector answers: of so many months a collector just started knows nothing.
const A_YEAR: &str = r#"
    const fetched = window.fetch;
    const figures = (nps, n, half) => ({ nps, n, promoters: n, passives: 0, detractors: 0, distribution: [0,0,0,0,0,0,0,0,0,0,n],
        interval: [Math.max(-100, nps - half), Math.min(100, nps + half)] });
    const months = [[5, 40, 30], [-20, 12, 48], null, 3, [10, 60, 24], [22, 55, 25], [30, 80, 20], [18, 70, 22], [41, 90, 18], 0, [38, 64, 22], [47, 120, 15]];
    window.fetch = async (...asked) => {
        const answer = await fetched(...asked);
        if (!String(asked[0]).includes('/coaching')) return answer;
        const coaching = await answer.json();
        coaching.score.trend = months.map((month, i) => {
            const label = `2026-${String(i + 1).padStart(2, '0')}`;
            const point = { label, from: `${label}-01T00:00:00Z`, to: `${label}-28T00:00:00Z` };
            return Array.isArray(month) ? { ...point, ...figures(...month) }
                : month ? { ...point, withheld: month } : { ...point, ...figures(0, 0, 0), nps: null, interval: null };
        });
        return new Response(JSON.stringify(coaching), { status: 200 });
    };"#;

/// The example, whose agent of bills is somebody who signs in.
pub(super) async fn company_of_agent(language: &str) -> Result<World> {
    let world = company().await?;
    let agent = [
        "people",
        "add",
        "--id",
        "amelia",
        "--name",
        "Amelia Hart",
        "--email",
        "amelia@larkmoor.example",
        "--role",
        "agent",
        "--agent",
        "amelia.hart",
        "--language",
        language,
    ];
    world.collector.command(&agent).await?;
    for (customer, score, why) in SERVED {
        answer(&world, customer, score, why).await?;
    }
    Ok(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_sees_her_own_numbers_and_nobody_elses() -> Result<()> {
    let world = company_of_agent("en").await?;
    let desk = Desk::at(&world);
    desk.welcome_of("amelia").await?;
    desk.tab_to(".me a:first-child").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("h1", "My numbers").await?;
    desk.see(".title", "Amelia Hart · Bills and Payments").await?;
    desk.until("the focus to be on the heading", "document.activeElement.matches('h1')").await?;
    desk.see(".nps", "+33").await?;
    desk.see(".nps", "6 answers").await?;
    desk.see(".goal", "Target of Bills and Payments: +30").await?;
    desk.see(".goal", "too few answers to say").await?;
    desk.see(".comments", "Explained it well").await?;
    desk.see(".columns > div:last-child", "Open cases: 1").await?;
    let label = "document.querySelector('.chart').getAttribute('aria-label') === 'Detractors (0 to 6): 1, Passives (7, 8): 2, Promoters (9, 10): 3'";
    desk.until("the picture to say what it shows", label).await?;
    desk.look("numbers").await?;

    desk.click("nav.tabs a").await?;
    desk.see(".tab[aria-current]", "3 months").await?;
    assert!(desk.browser.address().await?.ends_with("/desk/agents/amelia.hart?since=quarter"));
    desk.see(".nps", "6 answers").await?;

    desk.click(".comments a").await?;
    desk.see(".answers", "The bill was wrong again").await?;
    for other in ["tomasz.nowak", "nobody"] {
        desk.open(&format!("agents/{other}")).await?;
        desk.see("[role=alert]", "There is no such agent").await?;
    }
    desk.look("numbers-none").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_goes_from_a_case_to_the_numbers_of_its_agent() -> Result<()> {
    let world = company_of_agent("en").await?;
    let desk = Desk::at(&world);
    desk.welcome_of("lead-billing").await?;
    desk.see(".list", "The bill was wrong again").await?;
    assert!(!desk.text("header").await?.contains("My numbers"));
    desk.click(".who").await?;
    desk.see(".about a", "Amelia Hart").await?;
    // A year, as the page shows it.
    desk.browser.run::<Option<()>>(A_YEAR, Vec::new()).await?;
    desk.tab_to(".about a").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("h1", "Amelia Hart").await?;
    let drawn =
        "document.querySelectorAll('.dot').length === 9 && document.querySelectorAll('.way').length === 6";
    desk.until("nine months to be drawn, joined where none is missing between", drawn).await?;
    desk.click("summary").await?;
    let row = "[...document.querySelectorAll('tr')].some((row) => row.innerText.includes('Apr 2026') && row.innerText.includes('too few'))";
    desk.until("the month that is withheld to say so", row).await?;
    desk.look("numbers-year").await?;
    desk.browser.back().await?;
    desk.see(".answers", "The bill was wrong again").await?;

    desk.open("agents/daniel.reyes").await?;
    desk.see("[role=alert]", "There is no such agent").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_somebody_whom_nobody_has_answered_yet_that_is_said() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome_of("lead-billing").await?;
    desk.open("agents/tomasz.nowak?since=ever").await?;
    desk.see(".numbers", "Nobody has answered in this time.").await?;
    desk.see(".numbers", "Open cases: 0").await?;
    desk.look("numbers-empty").await?;
    assert_eq!(
        world.api.get::<serde_json::Value>("/v1/agents/tomasz.nowak/coaching").await?["score"]["n"],
        json!(0)
    );
    world.finish_after_trouble().await
}
