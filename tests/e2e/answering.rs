//! A customer answers, and the answer is there.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_reaches_the_thank_you_page_and_the_api_at_once() -> Result<()> {
    answer(World::new().await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn answer(world: World) -> Result<()> {
    let link = world.invite(EVIE).await?;

    let page = SurveyPage::open(&world.browser, &link).await?;
    let text = page.text().await?;
    assert!(
        text.contains("Hello Evie") && text.contains("Daniel Reyes"),
        "not the customer's own words: {text}"
    );
    let address = world.browser.address().await?;
    assert_eq!(address, world.site.address("survey.html"), "the token is to leave the address bar");
    page.choose(9).await?;
    assert!(page.text().await?.contains("What did we do well?"));
    page.write("Daniel found the fault in minutes.").await?;
    page.send().await?;

    let thanks = ThanksPage::arrived(&world.browser).await?;
    assert_eq!(thanks.title().await?, "That made our day. Thank you!");
    let address = world.browser.address().await?;
    assert_eq!(
        address,
        world.site.address("thanks.html"),
        "nothing of the answer is to stay in the address bar"
    );

    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 9, "why": "Daniel found the fault in minutes."}));
    assert_eq!(response["complete"], true);
    assert_eq!(response["agent"], "daniel.reyes");
    assert_eq!(response["attributes"]["product"], "television");
    let team = world.api.nps_of_team("connections").await?;
    assert_eq!((team.n, team.nps), (1, Some(100.0)));
    let last = world.api.last_score(EVIE).await?;
    assert_eq!(last["score"], 9);
    assert_eq!(last["category"], "promoter");
    assert_eq!(last["comment"], "Daniel found the fault in minutes.");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_category_is_asked_and_thanked_in_its_own_words() -> Result<()> {
    let world = World::new().await?;
    for (customer, score, question, title) in [
        ("C-10004", 8, "What would have made it a 10?", "Thank you for your answer."),
        (EVIE, 0, "What should we have done better?", "Thank you for being frank."),
    ] {
        let page = SurveyPage::open(&world.browser, &world.invite(customer).await?).await?;
        page.choose(score).await?;
        assert!(page.text().await?.contains(question));
        page.send().await?;
        let thanks = ThanksPage::arrived(&world.browser).await?;
        assert_eq!(thanks.title().await?, title);
        assert_ne!(thanks.text().await?, "");
    }
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_score_alone_counts_even_if_the_tab_is_closed_at_once() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let first = world.browser.tab().await?;
    world.browser.new_tab().await?;

    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(3).await?;
    world.browser.close_tab().await?;
    world.browser.to_front(&first).await?;

    until("the score to be there", async || {
        let last = world.api.last_score(EVIE).await?;
        Ok((last["score"] == 3).then_some(()))
    })
    .await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 3}));
    assert_eq!(response["complete"], false);
    assert_eq!(world.api.nps_of_team("connections").await?.nps, Some(-100.0));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_the_link_counts_nothing() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    assert_eq!(page.chosen().await?, None);
    world.browser.reload().await?;
    page.until_answerable().await?;
    assert_eq!(world.api.responses().await?.len(), 0);
    world.finish().await
}
