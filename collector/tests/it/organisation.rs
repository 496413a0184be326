//! The organisation: replaced or changed, in whole or not at all.

use reqwest::Method;
use serde_json::{Value, json};

use crate::company::organisation;
use crate::world::{Answer, World, send};

async fn refused(world: &World, change: impl FnOnce(&mut Value)) -> Value {
    let mut broken = organisation();
    change(&mut broken);
    let problem = world.put("/v1/organisation", &broken).await.refused(422, "invalid_organisation");
    let stored = world.get("/v1/organisation").await.expect(200);
    assert_eq!(stored["units"].as_array().unwrap().len(), 5, "the one before stays");
    problem["fields"].clone()
}

#[tokio::test]
async fn an_organisation_comes_back_as_it_was_pushed() {
    let mut world = World::empty(|_| ()).await;
    let nothing = json!({"units": [], "agents": []});
    assert_eq!(world.get("/v1/organisation").await.expect(200), nothing);
    let pushed = world.put("/v1/organisation", &organisation()).await.expect(200);
    assert_eq!(pushed, json!({"units": 5, "agents": 3, "changed_units": 5, "changed_agents": 3}));
    let mut stored = world.get("/v1/organisation").await.expect(200);
    world.restart().await;
    assert_eq!(world.get("/v1/organisation").await.expect(200), stored);
    // Roots are stored with no parent.
    for unit in stored["units"].as_array_mut().unwrap() {
        if unit["parent"].is_null() {
            unit.as_object_mut().unwrap().remove("parent");
        }
    }
    assert_eq!(sorted(stored), sorted(organisation()));
    let emptied = world.put("/v1/organisation", &nothing).await.expect(200);
    assert_eq!(emptied, json!({"units": 0, "agents": 0, "changed_units": 5, "changed_agents": 3}));
    world.restart().await;
    assert_eq!(world.get("/v1/organisation").await.expect(200), nothing);
}

fn sorted(mut organisation: Value) -> Value {
    for list in ["units", "agents"] {
        let list = organisation[list].as_array_mut().unwrap();
        list.sort_by_key(|entry| entry["id"].as_str().unwrap().to_owned());
    }
    organisation
}

#[tokio::test]
async fn a_circle_is_named() {
    let world = World::new().await;
    let fields = refused(&world, |it| it["units"][0]["parent"] = json!("north")).await;
    assert_eq!(
        fields,
        json!([
            {"path": "units[0].parent", "detail": "care is above itself"},
            {"path": "units[2].parent", "detail": "north is above itself"}
        ])
    );
}

#[tokio::test]
async fn an_unknown_parent_and_an_unknown_unit_are_named() {
    let world = World::new().await;
    let fields = refused(&world, |it| {
        it["units"][4]["parent"] = json!("nowhere");
        it["agents"][0]["unit"] = json!("gone");
    })
    .await;
    assert_eq!(
        fields,
        json!([
            {"path": "units[4].parent", "detail": "there is no unit nowhere"},
            {"path": "agents[0].unit", "detail": "there is no unit gone"}
        ])
    );
}

#[tokio::test]
async fn an_id_that_stands_twice_is_named() {
    let world = World::new().await;
    let fields = refused(&world, |it| it["agents"][1]["id"] = json!("amira")).await;
    assert_eq!(fields, json!([{"path": "agents[1].id", "detail": "amira stands here twice"}]));
}

async fn change(world: &World, change: &Value) -> Answer {
    send(world.with_key(Method::PATCH, "/v1/organisation").json(change)).await
}

async fn agent(world: &World, id: &str, query: &str) -> Value {
    let shown = world.get(&format!("/v1/organisation{query}")).await.expect(200);
    let agents = shown["agents"].as_array().unwrap();
    agents.iter().find(|agent| agent["id"] == id).cloned().unwrap_or(Value::Null)
}

#[tokio::test]
async fn memberships_targets_and_the_time_zone_come_back_as_they_were_pushed() {
    let mut world = World::empty(|_| ()).await;
    let mut company = organisation();
    company["time_zone"] = json!("Europe/London");
    company["units"][1]["target"] = json!(-12.5);
    company["agents"][0]["memberships"] =
        json!([{"unit": "south", "from": "2026-03-01", "to": "2026-06-01"}]);
    world.put("/v1/organisation", &company).await.expect(200);
    let stored = world.get("/v1/organisation").await.expect(200);
    assert_eq!(stored["time_zone"], "Europe/London");
    assert_eq!(sorted(stored.clone())["agents"], sorted(company)["agents"]);
    assert_eq!(
        stored["units"][2],
        json!({"id": "sales", "kind": "department", "name": "Sales", "parent": null, "target": -12.5})
    );
    world.restart().await;
    assert_eq!(world.get("/v1/organisation").await.expect(200), stored);
}

#[tokio::test]
async fn two_homes_at_once_are_named_with_both_dates() {
    let world = World::new().await;
    let fields = refused(&world, |it| {
        it["agents"][1]["memberships"] =
            json!([{"unit": "south", "to": "2026-06-02"}, {"unit": "north", "from": "2026-06-01"}]);
    })
    .await;
    assert_eq!(
        fields,
        json!([{"path": "agents[1].memberships[1]",
            "detail": "ben has two homes at once from 2026-06-01 on: south (to 2026-06-02) and north (from 2026-06-01)"}])
    );
    let mut broken = organisation();
    broken["agents"][1]["memberships"] = json!([{"unit": "south", "from": "1 June"}]);
    let problem = world.put("/v1/organisation", &broken).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "agents[1].memberships[0].from");
}

