//! What came of following up: how soon, why, and what it changed; and all about one agent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::company;
use crate::people::{Desk, lead, person};
use crate::world::{World, send, text};

/// A company that promises to talk to the unhappy within a working day. It is Monday, nine o'clock.
async fn company() -> World {
    let world = World::new().await;
    let mut organisation = company::organisation();
    organisation["units"][0]["target"] = json!(20);
    world.put("/v1/organisation", &organisation).await.expect(200);
    for person in [person("boss", "admin"), lead("lead-north", &["north"])] {
        let id = text(&person["id"]);
        world.put(&format!("/v1/people/{id}"), &person).await.expect(201);
    }
    let document = json!({
        "fallback": "boss",
        "hours": {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "hours": "09:00..17:00"},
        "promises": {"contact_hours": 8},
        "escalation": {"hand_over": false, "again_hours": 1000},
        "mail": {"send": false},
        "rule": [{"name": "detractors", "category": ["detractor"]}],
        "root_cause": [{"id": "billing", "text": {"en": "Billing", "de": "Rechnung"}}]
    });
    world.put("/v1/follow-up", &document).await.expect(200);
    world
}

/// A customer of an agent's gives a score and says why.
async fn answer(world: &World, customer: &str, agent: &str, score: i64, why: &str) {
    let token = world.invite(json!({"customer": customer, "agent": agent})).await;
    let submission = company::submission(&token, json!({"nps": score, "why": why}));
    world.submit(&submission).await.expect(201);
}

async fn act(world: &World, id: u64, action: Value) {
    world.post(&format!("/v1/cases/{id}/actions"), &action).await.expect(200);
}

/// Case 1 is contacted after an hour and resolved, case 2 on Tuesday at eleven; nobody looks at 3 and 4.
async fn two_days() -> World {
    let world = company().await;
    for (customer, agent) in [("C-1", "amira"), ("C-2", "amira"), ("C-3", "amira"), ("C-4", "carla")] {
        answer(&world, customer, agent, 2, "Slow").await;
    }
    world.advance(60);
    act(&world, 1, json!({"action": "contact"})).await;
    world.advance(25 * 60);
    act(&world, 2, json!({"action": "contact"})).await;
    act(&world, 1, json!({"action": "resolve", "note": "Paid back", "root_cause": "billing"})).await;
    world
}

#[tokio::test]
async fn how_soon_it_was_done_is_told_with_those_who_still_wait() {
    let world = two_days().await;
    let report = world.get("/v1/cases/evidence?every=month").await.expect(200);
    let total = &report["total"];
    assert_eq!((&total["n"], &total["reopened"]), (&json!(4), &json!(0)));
    let contact = &total["waits"][1];
    assert_eq!(
        json!([contact["promise"], contact["done"], contact["waiting"], contact["closed_without"]]),
        json!(["contact", 2, 2, 0])
    );
    // One of four after an hour, two after 26; of those that were done alone it would be one hour.
    assert_eq!(contact["elapsed"]["median_hours"], 26.0);
    assert_eq!(contact["working"]["median_hours"], 10.0, "eight on Monday, two on Tuesday");
    assert_eq!(contact["elapsed"]["p90_hours"], json!(null));
    let kept = &contact["kept"];
    assert_eq!(
        json!([kept["n"], kept["of"], kept["percent"], kept["late"], kept["overdue"], kept["not_yet_due"]]),
        json!([1, 4, 25.0, 1, 2, 0])
    );
    assert!(kept["interval"][0].as_f64().unwrap() < 25.0 && kept["interval"][1].as_f64().unwrap() > 25.0);
    assert_eq!((&total["waits"][2]["done"], &total["waits"][2]["waiting"]), (&json!(1), &json!(3)));
    let cause = &total["root_causes"][0];
    assert_eq!(
        json!([cause["root_cause"]["name"], cause["n"], cause["of"], total["root_cause_unknown"]]),
        json!(["Billing", 1, 1, 3])
    );
    assert_eq!(json!([report["parts"][0]["label"], report["parts"][0]["n"]]), json!(["2026-03", 4]));
    let group = |group: &Value| json!([group["group"]["id"], group["group"]["name"], group["n"]]);
    let groups = |name: &str| report[name].as_array().unwrap().iter().map(group).collect::<Value>();
    assert_eq!(groups("owners"), json!([["lead-north", "The lead-north", 3], ["boss", "The boss", 1]]));
    assert_eq!(groups("units"), json!([["north", "North", 3], ["shop", "Shop", 1]]));
}

