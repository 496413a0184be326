//! Cases, by the API: who follows up what customers said, and what becomes of it. Their mails are in `cases_mails`.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::company;
use crate::world::{Answer, World, text, until};

/// A company whose team leads follow up.
pub(crate) async fn world() -> World {
    let world = World::with(|settings| settings.public_url = Some("https://feedback.example".into())).await;
    person(&world, json!({"id": "boss", "name": "Head of service", "role": "admin"})).await;
    person(&world, json!({"id": "care", "name": "Head of care", "role": "lead", "units": ["care"]})).await;
    person(
        &world,
        json!({"id": "north", "name": "Team lead", "role": "lead", "units": ["north"], "language": "de"}),
    )
    .await;
    world.put("/v1/follow-up", &document()).await.expect(200);
    world
}

async fn person(world: &World, mut person: Value) {
    let id = text(&person["id"]);
    person["email"] = json!(format!("{id}@company.example"));
    world.put(&format!("/v1/people/{id}"), &person).await.expect(201);
}

pub(crate) fn document() -> Value {
    json!({
        "fallback": "boss",
        "hours": {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "hours": "09:00..17:00"},
        "promises": {"acknowledge_hours": 4, "contact_hours": 8},
        "rule": [{"name": "detractors", "category": ["detractor"]}],
        "root_cause": [{"id": "billing", "text": {"en": "Billing", "de": "Rechnung"}}]
    })
}

/// Customer C-1 of Amira's, who is in the team north, gives this score and says why.
pub(crate) async fn answer(world: &World, customer: &str, score: i64, why: &str) -> Value {
    let token = world
        .invite(
            json!({"customer": customer, "agent": "amira", "first_name": "Ana", "email": "ana@x.example"}),
        )
        .await;
    let submission = company::submission(&token, json!({"nps": score, "why": why}));
    world.submit(&submission).await.expect(201);
    submission
}

async fn act(world: &World, id: u64, action: Value) -> Answer {
    world.post(&format!("/v1/cases/{id}/actions"), &action).await
}