#[tokio::test]
async fn the_organisation_of_a_day_has_the_agents_and_homes_of_that_day() {
    let world = World::new().await;
    let moves = json!([{"agent": "amira", "unit": "shop", "from": "2026-06-01"}, {"agent": "ben", "unit": null, "from": "2026-06-01"}]);
    change(&world, &json!({"moves": moves})).await.expect(200);
    for (query, amira, ben) in [
        (
            "?at=2026-05-31",
            json!([{"unit": "north", "to": "2026-06-01"}]),
            json!([{"unit": "south", "to": "2026-06-01"}]),
        ),
        ("?at=2026-06-01", json!([{"unit": "shop", "from": "2026-06-01"}]), Value::Null),
    ] {
        assert_eq!(agent(&world, "amira", query).await["memberships"], amira);
        assert_eq!(agent(&world, "ben", query).await["memberships"], ben);
    }
    assert_eq!(agent(&world, "amira", "?at=").await["memberships"].as_array().unwrap().len(), 2);
    let problem = world.get("/v1/organisation?at=June").await.refused(400, "invalid_query");
    assert_eq!(
        problem["fields"],
        json!([{"path": "at", "detail": "\"June\" is not a date such as 2026-01-31"}])
    );
}

#[tokio::test]
async fn a_move_sent_twice_changes_nothing_more_and_results_follow_it() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1", "agent": "amira"}), 9).await;
    let moves = json!({"moves": [{"agent": "amira", "unit": "shop", "from": "2020-01-01"}]});
    let done = change(&world, &moves).await.expect(200);
    assert_eq!(done, json!({"units": 5, "agents": 3, "changed_units": 0, "changed_agents": 1}));
    let before = world.get("/v1/organisation").await.expect(200);
    let again = change(&world, &moves).await.expect(200);
    assert_eq!(again, json!({"units": 5, "agents": 3, "changed_units": 0, "changed_agents": 0}));
    assert_eq!(world.get("/v1/organisation").await.expect(200), before);
    assert_eq!(world.nps("where=team:shop").await["n"], 1);
}

#[tokio::test]
async fn a_change_with_one_mistake_changes_nothing() {
    let world = World::new().await;
    let before = world.get("/v1/organisation").await.expect(200);
    let mistaken = json!({
        "units": [{"id": "north", "name": "Far North"}],
        "agents": [{"id": "dora", "name": "Dora", "unit": "nowhere"}],
        "moves": [{"agent": "ben", "unit": "north", "from": "2026-07-01"}, {"agent": "zoe", "unit": "north", "from": "2026-07-01"}],
        "remove_units": ["care", "shop"]
    });
    let problem = change(&world, &mistaken).await.refused(422, "invalid_organisation");
    assert_eq!(problem["detail"], "the change of the organisation is not valid; nothing was stored");
    assert_eq!(
        problem["fields"],
        json!([
            {"path": "agents[0].unit", "detail": "there is no unit nowhere"},
            {"path": "moves[1].agent", "detail": "there is no agent zoe"},
            {"path": "remove_units[0]", "detail": "care cannot go: north is below it"},
            {"path": "remove_units[1]", "detail": "shop cannot go: carla has a membership in it (always)"}
        ])
    );
    assert_eq!(world.get("/v1/organisation").await.expect(200), before);
    let problem = change(&world, &json!({"removeUnits": ["care"]})).await.refused(400, "unreadable_body");
    assert!(problem["detail"].as_str().unwrap().contains("removeUnits"), "{problem:#}");
}

#[tokio::test]
async fn an_agent_who_is_removed_is_still_where_the_answers_were_given() {
    let mut world = World::new().await;
    change(&world, &json!({"remove_agents": ["amira"]})).await.expect(200);
    world.restart().await;
    let removed = agent(&world, "amira", "").await;
    assert_eq!((&removed["name"], &removed["unit"]), (&json!("Amira Haddad"), &Value::Null));
    let last_day = removed["memberships"][0]["to"].as_str().unwrap().to_owned();
    assert_eq!(removed["memberships"], json!([{"unit": "north", "to": last_day}]));
    assert_eq!(agent(&world, "amira", &format!("?at={last_day}")).await, Value::Null);
    assert_eq!(agent(&world, "amira", "?at=2020-01-01").await["memberships"][0]["unit"], "north");
}

#[tokio::test]
async fn of_changes_at_once_none_is_lost() {
    let mut world = World::new().await;
    let changes: Vec<Value> = (0..24)
        .map(|n| match n % 3 {
            0 => json!({"agents": [{"id": format!("new{n}"), "name": "New"}]}),
            1 => json!({"units": [{"id": format!("unit{n}"), "kind": "team", "name": "New"}]}),
            _ => json!({"moves": [{"agent": "ben", "unit": if n % 2 == 0 { "north" } else { "shop" }, "from": format!("2026-01-{:02}", n + 1)}]}),
        })
        .collect();
    let sent: Vec<_> = changes
        .iter()
        .map(|change| tokio::spawn(send(world.with_key(Method::PATCH, "/v1/organisation").json(change))))
        .collect();
    for answer in sent {
        answer.await.unwrap().expect(200);
    }
    let after = world.get("/v1/organisation").await.expect(200);
    assert_eq!(after["agents"].as_array().unwrap().len(), 3 + 8);
    assert_eq!(after["units"].as_array().unwrap().len(), 5 + 8);
    for n in (2..24).step_by(3) {
        let home = agent(&world, "ben", &format!("?at=2026-01-{:02}", n + 1)).await;
        assert_eq!(home["memberships"][0]["unit"], if n % 2 == 0 { "north" } else { "shop" }, "{n}");
    }
    world.restart().await;
    assert_eq!(world.get("/v1/organisation").await.expect(200), after);
}
