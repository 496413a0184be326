//! A company's page in a browser that runs no script: the link in its `<noscript>` leads to the customer's own survey.

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::By;

use crate::pages::PlainPage;
use crate::plain::stop_scripts;
use crate::without::answer;
use crate::world::{EVIE, Engine, World, until};

/// The `<noscript>` that `hearback embed` prints.
async fn no_script(world: &World, survey: &str) -> Result<String> {
    let origin = world.page_origin();
    let printed = world.collector.command(&["embed", survey, "--collector", &origin]).await?;
    let line = printed.lines().find(|line| line.starts_with("<noscript>"));
    Ok(line.with_context(|| printed.clone())?.to_owned())
}

fn page(content: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8><title>Survey</title><link rel=icon href=icon.svg><body>{content}"
    )
}

async fn follow_link(world: &World, selector: &str) -> Result<()> {
    Ok(world.browser.driver().find(By::Css(selector)).await?.click().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_page_leads_to_the_customers_own_survey() -> Result<()> {
    let world = World::new().await?;
    stop_scripts(&world).await?;
    world.browser.open(&world.invite(EVIE).await?).await?;
    follow_link(&world, ".note a").await?;
    answer(&world, PlainPage::on(&world.browser)).await?;
    assert_eq!(world.api.last_score(EVIE).await?["score"], 3, "it is hers");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_embed_prints_leads_there_and_to_an_open_survey_without_a_link() -> Result<()> {
    let world =
        World::asking(&[("[[questions]]\nid = \"why\"", "[open]\n\n[[questions]]\nid = \"why\"")]).await?;
    world.site.add_page("bare.html", &page(&no_script(&world, "support").await?));
    stop_scripts(&world).await?;
    let link = World::other_page(&world.invite(EVIE).await?, "bare.html");
    world.browser.open(&link).await?;
    follow_link(&world, "a").await?;
    PlainPage::on(&world.browser).until_asked().await?;
    assert!(world.browser.address().await?.contains("/s/"), "{}", world.browser.address().await?);

    world.browser.open(&world.site.address("bare.html")).await?;
    follow_link(&world, "a").await?;
    PlainPage::on(&world.browser).until_asked().await?;
    assert!(world.browser.address().await?.ends_with("/o/support"), "{}", world.browser.address().await?);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_tells_nothing_lets_the_customer_put_the_link_in() -> Result<()> {
    let world = World::new().await?;
    let silent = no_script(&world, "support").await?.replace("unsafe-url", "no-referrer");
    world.site.add_page("silent.html", &page(&silent));
    stop_scripts(&world).await?;
    let link = World::other_page(&world.invite(EVIE).await?, "silent.html");
    world.browser.open(&link).await?;
    follow_link(&world, "a").await?;
    let field =
        until("the field", async || Ok(Some(world.browser.driver().find(By::Id("link")).await?))).await?;
    field.send_keys("https://www.larkmoor.example").await?;
    follow_link(&world, "button.send").await?;
    let field = until("what is wrong", async || {
        Ok(Some(world.browser.driver().find(By::Css("#link[aria-invalid]")).await?))
    })
    .await?;
    field.clear().await?;
    field.send_keys(&link).await?;
    follow_link(&world, "button.send").await?;
    answer(&world, PlainPage::on(&world.browser)).await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_another_site_tells_its_address() -> Result<()> {
    other_site(World::in_browser(Engine::Chromium).await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers). The drivers of some can do nothing without
/// scripts: there the link stands outside `<noscript>`.
pub(crate) async fn other_site(world: World) -> Result<()> {
    let other = |address: &str| address.replace("127.0.0.1", "localhost");
    let allowed = format!("allowed_origins = [\"{}\", ", other(world.site.address("").trim_end_matches('/')));
    world.push_survey(&[("allowed_origins = [", &allowed)]).await?;
    let link = no_script(&world, "support").await?.replace("noscript>", "p>");
    world.site.add_page("link.html", &page(&link));
    // A page that tells nobody its address tells it by this link.
    let silent = page(&format!("<meta name=referrer content=no-referrer>{link}"));
    world.site.add_page("silent.html", &silent);
    for (name, score) in [("link.html", 9), ("silent.html", 8)] {
        let link = other(&World::other_page(&world.invite(EVIE).await?, name));
        world.browser.open(&link).await?;
        follow_link(&world, "a").await?;
        let page = PlainPage::on(&world.browser);
        page.until_asked().await?;
        page.choose(score).await?;
        page.go_on().await?;
        until("the score to be stored", async || {
            Ok((world.api.last_score(EVIE).await?["score"] == json!(score)).then_some(()))
        })
        .await?;
    }
    world.finish().await
}