#[tokio::test]
async fn a_low_score_is_on_the_work_list_at_once_with_all_that_is_known() {
    let world = world().await;
    answer(&world, "C-1", 9, "Nice").await;
    assert_eq!(world.get("/v1/cases").await.expect(200)["cases"], json!([]));
    answer(&world, "C-1", 2, "Too <slow>").await;
    let page = world.get("/v1/cases?unit=care").await.expect(200);
    assert_json_snapshot!(page, @r#"
    {
      "cases": [
        {
          "agent": {
            "id": "amira",
            "name": "Amira Haddad"
          },
          "category": "detractor",
          "comment": "Too <slow>",
          "customer": "C-1",
          "due": "acknowledge",
          "due_at": "2026-03-02T13:00:00Z",
          "escalations": 0,
          "first_name": "Ana",
          "id": 1,
          "opened_at": "2026-03-02T09:00:00Z",
          "overdue": false,
          "owner": {
            "id": "north",
            "name": "Team lead"
          },
          "root_cause": null,
          "rule": "detractors",
          "score": 2,
          "state": "new",
          "survey": "support",
          "unit": {
            "id": "north",
            "name": "North"
          }
        }
      ],
      "counts": {
        "acknowledged": 0,
        "by_owner": [
          {
            "open": 1,
            "overdue": 0,
            "owner": {
              "id": "north",
              "name": "Team lead"
            }
          }
        ],
        "by_root_cause": [],
        "closed": 0,
        "contacted": 0,
        "due": 1,
        "new": 1,
        "open": 1,
        "overdue": 0
      },
      "matching": 1
    }
    "#);
    for (query, there) in [
        ("state=new,contacted", true),
        ("state=closed", false),
        ("owner=north", true),
        ("owner=boss", false),
        ("unit=south", false),
        ("due=today", true),
        ("due=overdue", false),
        ("customer=C-1", true),
        ("customer=C-2", false),
        ("root_cause=billing&state=all", false),
    ] {
        let page = world.get(&format!("/v1/cases?{query}")).await.expect(200);
        assert_eq!(page["matching"], u8::from(there), "{query}");
    }
    let case = world.get("/v1/cases/1").await.expect(200);
    assert_eq!(
        case["history"].as_array().unwrap().iter().map(|past| &past["score"]).collect::<Vec<_>>(),
        [2, 9]
    );
    assert_eq!(case["history"][0]["case"], 1);
    let assignees: Vec<&Value> =
        case["assignees"].as_array().unwrap().iter().map(|person| &person["id"]).collect();
    assert_eq!(assignees, ["care", "boss"]);
    assert_eq!(case["contact"], json!({"first_name": "Ana", "email": "ana@x.example", "phone": null}));
    assert_eq!(
        case["response"]["answers"][1],
        json!({"id": "why", "question": "Why?", "answer": "Too <slow>"})
    );
    assert_eq!(
        case["promises"][0],
        json!({"promise": "acknowledge", "by": "2026-03-02T13:00:00Z", "done_at": null, "kept": null})
    );
    for wrong in ["state=x", "due=soon", "unit=moon", "cursor=x", "limit=0", "owner=%07"] {
        world.get(&format!("/v1/cases?{wrong}")).await.refused(400, "invalid_query");
    }
    world.get("/v1/cases/7").await.refused(404, "not_found");
    world.get("/v1/cases/seven").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_case_goes_its_way_and_its_trail_says_who_did_what() {
    let mut world = world().await;
    answer(&world, "C-1", 2, "Slow").await;
    let acknowledge = json!({"action": "acknowledge", "expected": "new", "key": "k1"});
    assert_eq!(act(&world, 1, acknowledge.clone()).await.expect(200)["state"], "acknowledged");
    act(&world, 1, acknowledge).await.expect(200);
    world.advance(5);
    let late = act(&world, 1, json!({"action": "acknowledge"})).await.refused(409, "case_changed");
    assert_eq!(late["detail"], "the case is acknowledged since 2026-03-02T09:00:00Z, by test");
    act(&world, 1, json!({"action": "note", "note": "Called, nobody there"})).await.expect(200);
    act(&world, 1, json!({"action": "contact"})).await.expect(200);
    let refused = act(&world, 1, json!({"action": "resolve", "root_cause": "moon"})).await;
    let fields = refused.refused(422, "invalid_case")["fields"].clone();
    assert_eq!(fields.as_array().unwrap().len(), 2, "{fields}");
    act(&world, 1, json!({"action": "fly"})).await.refused(400, "unreadable_body");
    let resolved = act(&world, 1, json!({"action": "resolve", "note": "Put right", "root_cause": "billing"}))
        .await
        .expect(200);
    assert_eq!(resolved["root_cause"], json!({"id": "billing", "name": "Billing"}));
    assert_eq!(resolved["actions"], json!(["reopen", "root_cause", "note"]));
    world.restart().await;
    let case = world.get("/v1/cases/1?language=de").await.expect(200);
    assert_eq!(case["root_cause"]["name"], "Rechnung");
    let trail: Vec<String> = case["trail"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["what"] != "mailed")
        .map(|entry| {
            let part = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
            [part("by"), part("what"), part("from"), part("to"), part("note")].join(" ")
        })
        .collect();
    assert_eq!(
        trail,
        [
            "system opened - detractors -",
            "key state new acknowledged -",
            "key note - - Called, nobody there",
            "key state acknowledged contacted -",
            "key root_cause - billing -",
            "key state contacted resolved Put right",
        ]
    );
    let counts = &world.get("/v1/cases").await.expect(200)["counts"];
    assert_eq!((&counts["open"], &counts["closed"]), (&json!(0), &json!(1)));
    assert_eq!(counts["by_root_cause"][0]["cases"], 1);
}

#[tokio::test]
async fn of_two_who_take_a_case_at_the_same_time_one_is_told_that_the_other_was_faster() {
    let world = world().await;
    answer(&world, "C-1", 2, "Slow").await;
    let take = || act(&world, 1, json!({"action": "acknowledge", "expected": "new"}));
    let (one, other) = tokio::join!(take(), take());
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn a_missed_promise_goes_up_and_that_is_in_the_trail() {
    let world = world().await;
    answer(&world, "C-1", 2, "Slow").await;
    world.advance(4 * 60 + 1);
    let case = until("it goes up", async || {
        let case = world.get("/v1/cases/1").await.expect(200);
        (case["owner"]["id"] == "care").then_some(case)
    })
    .await;
    assert_eq!((&case["overdue"], &case["escalations"]), (&json!(true), &json!(1)));
    let up = case["trail"].as_array().unwrap().iter().find(|entry| entry["what"] == "escalated").unwrap();
    assert_eq!(
        (&up["promise"], &up["from"], &up["to"]),
        (&json!("acknowledge"), &json!("north"), &json!("care"))
    );
    assert_eq!(world.get("/v1/cases?due=overdue").await.expect(200)["counts"]["overdue"], 1);
    let metrics = world.get("/metrics").await.text;
    assert!(metrics.contains("hearback_cases_overdue 1\n") && metrics.contains("hearback_cases_open 1\n"));
}

#[tokio::test]
async fn a_case_is_opened_by_hand_about_a_customer_or_a_response_and_a_response_has_one() {
    let world = world().await;
    let response = world.story(json!({"customer": "C-1", "agent": "amira"}), 8).await;
    let open = json!({"customer": "C-1", "response": response, "note": "Rang in"});
    let case = world.post("/v1/cases", &open).await.expect(201);
    assert_eq!((&case["id"], &case["owner"]["id"], &case["score"]), (&json!(1), &json!("north"), &json!(8)));
    let again = world.post("/v1/cases", &open).await.refused(409, "case_exists");
    assert_eq!(again["detail"], "the response has a case already: 1");
    let case = world
        .post("/v1/cases", &json!({"customer": "C-2", "owner": "care", "unit": "south"}))
        .await
        .expect(201);
    assert_eq!(
        (&case["id"], &case["owner"]["id"], &case["unit"]["id"]),
        (&json!(2), &json!("care"), &json!("south"))
    );
    for (wrong, path) in [
        (json!({"customer": ""}), "customer"),
        (json!({"customer": "C-2", "response": response}), "response"),
        (json!({"customer": "C-2", "owner": "nobody"}), "owner"),
        (json!({"customer": "C-2", "unit": "moon"}), "unit"),
        (json!({"customer": "C-2", "note": " "}), "note"),
    ] {
        let problem = world.post("/v1/cases", &wrong).await.refused(422, "invalid_case");
        assert_eq!(problem["fields"][0]["path"], path);
    }
}

#[tokio::test]
async fn when_people_have_more_than_they_can_fewer_customers_are_asked() {
    let world = world().await;
    let mut little = document();
    little["capacity"] = json!({"each": 1});
    world.put("/v1/follow-up", &little).await.expect(200);
    let asking = json!({
        "rule": [{"name": "all", "survey": "support"}], "backlog": {"slow_from": 1, "stop_at": 2}
    });
    world.put("/v1/asking", &asking).await.expect(200);
    let tell = async |customer: &str| {
        world.post("/v1/interactions", &json!({"customer": customer})).await.expect(200)
    };
    for n in 1..=3 {
        assert_eq!(tell(&format!("I-{n}")).await["decision"], "invited");
        answer(&world, &format!("C-{n}"), 1, "No").await;
    }
    assert_eq!(tell("I-9").await["reason"], "backlog");
    act(&world, 1, json!({"action": "not_needed"})).await.expect(200);
    assert_eq!(tell("I-10").await["decision"], "invited");
}

#[tokio::test]
async fn a_document_without_a_fallback_who_is_there_is_refused_and_changes_nothing() {
    let world = world().await;
    let mut wrong = document();
    wrong["fallback"] = json!("nobody");
    wrong["rule"][0]["owner"] = json!({"person": "nobody"});
    let problem = world.put("/v1/follow-up", &wrong).await.refused(422, "invalid_follow_up");
    let paths: Vec<&str> =
        problem["fields"].as_array().unwrap().iter().map(|field| field["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["fallback", "rule[0].owner.person"]);
    let in_force = world.get("/v1/follow-up").await.expect(200);
    assert_eq!(in_force["fallback"], "boss");
    world
        .put("/v1/follow-up", &json!({"fallback": "boss", "rules": []}))
        .await
        .refused(400, "unreadable_body");

    let empty = World::new().await;
    empty.get("/v1/follow-up").await.refused(409, "no_follow_up_document");
    empty.post("/v1/cases", &json!({"customer": "C-1"})).await.refused(409, "no_follow_up_document");
    assert_eq!(empty.get("/v1/cases").await.expect(200)["matching"], 0);
}
