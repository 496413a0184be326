//! People who were not invited: anybody, where the survey is open, and customers whom the company's page names.

use reqwest::Method;
use serde_json::json;

use super::{Visitor, tag, two_steps};
use crate::passes::{claims, make_secret, sign};
use crate::world::{World, send};

async fn open_world() -> World {
    let world = World::new().await;
    let mut survey = two_steps();
    survey["open"] = json!({"attributes": ["agent", "shop"]});
    world.put("/v1/surveys/support", &survey).await.expect(201);
    world
}

/// The submission's id in a page.
fn id(page: &str) -> String {
    tag(page, "name=\"hb-id\"").split("value=\"").nth(1).unwrap().trim_end_matches('"').to_owned()
}

#[tokio::test]
async fn anybody_answers_an_open_survey_in_steps_that_are_one_response() {
    let world = open_world().await;
    let visitor = Visitor::new(&world, "/o/support");
    let page = visitor.get("").await.page(200);
    assert!(page.contains("Hello there, a colleague helped"), "{page}");
    world.assert_nothing_stored().await;
    let id = id(&page);
    let posted = visitor.post("?at=nps", &[("hb-id", &id), ("nps", "3")]).await;
    let next = format!("?at=why&begun={id}");
    assert_eq!(posted.leads_to(), next);
    assert!(visitor.get(&next).await.page(200).contains("What was bad?"));

    // Once more, and again after going back.
    visitor.post("?at=nps", &[("hb-id", &id), ("nps", "3")]).await.leads_to();
    visitor.post("?at=nps", &[("hb-id", &id), ("nps", "9")]).await.leads_to();
    let page = visitor.get(&next).await.page(200);
    assert!(page.contains("What was good?") && page.contains(&id), "{page}");
    let done = format!("?thanks&begun={id}");
    assert_eq!(visitor.post(&next, &[("hb-id", &id), ("why", "fast")]).await.leads_to(), done);
    assert!(visitor.get(&done).await.page(200).contains("Wonderful"));

    let other = visitor.get("").await.page(200);
    assert!(!other.contains(&id) && !other.contains("checked"), "the next person begins anew: {other}");
    let responses = world.responses().await;
    assert_eq!(responses.len(), 1);
    assert_eq!(responses[0]["answers"], json!({"nps": 9, "why": "fast"}));
    assert_eq!((&responses[0]["customer"], &responses[0]["complete"]), (&json!(null), &json!(true)));
}

#[tokio::test]
async fn the_link_tells_what_the_open_survey_asks_it_for() {
    let world = open_world().await;
    let visitor = Visitor::new(&world, "/o/support");
    let page = visitor.get("?agent=amira&attribute-shop=M%20%26%20S&attribute-other=x").await.page(200);
    assert!(tag(&page, "name=\"hb-attribute-shop\"").contains("value=\"M &amp; S\""), "{page}");
    let told =
        [("hb-agent", "amira"), ("hb-attribute-shop", "M & S"), ("hb-attribute-other", "x"), ("nps", "9")];
    visitor.post("?at=nps", &told).await.leads_to();
    let stored = &world.responses().await[0];
    assert_eq!(
        (&stored["agent"], &stored["attributes"]),
        (&json!("amira"), &json!({"channel": "page", "shop": "M & S"}))
    );
}

#[tokio::test]
async fn a_survey_that_is_not_open_or_not_there_says_so() {
    let world = World::new().await;
    let page = Visitor::new(&world, "/o/support").get("").await.page(400);
    assert!(
        page.contains("This survey opens with the personal link") && page.contains(">Company<"),
        "{page}"
    );
    Visitor::new(&world, "/o/support").post("", &[("nps", "9")]).await.page(400);
    let page = Visitor::new(&world, "/o/nothing").get("").await.page(404);
    assert!(page.contains("This survey is not available."), "{page}");
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_customer_with_a_pass_is_known_without_scripts_too() {
    let world = World::new().await;
    world.put("/v1/surveys/support", &two_steps()).await.expect(201);
    let (_, secret) = make_secret(&world).await;
    let visitor = Visitor::new(&world, &format!("/s/{}", sign(&claims(), &secret)));
    let page = visitor.get("").await.page(200);
    assert!(page.contains("Hello Ana, Amira Haddad helped with your fibre."), "{page}");
    world.assert_nothing_stored().await;
    assert_eq!(visitor.post("?at=nps", &[("nps", "9"), ("hb-agent", "ben")]).await.leads_to(), "?at=why");
    assert_eq!(visitor.post("?at=why", &[("why", "fast")]).await.leads_to(), "?thanks");
    let stored = &world.responses().await[0];
    assert_eq!(stored["answers"], json!({"nps": 9, "why": "fast"}));
    assert_eq!((&stored["customer"], &stored["agent"]), (&json!("C-1"), &json!("amira")));

    for forged in [sign(&claims(), "another secret"), "a.b.c".to_owned(), format!("{}.", "x".repeat(5000))] {
        let answer = send(visitor.world.request(Method::GET, &format!("/s/{forged}"))).await;
        assert!((400..404).contains(&answer.status), "{}", answer.status);
        assert!(answer.text.contains("We can’t tell who you are on this page."), "{}", answer.text);
    }
}
