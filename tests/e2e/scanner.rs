//! A program that looks into mail with a browser of its own: it follows every link and runs each page, but presses nothing.

use anyhow::{Context, Result};
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_runs_every_page_makes_no_response_and_the_person_behind_it_does() -> Result<()> {
    let mut world = World::new().await?;
    let collector = world.collector.origin();
    world.collector.restart(&["--public-url", &collector]).await?;
    let body = json!({"survey": "support", "invitations": [{"customer": "C-1"}]});
    let made = world.api.post("/v1/invitations", &body).await?;
    let token = made["invitations"][0]["token"].as_str().context("no token")?;

    let scores = (0..=10).map(|score| format!("/{score}"));
    for link in ["".to_owned(), "/h".to_owned()].into_iter().chain(scores) {
        let page = SurveyPage::open(&world.browser, &format!("{collector}/m/{token}{link}")).await?;
        page.until_answerable().await?;
    }
    assert_eq!(world.api.responses().await?.len(), 0, "nothing was pressed");

    world.browser.new_tab().await?;
    let page = SurveyPage::open(&world.browser, &format!("{collector}/m/{token}/9")).await?;
    page.answer(9, "Found it").await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 9, "why": "Found it"}));
    world.finish().await
}
