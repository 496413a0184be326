//! The card of a customer's last score on the desk of an agent: one tag, which keeps itself up to date.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::accessibility::violations;
use crate::looks::directory;
use crate::pages::Card;
use crate::world::{Api, EVIE, World, until};

/// Somebody is invited and answers.
async fn answer(api: &Api, customer: &str, score: i64, comment: &str) -> Result<()> {
    let body = json!({"survey": "support", "invitations": [{"customer": customer}]});
    let made = api.post("/v1/invitations", &body).await?;
    static ANSWERS: AtomicU32 = AtomicU32::new(0);
    let id = format!("00000000-0000-4000-8000-{:012}", ANSWERS.fetch_add(1, Ordering::Relaxed));
    let submission = json!({
        "id": id, "revision": 1, "survey": "support", "token": made["invitations"][0]["token"],
        "complete": true, "answers": {"nps": score, "why": comment},
    });
    api.post("/v1/submissions", &submission).await?;
    Ok(())
}

async fn link(api: &Api, customer: &str) -> Result<String> {
    let made: Value = api.post(&format!("/v1/customers/{customer}/last-score/links"), &json!({})).await?;
    Ok(made["signed"].as_str().context("a link")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_shows_what_the_customer_said_and_is_told_when_she_says_more() -> Result<()> {
    let world = World::new().await?;
    let card = Card::open(&world, &link(&world.api, EVIE).await?, "en").await?;
    assert!(card.text().await?.contains("Unknown customer"), "{}", card.text().await?);
    assert_eq!(card.heard().await?, "", "nothing is new to somebody who has just come");
    answer(&world.api, EVIE, 9, "Quick and kind").await?;
    card.until_shown("9 of 10\n\nPromoter · ").await?;
    assert!(card.text().await?.contains("Quick and kind"));
    assert_eq!(card.heard().await?, "New answer · 9 of 10 · Promoter · Quick and kind");
    assert_eq!(card.history().await?, None, "one score is no history");

    answer(&world.api, EVIE, 2, "Cut off twice").await?;
    card.until_shown("2 of 10\n\nDetractor · ").await?;
    let text = card.text().await?;
    assert!(text.contains("Lower than before: 9") && text.contains("Cut off twice"), "{text}");
    assert!(!text.contains("Quick and kind"), "{text}");
    assert_eq!(card.history().await?.as_deref(), Some("Scores, oldest first: 9, 2"));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_customer_leaves_nothing_of_the_one_before() -> Result<()> {
    let world = World::new().await?;
    answer(&world.api, "C-1", 3, "Private words").await?;
    answer(&world.api, "C-2", 10, "").await?;
    let card = Card::open(&world, &link(&world.api, "C-1").await?, "en").await?;
    assert!(card.text().await?.contains("Private words"));
    card.change_customer(&link(&world.api, "C-2").await?).await?;
    card.until_shown("10 of 10").await?;
    let text = card.text().await?;
    assert!(!text.contains("Private words") && !text.contains("before"), "{text}");
    assert_eq!(card.heard().await?, "");
    // The one before answers again: this card does not care.
    answer(&world.api, "C-1", 4, "Other words").await?;
    answer(&world.api, "C-2", 8, "Mine").await?;
    card.until_shown("Mine").await?;
    assert!(card.text().await?.contains("8 of 10\n\nPassive · "));
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_told_and_made_again() -> Result<()> {
    let mut world = World::new().await?;
    answer(&world.api, EVIE, 9, "").await?;
    let signed = link(&world.api, EVIE).await?;
    Card::open(&world, &signed, "en").await?;
    world.collector.kill();
    let card = Card::of(&world);
    card.until_shown("Connection lost").await?;
    assert!(card.text().await?.contains("9 of 10"), "what is known stays");
    world.collector.start(&[]).await?;
    until("the connection", async || {
        Ok((!Card::of(&world).text().await?.contains("Connection lost")).then_some(()))
    })
    .await?;
    answer(&world.api, EVIE, 4, "").await?;
    Card::of(&world).until_shown("4 of 10").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_are_revoked_leave_nothing_on_the_screen() -> Result<()> {
    let world = World::new().await?;
    answer(&world.api, EVIE, 1, "Private words").await?;
    let card = Card::open(&world, &link(&world.api, EVIE).await?, "de").await?;
    assert!(card.text().await?.contains("1 von 10\n\nKritiker · "), "{}", card.text().await?);
    world.collector.command(&["links", "revoke"]).await?;
    card.until_shown("Diese Ansicht ist abgelaufen").await?;
    let text = card.text().await?;
    assert!(!text.contains("Private words") && !text.contains("1 von 10"), "{text}");
    world.finish().await
}

/// Each state that a card can be in, in English and Arabic.
async fn each(world: &World, mut visit: impl AsyncFnMut(&World, &str) -> Result<()>) -> Result<()> {
    for (score, comment) in [
        (7, ""),
        (10, "Fine"),
        (3, "The line was cut off twice, and I had to tell everything again from the beginning."),
    ] {
        answer(&world.api, "C-1", score, comment).await?;
    }
    answer(&world.api, "C-2", 9, "كل شيء على ما يرام").await?;
    world
        .api
        .post("/v1/invitations", &json!({"survey": "support", "invitations": [{"customer": "C-3"}]}))
        .await?;
    for language in ["en", "ar"] {
        for (state, customer) in [("history", "C-1"), ("one", "C-2"), ("never", "C-3"), ("unknown", "C-4")] {
            Card::open(world, &link(&world.api, customer).await?, language).await?;
            visit(world, &format!("card-{state}-{language}")).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_a_card() -> Result<()> {
    let world = World::new().await?;
    let mut found = Vec::new();
    each(&world, async |world, state| {
        found.extend(violations(world, state).await?);
        Ok(())
    })
    .await?;
    assert!(found.is_empty(), "{found:#?}");
    world.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_card() -> Result<()> {
    let Some(directory) = directory()? else { return Ok(()) };
    let world = World::new().await?;
    each(&world, async |world, state| {
        for (width, scheme) in [(320, "light"), (320, "dark"), (700, "light"), (700, "dark")] {
            world.browser.prefer_scheme(scheme).await?;
            world.browser.resize(width, 520).await?;
            world.browser.look().await?.save(&directory.join(format!("{state}-{width}-{scheme}.png")))?;
        }
        world.browser.resize(1280, 900).await
    })
    .await?;
    world.finish().await
}
