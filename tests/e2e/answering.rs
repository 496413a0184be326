//! A customer answers, and the answer is there.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_reaches_the_thank_you_page_and_the_api_at_once() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite(EVIE).await?;

    let page = SurveyPage::open(&world.browser, &link).await?;
    let text = page.text().await?;
    assert!(text.contains("Hello Evie") && text.contains("Daniel Reyes"), "the customer's own words: {text}");
    assert_eq!(
        world.browser.address().await?,
        world.site.address("survey.html"),
        "the token has left the address bar"
    );
    page.choose(9).await?;
    assert!(page.text().await?.contains("What did we do well?"));
    page.write("Daniel found the fault in minutes.").await?;
    page.send().await?;

    let thanks = ThanksPage::arrived(&world.browser).await?;
    assert_eq!(thanks.title().await?, "That made our day. Thank you!");
    assert_eq!(
        world.browser.address().await?,
        world.site.address("thanks.html"),
        "nothing of the answer is left in the address bar"
    );

    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 9, "why": "Daniel found the fault in minutes."}));
    assert_eq!(response["complete"], true);
    assert_eq!(response["agent"], "daniel.reyes");
    assert_eq!(response["attributes"]["product"], "television");
    let team = world.api.nps_of_team("connections").await?;
    assert_eq!((team.figures.n, team.figures.nps), (1, Some(100.0)));
    let last = world.api.last_score(EVIE).await?;
    assert_eq!(last["score"], 9);
    assert_eq!(last["category"], "promoter");
    assert_eq!(last["comment"], "Daniel found the fault in minutes.");
    world.finish().await
}
