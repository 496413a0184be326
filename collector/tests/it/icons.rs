//! The last score as an icon.

use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, IF_NONE_MATCH};
use serde_json::json;

use crate::world::{Answer, World, send};

const LAST: &str = "/v1/customers/C-1/last-score";

async fn accepting(world: &World, path: &str, accept: &str) -> Answer {
    send(world.with_key(Method::GET, path).header(ACCEPT, accept)).await
}

#[tokio::test]
async fn an_icon_says_in_words_what_it_draws() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    world.advance(60);
    world.story(json!({"customer": "C-1"}), 3).await;
    world.advance(3 * 24 * 60);
    let icon = accepting(&world, LAST, "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8").await;
    assert_eq!(icon.status, 200);
    assert_eq!(icon.header("content-type"), Some("image/svg+xml"));
    assert_eq!(icon.header("content-language"), Some("en"));
    let words = "Last score: 3 of 10 · Detractor · Days since then: 3 · Lower than before: 9";
    assert!(icon.text.contains(&format!("role=\"img\" aria-label=\"{words}\"")), "{}", icon.text);
    assert!(icon.text.contains(&format!("<title>{words}</title>")), "{}", icon.text);

    let german = world.with_key(Method::GET, LAST).header(ACCEPT, "image/svg+xml");
    let german = send(german.header(ACCEPT_LANGUAGE, "de-AT, en;q=0.5")).await;
    assert!(german.text.contains("Letzte Bewertung: 3 von 10 · Kritiker"), "{}", german.text);
    let arabic = world.get(&format!("{LAST}?format=svg&language=xx,ar")).await;
    assert_eq!(arabic.header("content-language"), Some("ar"));
}

#[tokio::test]
async fn an_icon_is_as_large_as_it_is_asked_for() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 10).await;
    for size in [16, 24, 32, 64, 256] {
        let icon = world.with_key(Method::GET, &format!("{LAST}?format=png&size={size}"));
        let icon = icon.send().await.unwrap();
        assert_eq!(
            (icon.status().as_u16(), &icon.headers()["content-type"]),
            (200, &"image/png".parse().unwrap())
        );
        let bytes = icon.bytes().await.unwrap();
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        // Width and height stand first in the first chunk.
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((side(16), side(20)), (size, size));
    }
    for (wrong, path) in [("size=15", "size"), ("size=257", "size")] {
        let problem = world.get(&format!("{LAST}?format=svg&{wrong}")).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], path);
    }
    world.get(&format!("{LAST}?format=gif")).await.refused(400, "invalid_query");
}

#[tokio::test]
async fn there_is_an_icon_for_those_who_never_answered_and_for_strangers() {
    let world = World::new().await;
    world.invite(json!({"customer": "C-1"})).await;
    let never = accepting(&world, LAST, "image/svg+xml").await;
    assert!(never.status == 200 && never.text.contains("No answer yet"), "{}", never.text);
    let stranger = accepting(&world, "/v1/customers/C-2/last-score", "image/svg+xml").await;
    assert!(stranger.status == 200 && stranger.text.contains("Unknown customer"), "{}", stranger.text);
    // As data, a stranger is not there.
    accepting(&world, "/v1/customers/C-2/last-score", "application/json").await.refused(404, "not_found");
    let refused = send(world.request(Method::GET, LAST).header(ACCEPT, "image/png")).await;
    refused.refused(401, "key_missing");
}

#[tokio::test]
async fn an_icon_is_fetched_again_only_when_it_has_changed() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    let icon = accepting(&world, LAST, "image/png").await;
    assert_eq!(icon.header("cache-control"), Some("private, max-age=30"));
    let vary = icon.header("vary").unwrap();
    assert!(vary.contains("accept"), "{vary}");
    let tag = icon.header("etag").unwrap().to_owned();
    let again = async || {
        send(world.with_key(Method::GET, LAST).header(ACCEPT, "image/png").header(IF_NONE_MATCH, &tag)).await
    };
    let same = again().await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    world.story(json!({"customer": "C-1"}), 2).await;
    assert_eq!(again().await.status, 200);
    // Data is told anew each time.
    assert_eq!(world.get(LAST).await.header("cache-control"), Some("no-store"));
}
