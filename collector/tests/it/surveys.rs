//! Surveys: pushed, versioned, listed; one with an error changes nothing.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::company::survey;
use crate::world::World;

/// The refusal of a survey that `change` broke; checks that the one in force stays.
async fn refused(world: &World, change: impl FnOnce(&mut Value)) -> Value {
    let before = world.get("/v1/surveys/support").await.expect(200);
    let mut broken = survey();
    change(&mut broken);
    let problem = world.put("/v1/surveys/support", &broken).await.refused(422, "invalid_survey");
    assert_eq!(world.get("/v1/surveys/support").await.expect(200), before);
    problem["fields"].clone()
}

#[tokio::test]
async fn a_changed_survey_is_a_new_version_and_an_unchanged_one_is_not() {
    let world = World::empty(|_| ()).await;
    let push = |survey: Value| async { world.put("/v1/surveys/support", &{ survey }).await };
    assert_json_snapshot!(push(survey()).await.expect(201), @r#"
    {
      "changed": true,
      "id": "support",
      "version": 1
    }
    "#);
    assert_json_snapshot!(push(survey()).await.expect(200), @r#"
    {
      "changed": false,
      "id": "support",
      "version": 1
    }
    "#);
    let mut newer = survey();
    newer["name"] = json!("After a visit");
    // What the author says of the version does not count.
    newer["version"] = json!(77);
    assert_eq!(push(newer.clone()).await.expect(201)["version"], 2);
    newer["version"] = json!(2);
    assert_eq!(world.get("/v1/surveys/support").await.expect(200)["name"], "After a visit");
    assert_json_snapshot!(world.get("/v1/surveys").await.expect(200), @r#"
    [
      {
        "id": "support",
        "languages": [
          "en",
          "ar"
        ],
        "name": "After a visit",
        "questions": 2,
        "version": 2
      }
    ]
    "#);
}

#[tokio::test]
async fn every_error_of_a_survey_is_named_and_the_one_in_force_stays() {
    let world = World::new().await;
    let fields = refused(&world, |survey| {
        survey["page"] = json!("survey.html");
        survey["languages"] = json!(["en", "ar", "english"]);
        survey["allowed_origins"] = json!(["https://company.example/survey.html"]);
        survey["brand"]["color"] = json!("red; }");
        survey["questions"][1]["kind"] = json!("nps");
        survey["thanks"]["passive"]["title"] = json!({"en": "Thanks, {vip|you}", "ar": "x"});
    })
    .await;
    let said: Vec<String> = fields
        .as_array()
        .unwrap()
        .iter()
        .filter(|field| field["detail"] != "no text in \"english\"")
        .map(|field| format!("{}: {}", field["path"].as_str().unwrap(), field["detail"].as_str().unwrap()))
        .collect();
    assert_json_snapshot!(said, @r#"
    [
      "page: the full address of the page with the survey, such as https://www.example.com/survey.html",
      "allowed_origins[0]: \"https://company.example/survey.html\" is not an origin: scheme and host, such as https://www.example.com, no path",
      "languages[2]: \"english\" is not a language tag such as \"en\" or \"pt-BR\"",
      "brand.color: \"red; }\" is not a colour such as #0b6e4f",
      "questions: exactly one question of kind \"nps\", not 2",
      "questions[1].max_length: an nps takes no text",
      "thanks.passive.title.en: {vip} is not among the survey's personal_words"
    ]
    "#);
}

#[tokio::test]
async fn a_comment_may_be_as_long_as_the_limit_allows() {
    let world = World::with(|settings| settings.limits.comment_characters = 100).await;
    let fields = refused(&world, |survey| survey["questions"][1]["max_length"] = json!(101)).await;
    assert_eq!(
        fields,
        json!([{"path": "questions[1].max_length", "detail": "1 to 100 characters (limits.comment_characters)"}])
    );
}

#[tokio::test]
async fn a_survey_of_another_name_than_the_address_is_refused() {
    let world = World::new().await;
    let fields = refused(&world, |survey| survey["id"] = json!("sales")).await;
    assert_eq!(fields[0]["path"], "id");
    world.get("/v1/surveys/sales").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_survey_too_large_for_one_record_is_refused() {
    let world = World::new().await;
    let fields = refused(&world, |survey| survey["name"] = json!("x".repeat(101 * 1024))).await;
    assert!(fields[0]["detail"].as_str().unwrap().contains("larger than"), "{fields}");
}

#[tokio::test]
async fn a_question_of_an_unknown_kind_is_named() {
    let world = World::new().await;
    let mut broken = survey();
    broken["questions"][1]["kind"] = json!("stars");
    let problem = world.put("/v1/surveys/support", &broken).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "questions[1].kind");
    assert!(problem["fields"][0]["detail"].as_str().unwrap().contains("stars"), "{problem}");
    assert_eq!(world.get("/v1/surveys/support").await.expect(200)["version"], 1);
}

#[tokio::test]
async fn a_key_that_means_nothing_is_named_with_its_path() {
    let world = World::new().await;
    let mut mistyped = survey();
    mistyped["edit_minuts"] = json!(5);
    mistyped["questions"][1]["max_lenght"] = json!(5);
    let problem = world.put("/v1/surveys/support", &mistyped).await.refused(400, "unreadable_body");
    let mut paths: Vec<&str> =
        problem["fields"].as_array().unwrap().iter().map(|field| field["path"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["edit_minuts", "questions[1].max_lenght"], "{problem}");
    assert_eq!(world.get("/v1/surveys/support").await.expect(200)["version"], 1);

    let mut organisation = crate::company::organisation();
    organisation["agents"][0]["team"] = json!("north");
    let problem = world.put("/v1/organisation", &organisation).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "agents[0].team", "{problem}");
}
