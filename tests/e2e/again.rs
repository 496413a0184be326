//! Reloads, double clicks, second tabs and the way back: one response, and it is the newest.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_score_and_comment() -> Result<()> {
    reload(World::new().await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn reload(world: World) -> Result<()> {
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(8).await?;
    page.write("Nearly there: الإنترنت ✓").await?;

    world.browser.reload().await?;
    page.until_answerable().await?;
    assert_eq!(page.chosen().await?, Some(8));
    assert_eq!(page.written().await?, "Nearly there: الإنترنت ✓");

    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 8, "why": "Nearly there: الإنترنت ✓"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_on_send_makes_one_response() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(10).await?;
    // What comes once the score has arrived is not to come between the two presses.
    page.until_saved().await?;
    page.write("Twice").await?;
    page.double_click_send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 10, "why": "Twice"}));
    assert_eq!(world.api.nps_of_team("connections").await?.n, 1);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_with_one_link_make_one_response_and_the_newest_answer_wins() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let first = world.browser.tab().await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(2).await?;
    page.until_saved().await?;

    world.browser.new_tab().await?;
    let second = SurveyPage::open(&world.browser, &link).await?;
    assert_eq!(second.chosen().await?, None, "a tab of its own begins anew");
    second.answer(9, "From the second tab").await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 9, "why": "From the second tab"}));

    world.browser.to_front(&first).await?;
    page.write("After all, from the first").await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 2, "why": "After all, from the first"}));
    let team = world.api.nps_of_team("connections").await?;
    assert_eq!((team.n, team.nps), (1, Some(-100.0)));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_from_the_thanks_loses_nothing_and_counts_nothing_twice() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.answer(6, "Slow").await?;
    ThanksPage::arrived(&world.browser).await?;

    // The browser may bring the page back as it was left, or load it again.
    world.browser.back().await?;
    page.until_settled_at_once().await?;
    assert_eq!(world.browser.address().await?, world.site.address("survey.html"));
    world.browser.reload().await?;
    page.until_answerable().await?;
    assert!(page.text().await?.contains("You have already answered."));
    assert_eq!((page.chosen().await?, page.written().await?), (Some(6), "Slow".to_owned()));
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 6, "why": "Slow"}));

    page.choose(7).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 7, "why": "Slow"}));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicated_tab_answers_for_the_same_response() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(4).await?;
    page.until_saved().await?;
    let first = world.browser.tab().await?;
    world.browser.duplicate_tab().await?;
    page.until_answerable().await?;
    assert_eq!(page.chosen().await?, Some(4), "what the tab kept is duplicated with it");
    page.choose(10).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 10}));

    // Which of two answers is the newer is told by the clock, in seconds: people take longer than that.
    let answered = std::time::Instant::now();
    until("two seconds to pass", async || Ok((answered.elapsed().as_secs() >= 2).then_some(()))).await?;
    world.browser.to_front(&first).await?;
    page.write("From the tab it came from").await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 4, "why": "From the tab it came from"}));
    world.finish().await
}
