//! The numbers are what is stored, and whoever doubts it can have it counted once more.

use hearback::facts::Facts;
use hearback::snapshot::file::{Reader, Writer};
use serde_json::{Value, json};

use crate::nps::answered;
use crate::program::{Ran, hearback as run};
use crate::world::{World, until};

/// `hearback verify`, beside the collector or without.
pub(crate) async fn verify(world: &World) -> Ran {
    let directory = world.settings.directory.display().to_string();
    let room = ["--directory", &directory, "--min-free-mib", "0", "--min-free-percent", "0"];
    run(world.place(), &[&["verify"], &room[..]].concat()).await
}

#[tokio::test]
async fn the_numbers_are_verified_beside_the_collector_and_without() {
    let mut world = answered().await;
    world.get("/v1/verify").await.refused(404, "not_found");
    let many = world.responses().await.len();
    for _ in 0..2 {
        let said = verify(&world).await.good();
        let first = format!("Compared {many} responses and ");
        assert!(said.starts_with(&first) && said.ends_with("The numbers are what is stored.\n"), "{said}");
        assert!(said.contains("\nCompared responses by attribute.region and month: "), "{said}");
        assert!(said.contains("\nCompared invitations by agent and month: "), "{said}");
        if let Ok(state) = state(&world).await {
            assert_eq!((&state["running"], &state["report"]["different"]), (&json!(false), &json!(0)));
            world.stop().await.unwrap();
        }
    }
    world.start().await;
}

async fn state(world: &World) -> Result<Value, ()> {
    if !hearback::socket_path(&world.settings.directory).exists() {
        return Err(());
    }
    Ok(world.get("/v1/verify").await.expect(200))
}

#[tokio::test]
async fn numbers_that_are_wrong_are_found_and_can_be_counted_anew() {
    let mut world = answered().await;
    world.stop().await.unwrap();
    // A snapshot that is whole, and of this store, and has nothing in it.
    let path = hearback::snapshot::path(&world.settings.directory);
    let mark = Reader::open(&path).unwrap().unwrap().mark();
    let nothing = Facts::default();
    let mut file = Writer::begin(&path).unwrap();
    nothing.write_blocks(nothing.frozen(), |block| file.block(block)).unwrap();
    file.finish(mark).unwrap();

    let ran = verify(&world).await;
    assert!(
        ran.out.contains("DIFFERENT: response 0: it is in the store and not in the numbers"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("DIFFERENT: responses with agent \"amira\" in 2026-03: "), "{}", ran.out);
    assert!(ran.bad().contains("the numbers differ from what is stored in "));
    world.start().await;
    assert_eq!(world.nps("").await["n"], 0, "or this proves nothing");
    world.stop().await.unwrap();
    std::fs::remove_file(path).unwrap();
    world.start().await;
    assert_ne!(world.nps("").await["n"], 0);
    verify(&world).await.good();
}

#[tokio::test]
async fn one_verification_goes_on_at_a_time() {
    let world = answered().await;
    let many = world.responses().await.len();
    for _ in 0..5 {
        let state = world.post("/v1/verify", &json!({})).await.expect(202);
        assert!(state["running"].is_boolean(), "{state}");
    }
    let report = until("it is over", async || {
        let state = world.get("/v1/verify").await.expect(200);
        (state["running"] == false).then(|| state["report"].clone())
    });
    assert_eq!(report.await["responses"], many);
}
