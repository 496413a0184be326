//! The last score: what an agent sees beside the name of the customer who rings in.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::company::submission;
use crate::world::{World, masked};

async fn last(world: &World, customer: &str) -> Value {
    world.get(&format!("/v1/customers/{customer}/last-score")).await.expect(200)
}

async fn last_by(world: &World, by: &str, customer: &str) -> Value {
    world.get(&format!("/v1/customers/{customer}/last-score?by={by}")).await.expect(200)
}

#[tokio::test]
async fn the_last_score_comes_with_its_age_its_words_and_the_one_before() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 3).await;
    world.advance(60);
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sent = submission(&token, json!({"nps": 9, "why": "fast"}));
    let receipt = world.submit(&sent).await.expect(201);
    world.advance(2);
    let last = last(&world, "C-1").await;
    assert_eq!(last["response"], receipt["response"]);
    assert_json_snapshot!(masked(last, &["response"]), @r#"
    {
      "age_seconds": 120,
      "at": "2026-03-02T10:00:00Z",
      "category": "promoter",
      "comment": "fast",
      "customer": "C-1",
      "matches": 1,
      "previous": {
        "at": "2026-03-02T09:00:00Z",
        "category": "detractor",
        "score": 3
      },
      "response": "[response]",
      "score": 9,
      "survey": "support"
    }
    "#);
}

#[tokio::test]
async fn a_customer_who_never_answered_has_no_score_and_an_unknown_one_is_not_found() {
    let world = World::new().await;
    world.invite(json!({"customer": "C-1"})).await;
    assert_json_snapshot!(last(&world, "C-1").await, @r#"
    {
      "age_seconds": null,
      "at": null,
      "category": null,
      "comment": null,
      "customer": "C-1",
      "matches": 1,
      "previous": null,
      "response": null,
      "score": null,
      "survey": null
    }
    "#);
    world.get("/v1/customers/C-2/last-score").await.refused(404, "not_found");
    world.get("/v1/customers/x@company.example/last-score?by=email").await.refused(404, "not_found");
}

#[tokio::test]
async fn an_address_finds_the_customer_in_any_case() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1", "email": "Jo.Doe@Company.Example"}), 8).await;
    for spelling in ["jo.doe@company.example", "JO.DOE@COMPANY.EXAMPLE", "%20Jo.Doe@company.example"] {
        assert_eq!(last_by(&world, "email", spelling).await["score"], 8, "{spelling}");
    }
    world.get("/v1/customers/jo.doe@company.example/last-score").await.refused(404, "not_found");
    let problem = world.get("/v1/customers/jo.doe/last-score?by=email").await.refused(400, "invalid_query");
    assert_eq!(problem["fields"][0]["path"], "customer");
}

#[tokio::test]
async fn a_telephone_number_finds_the_customer_in_any_spelling() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1", "phone": "+49 30 1234567"}), 8).await;
    for spelling in
        ["+49301234567", "%2B49301234567", "0049%20(30)%20123%2045%2067", "+49-30-1234567", "+49(0)301234567"]
    {
        assert_eq!(last_by(&world, "phone", spelling).await["score"], 8, "{spelling}");
    }
    world.get("/v1/customers/+49301234568/last-score?by=phone").await.refused(404, "not_found");
    world.get("/v1/customers/call-me/last-score?by=phone").await.refused(400, "invalid_query");
    world.get("/v1/customers/1/last-score?by=name").await.refused(400, "invalid_query");
}

#[tokio::test]
async fn a_number_stored_before_the_country_was_known_is_found_in_every_spelling() {
    let mut world = World::new().await;
    world.story(json!({"customer": "C-1", "phone": "030 1234567"}), 8).await;
    world.story(json!({"customer": "C-2", "phone": "+49 30 1234567"}), 3).await;
    assert_eq!(last_by(&world, "phone", "0301234567").await["customer"], "C-1");
    assert_eq!(last_by(&world, "phone", "+49301234567").await["customer"], "C-2");

    world.settings.phone_country = Some("de".into());
    world.restart().await;
    for spelling in
        ["0301234567", "+49301234567", "(030)%20123-4567", "0049%2030%201234567", "tel:+49301234567"]
    {
        let found = last_by(&world, "phone", spelling).await;
        assert_eq!((&found["customer"], &found["matches"]), (&json!("C-2"), &json!(2)), "{spelling}");
    }
    world.story(json!({"customer": "C-3", "phone": "49 30 1234567"}), 5).await;
    assert_eq!(last_by(&world, "phone", "030%2F1234567").await["customer"], json!("C-3"));
    // A new number takes the place of the one that was stored in its old spelling.
    world.invite(json!({"customer": "C-3", "phone": "030 7654321"})).await;
    assert_eq!(last_by(&world, "phone", "030 1234567").await["customer"], json!("C-2"));
}

#[tokio::test]
async fn where_several_share_a_number_the_one_who_answered_last_is_shown() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1", "phone": "+49301234567"}), 2).await;
    world.story(json!({"customer": "C-2", "phone": "0049 30 1234567"}), 9).await;
    world.invite(json!({"customer": "C-3", "phone": "+49301234567"})).await;
    let shown = last_by(&world, "phone", "+49301234567").await;
    assert_eq!(
        (&shown["customer"], &shown["score"], &shown["matches"]),
        (&json!("C-2"), &json!(9), &json!(3))
    );
    assert_eq!(shown["previous"], json!(null), "the score of another customer is not the one before");
}

#[tokio::test]
async fn a_new_address_takes_the_place_of_the_one_before() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1", "email": "old@company.example", "phone": "+49301234567"}), 8).await;
    world.invite(json!({"customer": "C-1", "email": "new@company.example"})).await;
    world.get("/v1/customers/old@company.example/last-score?by=email").await.refused(404, "not_found");
    assert_eq!(last_by(&world, "email", "new@company.example").await["score"], 8);
    assert_eq!(last_by(&world, "phone", "+49301234567").await["score"], 8, "what stays unsaid stays");
}

#[tokio::test]
async fn a_changed_answer_is_the_last_score_and_no_second_one() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&submission(&token, json!({"nps": 3, "why": "slow"}))).await.expect(201);
    world.submit(&submission(&token, json!({"nps": 9}))).await.expect(200);
    let last = last(&world, "C-1").await;
    assert_eq!((&last["score"], &last["comment"]), (&json!(9), &json!(null)));
    assert_eq!(last["previous"], json!(null));
}

#[tokio::test]
async fn an_id_may_hold_what_addresses_use_for_themselves() {
    let world = World::new().await;
    world.story(json!({"customer": "Kunde 7/ä?"}), 8).await;
    assert_eq!(last(&world, "Kunde%207%2F%C3%A4%3F").await["customer"], "Kunde 7/ä?");
    world.get("/v1/customers/%00/last-score").await.refused(400, "invalid_query");
    world.get("/v1/customers/%FF/last-score").await.refused(400, "bad_request");
}
