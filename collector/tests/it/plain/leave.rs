//! `/u/{token}`: taking leave, and coming back.

use serde_json::json;

use super::Visitor;
use crate::world::{World, text};

async fn asked(world: &World, customer: &str) -> bool {
    let body = json!({"survey": "support", "invitations": [{"customer": customer}]});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    made["invitations"][0]["link"].is_string()
}

/// The texts of the buttons.
fn buttons(html: &str) -> Vec<&str> {
    html.split("<button")
        .skip(1)
        .map(|rest| rest.split_once('>').unwrap().1.split('<').next().unwrap())
        .collect()
}

#[tokio::test]
async fn looking_at_the_page_changes_nothing_and_a_button_does() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "email": "c1@x.example"})).await;
    let visitor = Visitor::new(&world, &format!("/u/{token}"));
    for _ in 0..3 {
        let page = visitor.get("").await;
        assert_eq!(page.status, 200);
        assert_eq!(buttons(&page.text), ["No more of this survey", "No more surveys at all"]);
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    }
    assert!(asked(&world, "C-1").await);

    let page = visitor.post("", &[("leave", "survey")]).await;
    assert!(page.text.contains("We will not ask you this survey again."), "{}", page.text);
    assert_eq!(buttons(&page.text), ["No more surveys at all", "Ask me again after all"]);
    assert!(!asked(&world, "C-1").await);
    let entries = world.get("/v1/suppressions").await.expect(200);
    let entries = entries["suppressions"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["survey"] == "support" && entry["reason"] == "unsubscribed"));
    let addresses: Vec<String> = entries.iter().map(|entry| text(&entry["address"])).collect();
    assert!(addresses.contains(&"c1@x.example".to_owned()) && addresses.contains(&"C-1".to_owned()));

    visitor.post("", &[("leave", "undo")]).await;
    assert!(asked(&world, "C-1").await);
}

/// What the button of a mail program sends (RFC 8058), without a browser around it.
#[tokio::test]
async fn one_click_takes_leave_from_everything() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let visitor = Visitor::new(&world, &format!("/u/{token}"));
    let page = visitor.post("", &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!(page.status, 200);
    assert!(!asked(&world, "C-1").await);
    let entries = world.get("/v1/suppressions").await.expect(200);
    assert_eq!(entries["suppressions"][0]["survey"], json!(null));
    assert!(asked(&world, "C-2").await);
}

#[tokio::test]
async fn another_sites_form_and_an_empty_one_do_nothing() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let visitor = Visitor::new(&world, &format!("/u/{token}"));
    for origin in ["https://stranger.example"] {
        let request = visitor.form("", &[("leave", "all")]).header("origin", origin);
        assert_eq!(crate::world::send(request).await.status, 200);
    }
    visitor.post("", &[]).await;
    visitor.post("", &[("leave", "everything")]).await;
    assert!(asked(&world, "C-1").await);
    for (token, status) in [("AAAAAAAAAAAAAAAAAAAAAA", 404), ("x", 400)] {
        let page = Visitor::new(&world, &format!("/u/{token}")).post("", &[("leave", "all")]).await;
        assert_eq!(page.status, status, "{token}");
    }
}

#[tokio::test]
async fn the_page_speaks_the_customers_language() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "language": "ar"})).await;
    let page = Visitor::new(&world, &format!("/u/{token}")).get("").await;
    assert!(page.text.contains("lang=\"ar\" dir=\"rtl\""), "{}", page.text);
    let expired = Visitor::new(&world, &format!("/u/{token}"));
    world.advance(60 * 24 * 60);
    assert_eq!(expired.get("").await.status, 200, "leave can be taken when it is too late to answer");
}
