//! Mails as documents: pushed, listed, shown before they are sent; and invitations that ask for one.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use crate::mail_server::Received;
use crate::program::hearback;
use crate::world::{World, send, text};

const MJML: &str = "<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{ first_name|default('you') }} <a href=\"{{ link }}\">go</a></mj-text></mj-column></mj-section></mj-body></mjml>";

fn mail(name: &str) -> Value {
    json!({"name": name, "from": "Shop <shop@company.example>", "en": {"subject": "Hello", "mjml": MJML}})
}

#[tokio::test]
async fn a_mail_is_put_in_force_listed_and_shown_and_survives_a_restart() {
    let mut world = World::new().await;
    let pushed = world.put("/v1/mails/thanks", &mail("thanks")).await.expect(201);
    assert_eq!(pushed, json!({"name": "thanks", "changed": true}));
    let again = world.put("/v1/mails/thanks", &mail("thanks")).await.expect(200);
    assert_eq!(again["changed"], false);
    world.restart().await;
    assert_eq!(world.get("/v1/mails/thanks").await.expect(200), mail("thanks"));
    let list = world.get("/v1/mails").await.expect(200);
    let names: Vec<_> = list.as_array().unwrap().iter().map(|mail| text(&mail["name"])).collect();
    assert_eq!(names, ["invitation", "thank-you", "thanks"]);
    assert_eq!((&list[0]["built_in"], &list[2]["built_in"]), (&json!(true), &json!(false)));
    world.get("/v1/mails/other").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_mail_with_mistakes_is_refused_whole_and_the_one_in_force_stays() {
    let world = World::new().await;
    world.put("/v1/mails/thanks", &mail("thanks")).await.expect(201);
    let mut wrong = mail("other");
    wrong["en"]["subject"] = json!("{{ first_nam }}");
    let problem = world.put("/v1/mails/thanks", &wrong).await.refused(422, "invalid_mail");
    let paths: Vec<_> =
        problem["fields"].as_array().unwrap().iter().map(|field| text(&field["path"])).collect();
    assert_eq!(paths, ["name", "en.subject"]);
    let mut long = mail("thanks");
    long["en"]["text"] = json!("x".repeat(60_000));
    let problem = world.put("/v1/mails/thanks", &long).await.refused(422, "invalid_mail");
    assert!(text(&problem["fields"][0]["detail"]).contains("larger than 57344 bytes"), "{problem}");
    let mut misspelt = mail("thanks");
    misspelt["en"]["subjekt"] = json!("x");
    let problem = world.put("/v1/mails/thanks", &misspelt).await.expect(400);
    assert_eq!(problem["fields"][0]["path"], "en.subjekt", "{problem}");
    assert_eq!(world.get("/v1/mails/thanks").await.expect(200), mail("thanks"));
}

#[tokio::test]
async fn a_mail_is_seen_as_a_customer_would_have_it() {
    let world = World::new().await;
    world.put("/v1/mails/thanks", &mail("thanks")).await.expect(201);
    let preview =
        async |mail: &str, body: Value| world.post(&format!("/v1/mails/{mail}/preview"), &body).await;
    let seen = preview("thanks", json!({"survey": "support", "first_name": "Eve"})).await.expect(200);
    assert!(text(&seen["html"]).contains("Hello Eve"), "{seen}");
    let nobody = preview("thanks", json!({"survey": "support", "nobody": true})).await.expect(200);
    assert!(text(&nobody["html"]).contains("Hello you"), "{nobody}");
    let arabic = preview("invitation", json!({"survey": "support", "language": "ar"})).await.expect(200);
    assert_eq!(arabic["language"], "ar");
    assert!(text(&arabic["html"]).contains("dir=\"rtl\"") && text(&arabic["html"]).contains("هل توصي بنا؟"));
    preview("thanks", json!({"survey": "none"})).await.refused(404, "not_found");
    preview("none", json!({"survey": "support"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_invitation_by_mail_needs_a_mail_that_there_is_and_an_address() {
    let world = World::new().await;
    let body = json!({"survey": "support", "invitations": [
        {"customer": "C-1", "email": "a@b.example", "mail": "none"},
        {"customer": "C-2", "mail": "invitation"},
        {"customer": "C-3", "email": "a@b.example", "send_at": "2026-03-03T09:00:00Z"},
        {"customer": "C-4", "email": "a@b.example", "mail": "invitation", "send_at": "2030-03-03T09:00:00Z"},
    ]});
    let problem = world.post("/v1/invitations", &body).await.refused(422, "invalid_invitations");
    let paths: Vec<_> =
        problem["fields"].as_array().unwrap().iter().map(|field| text(&field["path"])).collect();
    assert_eq!(
        paths,
        ["invitations[0].mail", "invitations[1].email", "invitations[2].send_at", "invitations[3].send_at"]
    );
}

#[tokio::test]
async fn what_a_customer_was_asked_is_told_newest_first_with_what_became_of_it() {
    let world = World::new().await;
    let asked = |customer: &str| format!("/v1/customers/{customer}/invitations");
    let first = world.invite(json!({"customer": "C-1", "agent": "amira"})).await;
    world.submit(&crate::company::begun(&first, json!({"nps": 3}))).await.expect(201);
    world.advance(60);
    world
        .invite(
            json!({"customer": "C-1", "attributes": {"product": "TV"}, "expires_at": "2026-03-02T11:00:00Z"}),
        )
        .await;
    world.advance(120);
    let invitations = world.get(&asked("C-1")).await.expect(200)["invitations"].take();
    let seen: Vec<_> = invitations
        .as_array()
        .unwrap()
        .iter()
        .map(|invitation| {
            let steps = invitation["steps"].as_array().unwrap();
            let steps: Vec<_> = steps.iter().map(|step| text(&step["what"])).collect();
            (invitation["id"].as_u64().unwrap(), steps.join(" "))
        })
        .collect();
    assert_eq!(seen, [(1, "created expired".to_owned()), (0, "created started".to_owned())]);
    assert_eq!(invitations[0]["attributes"], json!({"product": "TV"}));
    assert_eq!(invitations[1]["steps"][0], json!({"at": "2026-03-02T09:00:00Z", "what": "created"}));
    assert!(invitations[1]["response"].is_string() && invitations[0]["response"].is_null());
    assert_eq!(world.get(&asked("nobody")).await.expect(200)["invitations"], json!([]));
}

#[tokio::test]
async fn a_mail_that_something_uses_is_not_removed_and_it_is_said_by_what() {
    let mut world = World::new().await;
    let remove = async |world: &World, name: &str| {
        send(world.with_key(Method::DELETE, &format!("/v1/mails/{name}"))).await
    };
    world.put("/v1/mails/call", &mail("call")).await.expect(201);
    let asking = json!({"rule": [{"name": "calls", "survey": "support", "mail": "call"}]});
    world.put("/v1/asking", &asking).await.expect(200);
    let told =
        json!({"customer": "C-1", "email": "a@b.example", "mail": "call", "send_at": "2026-03-02T10:00:00Z"});
    world.invite(told).await;
    let problem = remove(&world, "call").await.refused(409, "in_use");
    assert_eq!(problem["detail"], "the mail \"call\" cannot be removed; nothing changed");
    assert_eq!(
        problem["fields"],
        json!([
            {"path": "rule[0].mail", "detail": "the rule \"calls\" of the asking document sends it"},
            {"path": "outbox", "detail": "mails that wait to be sent: 1"},
        ])
    );
    world.put("/v1/asking", &json!({})).await.expect(200);
    send(world.with_key(Method::DELETE, "/v1/customers/C-1/invitations")).await.expect(200);
    remove(&world, "call").await.expect(204);
    remove(&world, "call").await.refused(404, "not_found");
    world.restart().await;
    world.get("/v1/mails/call").await.refused(404, "not_found");

    // The built-in one takes the place of one of its name, and cannot go.
    world.put("/v1/mails/invitation", &mail("invitation")).await.expect(201);
    world.invite(json!({"customer": "C-2", "email": "c@b.example", "mail": "invitation", "send_at": "2026-03-02T10:00:00Z"})).await;
    remove(&world, "invitation").await.expect(204);
    assert_eq!(world.get("/v1/mails").await.expect(200)[0]["built_in"], true);
    remove(&world, "invitation").await.refused(409, "in_use");
}

#[tokio::test]
async fn the_command_line_pushes_lists_and_shows_mails_and_sends_them() {
    let world = World::new().await;
    let directory = world.settings.directory.display().to_string();
    let run = async |arguments: &[&str]| {
        let arguments = [arguments, &["--directory", &directory]].concat();
        hearback(world.place(), &arguments).await
    };
    let toml =
        format!("name = \"thanks\"\n\n[en]\nsubject = \"Hello {{{{ first_name }}}}\"\nmjml = '''{MJML}'''\n");
    fs::write(world.place().join("thanks.toml"), &toml).unwrap();
    assert_eq!(run(&["mail", "push", "thanks.toml"]).await.good(), "Mail thanks: it is in force.\n");
    assert_eq!(run(&["mail", "push", "thanks.toml"]).await.good(), "Mail thanks: nothing changed.\n");
    let list = run(&["mail", "list"]).await.good();
    assert!(list.contains("thanks ") && list.contains("(built in)"), "{list}");

    fs::write(world.place().join("wrong.toml"), toml.replace("first_name }}\"", "nam }}\"")).unwrap();
    let said = run(&["mail", "push", "wrong.toml"]).await.bad();
    assert!(said.contains("line 4: en.subject: nam is not known"), "{said}");

    let shown =
        run(&["mail", "preview", "thanks", "--survey", "support", "--first-name", "Eve"]).await.good();
    assert!(shown.starts_with("Hello Eve\n\n"), "{shown}");
    for name in ["mail.html", "mail.txt", "mail.eml"] {
        run(&["mail", "preview", "--survey", "support", "--language", "ar", "--out", name]).await.good();
    }
    let file = |name: &str| fs::read_to_string(world.place().join(name)).unwrap();
    assert!(file("mail.html").contains("dir=\"rtl\"") && file("mail.txt").contains("هل توصي بنا؟"));
    let received = Received::read(&world.place().join("mail.eml"));
    assert!(received.mail().subject().unwrap().starts_with("Company: "));
    assert_eq!(run(&["mail", "remove", "thanks"]).await.good(), "Mail thanks: it is gone.\n");
    let said = run(&["mail", "remove", "invitation"]).await.bad();
    assert!(said.contains("comes with the collector"), "{said}");
    let said = run(&["mail", "preview", "--survey", "support", "--out", "mail.pdf"]).await.bad();
    assert!(said.contains(".html, .txt or .eml"), "{said}");

    fs::write(world.place().join("customers.csv"), "customer,email\nC-1,a@b.example\nC-2,c@d.example\n")
        .unwrap();
    run(&["invite", "--survey", "support", "--csv", "customers.csv", "--mail", "invitation"]).await.good();
    run(&[
        "invite",
        "--survey",
        "support",
        "--customer",
        "C-3",
        "--email",
        "e@f.example",
        "--mail",
        "invitation",
    ])
    .await
    .good();
    let withdraw = ["withdraw", "--customer", "C-3"];
    assert_eq!(run(&withdraw).await.good(), "Invitations withdrawn: 1.\n");
    assert_eq!(run(&[&withdraw[..], &["--id", "2"]].concat()).await.good(), "The invitation is withdrawn.\n");
    let link = run(&["invite", "--survey", "support", "--customer", "C-4"]).await.good();
    assert_eq!(run(&["withdraw", "--link", link.trim()]).await.good(), "The invitation is withdrawn.\n");
    let said = run(&["withdraw", "--interaction", "call-1"]).await.bad();
    assert!(said.contains("there is no invitation about the interaction \"call-1\""), "{said}");
    let said = run(&["withdraw"]).await.bad();
    assert!(said.contains("--customer"), "{said}");
    let mails = world.settings.directory.join("mails");
    let written = || fs::read_dir(&mails).map_or(0, |files| files.count());
    crate::world::until("three files", async || (written() == 3).then_some(())).await;
}

#[tokio::test]
async fn a_designer_sees_a_mail_wide_and_narrow_where_that_is_allowed() {
    let world = World::with(|settings| settings.try_pages = true).await;
    let page = world.get("/try/support/mail/invitation").await;
    assert_eq!(page.status, 200);
    for part in [
        "desktop\" src=\"invitation/one?language=en&amp;",
        "phone\" src=\"invitation/one?language=ar",
        "nobody=true",
    ] {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    let mail = world.get("/try/support/mail/invitation/one?language=ar").await;
    assert!(mail.text.contains("dir=\"rtl\"") && mail.text.contains("Ana"), "{}", mail.text);
    let policy = mail.header("content-security-policy").unwrap();
    // What a mail holds runs nowhere, not even among ourselves.
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox allow-popups"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
    assert!(policy.contains("img-src http: https: data:"), "{policy}");
    let bare = world.get("/try/support/mail/invitation/one?images=off").await;
    assert!(bare.header("content-security-policy").unwrap().ends_with("img-src 'none'"));
    let page = world.get("/try/support/mail/invitation?images=off&theme=dark&language=ar").await;
    let wide =
        "<iframe class=\"dark desktop\" src=\"invitation/one?language=ar&amp;nobody=false&amp;images=off\"";
    assert!(page.text.contains(wide), "{}", page.text);
    let unknown = world.get("/try/support/mail/invitation/one?nobody=true").await;
    assert!(!unknown.text.contains("Ana"), "{}", unknown.text);
    world.get("/try/support/mail/none").await.refused(404, "not_found");
    let closed = World::new().await;
    for path in ["/try/support/mail/invitation", "/try/support/mail/invitation/one"] {
        assert_eq!(closed.get(path).await.status, 404);
    }
}
