//! The survey over the page: as a dialog, in the corner, as a bar. It opens, is answered, is put away and comes back.

use anyhow::Result;

use crate::accessibility::violations;
use crate::looks;
use crate::pages::{SurveyPage, ThanksPage};
use crate::states::LANGUAGES;
use crate::world::{Browser, EVIE, World, until};

const MODES: [&str; 3] = ["dialog", "corner", "bar"];

/// A page for each mode, called after it; without another page for the thanks.
async fn world() -> Result<World> {
    let world = World::new().await?;
    for mode in MODES {
        let with_mode = format!(r#" data-mode="{mode}""#);
        world.site.add_variant(&format!("{mode}.html"), &[(r#" data-next="thanks.html""#, &with_mode)])?;
    }
    Ok(world)
}

async fn until_gone(page: &SurveyPage<'_>) -> Result<()> {
    until("the survey to be put away", async || Ok((page.hosts("hearback-survey").await? == 0).then_some(())))
        .await
}

/// How tall the page is, and how far down it is scrolled.
async fn place(browser: &Browser) -> Result<(f64, f64)> {
    let script = "return [document.documentElement.scrollHeight, scrollY]";
    browser.run(script, Vec::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_put_away_and_comes_back_with_its_answers() -> Result<()> {
    let world = world().await?;
    let browser = &world.browser;
    for mode in MODES {
        let link = World::other_page(&world.invite(EVIE).await?, &format!("{mode}.html"));
        let page = SurveyPage::open(browser, &link).await?;
        let told = "window.told = []; for (const name of ['score', 'complete', 'close'])
            document.addEventListener('hearback:' + name, ({ detail }) => told.push([name, detail]))";
        browser.run::<Option<()>>(told, Vec::new()).await?;
        page.choose(3).await?;
        page.until_saved().await?;
        page.write("Too slow").await?;
        let with_survey = place(browser).await?;
        page.click("button.close").await?;
        until_gone(&page).await?;
        assert_eq!(place(browser).await?, with_survey, "the page has not moved under the {mode}");

        let open = "document.querySelector('[data-survey]').dispatchEvent(new CustomEvent('hearback:open'))";
        browser.run::<Option<()>>(open, Vec::new()).await?;
        page.until_answerable().await?;
        assert_eq!((page.chosen().await?, page.written().await?), (Some(3), "Too slow".into()), "{mode}");
        page.send().await?;
        page.until_sent().await?;
        // The words of thanks stay until she puts them away, which Esc does too.
        until("the focus on the thanks", async || Ok(page.focus_is_on(".thanks h2").await?.then_some(())))
            .await?;
        browser.press(thirtyfour::Key::Escape + "").await?;
        until_gone(&page).await?;

        let told: serde_json::Value = browser.run("return told", Vec::new()).await?;
        let names: Vec<_> =
            told.as_array().into_iter().flatten().map(|it| it[0].as_str().unwrap_or("")).collect();
        assert_eq!(names, ["score", "close", "complete", "close"], "{mode}: {told}");
        let detail = serde_json::json!({"survey": "support", "score": 3, "category": "detractor"});
        assert_eq!((&told[0][1], &told[2][1]), (&detail, &detail), "nothing but what is needed");
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_takes_the_focus_and_gives_it_back_and_the_others_leave_it() -> Result<()> {
    let world = world().await?;
    let browser = &world.browser;
    for mode in MODES {
        let link = World::other_page(&world.invite(EVIE).await?, &format!("{mode}.html"));
        let page = SurveyPage::open(browser, &link).await?;
        let is_dialog = mode == "dialog";
        if is_dialog {
            until("the focus on the question", async || Ok(page.focus_is_on(".ask").await?.then_some(())))
                .await?;
        } else {
            assert!(!page.focus_is_on("*").await?, "the {mode} leaves the focus where it is");
        }
        page.click("button.close").await?;
        until_gone(&page).await?;
        let script = "const link = document.querySelector('a.skip'); link.focus();
            document.querySelector('[data-survey]').dispatchEvent(new CustomEvent('hearback:open'))";
        browser.run::<Option<()>>(script, Vec::new()).await?;
        page.until_answerable().await?;
        if is_dialog {
            until("the focus on the question", async || Ok(page.focus_is_on(".ask").await?.then_some(())))
                .await?;
            browser.press(thirtyfour::Key::Escape + "").await?;
            until_gone(&page).await?;
        }
        let is_back: bool =
            browser.run("return document.activeElement.matches('a.skip')", Vec::new()).await?;
        assert!(is_back, "{mode}");
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_mode() -> Result<()> {
    let world = world().await?;
    let mut found = Vec::new();
    for mode in MODES {
        for (language, customer) in LANGUAGES {
            let link = World::other_page(&world.invite(customer).await?, &format!("{mode}.html"));
            let page = SurveyPage::open(&world.browser, &link).await?;
            page.choose(3).await?;
            page.until_saved().await?;
            found.extend(violations(&world, &format!("{mode}, {language}")).await?);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_dialog_too_the_customer_comes_to_the_thank_you_page() -> Result<()> {
    let world = World::new().await?;
    world.site.add_variant("dialog.html", &[("data-next", r#"data-mode="dialog" data-next"#)])?;
    let link = World::other_page(&world.invite(EVIE).await?, "dialog.html");
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.answer(10, "Quick").await?;
    ThanksPage::arrived(&world.browser).await?;
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_mode() -> Result<()> {
    let Some(directory) = looks::directory()? else { return Ok(()) };
    let world = world().await?;
    for mode in MODES {
        for (language, customer) in LANGUAGES {
            let link = World::other_page(&world.invite(customer).await?, &format!("{mode}.html"));
            let page = SurveyPage::open(&world.browser, &link).await?;
            for state in ["empty", "chosen"] {
                if state == "chosen" {
                    page.choose(3).await?;
                    page.until_saved().await?;
                }
                looks::pictures(&world, &directory, &format!("{mode}-{state}-{language}")).await?;
            }
        }
    }
    Ok(())
}
