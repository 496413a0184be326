//! The survey without any script: in a browser that runs none, and in a frame where the page's policy allows nothing else.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::By;

use crate::accessibility::{RUN, axe};
use crate::world::{AHMAD, Browser, EVIE, World, root, until};

/// More questions for the example's survey: every kind, and a branch.
const EVERY_KIND: &str = include_str!("plain.toml");

/// A question of the example's survey, before which the others are put.
const COMMENT: &str = "[[questions]]\nid = \"why\"";

/// The address of the plain pages behind a personal link.
pub(crate) fn plain(world: &World, link: &str) -> String {
    let token = link.split("t=").nth(1).unwrap_or_default();
    format!("{}/s/{token}", world.collector.origin())
}

pub(crate) async fn click(browser: &Browser, selector: &str) -> Result<()> {
    let found = browser.driver().find(By::Css(selector)).await;
    Ok(found.with_context(|| selector.to_owned())?.click().await?)
}

pub(crate) async fn write(browser: &Browser, selector: &str, text: &str) -> Result<()> {
    Ok(browser.driver().find(By::Css(selector)).await?.send_keys(text).await?)
}

pub(crate) async fn read(browser: &Browser, selector: &str) -> Result<String> {
    let found = browser.driver().find(By::Css(selector)).await;
    Ok(found.with_context(|| selector.to_owned())?.text().await?)
}

/// Waits until a page says this there: what a click leads to takes a moment.
pub(crate) async fn until_reads(browser: &Browser, selector: &str, words: &str) -> Result<()> {
    until(&format!("{selector} to read {words:?}"), async || {
        let found = read(browser, selector).await.unwrap_or_default();
        Ok(found.contains(words).then_some(()))
    })
    .await
}

pub(crate) async fn until_there(browser: &Browser, selector: &str) -> Result<()> {
    until(selector, async || Ok(browser.driver().find(By::Css(selector)).await.ok())).await.map(drop)
}

