//! Mails that came back: by API, and from a mail server's alias.

use hearback::domain::timeline::What;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::mailbox::{happened, letter};
use crate::program::{Serving, hearback, hearback_fed};
use crate::world::{Answer, World, send, text};

const POSTFIX: &str = include_str!("bounces/postfix.eml");
const DELAYED: &str = include_str!("bounces/postfix-delayed.eml");
const EXPIRED: &str = include_str!("bounces/expired.eml");
const COMPLAINT: &str = include_str!("bounces/complaint.eml");
const AWAY: &str = include_str!("bounces/away.eml");
const DELIVERED: &str = include_str!("bounces/delivered.eml");

/// The address in the samples.
const ADDRESS: &str = "customer@private.example";

async fn invite(world: &World, customer: &str, send_at: Option<&str>) -> String {
    let mut invitation = json!({"customer": customer, "email": ADDRESS, "mail": "invitation"});
    invitation["send_at"] = send_at.map_or(Value::Null, Into::into);
    world.invite(invitation).await
}

/// Reports on the mail of this invitation, which has been sent.
async fn report(world: &World, token: &str, sample: &str) -> Value {
    let id = letter(world, token).await.id();
    post(world, sample.replace("{MAIL}", &id)).await.expect(200)
}

async fn post(world: &World, message: String) -> Answer {
    let request = world.with_key(Method::POST, "/v1/bounces");
    send(request.header(CONTENT_TYPE, "message/rfc822").body(message)).await
}

async fn what(world: &mut World, token: &str) -> Vec<What> {
    happened(world, token).await.into_iter().map(|step| step.what).collect()
}

#[tokio::test]
async fn a_mail_that_came_back_is_noted_and_nothing_more_is_sent_there() {
    let mut world = World::new().await;
    let token = invite(&world, "C-1", None).await;
    let same = invite(&world, "C-1", Some("2026-03-02T10:00:00Z")).await;
    let other_id = invite(&world, "C-2", Some("2026-03-02T10:00:00Z")).await;
    let said = report(&world, &token, POSTFIX).await;
    let words = "550 5.1.1 <customer@private.example>: Recipient address rejected: User unknown in virtual mailbox table";
    assert_eq!(
        said,
        json!({"outcome": "bounced", "detail": words, "status": "5.1.1", "customer": "C-1", "survey": "support", "taken_back": 2})
    );
    // A mail server may deliver a report twice.
    assert_eq!(report(&world, &token, POSTFIX).await["taken_back"], 0);
    world.advance(120);
    let steps = happened(&mut world, &token).await;
    assert_eq!(steps.iter().filter(|step| step.what == What::Bounced).count(), 1);
    assert_eq!(steps.last().unwrap().detail.as_deref(), Some(words));
    for token in [same, other_id] {
        assert_eq!(what(&mut world, &token).await, [What::Created, What::Queued, What::GivenUp]);
    }
    // Nor is anybody with that address asked again.
    let again = json!({"survey": "support", "invitations": [{"customer": "C-2"}]});
    let asked = world.post("/v1/invitations", &again).await.expect(201);
    assert_eq!(
        (&asked["invitations"][0]["reason"], &asked["invitations"][0]["link"]),
        (&json!("bounced"), &json!(null))
    );
    let listed = world.get("/v1/suppressions").await.expect(200);
    assert_eq!(listed["suppressions"].as_array().unwrap().len(), 1);
    assert_eq!(listed["suppressions"][0]["reason"], "bounced");
}

#[tokio::test]
async fn a_full_mailbox_takes_back_nobody_elses_mail_and_a_delay_takes_back_none() {
    let mut world = World::new().await;
    let token = invite(&world, "C-1", None).await;
    let later = invite(&world, "C-1", Some("2026-03-02T10:00:00Z")).await;
    let said = report(&world, &token, DELAYED).await;
    assert_eq!(
        (&said["outcome"], &said["status"], &said["taken_back"]),
        (&json!("delayed"), &json!("4.4.1"), &json!(0))
    );
    let said = report(&world, &token, EXPIRED).await;
    assert_eq!(
        (&said["outcome"], &said["status"], &said["taken_back"]),
        (&json!("bounced"), &json!("4.2.2"), &json!(0))
    );
    assert_eq!(
        what(&mut world, &token).await,
        [What::Created, What::Queued, What::Sent, What::Deferred, What::Bounced]
    );
    world.advance(120);
    letter(&world, &later).await;
}

