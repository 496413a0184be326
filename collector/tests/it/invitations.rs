//! Invitations: one or many in a call, all or none.

use insta::assert_json_snapshot;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::world::{World, masked};

fn asked(invitations: Value) -> Value {
    json!({"survey": "support", "invitations": invitations})
}

async fn is_unknown(world: &World, customer: &str) {
    let path = format!("/v1/customers/{customer}/last-score");
    world.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_invitation_comes_with_its_personal_link() {
    let world = World::new().await;
    let body = asked(json!([{"customer": "C-1"}, {"customer": "C-2"}]));
    let mut made = world.post("/v1/invitations", &body).await.expect(201);
    let invitation = made["invitations"][0].take();
    let token = invitation["token"].as_str().unwrap();
    assert_eq!(token.len(), 22);
    assert_eq!(invitation["link"], format!("https://company.example/survey.html?t={token}"));
    assert_json_snapshot!(masked(invitation.clone(), &["token", "link"]), @r#"
    {
      "customer": "C-1",
      "expires_at": "2026-04-01T09:00:00Z",
      "id": 0,
      "link": "[link]",
      "token": "[token]"
    }
    "#);
    assert_eq!(made["invitations"][1]["customer"], "C-2");
    assert_ne!(made["invitations"][1]["token"], token);
    world.form(token).await.expect(200);
}

#[tokio::test]
async fn one_that_is_not_valid_stops_all_of_them() {
    let world = World::new().await;
    let body = asked(json!([
        {"customer": "C-1", "email": "c1@company.example"},
        {"customer": " ", "email": "nobody", "phone": "none", "language": "xx"},
        {"customer": "C-3", "attributes": {"agent": "x", "Region": "north"}, "expires_at": "2020-01-01T00:00:00Z"}
    ]));
    let problem = world.post("/v1/invitations", &body).await.refused(422, "invalid_invitations");
    assert_json_snapshot!(problem["fields"], @r#"
    [
      {
        "detail": "must not be empty",
        "path": "invitations[1].customer"
      },
      {
        "detail": "an e-mail address has an @",
        "path": "invitations[1].email"
      },
      {
        "detail": "a telephone number has only digits, spaces, + . - / ( )",
        "path": "invitations[1].phone"
      },
      {
        "detail": "the survey has no \"xx\", only en, ar",
        "path": "invitations[1].language"
      },
      {
        "detail": "a name has 1 to 64 lower-case letters, digits and _, and begins with a letter",
        "path": "invitations[2].attributes.Region"
      },
      {
        "detail": "agent cannot be an attribute's name",
        "path": "invitations[2].attributes.agent"
      },
      {
        "detail": "lies in the past",
        "path": "invitations[2].expires_at"
      }
    ]
    "#);
    is_unknown(&world, "C-1").await;
    is_unknown(&world, "C-3").await;
}

#[tokio::test]
async fn from_one_to_ten_thousand_go_in_a_call() {
    let world = World::new().await;
    let many = |n: usize| asked((0..n).map(|i| json!({"customer": format!("C-{i}")})).collect());
    for wrong in [0, 10_001] {
        let problem = world.post("/v1/invitations", &many(wrong)).await;
        let problem = problem.refused(422, "invalid_invitations");
        let detail = format!("1 to 10000 in one call (limits.invitations_per_call), not {wrong}");
        assert_eq!(problem["fields"], json!([{"path": "invitations", "detail": detail}]));
    }
    is_unknown(&world, "C-0").await;

    let made = world.post("/v1/invitations", &many(10_000)).await.expect(201);
    let made = made["invitations"].as_array().unwrap();
    assert_eq!(made.len(), 10_000);
    world.form(made[9_999]["token"].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn a_check_says_what_is_wrong_and_makes_nothing() {
    let world = World::new().await;
    let sound = asked(json!([{"customer": "C-1"}]));
    let said = world.post("/v1/invitations?check=true", &sound).await.expect(200);
    assert_eq!(said, json!({"invitations": []}));
    is_unknown(&world, "C-1").await;
    let wrong = asked(json!([{"customer": ""}]));
    world.post("/v1/invitations?check=true", &wrong).await.refused(422, "invalid_invitations");
}

#[tokio::test]
async fn attributes_have_limits_that_the_error_names() {
    let world = World::with(|settings| {
        settings.limits.attributes = 2;
        settings.limits.attribute_bytes = 5;
    })
    .await;
    for (attributes, limit) in [
        (json!({"a": "1", "b": "1", "c": "1"}), "limits.attributes"),
        (json!({"a": "123456"}), "limits.attribute_bytes"),
    ] {
        let body = asked(json!([{"customer": "C-1", "attributes": attributes}]));
        let problem = world.post("/v1/invitations", &body).await.refused(422, "invalid_invitations");
        assert!(problem["fields"][0]["detail"].as_str().unwrap().contains(limit), "{problem}");
    }
    is_unknown(&world, "C-1").await;
}

#[tokio::test]
async fn a_misspelt_field_is_refused() {
    let world = World::new().await;
    let body = asked(json!([{"customer": "C-1", "emial": "c@company.example"}]));
    let problem = world.post("/v1/invitations", &body).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "invitations[0].emial");
    is_unknown(&world, "C-1").await;
}

#[tokio::test]
async fn an_unknown_survey_invites_nobody() {
    let world = World::new().await;
    let body = json!({"survey": "suport", "invitations": [{"customer": "C-1"}]});
    let problem = world.post("/v1/invitations", &body).await.refused(404, "not_found");
    assert_eq!(problem["detail"], "there is no survey \"suport\"");
    is_unknown(&world, "C-1").await;
}

#[tokio::test]
async fn an_expiry_of_its_own_holds() {
    let world = World::new().await;
    let expiry: Timestamp = "2026-03-02T09:30:00Z".parse().unwrap();
    let token = world.invite(json!({"customer": "C-1", "expires_at": expiry})).await;
    world.advance(29);
    world.form(&token).await.expect(200);
    world.advance(1);
    world.form(&token).await.refused(410, "expired_invitation");
}

#[tokio::test]
async fn each_interaction_can_be_asked_about() {
    let world = World::new().await;
    let (first, second) =
        (world.invite(json!({"customer": "C-1"})).await, world.invite(json!({"customer": "C-1"})).await);
    for token in [first, second] {
        world.submit(&crate::company::submission(&token, json!({"nps": 9}))).await.expect(201);
    }
    assert_eq!(world.nps("").await["n"], 2);
}