/// From now on the browser runs no script.
pub(crate) async fn stop_scripts(world: &World) -> Result<()> {
    world.browser.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true})).await?;
    world.site.add_page("scripts.html", "<link rel=icon href=icon.svg><noscript>None runs here.</noscript>");
    world.browser.open(&world.site.address("scripts.html")).await?;
    assert_eq!(read(&world.browser, "body").await?, "None runs here.");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_scripts_answers_and_the_answer_is_there_at_once() -> Result<()> {
    let world = World::asking(&[(COMMENT, &format!("{EVERY_KIND}{COMMENT}"))]).await?;
    let browser = &world.browser;
    stop_scripts(&world).await?;
    browser.open(&plain(&world, &world.invite(EVIE).await?)).await?;
    assert!(read(browser, ".intro").await?.contains("Hello Evie"));
    click(browser, "[name=nps][value='3']").await?;
    click(browser, ".send").await?;

    until_reads(browser, ".status", "Your score is saved.").await?;
    assert_eq!(world.api.last_score(EVIE).await?["score"], 3, "the score is to count when it is sent");
    // A required question is left out, and half of an e-mail address given.
    write(browser, "[name=why]", "The engineer never came.").await?;
    write(browser, "[name=reach_email]", "evie").await?;
    click(browser, ".send").await?;
    until_reads(browser, "[role=alert]", "What went wrong? Please answer this question.").await?;
    until_reads(browser, "[role=alert]", "Please enter a complete e-mail address").await?;
    assert!(read(browser, "[name=why]").await?.contains("never came"), "what was typed is to stay");

    click(browser, "[name=fault][value=other]").await?;
    write(browser, "[name=fault_other]", "Nobody rang").await?;
    browser.driver().find(By::Css("[name=reach_email]")).await?.clear().await?;
    write(browser, "[name=reach_email]", "evie@example.com").await?;
    click(browser, "[name=reach_consent]").await?;
    click(browser, "[name=stars][value='2']").await?;
    click(browser, "[name=used][value=net]").await?;
    click(browser, ".send").await?;
    until_reads(browser, "h1", "Thank you for being frank.").await?;

    let response = world.api.only_response().await?;
    let answers = json!({"nps": 3, "fault": "other", "fault_other": "Nobody rang", "stars": 2, "used": ["net"],
        "why": "The engineer never came.", "reach_email": "evie@example.com", "reach_consent": true});
    assert_eq!((&response["answers"], &response["complete"]), (&answers, &json!(true)));
    assert_eq!(world.api.nps_of_team("connections").await?.nps, Some(-100.0));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_again_and_going_back_change_nothing_that_the_customer_did_not() -> Result<()> {
    let world = World::new().await?;
    let browser = &world.browser;
    stop_scripts(&world).await?;
    browser.open(&format!("{}?score=9", plain(&world, &world.invite(EVIE).await?))).await?;
    browser.reload().await?;
    assert_eq!(world.api.responses().await?.len(), 0, "a score in the address is no answer");
    click(browser, ".send").await?;
    browser.reload().await?;
    until_reads(browser, ".question .ask", "What did we do well?").await?;
    write(browser, "textarea", "Quick").await?;
    click(browser, ".back").await?;
    until_reads(browser, ".question .ask", "How likely").await?;
    click(browser, "[name=nps][value='8']").await?;
    click(browser, ".send").await?;
    until_reads(browser, ".question .ask", "What would have made it a 10?").await?;
    assert_eq!(read(browser, "textarea").await?, "Quick");
    click(browser, ".send").await?;
    until_reads(browser, "h1", "Thank you for your answer.").await?;
    browser.back().await?;
    browser.back().await?;
    until_reads(browser, ".question .ask", "How likely").await?;
    click(browser, "[name=nps][value='10']").await?;
    click(browser, ".send").await?;
    until_reads(browser, ".question .ask", "What did we do well?").await?;
    click(browser, ".send").await?;
    until_reads(browser, "h1", "That made our day. Thank you!").await?;
    browser.reload().await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 10, "why": "Quick"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_in_a_frame_of_the_companys_page_and_of_nobody_elses() -> Result<()> {
    let world = World::new().await?;
    let browser = &world.browser;
    let address = plain(&world, &world.invite(EVIE).await?);
    let page = format!(
        "<!doctype html><title>Framed</title><link rel=icon href=icon.svg><iframe width=600 height=900 src=\"{address}\"></iframe>"
    );
    world.site.add_page("framed.html", &page);
    browser.open(&world.site.address("framed.html")).await?;
    browser.driver().enter_frame(0).await?;
    click(browser, "[name=nps][value='9']").await?;
    click(browser, ".send").await?;
    until_reads(browser, ".question .ask", "What did we do well?").await?;
    write(browser, "textarea", "From a frame").await?;
    click(browser, ".send").await?;
    until_reads(browser, "h1", "That made our day. Thank you!").await?;
    browser.driver().enter_default_frame().await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 9, "why": "From a frame"}));
    world.browser.console().await?;

    // The same page, by another name of the same machine.
    let stranger = world.site.address("framed.html").replace("127.0.0.1", "0.0.0.0");
    browser.open(&stranger).await?;
    browser.driver().enter_frame(0).await?;
    assert!(browser.driver().find(By::Css("form")).await.is_err(), "a stranger's page frames it");
    browser.driver().enter_default_frame().await?;
    world.browser.open("about:blank").await?;
    world.browser.console().await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_the_plain_pages() -> Result<()> {
    let world = World::asking(&[(COMMENT, &format!("{EVERY_KIND}{COMMENT}"))]).await?;
    let mut found = Vec::new();
    for (language, customer) in [("en", EVIE), ("ar", AHMAD)] {
        let browser = &world.browser;
        let address = plain(&world, &world.invite(customer).await?);
        browser.open(&format!("{address}?score=3")).await?;
        look(&world, &format!("{language}-1-score"), &mut found).await?;
        click(browser, ".send").await?;
        until_there(browser, ".back").await?;
        look(&world, &format!("{language}-2-more"), &mut found).await?;
        write(browser, "[name=reach_email]", "nobody").await?;
        click(browser, "[name=stars][value='4']").await?;
        click(browser, "[name=face][value='4']").await?;
        click(browser, "[name=used][value=other]").await?;
        click(browser, ".send").await?;
        until_there(browser, "[role=alert]").await?;
        look(&world, &format!("{language}-3-mistakes"), &mut found).await?;
        click(browser, "[name=fault][value=slow]").await?;
        click(browser, "[name=reach_consent]").await?;
        browser.driver().find(By::Css("[name=reach_email]")).await?.clear().await?;
        write(browser, "[name=reach_email]", "nobody@example.com").await?;
        click(browser, ".send").await?;
        until_there(browser, ".thanks").await?;
        look(&world, &format!("{language}-4-thanks"), &mut found).await?;
        browser.open(&address[..address.len() - 1]).await?;
        look(&world, &format!("{language}-5-problem"), &mut found).await?;
        browser.open(&format!("{}/s/?survey=support&language={language}", world.collector.origin())).await?;
        look(&world, &format!("{language}-6-link"), &mut found).await?;
        write(browser, "#link", "https://www.larkmoor.example").await?;
        click(browser, ".send").await?;
        until_there(browser, "#link[aria-invalid]").await?;
        look(&world, &format!("{language}-7-no-link"), &mut found).await?;
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish_after_trouble().await
}

/// Asks axe-core, light and dark, wide and narrow; and draws pictures, when it is told where (`looks.rs`).
pub(crate) async fn look(world: &World, state: &str, found: &mut Vec<String>) -> Result<()> {
    let browser = &world.browser;
    browser.run::<Value>(&axe()?, Vec::new()).await?;
    for width in [320, 1280] {
        browser.resize(width, 900).await?;
        let page: u32 = browser.run("return document.scrollingElement.scrollWidth", Vec::new()).await?;
        if page > width {
            found.push(format!("{state}: {page} px wide on a screen of {width} px"));
        }
        for scheme in ["light", "dark"] {
            browser.prefer_scheme(scheme).await?;
            let result: Value = browser.driver().execute_async(RUN, Vec::new()).await?.convert()?;
            let violations = result["found"].as_array().cloned().context("axe did not run")?;
            found.extend(
                violations.iter().map(|violation| format!("{state}, {width}, {scheme}: {violation}")),
            );
            if let Some(directory) = std::env::var_os("HEARBACK_SCREENSHOTS") {
                let directory = root().join(directory);
                std::fs::create_dir_all(&directory)?;
                let file = directory.join(format!("plain-{state}-{width}-{scheme}.png"));
                browser.driver().screenshot(&file).await?;
            }
        }
    }
    Ok(())
}
