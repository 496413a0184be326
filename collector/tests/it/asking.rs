//! Who is asked after an interaction, by the API: whether, by what, when, and why not.

use insta::assert_json_snapshot;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use hearback::domain::timeline::What;

use crate::company;
use crate::passes::{make_secret, sign};
use crate::world::{World, masked, send, text};

/// A company that asks after calls and orders.
async fn world() -> World {
    let world = World::new().await;
    let mut welcome = company::survey();
    welcome["id"] = json!("welcome");
    world.put("/v1/surveys/welcome", &welcome).await.expect(201);
    world.put("/v1/asking", &document()).await.expect(200);
    world
}

fn document() -> Value {
    json!({
        "quiet": {"days": 30, "per_year": 4},
        "rule": [
            {"name": "new", "survey": "welcome", "journey": "onboarding", "delay": "1d"},
            {"name": "call", "survey": "support", "outcome": "resolved", "where": "team:north", "mail": "invitation", "delay": "20m"},
            {"name": "any", "survey": "support", "where": "not outcome:complaint"}
        ],
        "quota": [{"name": "vip", "where": "segment:vip", "per_day": 1}]
    })
}

async fn tell(world: &World, interaction: Value) -> Value {
    world.post("/v1/interactions", &interaction).await.expect(200)
}

