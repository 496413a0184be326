//! Links that do not open: every kind has its status, its code and a sentence in the customer's language, the same
//! for the form and for a submission.

use insta::assert_snapshot;
use reqwest::Method;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::json;

use crate::company::submission;
use crate::world::{World, send, text};

/// What the form and a submission answer to this token, checked to be the same.
async fn refused(world: &World, token: &str, language: &str, status: u16, code: &str) -> String {
    let path = format!("/v1/surveys/support/form?token={token}&language={language}");
    let form = send(world.request(Method::GET, &path)).await.refused(status, code);
    let mut sent = submission(token, json!({"nps": 9}));
    sent["language"] = json!(language);
    let submitted = world.submit(&sent).await.refused(status, code);
    assert_eq!(form, submitted);
    assert_eq!(form.get("fields"), None);
    text(&form["message"])
}

async fn in_both_languages(world: &World, token: &str, status: u16, code: &str) -> String {
    let english = refused(world, token, "en", status, code).await;
    let arabic = refused(world, token, "ar-EG", status, code).await;
    format!("{english}\n{arabic}")
}

#[tokio::test]
async fn an_unknown_token_says_so() {
    let world = World::new().await;
    let said = in_both_languages(&world, "AAAAAAAAAAAAAAAAAAAAAA", 404, "unknown_token").await;
    assert_snapshot!(said, @r#"
    We don’t know this link. Please open it again from your message, complete and unchanged.
    لم نتعرّف على هذا الرابط. يُرجى فتحه مرة أخرى من رسالتك كاملًا ودون تغيير.
    "#);
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_malformed_token_says_so() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    for broken in [&token[..21], "abc", "%20", "AAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAA"] {
        refused(&world, broken, "en", 400, "malformed_token").await;
    }
    let said = in_both_languages(&world, "abc", 400, "malformed_token").await;
    assert_snapshot!(said, @r#"
    This link is not complete. Please open it again from your message, or copy all of it.
    هذا الرابط غير مكتمل. يُرجى فتحه مرة أخرى من رسالتك أو نسخه كاملًا.
    "#);
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_missing_token_says_so() {
    let world = World::new().await;
    let said = in_both_languages(&world, "", 400, "missing_token").await;
    assert_snapshot!(said, @r#"
    This survey opens with the personal link in your message. Please use that link.
    يُفتح هذا الاستبيان من الرابط الشخصي الموجود في رسالتك. يُرجى استخدام ذلك الرابط.
    "#);
    send(world.request(Method::GET, "/v1/surveys/support/form")).await.refused(400, "missing_token");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn an_expired_invitation_says_so() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.advance(30 * 24 * 60 - 1);
    world.form(&token).await.expect(200);
    world.advance(1);
    let said = in_both_languages(&world, &token, 410, "expired_invitation").await;
    assert_snapshot!(said, @r#"
    This invitation has expired, so it can no longer be answered. Thank you for wanting to.
    انتهت صلاحية هذه الدعوة ولم يعد بالإمكان الإجابة عنها. نشكرك على اهتمامك.
    "#);
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_used_token_says_so_once_the_answer_cannot_be_changed() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&submission(&token, json!({"nps": 2}))).await.expect(201);
    let stored = world.responses().await;
    world.advance(60);
    let said = in_both_languages(&world, &token, 410, "already_answered").await;
    assert_snapshot!(said, @r#"
    Thank you, we already have your answer. It can no longer be changed.
    شكرًا لك، لقد وصلتنا إجابتك من قبل ولم يعد بالإمكان تغييرها.
    "#);
    assert_eq!(world.responses().await, stored);
}

#[tokio::test]
async fn the_browsers_language_is_used_where_none_is_named() {
    let world = World::new().await;
    let path = "/v1/surveys/support/form?token=abc";
    let request = world.request(Method::GET, path).header(ACCEPT_LANGUAGE, "ar-EG,en;q=0.5");
    let problem = send(request).await.refused(400, "malformed_token");
    assert_eq!(text(&problem["message"]), refused(&world, "abc", "ar", 400, "malformed_token").await);
    let unknown = refused(&world, "abc", "xx", 400, "malformed_token").await;
    assert_eq!(unknown, refused(&world, "abc", "en", 400, "malformed_token").await);
}

#[tokio::test]
async fn a_customer_whose_language_is_known_is_refused_in_it() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "language": "ar"})).await;
    world.advance(30 * 24 * 60);
    let problem = world.form(&format!("{token}&language=en")).await.refused(410, "expired_invitation");
    assert_eq!(text(&problem["message"]), refused(&world, &token, "ar", 410, "expired_invitation").await);
}

#[tokio::test]
async fn getting_a_form_records_nothing_however_its_address_is_prefilled() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    for prefilled in ["", "&nps=9", "&score=9&complete=true"] {
        world.form(&format!("{token}{prefilled}")).await.expect(200);
    }
    let head = world.request(Method::HEAD, &format!("/v1/surveys/support/form?token={token}"));
    assert_eq!(send(head).await.status, 200);
    send(world.request(Method::GET, "/v1/submissions")).await.refused(405, "method_not_allowed");
    world.assert_nothing_stored().await;
}
