//! What is asked, and what becomes of the answers.

use reqwest::Method;
use serde_json::json;

use super::{Visitor, is_checked, tag, world_of_everything, world_of_two_steps};
use crate::company::begun;
use crate::world::{World, send};

#[tokio::test]
async fn a_customer_without_scripts_answers_the_whole_survey() {
    let world = world_of_two_steps().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1", "first_name": "Ana"})).await;
    let page = visitor.get("").await.page(200);
    assert!(page.contains("Hello Ana") && page.contains("Would you recommend us?"), "{page}");
    assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("Why?"), "{page}");

    let posted = visitor.post("?at=nps", &[("nps", "9")]).await;
    assert_eq!(posted.leads_to(), "?at=why");
    assert_eq!(world.nps("").await["promoters"], 1, "the score counts when it is given");
    assert_eq!(world.responses().await[0]["complete"], false);

    let page = visitor.get("?at=why").await.page(200);
    assert!(page.contains("What was good?") && page.contains("Your score is saved."), "{page}");
    let posted = visitor.post("?at=why", &[("why", "fast\r\nand kind")]).await;
    assert_eq!(posted.leads_to(), "?thanks");
    let page = visitor.get("?thanks").await.page(200);
    assert!(page.contains("<h1>Wonderful</h1>") && page.contains("We have your answer."), "{page}");

    let stored = &world.responses().await[0];
    assert_eq!(stored["answers"], json!({"nps": 9, "why": "fast\nand kind"}));
    assert_eq!((&stored["complete"], &stored["language"]), (&json!(true), &json!("en")));
    assert_eq!(world.nps("").await["n"], 1);
}

#[tokio::test]
async fn questions_that_have_nothing_to_do_with_each_other_stand_on_one_page() {
    let world = World::new().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    let page = visitor.get("").await.page(200);
    assert!(page.contains("Would you recommend us?") && page.contains("Why?"), "{page}");
    assert!(page.contains("Send</button>") && !page.contains("Next</button>"), "{page}");
    assert_eq!(visitor.post("?at=nps", &[("nps", "9"), ("why", "fast")]).await.leads_to(), "?thanks");
}

#[tokio::test]
async fn every_kind_of_question_is_asked_and_stored() {
    let world = world_of_everything("page").await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    assert_eq!(visitor.post("?at=nps", &[("nps", "3")]).await.leads_to(), "?at=fault");
    let page = visitor.get("?at=fault").await.page(200);
    for there in [
        "Too slow",
        "How was the call?",
        "And the visit?",
        "Television",
        "We call within a day.",
        "You may call me",
    ] {
        assert!(page.contains(there), "{there} in {page}");
    }
    assert!(tag(&page, "id=\"answer-face-2\"").contains("aria-label=\"2 of 3\""), "{page}");
    assert!(!page.contains("id=\"answer-face-4\"") && page.contains("id=\"answer-ease-7\""), "{page}");

    let answers = [
        ("fault_other", "lost"),
        ("stars", "5"),
        ("face", "2"),
        ("ease", "7"),
        ("used", "tv"),
        ("used", "net"),
        ("why", "نعم & <b>"),
        ("reach_email", "ana@example.com"),
        ("reach_phone", ""),
        ("reach_consent", "yes"),
    ];
    assert_eq!(visitor.post("?at=fault", &answers).await.leads_to(), "?thanks");
    assert_eq!(
        world.responses().await[0]["answers"],
        json!({"nps": 3, "fault": "other", "fault_other": "lost", "stars": 5, "face": 2, "ease": 7, "used": ["net", "tv"],
            "why": "نعم & <b>", "reach_email": "ana@example.com", "reach_consent": true})
    );
}

#[tokio::test]
async fn what_the_score_does_not_lead_to_is_not_asked_and_not_kept() {
    let world = world_of_everything("page").await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    visitor.post("?at=nps", &[("nps", "3")]).await.leads_to();
    visitor.post("?at=fault", &[("fault", "slow"), ("hb-back", "1")]).await.leads_to();
    assert_eq!(visitor.post("?at=nps", &[("nps", "10")]).await.leads_to(), "?at=fault");
    let page = visitor.get("?at=fault").await.page(200);
    assert!(!page.contains("Too slow") && page.contains("How was the call?"), "{page}");
    assert_eq!(visitor.post("?at=fault", &[]).await.leads_to(), "?thanks");
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 10}));
}