#[tokio::test]
async fn an_interaction_is_answered_by_a_link_and_when_its_mail_goes_out() {
    let world = world().await;
    let call = json!({
        "id": "I-1", "outcome": "resolved", "customer": "C-1", "email": "c1@x.example", "agent": "amira", "language": "ar-EG",
        "attributes": {"product": "fibre"}
    });
    let asked = tell(&world, call.clone()).await;
    assert_json_snapshot!(masked(asked.clone(), &["link", "token"]), @r#"
    {
      "customer": "C-1",
      "decision": "invited",
      "duplicate": false,
      "expires_at": "2026-04-01T09:20:00Z",
      "id": "I-1",
      "link": "[link]",
      "mail": "invitation",
      "rule": "call",
      "send_at": "2026-03-02T09:20:00Z",
      "sentence": "The customer is asked support, by the rule call: the mail invitation goes out at 2026-03-02T09:20:00Z.",
      "survey": "support",
      "token": "[token]"
    }
    "#);
    let token = text(&asked["token"]);
    assert_eq!(asked["link"], format!("https://company.example/survey.html?t={token}"));
    assert_eq!(world.form(&token).await.expect(200)["language"], "ar", "the nearest of the survey's");

    // Told again it is the same, whatever else it says by now.
    let mut again = call;
    again["customer"] = json!("C-2");
    again["outcome"] = json!("complaint");
    let again = tell(&world, again).await;
    assert_eq!((&again["duplicate"], &again["link"]), (&json!(true), &asked["link"]));

    // What was told is what results are grouped by.
    world.submit(&company::submission(&token, json!({"nps": 9}))).await.expect(201);
    let response = &world.responses().await[0];
    assert_eq!(response["agent"], "amira");
    assert_eq!(response["attributes"], json!({"channel": "link", "outcome": "resolved", "product": "fibre"}));
}

#[tokio::test]
async fn who_is_not_asked_is_told_why() {
    let world = world().await;
    let reason = async |interaction: Value| {
        let told = tell(&world, interaction).await;
        assert_eq!((told.get("link"), told["decision"].as_str()), (None, Some("skipped")));
        (text(&told["reason"]), text(&told["sentence"]))
    };
    assert_eq!(reason(json!({"customer": "C-1", "outcome": "complaint"})).await.0, "no_rule");
    let no_address = json!({"customer": "C-1", "outcome": "resolved", "agent": "amira"});
    assert_eq!(reason(no_address).await.0, "no_address");

    assert_eq!(tell(&world, json!({"customer": "C-1"})).await["rule"], "any");
    world.advance(12 * 24 * 60);
    let (code, sentence) = reason(json!({"customer": "C-1", "journey": "onboarding"})).await;
    assert_eq!(code, "asked_recently");
    assert_eq!(
        sentence,
        "The customer was asked 12 days ago (support), and is not asked again before 2026-04-01."
    );
    let vip = |customer: &str| json!({"customer": customer, "attributes": {"segment": "vip"}});
    assert_eq!(tell(&world, vip("C-2")).await["decision"], "invited");
    let (code, sentence) = reason(vip("C-3")).await;
    assert_eq!((code.as_str(), sentence.as_str()), ("quota_used_up", "The quota vip of 1 a day is used up."));
    world.advance(24 * 60);
    assert_eq!(tell(&world, vip("C-3")).await["decision"], "invited", "on the next day");
}

#[tokio::test]
async fn invitations_by_hand_and_interactions_see_each_other() {
    let mut world = world().await;
    let hand = async |world: &World, customer: &str| {
        let body = json!({"survey": "support", "invitations": [{"customer": customer}, {"customer": "C-9"}]});
        let made = world.post("/v1/invitations", &body).await.expect(201);
        made["invitations"].as_array().unwrap().clone()
    };
    assert!(hand(&world, "C-1").await.iter().all(|made| made["link"].is_string()));
    let told = tell(&world, json!({"customer": "C-1"})).await;
    assert_eq!(told["reason"], "asked_recently");
    tell(&world, json!({"customer": "C-2", "journey": "onboarding"})).await;
    world.restart().await;
    // Of each row the answer says what became of it.
    let again = hand(&world, "C-2").await;
    assert_eq!(again.len(), 2);
    assert_json_snapshot!(again[0], @r#"
    {
      "customer": "C-2",
      "reason": "asked_recently",
      "sentence": "The customer was asked for 2026-03-03 (welcome), and is not asked again before 2026-04-02."
    }
    "#);

    let mut document = document();
    document["quiet"]["hand_made"] = json!("ignore");
    world.put("/v1/asking", &document).await.expect(200);
    assert!(hand(&world, "C-2").await[0]["link"].is_string());
    assert_eq!(tell(&world, json!({"customer": "C-2"})).await["reason"], "asked_recently");
}

#[tokio::test]
async fn many_are_told_in_one_call_and_one_that_is_not_valid_stops_all() {
    let world = world().await;
    let one = json!({"customer": " ", "email": "nobody", "time_zone": "Mars", "attributes": {"outcome": "x"}, "outcome": "y"});
    let body = json!({"interactions": [{"customer": "C-1"}, one]});
    let problem = world.post("/v1/interactions", &body).await.refused(422, "invalid_interactions");
    let paths: Vec<&str> =
        problem["fields"].as_array().unwrap().iter().map(|field| field["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "interactions[1].time_zone",
            "interactions[1].attributes.outcome",
            "interactions[1].customer",
            "interactions[1].email"
        ]
    );
    let problem =
        world.post("/v1/interactions", &json!({"customer": ""})).await.refused(422, "invalid_interactions");
    assert_eq!(problem["fields"][0]["path"], "customer");
    let before = json!({"counted": [{"quota": "q", "of": "", "day": "2026-03-02", "used": 1}]});
    let tried = json!({"interactions": [{"customer": "C-1"}], "before": before});
    let problem = world.post("/v1/interactions", &tried).await.refused(422, "invalid_interactions");
    assert_eq!(problem["fields"][0]["path"], "before");
    let typo = json!({"interactions": [{"customer": "C-1", "outcom": "x"}]});
    let problem = world.post("/v1/interactions", &typo).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "interactions[0].outcom");

    let body = json!({"interactions": [{"customer": "C-1"}, {"customer": "C-1"}, {"customer": "C-2"}]});
    let tried = world.post("/v1/interactions?dry_run=true", &body).await.expect(200);
    let told = world.post("/v1/interactions", &body).await.expect(200);
    for (i, decision) in ["invited", "skipped", "invited"].into_iter().enumerate() {
        assert_eq!(tried["interactions"][i]["decision"], decision);
        assert_eq!(told["interactions"][i]["decision"], decision);
        assert_eq!(tried["interactions"][i].get("link"), None);
    }
}

#[tokio::test]
async fn stages_of_the_journey_have_their_own_rules_and_their_results_stand_side_by_side() {
    let world = world().await;
    for (customer, journey, score) in
        [("C-1", "onboarding", 10), ("C-2", "onboarding", 9), ("C-3", "renewal", 2)]
    {
        let told = tell(&world, json!({"customer": customer, "journey": journey})).await;
        let survey = if journey == "onboarding" { "welcome" } else { "support" };
        assert_eq!(told["survey"], survey);
        let mut submission = company::submission(&text(&told["token"]), json!({"nps": score}));
        submission["survey"] = json!(survey);
        world.submit(&submission).await.expect(201);
    }
    let report = world.get("/v1/nps?by=journey").await.expect(200);
    let groups: Vec<(&Value, &Value)> =
        report["groups"].as_array().unwrap().iter().map(|group| (&group["key"][0], &group["nps"])).collect();
    assert_eq!(groups, [(&json!("onboarding"), &json!(100.0)), (&json!("renewal"), &json!(-100.0))]);
}

#[tokio::test]
async fn a_document_is_checked_whole_and_given_back_as_it_was_pushed() {
    let world = World::new().await;
    world.get("/v1/asking").await.refused(409, "no_asking_document");
    world.post("/v1/interactions", &json!({"customer": "C-1"})).await.refused(409, "no_asking_document");
    let mut wrong = document();
    wrong["rule"][2]["where"] = json!("score:9");
    wrong["rule"][2]["survey"] = json!("gone");
    let problem = world.put("/v1/asking", &wrong).await.refused(422, "invalid_asking");
    assert_json_snapshot!(problem["fields"], @r#"
    [
      {
        "detail": "there is no survey \"welcome\"",
        "path": "rule[0].survey"
      },
      {
        "detail": "there is no survey \"gone\"",
        "path": "rule[2].survey"
      },
      {
        "detail": "score: it is not known before there is an answer",
        "path": "rule[2].where"
      }
    ]
    "#);
    let problem = world.put("/v1/asking", &json!({"rules": []})).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "rules");

    let sound = json!({"rule": [{"name": "any", "survey": "support", "share": 0.5}]});
    assert_eq!(world.put("/v1/asking", &sound).await.expect(200)["changed"], true);
    assert_eq!(world.put("/v1/asking", &sound).await.expect(200)["changed"], false);
    let given = world.get("/v1/asking").await.expect(200);
    assert_eq!(world.put("/v1/asking", &given).await.expect(200)["changed"], false, "{given}");
}

#[tokio::test]
async fn when_follow_up_falls_behind_nobody_is_asked_at_last() {
    let mut world = world().await;
    let mut document = document();
    document["backlog"] = json!({"slow_from": 100, "stop_at": 300});
    world.put("/v1/asking", &document).await.expect(200);
    let set = world.put("/v1/backlog", &json!({"value": 150})).await.expect(200);
    assert_eq!(set, json!({"value": 150, "share": 0.75}));
    world.put("/v1/backlog", &json!({"value": 300})).await.expect(200);
    world.restart().await;
    assert_eq!(tell(&world, json!({"customer": "C-1"})).await["reason"], "backlog");
    world.put("/v1/backlog", &json!({"value": 0})).await.expect(200);
    assert_eq!(tell(&world, json!({"customer": "C-1"})).await["decision"], "invited");
}

#[tokio::test]
async fn the_suppression_list_is_kept_by_every_way() {
    let world = world().await;
    let body = json!({"suppressions": [
        {"email": "A@x.example"}, {"phone": "+49 30 1234567", "survey": "welcome", "reason": "bounced", "at": "2026-01-01T00:00:00Z"},
        {"customer": "C-7", "reason": "unsubscribed"}
    ]});
    assert_eq!(world.post("/v1/suppressions", &body).await.expect(200), json!({"added": 3}));
    let told = tell(&world, json!({"customer": "C-1", "email": "a@x.example"})).await;
    assert_eq!(told["reason"], "suppressed");
    let body = json!({"survey": "support", "invitations": [{"customer": "C-7"}]});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    assert_eq!(made["invitations"][0]["reason"], "unsubscribed");

    // In parts, all of it.
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = world.get(&format!("/v1/suppressions?limit=1{after}")).await.expect(200);
        seen.extend(page["suppressions"].as_array().unwrap().iter().map(|entry| text(&entry["address"])));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    seen.sort();
    assert_eq!(seen, ["+49301234567", "C-7", "a@x.example"]);

    let wrong = json!({"suppressions": [{"email": "x"}, {}, {"email": "a@b.example", "phone": "12345"}]});
    let problem = world.post("/v1/suppressions", &wrong).await.refused(422, "invalid_request");
    assert_eq!(problem["fields"].as_array().unwrap().len(), 3);
    world.delete("/v1/suppressions?email=a@x.example").await;
    let gone = send(world.with_key(Method::DELETE, "/v1/suppressions?email=a@x.example")).await;
    gone.refused(404, "not_found");
    assert_eq!(tell(&world, json!({"customer": "C-1", "email": "a@x.example"})).await["decision"], "invited");
}

#[tokio::test]
async fn an_invitation_is_taken_back_by_whatever_is_known_of_it_and_says_so_kindly() {
    let mut world = world().await;
    let withdraw = async |world: &World, path: &str| send(world.with_key(Method::DELETE, path)).await;
    let by_link = text(&tell(&world, json!({"customer": "C-1"})).await["token"]);
    let about = json!({"id": "call/4711", "customer": "C-2", "email": "c@x.example", "outcome": "resolved", "agent": "amira"});
    let by_interaction = text(&tell(&world, about).await["token"]);
    let invite = json!({"survey": "support", "invitations": [{"customer": "C-3"}]});
    let made = world.post("/v1/invitations", &invite).await.expect(201);
    let (by_number, number) = (text(&made["invitations"][0]["token"]), &made["invitations"][0]["id"]);
    let paths = [
        (by_link.clone(), format!("/v1/invitations/{by_link}")),
        (by_interaction.clone(), "/v1/interactions/call%2F4711".to_owned()),
        (by_number, format!("/v1/customers/C-3/invitations/{number}")),
    ];
    for (token, path) in &paths {
        world.form(token).await.expect(200);
        withdraw(&world, path).await.expect(204);
        let problem = world.form(token).await.refused(410, "withdrawn_invitation");
        assert!(text(&problem["message"]).contains("withdrawn"), "{problem}");
        withdraw(&world, path).await.expect(204);
    }
    world
        .submit(&company::submission(&by_link, json!({"nps": 9})))
        .await
        .refused(410, "withdrawn_invitation");
    let page = send(world.request(Method::GET, &format!("/s/{by_link}"))).await;
    assert!(page.status == 410 && page.text.contains("withdrawn"), "{}", page.text);
    let steps = crate::mailbox::happened(&mut world, &by_interaction).await;
    let what: Vec<What> = steps.iter().map(|step| step.what).collect();
    assert_eq!(what, [What::Created, What::Queued, What::Withdrawn], "its mail is not sent");

    // What was answered stays answered.
    let answered = world.invite(json!({"customer": "C-9"})).await;
    world.submit(&company::submission(&answered, json!({"nps": 9}))).await.expect(201);
    withdraw(&world, &format!("/v1/invitations/{answered}")).await.expect(204);
    let steps = crate::mailbox::happened(&mut world, &answered).await;
    assert!(!steps.iter().any(|step| step.what == What::Withdrawn), "{steps:?}");

    for (path, code) in [
        ("/v1/invitations/AAAAAAAAAAAAAAAAAAAAAA", "unknown_token"),
        ("/v1/interactions/call-4712", "not_found"),
        ("/v1/customers/C-3/invitations/99", "not_found"),
        ("/v1/customers/C-3/invitations/x", "not_found"),
        (&format!("/v1/customers/C-1/invitations/{number}"), "not_found"),
    ] {
        withdraw(&world, path).await.refused(404, code);
    }
}

#[tokio::test]
async fn all_that_a_customer_could_still_answer_is_taken_back_at_once() {
    let world = world().await;
    world.put("/v1/asking", &json!({})).await.expect(200);
    let mut tokens = Vec::new();
    for survey in ["support", "support", "welcome", "support"] {
        let body = json!({"survey": survey, "invitations": [{"customer": "C-1"}]});
        tokens.push(text(&world.post("/v1/invitations", &body).await.expect(201)["invitations"][0]["token"]));
    }
    let other = world.invite(json!({"customer": "C-10"})).await;
    world.submit(&company::submission(&tokens[0], json!({"nps": 9}))).await.expect(201);
    let withdraw = async |query: &str| {
        let path = format!("/v1/customers/C-1/invitations{query}");
        send(world.with_key(Method::DELETE, &path)).await.expect(200)["withdrawn"].clone()
    };
    assert_eq!(withdraw("?survey=welcome").await, 1);
    assert_eq!(withdraw("").await, 2, "what was answered stays answered");
    assert_eq!(withdraw("").await, 0);
    world.form(&tokens[0]).await.expect(200);
    world.form(&tokens[1]).await.refused(410, "withdrawn_invitation");
    world.form(&other).await.expect(200);
}

#[tokio::test]
async fn a_page_that_knows_its_customer_does_not_ask_within_a_quiet_period() {
    let world = world().await;
    let (_, secret) = make_secret(&world).await;
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let pass = |customer: &str| {
        sign(&json!({"aud": "support", "sub": customer, "exp": now.as_second() + 3600}), &secret)
    };
    world.form(&pass("C-1")).await.expect(200);
    tell(&world, json!({"customer": "C-1"})).await;
    let problem = world.form(&pass("C-1")).await.refused(403, "asked_recently");
    assert!(text(&problem["message"]).contains("not long ago"), "{problem}");
    // Who answers all the same is listened to, and others see it.
    let submission = company::submission(&pass("C-2"), json!({"nps": 9}));
    world.submit(&submission).await.expect(201);
    assert_eq!(tell(&world, json!({"customer": "C-2"})).await["reason"], "asked_recently");
    world.form(&pass("C-2")).await.expect(200);

    // So it is with the plain pages: nobody is asked, and who was shown the page in time is listened to.
    let at = |customer: &str| format!("/s/{}", pass(customer));
    let page = send(world.request(Method::GET, &at("C-1"))).await;
    assert!(page.status == 403 && page.text.contains("not long ago"), "{}", page.text);
    let shown = send(world.request(Method::GET, &at("C-3"))).await;
    assert!(shown.status == 200 && shown.text.contains("hb-id"), "{}", shown.text);
    tell(&world, json!({"customer": "C-3"})).await;
    let answer = world.request(Method::POST, &at("C-3")).body("nps=3");
    let answer = send(answer.header("Content-Type", "application/x-www-form-urlencoded")).await;
    assert_eq!(answer.status, 200, "led on, to what is asked next: {}", answer.text);
    assert!(world.responses().await.iter().any(|response| response["customer"] == "C-3"));
}
