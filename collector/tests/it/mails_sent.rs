//! Mails on their way: to a mail server that takes them, puts them off, refuses them, breaks off or is not to be trusted.

use std::process::Command;

use hearback::settings::{Secret, Smtp, Tls};
use serde_json::{Value, json};

use crate::company::submission;
use crate::mail_server::{MailServer, Received, script};
use crate::world::{World, text, until};

/// A collector that sends to this server.
async fn world(smtp: Smtp) -> World {
    World::with(|settings| {
        settings.smtp = smtp;
        settings.public_url = Some("https://feedback.company.example".into());
    })
    .await
}

/// Invites Ana by the built-in mail.
async fn invite(world: &World, customer: &str) -> String {
    world.invite(invitation(customer)).await
}

fn invitation(customer: &str) -> Value {
    json!({
        "customer": customer, "email": format!("{customer}@private.example"), "first_name": "Ana & Co", "agent": "amira",
        "attributes": {"product": "Fibre"}, "mail": "invitation"
    })
}

/// What happened to a customer's only invitation.
async fn steps(world: &World, customer: &str) -> Vec<String> {
    let path = format!("/v1/customers/{customer}/invitations");
    let asked = world.get(&path).await.expect(200);
    let steps = asked["invitations"][0]["steps"].as_array().cloned().unwrap_or_default();
    steps.iter().map(|step| text(&step["what"])).collect()
}

/// Waits until this happened; returns all that did.
async fn happened(world: &World, customer: &str, what: &str) -> Vec<String> {
    until(what, async || {
        Some(steps(world, customer).await).filter(|steps| steps.iter().any(|step| step == what))
    })
    .await
}

async fn last_detail(world: &World, customer: &str) -> String {
    let asked = world.get(&format!("/v1/customers/{customer}/invitations")).await.expect(200);
    let steps = asked["invitations"][0]["steps"].as_array().cloned().unwrap();
    text(&steps.last().unwrap()["detail"])
}

