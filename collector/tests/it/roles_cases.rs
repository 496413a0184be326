//! Cases and events as each role meets them: who sees which, and who may do something with them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::people::{Desk, lead, person};
use crate::sse::Events;
use crate::world::{Answer, World, send};

/// Everybody is followed up, by the lead of the unit.
fn follow_up() -> Value {
    json!({
        "fallback": "boss",
        "promises": {"acknowledge_hours": 4.0},
        "rule": [{"name": "all", "owner": "lead"}],
        "root_cause": [{"id": "waiting", "text": {"en": "Had to wait"}}],
    })
}

/// A company with a lead of each team and an admin, whose agents were each scored once: cases 1, 2 and 3, in this order.
async fn company() -> World {
    let world = World::new().await;
    world.put("/v1/people/boss", &person("boss", "admin")).await.expect(201);
    for (id, unit) in [("leads-north", "north"), ("leads-south", "south"), ("leads-shop", "shop")] {
        world.put(&format!("/v1/people/{id}"), &lead(id, &[unit])).await.expect(201);
    }
    let pushed = world.put("/v1/follow-up", &follow_up()).await;
    assert!([200, 201].contains(&pushed.status), "{}", pushed.text);
    for agent in ["amira", "ben", "carla"] {
        world.story(json!({"customer": format!("C-{agent}"), "agent": agent}), 3).await;
    }
    world
}

async fn act(desk: &Desk<'_>, case: u64, action: Value) -> Answer {
    send(desk.request(Method::POST, &format!("/v1/cases/{case}/actions")).json(&action)).await
}

fn numbers(page: &Value) -> Vec<u64> {
    let mut numbers: Vec<u64> =
        page["cases"].as_array().unwrap().iter().map(|case| case["id"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

async fn desk<'a>(world: &'a World, id: &str) -> Desk<'a> {
    Desk::sign_in(world, id).await
}

#[tokio::test]
async fn of_earlier_scores_only_the_cases_that_are_seen_are_named() {
    let world = company().await;
    world.story(json!({"customer": "C-amira", "agent": "ben"}), 2).await;
    for (id, seen) in [("boss", json!([4, 1])), ("leads-south", json!([4, null]))] {
        let case = desk(&world, id).await.get("/v1/cases/4").await.expect(200);
        let history: Vec<&Value> = case["history"].as_array().unwrap().iter().collect();
        assert_eq!(history.iter().map(|past| &past["score"]).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(history.iter().map(|past| past["case"].clone()).collect::<Value>(), seen, "{id}");
    }
}

#[tokio::test]
async fn everybody_sees_their_own_cases_and_counts() {
    let world = company().await;
    let mut head = lead("head", &["care"]);
    head["agent"] = json!("carla");
    let mut agent = person("as-ben", "agent");
    agent["agent"] = json!("ben");
    let (head, agent) = (Desk::of(&world, &head).await, Desk::of(&world, &agent).await);
    for (desk, seen) in [
        (desk(&world, "boss").await, &[1, 2, 3][..]),
        (desk(&world, "leads-north").await, &[1]),
        (desk(&world, "leads-shop").await, &[3]),
        (head, &[1, 2, 3]),
        (agent, &[2]),
    ] {
        let page = desk.get("/v1/cases").await.expect(200);
        assert_eq!(numbers(&page), seen);
        assert_eq!((&page["matching"], &page["counts"]["open"]), (&json!(seen.len()), &json!(seen.len())));
        for (case, customer) in [(1, "C-amira"), (2, "C-ben"), (3, "C-carla")] {
            let view = desk.get(&format!("/v1/cases/{case}")).await;
            if seen.contains(&case) {
                assert_eq!(view.expect(200)["customer"], customer);
            } else {
                view.refused(404, "not_found");
                act(&desk, case, json!({"action": "note", "note": "x"})).await.refused(404, "not_found");
                let of_customer = desk.get(&format!("/v1/cases?customer={customer}&state=all")).await;
                assert!(!of_customer.text.contains(customer), "{}", of_customer.text);
            }
        }
    }
}

#[tokio::test]
async fn what_a_person_does_stands_in_the_trail_by_name() {
    let world = company().await;
    let north = desk(&world, "leads-north").await;
    act(&north, 1, json!({"action": "acknowledge"})).await.expect(200);
    let done = json!({"action": "resolve", "note": "A new part is on its way", "root_cause": "waiting"});
    let case = act(&north, 1, done).await.expect(200);
    assert_eq!((&case["state"], &case["root_cause"]["name"]), (&json!("resolved"), &json!("Had to wait")));
    let trail = case["trail"].as_array().unwrap();
    let by_her = trail.iter().filter(|entry| entry["who"]["name"] == "The leads-north");
    assert!(by_her.clone().count() >= 2 && by_her.clone().all(|entry| entry["by"] == "person"), "{case:#}");

    // Handed over, it is somebody else's as well.
    let (south, mine) = (desk(&world, "leads-south").await, json!({"action": "assign", "to": "leads-north"}));
    south.get("/v1/cases/1").await.refused(404, "not_found");
    act(&south, 2, mine).await.expect(200);
    assert_eq!(numbers(&north.get("/v1/cases?state=all").await.expect(200)), [1, 2]);
    assert_eq!(numbers(&south.get("/v1/cases").await.expect(200)), [2], "it is still of her unit");
    // Whoever hands it over from there is told that it was done, and does not see it any more.
    let over = json!({"action": "assign", "to": "leads-shop"});
    assert_eq!(act(&north, 2, over).await.expect(200)["owner"]["id"], "leads-shop");
    north.get("/v1/cases/2").await.refused(404, "not_found");
    let asked = json!({"customer": "C-carla"});
    send(north.request(Method::POST, "/v1/cases").json(&asked)).await.refused(403, "role_missing");
}

#[tokio::test]
async fn the_live_stream_tells_a_lead_of_her_unit_alone_until_she_signs_out() {
    let world = company().await;
    let north = desk(&world, "leads-north").await;
    let mut events = Events::begin(north.request(Method::GET, "/v1/events?types=response.created")).await;
    for (agent, customer) in [("carla", "C-7"), ("ben", "C-8"), ("amira", "C-9")] {
        world.story(json!({"customer": customer, "agent": agent}), 9).await;
    }
    let (_, _, data) = events.next().await;
    assert!(data.contains("C-9"), "{data}");
    send(north.request(Method::DELETE, "/v1/session")).await.expect(204);
    world.story(json!({"customer": "C-10", "agent": "amira"}), 9).await;
    events.end().await;
}