#[tokio::test]
async fn in_steps_there_is_one_question_a_page_and_a_way_back_that_keeps_what_is_typed() {
    let world = world_of_everything("steps").await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    let page = visitor.get("").await.page(200);
    assert!(!page.contains("hb-back") && !page.contains("How was the call?"), "{page}");
    let mut at = visitor.post("?at=nps", &[("nps", "8")]).await.leads_to().to_owned();
    let mut asked = Vec::new();
    while at != "?thanks" {
        asked.push(at.trim_start_matches("?at=").to_owned());
        if at == "?at=why" {
            let back = visitor.post(&at, &[("why", "typed"), ("hb-back", "1")]).await;
            assert_eq!(back.leads_to(), "?at=used");
            let page = visitor.get(&at).await.page(200);
            assert!(page.contains(">\ntyped</textarea>"), "{page}");
            at = visitor.post(&at, &[("why", "typed more")]).await.leads_to().to_owned();
        } else {
            at = visitor.post(&at, &[]).await.leads_to().to_owned();
        }
    }
    assert_eq!(asked, ["stars", "face", "ease", "used", "why", "note", "reach"]);
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 8, "why": "typed more"}));
}

#[tokio::test]
async fn opening_a_page_records_nothing_and_a_score_in_the_address_is_chosen_beforehand() {
    let world = world_of_two_steps().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    for query in ["?score=9", "?score=9&at=why", "?thanks&score=9", "?score=11", "?score=x&score=y&%FF=%FF"] {
        let page = visitor.get(query).await.page(200);
        assert_eq!(is_checked(&page, "answer-nps-9"), query.contains('9'), "{query}: {page}");
        send(visitor.request(Method::HEAD, query)).await;
    }
    world.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_form_sent_twice_or_found_by_going_back_leads_to_one_response() {
    let world = world_of_two_steps().await;
    let visitor = Visitor::invited(&world, json!({"customer": "C-1"})).await;
    let page = visitor.get("").await.page(200);
    let id = tag(&page, "name=\"hb-id\"").split("value=\"").nth(1).unwrap().trim_end_matches('"').to_owned();
    assert!(!visitor.get("").await.page(200).contains(&id), "each drawing is another submission");
    for _ in 0..2 {
        assert_eq!(visitor.post("?at=nps", &[("hb-id", &id), ("nps", "9")]).await.leads_to(), "?at=why");
    }
    visitor.post("?at=why", &[("why", "good")]).await.leads_to();
    // The browser goes back to the first page as it was.
    visitor.post("?at=nps", &[("hb-id", &id), ("nps", "2")]).await.leads_to();
    visitor.post("?at=why", &[("why", "bad")]).await.leads_to();
    visitor.post("?at=why", &[("why", "bad")]).await.leads_to();
    let figures = world.nps("").await;
    assert_eq!((&figures["n"], &figures["detractors"]), (&json!(1), &json!(1)));
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 2, "why": "bad"}));
}

#[tokio::test]
async fn what_was_answered_before_is_there_again_and_can_be_taken_back() {
    let world = world_of_everything("page").await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let answers = json!({"nps": 9, "used": ["tv"], "why": "\"quoted\" <i>", "stars": 2});
    world.submit(&begun(&token, answers)).await.expect(201);
    let visitor = Visitor::new(&world, &format!("/s/{token}"));
    assert!(is_checked(&visitor.get("").await.page(200), "answer-nps-9"));
    let page = visitor.get("?at=stars").await.page(200);
    assert!(is_checked(&page, "answer-used-tv") && is_checked(&page, "answer-stars-2"), "{page}");
    assert!(page.contains("&quot;quoted&quot; &lt;i&gt;</textarea>"), "{page}");
    visitor.post("?at=stars", &[("why", " "), ("hb-back", "1")]).await.leads_to();
    visitor.post("?at=stars", &[]).await.leads_to();
    assert_eq!(world.responses().await[0]["answers"], json!({"nps": 9, "stars": 2}));
    let page = visitor.get("").await.page(200);
    assert!(page.contains("You have already answered."), "{page}");
}
