//! Webhooks: what happens is sent to whoever asked for it, signed, in order, and until it is taken.

mod made;
mod order;
mod reach;
mod record;
mod signed;

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::world::{World, send, text, until};

/// A collector that may reach this machine.
async fn world() -> World {
    World::with(|settings| settings.webhooks.allow = vec!["127.0.0.0/8".into()]).await
}

/// A webhook, by its id, and its secret.
struct Hook {
    id: String,
    secret: String,
}

impl Hook {
    /// One that hears of new responses.
    async fn of_responses(world: &World, receiver: &Receiver) -> Self {
        Self::make(world, json!({"url": receiver.url(), "types": ["response.created"]})).await
    }

    async fn make(world: &World, wanted: Value) -> Self {
        let made = world.post("/v1/webhooks", &wanted).await.expect(201);
        Self { id: text(&made["id"]), secret: text(&made["secret"]) }
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/webhooks/{}{rest}", self.id)
    }

    async fn show(&self, world: &World) -> Value {
        world.get(&self.path("")).await.expect(200)
    }

    async fn change(&self, world: &World, change: Value) -> Value {
        send(world.with_key(reqwest::Method::PATCH, &self.path("")).json(&change)).await.expect(200)
    }

    /// Waits until it is in this state.
    async fn until_state(&self, world: &World, state: &str) -> Value {
        until(&format!("it is {state}"), async || {
            let shown = self.show(world).await;
            (shown["state"] == state).then_some(shown)
        })
        .await
    }

    /// Its deliveries, once there are so many: the newest first.
    async fn deliveries(&self, world: &World, query: &str, least: usize) -> Vec<Value> {
        until(&format!("{least} deliveries"), async || {
            let page = world.get(&self.path(&format!("/deliveries?{query}"))).await.expect(200);
            let deliveries = page["deliveries"].as_array().unwrap().clone();
            (deliveries.len() >= least).then_some(deliveries)
        })
        .await
    }
}

/// A customer answers with each of these scores.
async fn answers(world: &World, customer: &str, scores: impl IntoIterator<Item = i64>) {
    for score in scores {
        world.story(json!({"customer": customer}), score).await;
    }
}
