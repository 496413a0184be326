//! The organisation: replaced whole, or not at all.

use serde_json::{Value, json};

use crate::company::organisation;
use crate::world::World;

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
    assert_eq!(pushed, json!({"units": 5, "agents": 3}));
    let mut stored = world.get("/v1/organisation").await.expect(200);
    world.restart().await;
    assert_eq!(sorted(world.get("/v1/organisation").await.expect(200)), sorted(stored.clone()));
    // Roots are stored with no parent.
    for unit in stored["units"].as_array_mut().unwrap() {
        if unit["parent"].is_null() {
            unit.as_object_mut().unwrap().remove("parent");
        }
    }
    assert_eq!(sorted(stored), sorted(organisation()));
    assert_eq!(world.put("/v1/organisation", &nothing).await.expect(200), json!({"units": 0, "agents": 0}));
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
