//! What can go wrong, and that nothing typed is lost by it.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, ORIGIN};
use serde_json::json;

use super::{Visitor, is_checked, tag, world_of_everything, world_of_two_steps};
use crate::company::{begun, submission};
use crate::world::{World, send};

/// More than any disk has: 8 EiB in MiB.
const ABSURD: u64 = 1 << 43;

#[tokio::test]
async fn nobody_gets_past_the_score_and_everything_typed_stays() {
    let world = world_of_everything("page").await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    let page = visitor.post("?at=nps", &[]).await.page(422);
    assert!(page.contains("role=\"alert\"") && page.contains("href=\"#answer-nps-0\""), "{page}");
    assert!(page.contains("Please answer this question."), "{page}");
    let group = tag(&page, "data-question=\"nps\"");
    assert!(
        group.contains("aria-invalid=\"true\"") && group.contains("aria-describedby=\"error-nps\""),
        "{group}"
    );
    world.assert_nothing_stored().await;

    visitor.post("?at=nps", &[("nps", "3")]).await.leads_to();
    let long = "this is more than twenty characters";
    let typed =
        [("stars", "4"), ("used", "net"), ("why", long), ("reach_email", "nobody"), ("reach_phone", "12")];
    let page = visitor.post("?at=fault", &typed).await.page(422);
    for sentence in [
        "Please answer this question.",
        "Too long. Characters to remove: 15",
        "Please enter a complete e-mail address",
        "Please enter a complete phone number.",
        "Please tick this box",
    ] {
        assert_eq!(page.matches(sentence).count(), 2, "above and beside the field: {sentence} in {page}");
    }
    assert!(is_checked(&page, "answer-stars-4") && is_checked(&page, "answer-used-net"), "{page}");
    assert!(page.contains(long) && tag(&page, "name=\"reach_email\"").contains("value=\"nobody\""), "{page}");
    for name in ["answer-why", "answer-reach_email", "answer-reach_phone", "answer-reach_consent"] {
        let field = tag(&page, &format!("id=\"{name}\""));
        assert!(field.contains("aria-invalid=\"true\""), "{field}");
        let error = format!("error-{}", name.trim_start_matches("answer-"));
        assert!(
            field.contains(&format!("aria-describedby=\"{error}\""))
                && page.contains(&format!("id=\"{error}\""))
        );
    }
    // What is right counts; what nobody agreed to does not.
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 3, "stars": 4, "used": ["net"]}));
}

#[tokio::test]
async fn what_was_made_up_is_refused_like_a_submission() {
    let world = world_of_everything("page").await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    for score in ["11", "-1", "nine", "9.5"] {
        visitor.post("?at=nps", &[("nps", score)]).await.page(422);
    }
    world.assert_nothing_stored().await;
    visitor.post("?at=nps", &[("nps", "9"), ("fault", "slow"), ("stranger", "x")]).await.leads_to();
    visitor.post("?at=fault", &[("stars", "6")]).await.page(422);
    visitor.post("?at=fault", &[("used", "radio")]).await.page(422);
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 9}));
}

#[tokio::test]
async fn who_cannot_answer_reads_why() {
    let world = World::new().await;
    let answered = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&submission(&answered, json!({"nps": 9}))).await.expect(201);
    let expired = world.invite(json!({"customer": "C-2"})).await;
    world.advance(31 * 24 * 60);
    for (token, status, sentence, company) in [
        ("short", 400, "This link is not complete.", false),
        ("AAAAAAAAAAAAAAAAAAAAAA", 404, "We don’t know this link.", false),
        (&*expired, 410, "This invitation has expired", true),
        (&*answered, 410, "Thank you, we already have your answer.", true),
    ] {
        let visitor = Visitor::new(&world, &format!("/s/{token}"));
        for page in [visitor.get("").await, visitor.post("?at=nps", &[("nps", "1")]).await] {
            let page = page.page(status);
            assert!(page.contains(&format!("<h1 class=\"message\">{sentence}")), "{sentence} in {page}");
            assert_eq!(page.contains(">Company<"), company, "{page}");
            assert!(!page.contains(token), "the token is not repeated: {page}");
        }
    }
    let arabic = Visitor::new(&world, "/s/short").get("?language=ar").await.page(400);
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">"), "{arabic}");
    assert_eq!(world.nps("").await["n"], 1);
    // Who is thanked may load the page again for as long as they like.
    let thanks = Visitor::new(&world, &format!("/s/{answered}")).get("?thanks").await.page(200);
    assert!(thanks.contains("Wonderful"), "{thanks}");
}

#[tokio::test]
async fn with_a_full_disk_everything_typed_stays_in_the_form() {
    let mut world = world_of_two_steps().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&begun(&token, json!({"nps": 4}))).await.expect(201);
    world.settings.min_free_mib = ABSURD;
    world.restart().await;
    let path = format!("/s/{token}");
    let answer = Visitor::new(&world, &path).post("?at=why", &[("why", "nobody came")]).await;
    assert_eq!(answer.header("retry-after"), Some("30"));
    let page = answer.page(503);
    assert!(page.contains("nobody came</textarea>") && page.contains("Try again</button>"), "{page}");
    assert!(page.contains("role=\"alert\"") && !page.contains("kept on this device"), "{page}");

    world.settings.min_free_mib = 0;
    world.restart().await;
    let visitor = Visitor::new(&world, &path);
    assert_eq!(visitor.post("?at=why", &[("why", "nobody came")]).await.leads_to(), "?thanks");
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 4, "why": "nobody came"}));
}

#[tokio::test]
async fn only_the_page_itself_posts() {
    let world = World::new().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    let form = || visitor.form("?at=nps", &[("nps", "1")]);
    for (name, value) in [
        (ORIGIN.as_str(), "https://stranger.example"),
        (ORIGIN.as_str(), "https://company.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let page = send(form().header(name, value)).await.page(403);
        assert!(page.contains("This survey can’t be shown on this page."), "{page}");
    }
    world.assert_nothing_stored().await;
    let own = format!("http://{}", world.address());
    send(form().header(ORIGIN, own)).await.leads_to();
    // A page that tells nobody where its reader comes from has no origin.
    send(form().header(ORIGIN, "null").header("sec-fetch-site", "same-origin")).await.leads_to();
}

#[tokio::test]
async fn a_body_that_is_no_form_or_too_large_is_told_in_a_page() {
    let world = world_of_two_steps().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    send(visitor.request(Method::POST, "").body("{}").header(CONTENT_TYPE, "application/json"))
        .await
        .page(400);
    visitor.post("?at=nps", &[("nps", &"9".repeat(70_000))]).await.page(413);
    // It fits in a form, but not in a submission; twenty characters people see can be that long.
    visitor.post("?at=nps", &[("nps", "9")]).await.leads_to();
    let heavy = format!("a{}", "\u{301}".repeat(9000));
    let page = visitor.post("?at=why", &[("why", &heavy)]).await.page(413);
    assert!(page.contains("Your answer is too long.") && page.contains(&heavy), "{}", page.len());
}
