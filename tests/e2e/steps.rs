//! One question after the other: on, back, other ways, and on after a reload.

use anyhow::Result;
use serde_json::json;

use crate::accessibility::violations;
use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};
use crate::{kinds, looks, states};

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

/// Calls `look` in each step of a survey with every kind of question, and where something is missing or wrong.
async fn each(
    world: &World,
    customer: &str,
    mut look: impl AsyncFnMut(&World, &str) -> Result<()>,
) -> Result<()> {
    // The thanks are to appear in place.
    let link = World::other_page(&world.invite(customer).await?, "in-place.html");
    let page = SurveyPage::open(&world.browser, &link).await?;
    look(world, "steps-01-nps").await?;
    page.send().await?;
    until("what is missing", async || Ok((!page.text_of("#error-nps").await?.is_empty()).then_some(())))
        .await?;
    look(world, "steps-02-missing").await?;
    page.choose(3).await?;
    page.until_saved().await?;
    look(world, "steps-03-chosen").await?;
    let steps: [(&str, &[&str]); 9] = [
        ("stars", &["[name=stars][value='4']"]),
        ("mood", &["[name=mood][value='2']"]),
        ("speed", &["[name=speed][value='8']"]),
        ("effort", &[]),
        ("topic", &["[name=topic][value=other]"]),
        ("liked", &["[name=liked][value=speed]", "[name=liked][value=kindness]"]),
        ("note", &[]),
        ("reach", &[]),
        ("why", &[]),
    ];
    for (place, (question, clicks)) in (4..).zip(steps) {
        page.send().await?;
        page.until_asked(question).await?;
        for selector in clicks {
            page.click(selector).await?;
        }
        match question {
            "topic" => page.write_in("[name=topic_other]", "The van").await?,
            "why" => page.write("The engineer never came, and nobody told me.").await?,
            _ => {}
        }
        look(world, &format!("steps-{place:02}-{question}")).await?;
        if question == "reach" {
            page.write_in("[name=reach_email]", "evie@").await?;
            page.write_in("[name=reach_phone]", "12").await?;
            page.send().await?;
            until("what is wrong", async || {
                Ok((!page.text_of("#error-reach_consent").await?.is_empty()).then_some(()))
            })
            .await?;
            look(world, "steps-11-wrong").await?;
            page.write_in("[name=reach_email]", "example.com").await?;
            page.write_in("[name=reach_phone]", "34567890").await?;
            page.click("[name=reach_consent]").await?;
        }
    }
    page.send().await?;
    page.until_sent().await?;
    look(world, "steps-13-thanks").await
}

/// A survey with every kind of question, one after the other.
async fn world_of_every_kind() -> Result<World> {
    let world = kinds::world("steps").await?;
    world.site.add_variant("in-place.html", &[(r#" data-next="thanks.html""#, "")])?;
    Ok(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_step() -> Result<()> {
    let world = world_of_every_kind().await?;
    let mut found = Vec::new();
    for (language, customer) in states::LANGUAGES {
        each(&world, customer, async |world, state| {
            found.extend(violations(world, &format!("{state}, {language}")).await?);
            Ok(())
        })
        .await?;
    }
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_step() -> Result<()> {
    let Some(directory) = looks::directory()? else { return Ok(()) };
    let world = world_of_every_kind().await?;
    for (language, customer) in states::LANGUAGES {
        each(&world, customer, async |world, state| {
            looks::pictures(world, &directory, &format!("{state}-{language}")).await
        })
        .await?;
    }
    Ok(())
}
