//! One question after the other: on, back, other ways, and on after a reload.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

/// Who is unhappy is asked what it was about before why.
const TOPIC: &str = r#"
[[questions]]
id = "topic"
kind = "choice"
required = true
text = { en = "What was it about?", ar = "ما موضوع تواصلك؟" }
choices = [
    { id = "bill", text = { en = "A bill", ar = "فاتورة" } },
    { id = "fault", text = { en = "A fault", ar = "عطل" } },
]
[[questions.when]]
question = "nps"
category = ["detractor"]

"#;

const BEFORE_COMMENT: &str = "[[questions]]\nid = \"why\"";

async fn world() -> Result<World> {
    World::asking(&[
        (BEFORE_COMMENT, &[TOPIC, BEFORE_COMMENT].concat()),
        ("invitation_days = 30", "invitation_days = 30\nlayout = \"steps\""),
    ])
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_and_back_along_the_way_that_the_answers_lead() -> Result<()> {
    let world = world().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    assert_eq!(page.asked().await?, ["nps"]);
    assert_eq!(page.text_of(".progress").await?, "Question 1 of 2");
    page.send().await?;
    until("what is missing", async || {
        Ok((page.text_of("#error-nps").await? == "Please answer this question.").then_some(()))
    })
    .await?;
    assert!(page.focus_is_on("[name=nps]").await?, "the focus is on what is missing");

    page.choose(3).await?;
    assert_eq!(page.text_of(".progress").await?, "Question 1 of 3");
    page.send().await?;
    page.until_asked("topic").await?;
    page.click("[value=bill]").await?;
    page.send().await?;
    page.until_asked("why").await?;
    assert_eq!(page.text_of("button.send").await?, "Send");
    page.write("They charged me twice").await?;
    page.click("button.back").await?;
    page.until_asked("topic").await?;
    assert!(page.is_checked("[value=bill]").await?, "the answers stay");
    page.click("button.back").await?;
    page.until_asked("nps").await?;
    assert_eq!(page.chosen().await?, Some(3));

    page.choose(9).await?;
    page.send().await?;
    page.until_asked("why").await?;
    assert_eq!(page.text_of(".progress").await?, "Question 2 of 2");
    assert_eq!(page.written().await?, "They charged me twice");
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let answers = json!({"nps": 9, "why": "They charged me twice"});
    assert_eq!(
        world.api.only_response().await?["answers"],
        answers,
        "what was asked on the other way is gone"
    );
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_goes_on_where_the_customer_was() -> Result<()> {
    let world = world().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.choose(3).await?;
    page.send().await?;
    page.until_asked("topic").await?;
    page.click("[value=fault]").await?;
    // What is clicked counts before anything is finished.
    until("the choice to be stored", async || {
        let responses = world.api.responses().await?;
        Ok(responses.iter().any(|it| it["answers"] == json!({"nps": 3, "topic": "fault"})).then_some(()))
    })
    .await?;
    world.browser.reload().await?;
    page.until_answerable().await?;
    page.until_asked("why").await?;
    page.click("button.back").await?;
    page.until_asked("topic").await?;
    assert!(page.is_checked("[value=fault]").await?);
    world.finish().await
}
