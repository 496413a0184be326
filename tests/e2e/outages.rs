//! Servers that are killed, networks that are gone, disks that are full: nothing is lost, nothing counts twice, and the
//! customer is told.

use anyhow::Result;
use serde_json::{Value, json};

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

const KEPT: &str = "Your answer is kept on this device and will be sent again automatically.";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9() -> Result<()> {
    let mut world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(4).await?;
    page.until_saved().await?;
    world.collector.restart(&[]).await?;
    assert_eq!(world.api.last_score(EVIE).await?["score"], 4);

    page.write("Cut off twice").await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    world.collector.restart(&[]).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 4, "why": "Cut off twice"}));
    assert_eq!(response["complete"], true);
    assert_eq!(world.api.nps_of_team("connections").await?.n, 1);
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_dead_server_is_kept_and_sent_by_itself() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.collector.kill();
    page.answer(3, "Nobody rang back").await?;

    page.until_kept().await?;
    assert!(page.status().await?.contains(KEPT), "{}", page.status().await?);
    assert_eq!(page.chosen().await?, Some(3), "the answers stay in sight");
    assert_eq!(page.written().await?, "Nobody rang back");

    world.collector.start(&[]).await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 3, "why": "Nobody rang back"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_kept_when_its_tab_is_closed_is_sent_on_the_next_visit() -> Result<()> {
    let mut world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let first = world.browser.tab().await?;
    world.browser.new_tab().await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    world.collector.kill();
    page.answer(5, "Closed in anger").await?;
    page.until_kept().await?;
    world.browser.close_tab().await?;
    world.browser.to_front(&first).await?;

    world.collector.start(&[]).await?;
    assert_eq!(world.api.responses().await?.len(), 0);
    // It was finished: there is nothing more to ask.
    world.browser.open(&link).await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 5, "why": "Closed in anger"}));
    assert_eq!(response["complete"], true);
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_visit_shows_what_is_kept_and_a_newer_answer_wins_over_it() -> Result<()> {
    let mut world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let first = world.browser.tab().await?;
    world.browser.new_tab().await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    world.collector.kill();
    page.answer(1, "Closed in anger").await?;
    page.until_kept().await?;
    world.browser.close_tab().await?;
    world.browser.to_front(&first).await?;

    // It can be asked, and still keeps nothing.
    world.collector.start(&["--min-free-mib", "1000000000"]).await?;
    world.browser.open(&link).await?;
    page.until_kept().await?;
    assert_eq!((page.chosen().await?, page.written().await?), (Some(1), "Closed in anger".to_owned()));

    world.collector.restart(&[]).await?;
    page.choose(6).await?;
    page.erase().await?;
    page.write("Calmer now").await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let newest = json!({"nps": 6, "why": "Calmer now"});
    assert_eq!(world.api.only_response().await?["answers"], newest);
    assert_eq!(kept(&world).await?, [""; 0], "nothing is left to be sent after it");

    world.browser.new_tab().await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    assert_eq!(page.chosen().await?, None);
    assert_eq!(world.api.only_response().await?["answers"], newest);
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_while_another_tab_sends_an_older_one_is_sent_too() -> Result<()> {
    let world = World::new().await?;
    let first = world.browser.tab().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.browser.set_offline(true).await?;
    page.answer(5, "First").await?;
    page.until_kept().await?;

    // Another page of the site sends what is kept; the reply is held back.
    let second = world.browser.new_tab().await?;
    let hold = "const real = window.fetch;
        window.fetch = async (address, init) => {
            const reply = await real(address, init);
            if (init.body) await new Promise((release) => window.release = release);
            return reply;
        }";
    world.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": hold})).await?;
    world.browser.open(&world.site.address("thanks.html#hearback=passive.en")).await?;
    until_answered(&world, &json!({"nps": 5, "why": "First"})).await?;
    until("the reply", async || {
        Ok(world.browser.run::<bool>("return !!window.release", Vec::new()).await?.then_some(()))
    })
    .await?;

    world.browser.to_front(&first).await?;
    page.erase().await?;
    page.write("Second").await?;
    page.send().await?;
    page.until_kept().await?;
    world.browser.close_tab().await?;

    world.browser.to_front(&second).await?;
    world.browser.run::<Option<()>>("release()", Vec::new()).await?;
    until_answered(&world, &json!({"nps": 5, "why": "Second"})).await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tab_keeps_is_left_alone_by_its_duplicate() -> Result<()> {
    let mut world = World::new().await?;
    let link = world.invite(EVIE).await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(4).await?;
    page.until_saved().await?;
    let first = world.browser.tab().await?;
    world.browser.duplicate_tab().await?;
    page.until_answerable().await?;
    let duplicate = world.browser.tab().await?;

    world.browser.to_front(&first).await?;
    world.collector.kill();
    page.write("Finished here").await?;
    page.send().await?;
    page.until_kept().await?;
    world.browser.to_front(&duplicate).await?;
    page.write("Only begun").await?;
    let all = kept(&world).await?;
    assert!(all.len() == 1 && all[0].contains("Finished here"), "{all:?}");
    world.finish_after_trouble().await
}

/// What this browser keeps of answers that were not sent.
async fn kept(world: &World) -> Result<Vec<String>> {
    let script = "return Object.entries(localStorage).filter(([key]) => /^hearback-outbox /.test(key)).map(([, it]) => it)";
    world.browser.run(script, Vec::new()).await
}

async fn until_answered(world: &World, answers: &Value) -> Result<()> {
    until(&format!("the collector to have {answers}"), async || {
        Ok((world.api.only_response().await?["answers"] == *answers).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_given_offline_is_sent_when_the_network_is_back() -> Result<()> {
    offline(World::new().await?).await
}

/// The same story in any browser; see [`other_browsers`](crate::other_browsers).
pub(crate) async fn offline(world: World) -> Result<()> {
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.set_offline(true).await?;
    page.answer(9, "In a tunnel").await?;
    page.until_kept().await?;
    assert!(page.status().await?.contains(KEPT), "{}", page.status().await?);
    assert_eq!(world.api.responses().await?.len(), 0);

    world.set_offline(false).await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 9, "why": "In a tunnel"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn try_again_sends_what_is_kept_at_once() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.collector.kill();
    page.answer(7, "Hm").await?;
    page.until_kept().await?;
    world.collector.start(&[]).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 7, "why": "Hm"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_cannot_be_loaded_says_so_and_comes_by_itself() -> Result<()> {
    let mut world = World::new().await?;
    let link = world.invite(EVIE).await?;
    // Whoever was here before has the program in the browser's cache.
    let page = SurveyPage::open(&world.browser, &link).await?;
    world.collector.kill();
    world.browser.open(&link).await?;
    page.until_lost().await?;
    assert!(page.text().await?.contains("Are you online?"));

    world.collector.start(&[]).await?;
    page.until_answerable().await?;
    page.answer(10, "Worth the wait").await?;
    ThanksPage::arrived(&world.browser).await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_server_with_a_full_disk_is_kept_and_delivered_later() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    // More than any disk has left.
    world.collector.restart(&["--min-free-mib", "1000000000"]).await?;
    page.answer(2, "No room for me").await?;
    page.until_kept().await?;
    assert!(page.status().await?.contains("is kept on this device"), "{}", page.status().await?);
    assert_eq!(page.chosen().await?, Some(2));
    assert_eq!(page.written().await?, "No room for me");
    assert_eq!(world.api.responses().await?.len(), 0);

    world.collector.restart(&[]).await?;
    // It was asked to wait half a minute; the customer need not.
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 2, "why": "No room for me"}));
    world.finish_after_trouble().await
}
