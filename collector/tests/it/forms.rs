//! The form: the survey as one customer sees it, and nothing else about the customer.

use insta::assert_json_snapshot;
use reqwest::Method;
use serde_json::json;

use crate::company::survey;
use crate::world::{World, send};

#[tokio::test]
async fn a_form_holds_what_there_is_to_draw() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "first_name": "Ana"})).await;
    let mut form = world.form(&token).await.expect(200);
    assert!(form["words"]["send"].is_string());
    form["words"].take();
    assert_json_snapshot!(form, @r##"
    {
      "answered": false,
      "brand": {
        "color": "#0b7a75",
        "name": "Company"
      },
      "direction": "ltr",
      "intro": "Hello Ana, a colleague helped with your service.",
      "language": "en",
      "layout": "page",
      "questions": [
        {
          "id": "nps",
          "kind": "nps",
          "required": false,
          "text": "Would you recommend us?"
        },
        {
          "id": "why",
          "kind": "comment",
          "max_length": 20,
          "required": false,
          "text": "Why?"
        }
      ],
      "survey": "support",
      "thanks": {
        "detractor": {
          "text": "We have your answer.",
          "title": "We are sorry"
        },
        "passive": {
          "text": "We have your answer.",
          "title": "Thank you"
        },
        "promoter": {
          "text": "We have your answer.",
          "title": "Wonderful"
        }
      },
      "version": 1,
      "words": null
    }
    "##);
}

#[tokio::test]
async fn personal_words_are_those_the_survey_allows_and_nothing_else_is_told() {
    let world = World::new().await;
    let token = world
        .invite(json!({
            "customer": "C-4711", "email": "ana@company.example", "phone": "+49 30 1234567", "first_name": "Ana",
            "agent": "amira", "attributes": {"product": "fibre", "debt": "9000 euros"}
        }))
        .await;
    let form = world.form(&token).await;
    assert_eq!(form.header("cache-control"), Some("no-store"));
    let body = form.text.clone();
    assert_eq!(form.expect(200)["intro"], "Hello Ana, Amira Haddad helped with your fibre.");
    for private in ["C-4711", "company.example\"", "ana@", "1234567", "amira", "debt", "9000", token.as_str()]
    {
        assert!(!body.contains(private), "{private} in {body}");
    }
}

#[tokio::test]
async fn unknown_words_take_what_the_survey_says_instead() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "agent": "somebody else"})).await;
    let form = world.form(&token).await.expect(200);
    assert_eq!(form["intro"], "Hello there, a colleague helped with your service.");
}

#[tokio::test]
async fn a_name_that_looks_like_a_word_or_like_markup_stays_a_name() {
    let world = World::new().await;
    let token =
        world.invite(json!({"customer": "C-1", "first_name": "{agent|x}<b>", "agent": "amira"})).await;
    let form = world.form(&token).await.expect(200);
    assert_eq!(form["intro"], "Hello {agent|x}<b>, Amira Haddad helped with your service.");
}

#[tokio::test]
async fn the_language_is_the_customers_then_the_pages_then_the_surveys_first() {
    let world = World::new().await;
    let known = world.invite(json!({"customer": "C-1", "language": "ar"})).await;
    let unknown = world.invite(json!({"customer": "C-2"})).await;
    for (token, asked, language, direction) in [
        (&known, "en", "ar", "rtl"),
        (&unknown, "ar-EG,en", "ar", "rtl"),
        (&unknown, "de,EN-gb", "en", "ltr"),
        (&unknown, "de", "en", "ltr"),
        (&unknown, "", "en", "ltr"),
    ] {
        let form = world.form(&format!("{token}&language={asked}")).await.expect(200);
        assert_eq!((&form["language"], &form["direction"]), (&json!(language), &json!(direction)), "{asked}");
    }
}

#[tokio::test]
async fn a_new_version_is_drawn_at_once() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let mut newer = survey();
    newer["questions"][0]["text"]["en"] = json!("And now?");
    world.put("/v1/surveys/support", &newer).await.expect(201);
    let form = world.form(&token).await.expect(200);
    assert_eq!((&form["version"], &form["questions"][0]["text"]), (&json!(2), &json!("And now?")));
}

#[tokio::test]
async fn the_thank_you_page_gets_the_words_of_a_category() {
    let world = World::new().await;
    let thanks =
        |query: &str| send(world.request(Method::GET, &format!("/v1/surveys/support/thanks?{query}")));
    assert_json_snapshot!(thanks("category=detractor&language=ar").await.expect(200), @r##"
    {
      "brand": {
        "color": "#0b7a75",
        "name": "Company"
      },
      "category": "detractor",
      "direction": "rtl",
      "language": "ar",
      "thanks": {
        "text": "وصلتنا إجابتك.",
        "title": "شكرًا"
      }
    }
    "##);
    assert_eq!(thanks("category=promoter").await.expect(200)["thanks"]["title"], "Wonderful");
    thanks("category=angry").await.refused(400, "invalid_query");
    thanks("").await.refused(400, "invalid_query");
}
