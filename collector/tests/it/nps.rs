//! The numbers: in all, by group, filtered, of a period.

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::company::begun;
use crate::world::World;

/// Three days, one answer on each of two, three on the last; one agent is in no organisation, one answer has no agent.
pub(crate) async fn answered() -> World {
    let world = World::new().await;
    let answer = async |customer: &str, agent: Option<&str>, region: Option<&str>, score: i64| {
        let mut invitation =
            json!({"customer": customer, "agent": agent, "attributes": {"channel": "phone"}});
        if let Some(region) = region {
            invitation["attributes"]["region"] = json!(region);
        }
        world.story(invitation, score).await;
    };
    answer("C-1", Some("amira"), Some("coast"), 10).await;
    world.advance(24 * 60);
    answer("C-2", Some("amira"), Some("city"), 3).await;
    world.advance(24 * 60);
    answer("C-3", Some("ben"), Some("coast"), 9).await;
    answer("C-4", Some("stranger"), Some("coast"), 8).await;
    answer("C-5", None, None, 0).await;
    world
}

/// Group → n and NPS.
pub(crate) async fn groups(world: &World, query: &str) -> Value {
    let report = world.get(&format!("/v1/nps?{query}")).await.expect(200);
    let line = |group: &Value| json!([group["key"][0], group["name"][0], group["n"], group["nps"]]);
    report["groups"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn a_report_holds_all_that_is_needed_to_judge_it() {
    let world = answered().await;
    let report = world.get("/v1/nps?survey=support&by=team&from=2026-03-04&where=region:coast").await;
    assert_json_snapshot!(report.expect(200), @r#"
    {
      "by": [
        "team"
      ],
      "from": "2026-03-04T00:00:00Z",
      "groups": [
        {
          "detractors": 0,
          "distribution": [
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            0
          ],
          "interval": [
            -48.49864942025203,
            98.49864942025202
          ],
          "key": [
            "south"
          ],
          "n": 1,
          "name": [
            "South"
          ],
          "nps": 100.0,
          "passives": 0,
          "promoters": 1
        },
        {
          "detractors": 0,
          "distribution": [
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            0,
            0
          ],
          "interval": [
            -60.01139595444137,
            60.01139595444137
          ],
          "key": [
            null
          ],
          "n": 1,
          "name": [
            null
          ],
          "nps": 0.0,
          "passives": 1,
          "promoters": 0
        }
      ],
      "smallest": 0,
      "survey": "support",
      "to": null,
      "total": {
        "detractors": 0,
        "distribution": [
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          1,
          1,
          0
        ],
        "interval": [
          -39.44865107837684,
          79.44865107837683
        ],
        "n": 2,
        "nps": 50.0,
        "passives": 1,
        "promoters": 1
      },
      "zone": "UTC"
    }
    "#);
}

#[tokio::test]
async fn nothing_asked_gives_no_number_rather_than_zero() {
    let world = World::new().await;
    let total = world.nps("").await;
    assert_eq!((&total["n"], &total["nps"], &total["interval"]), (&json!(0), &json!(null), &json!(null)));
}

#[tokio::test]
async fn results_group_by_agent_by_any_kind_of_unit_and_by_any_attribute() {
    let world = answered().await;
    assert_eq!(
        groups(&world, "by=agent").await,
        json!([
            ["amira", "Amira Haddad", 2, 0.0],
            ["ben", "Ben Okafor", 1, 100.0],
            ["stranger", null, 1, 0.0],
            [null, null, 1, -100.0]
        ])
    );
    assert_eq!(
        groups(&world, "by=team").await,
        json!([["north", "North", 2, 0.0], ["south", "South", 1, 100.0], [null, null, 2, -50.0]])
    );
    let department = groups(&world, "by=department").await;
    assert_eq!(department[0][2], 3);
    assert_eq!(department[0][0], "care");
    assert_eq!(
        groups(&world, "by=region").await,
        json!([["coast", null, 3, 66.66666666666667], ["city", null, 1, -100.0], [null, null, 1, -100.0]])
    );
    assert_eq!(groups(&world, "by=survey").await, json!([["support", null, 5, 0.0]]));
}

#[tokio::test]
async fn filters_all_hold_at_once() {
    let world = answered().await;
    for (query, n) in [
        ("where=region:coast", 3),
        ("where=region:coast&where=agent:amira", 1),
        ("where=team:north", 2),
        ("where=department:care", 3),
        ("where=department:sales", 0),
        ("where=category:detractor", 2),
        ("where=category:promoter&where=channel:phone", 2),
        ("where=region:nowhere", 0),
        ("survey=support", 5),
    ] {
        assert_eq!(world.nps(query).await["n"], n, "{query}");
    }
}

#[tokio::test]
async fn a_period_begins_with_from_and_ends_before_to() {
    let world = answered().await;
    for (query, n) in [
        ("from=2026-03-03", 4),
        ("to=2026-03-03", 1),
        ("from=2026-03-02&to=2026-03-04", 2),
        ("from=2026-03-03T09:00:00Z", 4),
        ("from=2026-03-03T09:00:01Z", 3),
        ("to=2026-03-03T09:00:00Z", 1),
        ("to=2026-03-03T10:00:01%2B01:00", 2),
        ("from=2026-03-05", 0),
    ] {
        assert_eq!(world.nps(query).await["n"], n, "{query}");
    }
}

#[tokio::test]
async fn what_is_not_known_is_refused_with_the_list_of_what_is() {
    let world = answered().await;
    for query in ["by=regoin", "where=regoin:coast"] {
        let problem = world.get(&format!("/v1/nps?{query}")).await.refused(400, "invalid_query");
        let detail = problem["detail"].as_str().unwrap();
        let known = "nothing is known by \"regoin\"; known are agent, survey, language, category, score, complete, hour, weekday, \
             day, week, month, quarter, year, channel, department, region, team";
        assert!(detail.contains(known), "{detail}");
    }
    let problem = world.get("/v1/nps?where=category:angry").await.refused(400, "invalid_query");
    assert!(problem["detail"].as_str().unwrap().contains("promoter, passive, detractor"));
    let problem = world.get("/v1/nps?from=yesterday&to=2026-13-01&where=region").await;
    let problem = problem.refused(400, "invalid_query");
    let paths: Vec<&Value> =
        problem["fields"].as_array().unwrap().iter().map(|field| &field["path"]).collect();
    assert_eq!(paths, ["from", "to", "where"]);
}

#[tokio::test]
async fn a_mistyped_question_is_refused_rather_than_answered_with_nothing() {
    let world = answered().await;
    for path in
        ["/v1/nps?form=2026-03-03", "/v1/responses?form=2026-03-03", "/v1/customers/C-1/last-score?form=x"]
    {
        let problem = world.get(path).await.refused(400, "invalid_query");
        assert!(problem["detail"].as_str().unwrap().contains("form"), "{problem}");
    }
    for path in ["/v1/nps", "/v1/responses"] {
        let problem = world.get(&format!("{path}?survey=suport")).await.refused(404, "not_found");
        assert_eq!(problem["detail"], "there is no survey \"suport\"");
        for to in ["2026-03-02", "2026-03-03"] {
            let problem = world.get(&format!("{path}?from=2026-03-03&to={to}")).await;
            let problem = problem.refused(400, "invalid_query");
            let paths = [&problem["fields"][0]["path"], &problem["fields"][1]["path"]];
            assert_eq!(paths, ["from", "to"], "{problem}");
        }
    }
}

#[tokio::test]
async fn more_groups_than_the_limit_are_refused_until_the_question_is_narrower() {
    let world = World::with(|settings| settings.limits.groups = 2).await;
    for i in 0..5 {
        world.story(json!({"customer": "C-1", "attributes": {"ticket": format!("T-{i}")}}), 9).await;
        world.advance(24 * 60);
    }
    let problem = world.get("/v1/nps?by=ticket").await.refused(400, "invalid_query");
    let detail = problem["detail"].as_str().unwrap();
    for part in ["5 groups by \"ticket\"", "at most 2", "limits.groups", "shorter period"] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    assert_eq!(
        groups(&world, "by=ticket&from=2026-03-05").await,
        json!([["T-3", null, 1, 100.0], ["T-4", null, 1, 100.0]])
    );
}

#[tokio::test]
async fn groups_always_add_up_to_the_total() {
    let world = World::new().await;
    let invitations: Vec<Value> = (0..200)
        .map(|i| json!({"customer": "C-1", "attributes": {"ticket": format!("T-{}", i % 7)}}))
        .collect();
    let body = json!({"survey": "support", "invitations": invitations});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    let sent: Vec<Value> = made["invitations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|invited| begun(&crate::world::text(&invited["token"]), json!({"nps": 9})))
        .collect();
    world.submit(&sent[0]).await.expect(201);
    let ask = async {
        for _ in 0..50 {
            let report = world.get("/v1/nps?by=ticket").await.expect(200);
            let groups: u64 =
                report["groups"].as_array().unwrap().iter().map(|group| group["n"].as_u64().unwrap()).sum();
            assert_eq!(report["total"]["n"], groups);
        }
    };
    tokio::join!(ask, world.submit_all(&sent));
}

#[tokio::test]
async fn an_answer_without_a_score_is_not_counted_until_it_has_one() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let first = begun(&token, json!({"why": "hm"}));
    world.submit(&first).await.expect(201);
    assert_eq!(world.nps("").await["n"], 0);
    world.submit(&crate::company::then(&first, json!({"nps": 7}), false)).await.expect(200);
    assert_eq!(world.nps("").await["passives"], 1);
}

#[tokio::test]
async fn a_changed_answer_moves_from_one_count_to_another() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1", "agent": "ben"})).await;
    for (score, column) in [(2, "detractors"), (8, "passives"), (10, "promoters")] {
        world.submit(&begun(&token, json!({"nps": score}))).await;
        let team = &world.get("/v1/nps?by=team").await.expect(200)["groups"][0];
        assert_eq!((&team["n"], &team[column]), (&json!(1), &json!(1)), "{score}");
    }
}

#[tokio::test]
async fn agents_who_move_take_their_answers_with_them() {
    let world = answered().await;
    let mut moved = crate::company::organisation();
    moved["agents"][0]["unit"] = json!("shop");
    world.put("/v1/organisation", &moved).await.expect(200);
    assert_eq!(world.nps("where=team:north").await["n"], 0);
    assert_eq!(world.nps("where=team:shop").await["n"], 2);
}