#[tokio::test]
async fn who_calls_a_mail_spam_is_asked_nothing_more() {
    let mut world = World::new().await;
    let token = invite(&world, "C-1", None).await;
    let waiting = invite(&world, "C-1", Some("2026-03-02T10:00:00Z")).await;
    let said = report(&world, &token, COMPLAINT).await;
    assert_eq!(
        said,
        json!({"outcome": "complained", "detail": "abuse, reported by Provider-Feedback/2.0", "customer": "C-1", "survey": "support",
            "taken_back": 1})
    );
    assert_eq!(report(&world, &token, COMPLAINT).await["taken_back"], 0, "told twice");
    assert_eq!(what(&mut world, &token).await, [What::Created, What::Queued, What::Sent, What::Complained]);
    assert_eq!(what(&mut world, &waiting).await, [What::Created, What::Queued, What::GivenUp]);
    // Neither by another id nor by another address; and not by the customer's own page alone does it end.
    for again in [
        json!({"customer": "C-2", "email": ADDRESS}),
        json!({"customer": "C-1", "email": "new@private.example"}),
    ] {
        let asked =
            world.post("/v1/invitations", &json!({"survey": "support", "invitations": [again]})).await;
        assert_eq!(asked.expect(201)["invitations"][0]["reason"], "suppressed");
    }
    let listed = world.get("/v1/suppressions").await.expect(200);
    let listed = listed["suppressions"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "the customer and the address");
    assert!(listed.iter().all(|entry| entry["reason"] == "complained"), "{listed:?}");
}

#[tokio::test]
async fn whoever_has_another_address_by_now_is_still_written_to() {
    let world = World::new().await;
    let token = invite(&world, "C-1", None).await;
    letter(&world, &token).await;
    let later = json!({"customer": "C-1", "email": "new@private.example", "mail": "invitation", "send_at": "2026-03-02T10:00:00Z"});
    let later = world.invite(later).await;
    assert_eq!(report(&world, &token, POSTFIX).await["taken_back"], 0);
    world.advance(120);
    letter(&world, &later).await;
}

#[tokio::test]
async fn messages_that_report_nothing_are_said_to_and_do_no_harm() {
    let mut world = World::new().await;
    let token = invite(&world, "C-1", None).await;
    for sample in [AWAY, DELIVERED] {
        let said = report(&world, &token, sample).await;
        assert_eq!(said["outcome"], "no_report", "{said}");
    }
    for id in ["0".repeat(32), "somebody-elses".into()] {
        let said = post(&world, POSTFIX.replace("{MAIL}", &id)).await.expect(200);
        assert_eq!((&said["outcome"], &said["taken_back"]), (&json!("unknown"), &json!(0)), "{said}");
    }
    post(&world, String::new()).await.refused(400, "unreadable_body");
    let problem = world.post("/v1/bounces", &json!({})).await.refused(415, "wrong_content_type");
    assert_eq!(problem["detail"], "the body must be sent as Content-Type: message/rfc822");
    assert_eq!(what(&mut world, &token).await, [What::Created, What::Queued, What::Sent]);
}

#[tokio::test]
async fn a_mail_servers_alias_is_told_what_to_do_with_a_message() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    // What cannot be noted stays in the mail server's queue.
    let nobody = hearback_fed(place, &["bounce"], POSTFIX.as_bytes()).await;
    assert_eq!(nobody.code, Some(75), "{}", nobody.err);
    let wrong = hearback_fed(place, &["bounce", "--config", "gone.toml"], POSTFIX.as_bytes()).await;
    assert_eq!(wrong.code, Some(75), "{}", wrong.err);

    let mut serving = Serving::start(place, &[]).await;
    let nothing = hearback_fed(place, &["bounce"], b"").await;
    assert_eq!(nothing.code, Some(65), "{}", nothing.err);
    let away = hearback_fed(place, &["bounce"], AWAY.as_bytes()).await.good();
    assert_eq!(away, "Nothing was done: this is a mail, but no report of a mail that came back.\n");
    std::fs::write(place.join("survey.toml"), crate::cli::SURVEY).unwrap();
    hearback(place, &["survey", "push", "survey.toml"]).await.good();
    let key = hearback(place, &["key", "create", "--name", "x", "--scope", "write"]).await.good();
    let body = json!({"survey": "support", "invitations": [{"customer": "C-1", "email": ADDRESS, "mail": "invitation"}]});
    let made =
        reqwest::Client::new().post(format!("{}/v1/invitations", serving.address)).bearer_auth(key.trim());
    let made: Value = made.json(&body).send().await.unwrap().json().await.unwrap();
    let token = text(&made["invitations"][0]["token"]);
    let hash = hearback::domain::secrets::Token::parse(&token).unwrap().hash();
    let id: String = hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let said = hearback_fed(place, &["bounce"], POSTFIX.replace("{MAIL}", &id).as_bytes()).await.good();
    assert!(said.starts_with("Bounced: support for C-1: 550 5.1.1 "), "{said}");

    // Without a collector that runs, the command does it by itself.
    serving.stop().await;
    let said = hearback_fed(place, &["bounce"], POSTFIX.replace("{MAIL}", &id).as_bytes()).await.good();
    assert!(said.ends_with("Mails taken back: 0.\n"), "{said}");
}
