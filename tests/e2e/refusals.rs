//! Links that don't work and answers that are not taken: a sentence that the customer understands, and nothing typed is
//! lost.

use anyhow::Result;
use serde_json::json;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{AHMAD, EVIE, World, until};

/// For each: what stands behind `survey.html`, the sentence in English, and in Arabic.
const LINKS: [(&str, &str, &str); 3] = [
    (
        "",
        "This survey opens with the personal link in your message. Please use that link.",
        "يُفتح هذا الاستبيان من الرابط الشخصي الموجود في رسالتك. يُرجى استخدام ذلك الرابط.",
    ),
    (
        "?t=9bqv",
        "This link is not complete. Please open it again from your message, or copy all of it.",
        "هذا الرابط غير مكتمل. يُرجى فتحه مرة أخرى من رسالتك أو نسخه كاملًا.",
    ),
    (
        "?t=AAAAAAAAAAAAAAAAAAAAAA",
        "We don’t know this link. Please open it again from your message, complete and unchanged.",
        "لم نتعرّف على هذا الرابط. يُرجى فتحه مرة أخرى من رسالتك كاملًا ودون تغيير.",
    ),
];

const ANSWERED: &str = "Thank you, we already have your answer. It can no longer be changed.";
const EXPIRED: &str =
    "This invitation has expired, so it can no longer be answered. Thank you for wanting to.";

/// After completing it, nothing can be changed.
const FINAL: [(&str, &str); 1] = [("edit_minutes = 60", "edit_minutes = 0")];

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_none_is_explained_in_english_and_in_arabic() -> Result<()> {
    let world = World::new().await?;
    world.site.add_variant("arabic.html", &[(r#"<html lang="en">"#, r#"<html lang="ar" dir="rtl">"#)])?;
    let page = SurveyPage::on(&world.browser);
    for (link, english, arabic) in LINKS {
        for (name, language, sentence) in [("survey.html", "en", english), ("arabic.html", "ar", arabic)] {
            world.browser.open(&world.site.address(&format!("{name}{link}"))).await?;
            assert_eq!(page.until_problem().await?, sentence);
            assert_eq!(page.language_of(".message").await?, language);
        }
    }
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_is_explained() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite_for(1000, "en").await?;
    until("the link to expire", async || Ok((world.api.form_status(&link).await? == 410).then_some(())))
        .await?;
    world.browser.open(&link).await?;
    assert_eq!(SurveyPage::on(&world.browser).until_problem().await?, EXPIRED);
    assert_eq!(world.api.responses().await?.len(), 0);
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_is_explained_in_the_customers_own_language() -> Result<()> {
    let world = World::new().await?;
    let link = world.invite_for(1000, "ar").await?;
    until("the link to expire", async || Ok((world.api.form_status(&link).await? == 410).then_some(())))
        .await?;
    world.browser.open(&link).await?;
    // The page is English, but the survey would have been Arabic.
    let sentence = SurveyPage::on(&world.browser).until_problem().await?;
    assert_eq!(sentence, "انتهت صلاحية هذه الدعوة ولم يعد بالإمكان الإجابة عنها. نشكرك على اهتمامك.");
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_used_up_is_explained() -> Result<()> {
    let world = World::asking(&FINAL).await?;
    let link = world.invite(EVIE).await?;
    SurveyPage::open(&world.browser, &link).await?.answer(10, "Once and for all").await?;
    ThanksPage::arrived(&world.browser).await?;

    world.browser.open(&link).await?;
    assert_eq!(SurveyPage::on(&world.browser).until_problem().await?, ANSWERED);
    let response = world.api.only_response().await?;
    assert_eq!(response["answers"], json!({"nps": 10, "why": "Once and for all"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_refused_for_good_stays_readable_and_says_why() -> Result<()> {
    let world = World::asking(&FINAL).await?;
    let link = world.invite(EVIE).await?;
    let first = world.browser.tab().await?;
    let page = SurveyPage::open(&world.browser, &link).await?;
    page.choose(4).await?;
    page.write("A long story, typed with care").await?;

    world.browser.new_tab().await?;
    SurveyPage::open(&world.browser, &link).await?.answer(8, "Quick").await?;
    ThanksPage::arrived(&world.browser).await?;

    world.browser.to_front(&first).await?;
    page.send().await?;
    page.until_refused().await?;
    let status = page.status().await?;
    assert!(status.contains("Your answer could not be accepted") && status.contains(ANSWERED), "{status}");
    assert_eq!(page.chosen().await?, Some(4));
    assert_eq!(page.written().await?, "A long story, typed with care");
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 8, "why": "Quick"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_large_can_be_shortened_and_sent() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.collector.restart(&["--limit-submission-bytes", "400"]).await?;
    let long = "All of it went wrong. ".repeat(20);
    page.answer(1, &long).await?;
    page.until_refused().await?;
    assert!(page.status().await?.contains("Please shorten it"), "{}", page.status().await?);
    assert_eq!(page.written().await?, long);

    page.erase().await?;
    page.write("All of it.").await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 1, "why": "All of it."}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_the_rules_is_refused_and_stays() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(AHMAD).await?).await?;
    // No widget would send that: something between it and the collector does.
    let tamper = "const real = window.fetch;
        window.fetch = (address, init) => real(address, init.body
            ? { ...init, body: init.body.replace('\"nps\":9', '\"nps\":11') } : init);";
    world.browser.run::<Option<()>>(tamper, Vec::new()).await?;
    page.answer(9, "ممتاز").await?;
    page.until_refused().await?;
    let status = page.status().await?;
    assert!(status.contains("هناك ما يحتاج إلى تصحيح في إجابتك"), "{status}");
    assert_eq!((page.chosen().await?, page.written().await?), (Some(9), "ممتاز".to_owned()));
    assert_eq!(world.api.responses().await?.len(), 0);
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_refused_by_somebodys_mistake_is_kept_until_that_is_put_right() -> Result<()> {
    let world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    let tamper = "const real = window.fetch;
        window.fetch = (address, init) => real(address, init.body
            ? { ...init, body: init.body.replace('\"support\"', '\"gone\"') } : init);";
    world.browser.run::<Option<()>>(tamper, Vec::new()).await?;
    page.answer(9, "Still worth it").await?;
    page.until_refused().await?;
    assert_eq!(world.api.responses().await?.len(), 0);

    world.browser.reload().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 9, "why": "Still worth it"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_is_too_long_is_pointed_out_before_it_is_sent() -> Result<()> {
    let world = World::asking(&[("max_length = 2000", "max_length = 20")]).await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    page.answer(9, "Four characters too many ").await?;
    assert_eq!(page.comment_error().await?, "Too long. Characters to remove: 4");
    assert_eq!(page.written().await?, "Four characters too many ");
    assert_ne!(page.state().await?, "sending");

    page.erase().await?;
    page.write("It fits").await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"]["why"], "It fits");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_refused_unread_is_refused_in_the_language_of_the_survey() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(AHMAD).await?).await?;
    world.collector.restart(&["--limit-submission-bytes", "256"]).await?;
    page.answer(9, &"ممتاز ".repeat(20)).await?;
    page.until_refused().await?;
    let status = page.status().await?;
    assert!(status.contains("إجابتك أطول من المسموح. يُرجى اختصارها وإرسالها مرة أخرى."), "{status}");
    assert_eq!(page.language_of(".status span").await?, "ar");
    world.finish_after_trouble().await
}