#[tokio::test]
async fn evidence_is_of_the_cases_that_are_meant_and_seen() {
    let world = two_days().await;
    let cases = async |query: &str| {
        let report = world.get(&format!("/v1/cases/evidence?{query}")).await.expect(200);
        report["total"]["n"].as_u64().unwrap()
    };
    let meant = [
        ("unit=care", 3),
        ("unit=shop", 1),
        ("owner=boss", 1),
        ("rule=detractors", 4),
        ("rule=others", 0),
        ("from=2026-03-03", 0),
        ("to=2026-03-03&survey=support", 4),
    ];
    for (query, expected) in meant {
        assert_eq!(cases(query).await, expected, "{query}");
    }
    for (query, path) in [("unit=nowhere", "unit"), ("every=now", "every"), ("from=soon", "from")] {
        let problem = world.get(&format!("/v1/cases/evidence?{query}")).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], path, "{problem}");
    }
    let german = world.get("/v1/cases/evidence?language=de").await.expect(200);
    assert_eq!(german["total"]["root_causes"][0]["root_cause"]["name"], "Rechnung");
    let csv = world.get("/v1/cases/evidence?format=csv").await;
    assert!(
        csv.text.starts_with("scope,") && csv.text.contains("total,") && !csv.text.contains("billing"),
        "{}",
        csv.text
    );
    assert!(csv.text.contains("Billing") && csv.text.contains("lead-north"), "{}", csv.text);
    let shop = Desk::of(&world, &lead("lead-shop", &["shop"])).await;
    let seen = shop.get("/v1/cases/evidence").await.expect(200);
    assert_eq!((&seen["total"]["n"], &seen["units"][0]["group"]["id"]), (&json!(1), &json!("shop")));
}