#[tokio::test]
async fn a_mail_arrives_over_tls_and_its_link_leads_to_a_stored_response() {
    let server = MailServer::start(&["--tls", "starttls", "--user", "me", "--password", "secret"]);
    let world = world(Smtp {
        tls: Tls::Required,
        ca_file: Some(server.certificate()),
        user: Some("me".into()),
        password: Some(Secret("secret".into())),
        envelope_from: Some("bounces@company.example".into()),
        ..server.settings()
    })
    .await;
    let token = invite(&world, "C-1").await;
    let received = server.wait_for(1).await.remove(0);

    let entry = &received.entry;
    assert_eq!((&entry["tls"], &entry["user"]), (&json!(true), &json!("me")));
    assert_eq!(entry["from"], "bounces@company.example");
    assert_eq!(entry["to"], json!(["c-1@private.example"]));
    let mail = received.mail();
    assert_eq!(mail.subject(), Some("Company: how did we do?"));
    let from = mail.from().and_then(|from| from.first()).unwrap();
    assert_eq!((from.name(), from.address()), (Some("Company"), Some("feedback@company.example")));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-03-02T09:00:00Z");
    assert!(mail.message_id().unwrap().ends_with("@company.example"));
    assert_eq!(received.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    let unsubscribe = format!("<https://feedback.company.example/u/{token}>");
    assert_eq!(received.header("List-Unsubscribe"), Some(unsubscribe));
    assert_eq!(received.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let (html, plain) = (received.html(), received.text());
    for part in ["Hello Ana &amp; Co, Amira Haddad helped with your Fibre.", "Would you recommend us?"] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(plain.contains("Hello Ana & Co, Amira Haddad helped with your Fibre."), "{plain}");
    for score in 0..=10 {
        let link = format!("https://feedback.company.example/m/{token}/{score}\"");
        assert!(html.contains(&link), "{score} in {html}");
    }

    assert_eq!(received.token(), token);
    world.assert_nothing_stored().await;
    world.submit(&submission(&received.token(), json!({"nps": 9}))).await.expect(201);
    assert_eq!(world.nps("").await["n"], 1);
    assert_eq!(
        happened(&world, "C-1", "answered").await,
        ["created", "queued", "sent", "started", "answered"]
    );
}

#[tokio::test]
async fn tls_from_the_first_byte_on_is_spoken_too() {
    let server = MailServer::start(&["--tls", "smtps"]);
    let smtp = Smtp {
        server: Some(server.address("smtps")),
        tls: Tls::Required,
        ca_file: Some(server.certificate()),
        ..server.settings()
    };
    let world = world(smtp).await;
    invite(&world, "C-1").await;
    assert_eq!(server.wait_for(1).await[0].entry["tls"], true);
}

#[tokio::test]
async fn a_mail_that_is_put_off_is_tried_again_and_comes_once() {
    let server = MailServer::start(&[]);
    server.behave("defer");
    let world = world(server.settings()).await;
    invite(&world, "C-1").await;
    happened(&world, "C-1", "deferred").await;
    assert!(last_detail(&world, "C-1").await.contains("Come back later"));
    server.behave("accept");
    world.advance(2);
    server.wait_for(1).await;
    assert_eq!(happened(&world, "C-1", "sent").await, ["created", "queued", "deferred", "sent"]);
    world.advance(600);
    invite(&world, "C-2").await;
    assert_eq!(server.wait_for(2).await.len(), 2, "the first was sent again");
}

#[tokio::test]
async fn a_mail_is_put_off_for_so_long_and_then_given_up() {
    let server = MailServer::start(&[]);
    server.behave("defer");
    let world = world(Smtp { retry_hours: 1, ..server.settings() }).await;
    invite(&world, "C-1").await;
    for tries in 1..=2 {
        until("a try", async || {
            let deferred = steps(&world, "C-1").await.iter().filter(|step| *step == "deferred").count();
            (deferred >= tries).then_some(())
        })
        .await;
        world.advance(40);
    }
    happened(&world, "C-1", "given_up").await;
    let why = last_detail(&world, "C-1").await;
    assert!(why.contains("put off for 1 hours") && why.contains("Come back later"), "{why}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn what_a_server_refuses_is_given_up_with_its_words_and_others_are_sent() {
    let server = MailServer::start(&[]);
    server.behave("refuse=gone");
    let world = world(server.settings()).await;
    invite(&world, "gone").await;
    invite(&world, "C-2").await;
    happened(&world, "C-2", "sent").await;
    assert_eq!(happened(&world, "gone", "given_up").await, ["created", "queued", "given_up"]);
    assert!(last_detail(&world, "gone").await.contains("There is no such person"));
    server.behave("accept");
    world.advance(6000);
    invite(&world, "C-3").await;
    happened(&world, "C-3", "sent").await;
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_server_that_breaks_off_gets_the_same_mail_again() {
    let server = MailServer::start(&[]);
    // The server has read the mail, and perhaps keeps it: it can be told from the next by its id.
    for word in ["drop", "mute"] {
        server.behave(word);
        let world = world(server.settings()).await;
        let before = server.received().len();
        invite(&world, "C-1").await;
        happened(&world, "C-1", "deferred").await;
        server.behave("accept");
        world.advance(2);
        let received = server.wait_for(before + 1).await;
        happened(&world, "C-1", "sent").await;
        assert_eq!(received.len(), before + 1);
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_is_asked_again() {
    let server = MailServer::start(&[]);
    server.behave("slow");
    let world = world(Smtp { timeout_seconds: 1, ..server.settings() }).await;
    invite(&world, "C-1").await;
    happened(&world, "C-1", "deferred").await;
    server.behave("accept");
    world.advance(2);
    happened(&world, "C-1", "sent").await;
}

#[tokio::test]
async fn who_is_not_trusted_gets_no_mail() {
    let server = MailServer::start(&["--tls", "starttls"]);
    let open = MailServer::start(&[]);
    for smtp in [
        // A certificate that nobody has signed; one that is another's; a server that offers no TLS.
        Smtp { tls: Tls::Required, ..server.settings() },
        Smtp { tls: Tls::Opportunistic, ..server.settings() },
        Smtp {
            tls: Tls::Required,
            ca_file: Some(server.certificate()),
            server: Some(server.address("smtp").replace("localhost", "127.0.0.1")),
            ..server.settings()
        },
        Smtp { tls: Tls::Required, ..open.settings() },
    ] {
        let world = world(smtp).await;
        invite(&world, "C-1").await;
        assert_eq!(happened(&world, "C-1", "deferred").await[..3], ["created", "queued", "deferred"]);
    }
    assert!(server.received().is_empty() && open.received().is_empty());
}

#[tokio::test]
async fn a_wrong_password_sends_nothing_and_gives_nothing_up() {
    let server = MailServer::start(&["--tls", "starttls", "--user", "me", "--password", "secret"]);
    let smtp = Smtp {
        tls: Tls::Required,
        ca_file: Some(server.certificate()),
        user: Some("me".into()),
        password: Some(Secret("guess".into())),
        ..server.settings()
    };
    let world = world(smtp).await;
    invite(&world, "C-1").await;
    let steps = happened(&world, "C-1", "deferred").await;
    assert!(!steps.contains(&"given_up".to_owned()), "{steps:?}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_mail_waits_for_its_time_over_a_restart() {
    let server = MailServer::start(&[]);
    let mut world = world(server.settings()).await;
    let mut later = invitation("C-1");
    later["send_at"] = json!("2026-03-02T10:00:00Z");
    world.invite(later).await;
    invite(&world, "C-2").await;
    happened(&world, "C-2", "sent").await;
    let asked = world.get("/v1/customers/C-1/invitations").await.expect(200);
    assert_eq!(asked["invitations"][0]["next_mail"], "2026-03-02T10:00:00Z");
    world.restart().await;
    world.advance(59);
    assert_eq!(server.received().len(), 1);
    world.advance(1);
    happened(&world, "C-1", "sent").await;
    assert_eq!(server.wait_for(2).await[1].entry["to"], json!(["c-1@private.example"]));
}

#[tokio::test]
async fn whoever_has_answered_or_is_erased_meanwhile_gets_no_mail() {
    let server = MailServer::start(&[]);
    let world = world(server.settings()).await;
    for customer in ["answered", "erased", "expired", "reached"] {
        let mut later = invitation(customer);
        later["send_at"] = json!("2026-03-02T10:00:00Z");
        if customer == "expired" {
            later["expires_at"] = json!("2026-03-02T10:00:01Z");
        }
        let token = world.invite(later).await;
        if customer == "answered" {
            world.submit(&submission(&token, json!({"nps": 9}))).await.expect(201);
        }
    }
    let erase = world.with_key(reqwest::Method::DELETE, "/v1/customers/erased");
    assert!(erase.send().await.unwrap().status().is_success());
    world.advance(61);
    happened(&world, "reached", "sent").await;
    happened(&world, "answered", "given_up").await;
    happened(&world, "expired", "given_up").await;
    assert_eq!(server.received().len(), 1);
    let asked = world.get("/v1/customers/erased/invitations").await.expect(200);
    assert_eq!(asked["invitations"], json!([]));
}

#[tokio::test]
async fn a_mail_that_lacks_a_word_is_not_sent_and_the_agent_is_told_which() {
    let server = MailServer::start(&[]);
    let world = world(server.settings()).await;
    let mjml = "<mjml><mj-body><mj-section><mj-column><mj-text>{{ link }}</mj-text></mj-column></mj-section></mj-body></mjml>";
    let mail = json!({"name": "order", "en": {"subject": "Your {{ attributes.order }}", "mjml": mjml}});
    world.put("/v1/mails/order", &mail).await.expect(201);
    let mut lacking = invitation("C-1");
    lacking["mail"] = json!("order");
    world.invite(lacking).await;
    happened(&world, "C-1", "given_up").await;
    assert!(last_detail(&world, "C-1").await.contains("attributes.order is not known"));
    let mut known = invitation("C-2");
    known["mail"] = json!("order");
    known["attributes"]["order"] = json!("TV {{ x }}");
    world.invite(known).await;
    assert_eq!(server.wait_for(1).await[0].mail().subject(), Some("Your TV {{ x }}"));
}

#[tokio::test]
async fn without_a_server_mails_are_files_that_mail_programs_open() {
    let world = world(Smtp::default()).await;
    let token = invite(&world, "C-1").await;
    happened(&world, "C-1", "sent").await;
    let files: Vec<_> = std::fs::read_dir(world.settings.directory.join("mails"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].extension().unwrap(), "eml");
    let received = Received::read(&files[0]);
    assert_eq!(received.token(), token);
    assert!(received.html().contains("Would you recommend us?"));
}

#[tokio::test]
async fn a_signature_is_found_true_by_another_program() {
    let server = MailServer::start(&[]);
    let place = tempfile::tempdir().unwrap();
    let key = place.path().join("key.pem");
    let openssl = |arguments: &[&str]| {
        let done = Command::new("openssl").args(arguments).current_dir(place.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    openssl(&["genrsa", "-traditional", "-out", "key.pem", "2048"]);
    let public = openssl(&["rsa", "-in", "key.pem", "-pubout"]);
    let public: String = public.lines().filter(|line| !line.starts_with('-')).collect();
    let smtp = Smtp {
        dkim_domain: Some("company.example".into()),
        dkim_selector: Some("mail".into()),
        dkim_key_file: Some(key),
        ..server.settings()
    };
    let world = world(smtp).await;
    invite(&world, "C-1").await;
    let received = server.wait_for(1).await.remove(0);

    let verify = |bytes: &[u8]| {
        let file = place.path().join("mail.eml");
        std::fs::write(&file, bytes).unwrap();
        let done = script("verify_dkim.py").arg(file).arg(&public).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim() == "true"
    };
    assert!(verify(received.bytes()), "{}", String::from_utf8_lossy(received.bytes()));
    let forged = String::from_utf8_lossy(received.bytes()).replacen("Subject: ", "Subject: Win ", 1);
    assert!(!verify(forged.as_bytes()));
}

#[tokio::test]
async fn operators_see_how_many_mails_are_sent_and_wait() {
    let server = MailServer::start(&[]);
    let world = world(server.settings()).await;
    let mut later = invitation("C-1");
    later["send_at"] = json!("2026-03-02T10:00:00Z");
    world.invite(later).await;
    invite(&world, "C-2").await;
    happened(&world, "C-2", "sent").await;
    // It is counted once it is written.
    let metrics = until("a count", async || {
        let metrics = world.get("/metrics").await.text;
        metrics.contains("hearback_mails_total{outcome=\"sent\"} 1").then_some(metrics)
    })
    .await;
    assert!(metrics.contains("hearback_mails_waiting 1"), "{metrics}");
    assert!(metrics.contains("hearback_mail_delay_seconds"), "{metrics}");
    assert!(!metrics.contains("private.example"));
}
