//! The mail to whoever follows up, and the link in it that acknowledges.

use std::fs;

use reqwest::Method;
use serde_json::json;

use crate::cases::{answer, document, world};
use crate::world::{World, send, until};

/// The newest mail of this case, once it is written.
async fn mail(world: &World, words: &str) -> String {
    let directory = world.settings.directory.join("mails");
    until("a mail to the owner", async || {
        let files = fs::read_dir(&directory).ok()?.filter_map(|entry| fs::read(entry.ok()?.path()).ok());
        files
            .filter_map(|bytes| {
                let mail = mail_parser::MessageParser::default().parse(&bytes)?;
                let all = format!("{}\n{}\n{}", mail.subject()?, mail.body_text(0)?, mail.body_html(0)?);
                all.contains(words).then_some(all)
            })
            .next()
    })
    .await
}

#[tokio::test]
async fn the_mail_tells_the_owner_everything_and_its_link_acknowledges_by_a_button_alone() {
    let world = world().await;
    answer(&world, "C-1", 9, "Nice").await;
    answer(&world, "C-1", 2, "Too <slow>").await;
    let said = mail(&world, "Fall 1").await;
    for part in [
        "◆ 2/10: Fall 1 gehört Ihnen",
        "Too &lt;slow&gt;",
        "> Too <slow>",
        "Ana (C-1)",
        "Amira Haddad",
        "● 9",
        "02.03.2026, 13:00",
        "https://feedback.example/desk/cases/1",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    let link = said.split("https://feedback.example").find(|rest| rest.starts_with("/k/")).unwrap();
    let path: String = link.chars().take_while(|c| !c.is_whitespace() && *c != '"').collect();

    // A program that follows links does nothing.
    let page = send(world.request(Method::GET, &path)).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Nehmen Sie Fall 1 zur Kenntnis?") && page.text.contains("<form method=\"post\">")
    );
    assert!(
        !page.text.contains("C-1")
            && page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'")
    );
    assert_eq!(world.get("/v1/cases/1").await.expect(200)["state"], "new");
    let foreign = world.request(Method::POST, &path).header("origin", "https://evil.example");
    send(foreign).await;
    assert_eq!(world.get("/v1/cases/1").await.expect(200)["state"], "new", "from another page");

    let done = send(world.request(Method::POST, &path)).await;
    assert!(done.text.contains("Sie haben Fall 1 zur Kenntnis genommen."), "{}", done.text);
    let case = world.get("/v1/cases/1").await.expect(200);
    let last = case["trail"].as_array().unwrap().iter().rfind(|entry| entry["what"] == "state").unwrap();
    assert_eq!((&last["by"], &last["who"]["id"]), (&json!("person"), &json!("north")));
    let again = send(world.request(Method::POST, &path)).await;
    assert!(
        again.text.contains("zur Kenntnis genommen, seit") && again.text.contains("durch Team lead"),
        "{}",
        again.text
    );

    let forged = format!("{}A", &path[..path.len() - 1]);
    assert!([400, 404, 200].contains(&send(world.request(Method::GET, "/k/x")).await.status));
    let forged = send(world.request(Method::POST, &forged)).await;
    assert!(forged.status == 404 || forged.text.contains("Fall 1 ist"), "{}", forged.text);
    world.advance(8 * 24 * 60);
    let gone = send(world.request(Method::GET, &path)).await;
    assert_eq!(gone.status, 410);
}

#[tokio::test]
async fn a_mail_without_contents_says_nothing_of_the_customer() {
    let world = world().await;
    let mut quiet = document();
    quiet["mail"] = json!({"contents": false});
    world.put("/v1/follow-up", &quiet).await.expect(200);
    answer(&world, "C-77", 2, "Too slow").await;
    let said = mail(&world, "Fall 1").await;
    for part in ["C-77", "Too slow", "Ana", "2/10", "Amira"] {
        assert!(!said.contains(part), "{part} is in {said}");
    }
    assert!(said.contains("https://feedback.example/desk/cases/1"));
}