#[tokio::test]
async fn to_close_a_case_and_open_it_again_makes_nobody_faster() {
    let world = two_days().await;
    let before = world.get("/v1/cases/evidence").await.expect(200)["total"].take();
    act(&world, 1, json!({"action": "reopen"})).await;
    let after = world.get("/v1/cases/evidence").await.expect(200)["total"].take();
    assert_eq!((&before["reopened"], &after["reopened"]), (&json!(0), &json!(1)));
    assert_eq!(after["waits"][1], before["waits"][1], "the customer was talked to after an hour");
    assert_eq!((&before["waits"][2]["done"], &after["waits"][2]["done"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn a_small_groups_cases_are_withheld() {
    let mut world = two_days().await;
    world.stop().await.unwrap();
    world.settings.limits.smallest_group = 2;
    world.start().await;
    let report = world.get("/v1/cases/evidence").await.expect(200);
    let withheld: Value =
        report["owners"].as_array().unwrap().iter().map(|group| group["withheld"].clone()).collect();
    assert_eq!(withheld, json!([3, 1]), "the other one would give it away");
    assert_eq!(report["owners"][0]["waits"], json!(null));
}

#[tokio::test]
async fn who_was_followed_up_is_compared_with_who_was_not() {
    let world = company().await;
    for n in 1..=7 {
        answer(&world, &format!("C-{n}"), "amira", 3, "Slow").await;
    }
    world.advance(60);
    for case in 1..=3 {
        act(&world, case, json!({"action": "contact"})).await;
    }
    world.advance(7 * 24 * 60);
    for n in 1..=6 {
        answer(&world, &format!("C-{n}"), "amira", if n <= 3 { 9 } else { 4 }, "Again").await;
    }
    // Asked again, and silent.
    world.invite(json!({"customer": "C-7", "agent": "amira"})).await;
    for query in ["to=2026-03-03", "", "among=detractors&next=any", "among=detractors&unit=care"] {
        let report = world.get(&format!("/v1/cases/recovery?{query}")).await.expect(200);
        assert_eq!(report["customers"], 7, "{query}: each once");
        let side = |name: &str| {
            let side = &report[name];
            let again = &side["answered_again"];
            json!([
                side["n"],
                side["first"]["nps"],
                side["next"]["nps"],
                again["n"],
                again["of"],
                side["median_days"]
            ])
        };
        let median = report["followed_up"]["median_days"].as_f64().unwrap();
        assert!((median - 7.0).abs() < 0.1, "{query}: {median}");
        assert_eq!(
            side("followed_up").as_array().unwrap()[..5],
            [json!(3), json!(-100.0), json!(100.0), json!(3), json!(3)]
        );
        assert_eq!(
            side("not_followed_up").as_array().unwrap()[..5],
            [json!(3), json!(-100.0), json!(-100.0), json!(3), json!(4)]
        );
        assert_eq!(report["difference"]["difference"], 200.0, "{query}");
        let adjusted = &report["adjusted"];
        assert_eq!(
            json!([adjusted["difference"], adjusted["n"], adjusted["left_out"]]),
            json!([200.0, 6, 0])
        );
        let codes: Vec<&str> =
            report["caveats"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["not_at_random", "few"], "{query}");
    }
    let others = Desk::of(&world, &lead("lead-shop", &["shop"])).await;
    for query in ["", "among=detractors"] {
        let seen = others.get(&format!("/v1/cases/recovery?{query}")).await.expect(200);
        assert_eq!(seen["customers"], 0, "{query}");
    }
    let problem = world.get("/v1/cases/recovery?among=everybody").await.refused(400, "invalid_query");
    assert!(text(&problem["detail"]).contains("among: "), "{problem}");
    let csv = world.get("/v1/cases/recovery?format=csv").await;
    assert!(csv.text.contains("not_followed_up") && csv.text.contains("Nobody drew lots"), "{}", csv.text);
}

/// C-1 gave a passive's 8, and somebody saw what was wrong; C-2 has given nothing before; the case of C-3 is a rule's.
#[tokio::test]
async fn a_case_opened_by_hand_counts_where_it_is_asked_for_with_the_last_score_before() {
    let world = company().await;
    answer(&world, "C-1", "amira", 10, "Good").await;
    world.advance(60);
    answer(&world, "C-1", "amira", 8, "Fine").await;
    answer(&world, "C-3", "amira", 2, "Slow").await;
    world.advance(60);
    for customer in ["C-1", "C-2"] {
        let opened =
            world.post("/v1/cases", &json!({"customer": customer, "unit": "north"})).await.expect(201);
        act(&world, opened["id"].as_u64().unwrap(), json!({"action": "contact"})).await;
    }
    world.advance(24 * 60);
    for customer in ["C-1", "C-2", "C-3"] {
        answer(&world, customer, "amira", 9, "Again").await;
    }
    let report = async |query: &str| world.get(&format!("/v1/cases/recovery?{query}")).await.expect(200);
    let rules = report("").await;
    assert_eq!((&rules["customers"], &rules["followed_up"]["n"]), (&json!(1), &json!(0)));
    for query in ["among=all_cases", "among=all_cases&survey=support&unit=north"] {
        let all = report(query).await;
        assert_eq!(json!([all["among"], all["customers"]]), json!(["all_cases", 2]), "{query}");
        let with = &all["followed_up"];
        assert_eq!(
            json!([with["n"], with["first"]["nps"], with["next"]["nps"], with["mean_change"]]),
            json!([1, 0.0, 100.0, 1.0]),
            "{query}"
        );
        let last = all["caveats"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["code"], "opened_by_hand", "{all}");
        assert!(
            text(&last["sentence"]).starts_with("Of 1 of those who were followed up and of 0 of the others")
        );
    }
}

#[tokio::test]
async fn an_agent_and_whoever_leads_see_the_agents_page_and_nobody_else() {
    let world = two_days().await;
    answer(&world, "C-5", "amira", 10, "Quick").await;
    answer(&world, "C-6", "ben", 9, "Kind").await;
    let page = world.get("/v1/agents/amira/coaching").await.expect(200);
    assert_eq!(
        json!([page["agent"]["name"], page["unit"]["id"], page["every"]]),
        json!(["Amira Haddad", "north", "month"])
    );
    let score = &page["score"];
    assert_eq!(json!([score["n"], score["nps"], score["trend"][0]["label"]]), json!([4, -50.0, "2026-03"]));
    assert!(score["interval"][0].as_f64().unwrap() < -50.0);
    assert_eq!(
        json!([page["target"]["unit"]["id"], page["target"]["target"], page["target"]["met"]]),
        json!(["care", 20.0, "not_certain"]),
        "of the nearest unit above that has one"
    );
    let comment = |it: &Value| json!([it["comment"], it["score"], it["case"]]);
    let comments: Value = page["comments"].as_array().unwrap().iter().map(comment).collect();
    assert_eq!(comments, json!([["Quick", 10, null], ["Slow", 2, 3], ["Slow", 2, 2], ["Slow", 2, 1]]));
    let ids =
        |name: &str| page[name].as_array().unwrap().iter().map(|case| case["id"].clone()).collect::<Value>();
    assert_eq!((ids("open_cases"), ids("closed_cases")), (json!([3, 2]), json!([1])));
    assert_eq!(json!([page["counts"]["open"], page["counts"]["closed"]]), json!([2, 1]), "none of others'");
    assert_eq!(page["counts"]["by_root_cause"][0]["root_cause"]["name"], "Billing");
    let two = world.get("/v1/agents/amira/coaching?limit=1&to=2026-03-03").await.expect(200);
    assert_eq!(two["comments"].as_array().unwrap().len(), 1);
    assert_eq!(two["score"]["n"], 3);

    let mut amira = person("amira-herself", "agent");
    amira["agent"] = json!("amira");
    let own = Desk::of(&world, &amira).await;
    assert_eq!(own.get("/v1/agents/amira/coaching").await.expect(200)["score"]["n"], 4);
    own.get("/v1/agents/ben/coaching").await.refused(404, "not_found");
    for (units, expected) in [("north", 200), ("care", 200), ("south", 404), ("sales", 404)] {
        let desk = Desk::of(&world, &lead(&format!("of-{units}"), &[units])).await;
        let answer = send(desk.request(Method::GET, "/v1/agents/amira/coaching")).await;
        assert_eq!(answer.status, expected, "{units}: {}", answer.text);
    }
    world.get("/v1/agents/nobody/coaching").await.refused(404, "not_found");
}
