//! Links to a last score that open without a key, and the card that follows a customer by one.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};

use crate::company::{begun, then};
use crate::sse::Events;
use crate::world::{Answer, World, send, text, until};

async fn link(world: &World, query: &str) -> Value {
    world.post(&format!("/v1/customers/C-1/last-score/links{query}"), &json!({})).await.expect(201)
}

/// What a screen gets that has the link and no key.
async fn open(world: &World, url: &Value) -> Answer {
    let path = text(url);
    let path = path.split_once("/c/").unwrap().1;
    send(world.request(Method::GET, &format!("/c/{path}")).header(ORIGIN, "https://crm.example")).await
}

#[tokio::test]
async fn a_link_shows_one_customers_last_score_to_whoever_has_it() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    world.advance(1);
    world.story(json!({"customer": "C-1"}), 3).await;
    let link = link(&world, "").await;
    let address = format!("http://{}/c/{}", world.address(), text(&link["signed"]));
    assert_eq!(link["url"], address);
    assert_eq!(link["expires_at"], "2026-03-02T17:01:00Z", "eight hours from now");
    assert!(!address.contains("C-1"));

    let card = open(&world, &link["json"]).await;
    assert_eq!(card.header("access-control-allow-origin"), Some("*"));
    assert_eq!(card.header("cache-control"), Some("no-store"));
    let card = card.expect(200);
    assert_eq!((&card["known"], &card["customer"], &card["score"]), (&json!(true), &json!("C-1"), &json!(3)));
    let scores: Vec<&Value> = card["history"].as_array().unwrap().iter().map(|past| &past["score"]).collect();
    assert_eq!(scores, [&json!(9), &json!(3)], "the oldest first");
    assert_eq!((&card["words"]["detractor"], &card["direction"]), (&json!("Detractor"), &json!("ltr")));

    for (kind, mime) in [("svg", "image/svg+xml"), ("png", "image/png"), ("url", "text/html; charset=utf-8")]
    {
        let answer = open(&world, &link[kind]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(mime)), "{kind}");
    }
    let icon = open(&world, &json!(format!("{}?size=16&language=ar", text(&link["svg"])))).await;
    assert!(icon.text.contains("width=\"16\"") && icon.text.contains("آخر تقييم"), "{}", icon.text);
    let page = open(&world, &link["url"]).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_when_links_are_revoked() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    let short = link(&world, "?minutes=10").await;
    let long = link(&world, "?minutes=44640").await;
    world.advance(10);
    for kind in ["url", "json", "svg", "png"] {
        open(&world, &short[kind]).await.refused(410, "expired_link");
        assert_eq!(open(&world, &long[kind]).await.status, 200);
    }
    world.delete("/v1/last-score-links").await;
    open(&world, &long["json"]).await.refused(404, "unknown_link");
    let new = link(&world, "").await;
    assert_eq!(open(&world, &new["json"]).await.status, 200);
    for minutes in ["0", "44641", "-1", "x"] {
        let path = format!("/v1/customers/C-1/last-score/links?minutes={minutes}");
        world.post(&path, &json!({})).await.refused(400, "invalid_query");
    }
}

#[tokio::test]
async fn a_link_outlives_a_restart_and_is_worth_nothing_elsewhere() {
    let mut world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    let made = link(&world, "").await;
    world.restart().await;
    assert_eq!(open(&world, &made["json"]).await.expect(200)["score"], 9);
    let other = World::new().await;
    other.story(json!({"customer": "C-1"}), 9).await;
    open(&other, &made["json"]).await.refused(404, "unknown_link");
    link(&other, "").await;
    open(&other, &made["json"]).await.refused(404, "unknown_link");
    for guess in ["x", "x.json", "x.svg", "%FF.json"] {
        let answer = send(world.request(Method::GET, &format!("/c/{guess}"))).await;
        assert!([400, 404].contains(&answer.status), "{guess}: {}", answer.status);
    }
    send(world.request(Method::GET, &format!("/c/{}.gif", text(&made["signed"]))))
        .await
        .refused(404, "no_route");
}

#[tokio::test]
async fn a_link_is_made_by_e_mail_or_telephone_too_and_ahead_of_the_first_answer() {
    let world = World::with(|settings| settings.phone_country = Some("DE".into())).await;
    world.story(json!({"customer": "C-1", "email": "a@company.example", "phone": "030 1234567"}), 9).await;
    for path in ["a@company.example/last-score/links?by=email", "+49301234567/last-score/links?by=phone"] {
        let made = world.post(&format!("/v1/customers/{path}"), &json!({})).await.expect(201);
        assert_eq!(open(&world, &made["json"]).await.expect(200)["customer"], "C-1");
    }
    let nobody = world.post("/v1/customers/b@company.example/last-score/links?by=email", &json!({})).await;
    nobody.refused(404, "not_found");
    let ahead = world.post("/v1/customers/C-2/last-score/links", &json!({})).await.expect(201);
    let card = open(&world, &ahead["json"]).await.expect(200);
    assert_eq!((&card["known"], &card["score"]), (&json!(false), &json!(null)));
    world.story(json!({"customer": "C-2"}), 7).await;
    assert_eq!(open(&world, &ahead["json"]).await.expect(200)["score"], 7);
}

async fn follow(world: &World, signed: &str, last: Option<&str>) -> Events {
    let request = world.request(Method::GET, &format!("/c/{signed}/events?language=de"));
    Events::begin(last.into_iter().fold(request, |request, id| request.header("last-event-id", id))).await
}

fn read(data: &str) -> Value {
    serde_json::from_str(data).unwrap()
}

#[tokio::test]
async fn a_card_is_told_of_each_change_of_its_customer_and_of_nobody_elses() {
    let world = World::new().await;
    let signed = text(&link(&world, "").await["signed"]);
    let mut events = follow(&world, &signed, None).await;
    let (event, first, card) = events.next().await;
    assert_eq!((event.as_str(), &read(&card)["known"]), ("card", &json!(false)));
    assert_eq!(read(&card)["words"]["unknown"], "Unbekannter Kunde");

    world.story(json!({"customer": "C-9"}), 2).await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let sent = begun(&token, json!({"nps": 9}));
    world.submit(&sent).await.expect(201);
    let (_, second, card) = events.next().await;
    assert_eq!((&read(&card)["score"], &read(&card)["comment"]), (&json!(9), &json!(null)));
    world.submit(&then(&sent, json!({"nps": 9, "why": "fast"}), true)).await.expect(200);
    let (_, third, card) = events.next().await;
    assert_eq!(read(&card)["comment"], "fast");
    assert!(first != second && second != third);

    // Who comes back hears of what was missed, once; who missed nothing waits for news.
    let (_, again, card) = follow(&world, &signed, Some(&second)).await.next().await;
    assert_eq!((&again, &read(&card)["comment"]), (&third, &json!("fast")));
    let mut waiting = follow(&world, &signed, Some(&third)).await;
    world.story(json!({"customer": "C-1"}), 4).await;
    assert_eq!(read(&waiting.next().await.2)["score"], 4);
    assert_eq!(read(&events.next().await.2)["score"], 4);
}

#[tokio::test]
async fn a_card_of_somebody_who_is_erased_is_told_and_shows_nobody() {
    let world = World::new().await;
    world.story(json!({"customer": "C-1"}), 9).await;
    let signed = text(&link(&world, "").await["signed"]);
    let mut events = follow(&world, &signed, None).await;
    assert_eq!(read(&events.next().await.2)["score"], 9);
    let erased = send(world.with_key(Method::DELETE, "/v1/customers/C-1")).await;
    assert_eq!(erased.status, 200);
    let (event, _, card) = events.next().await;
    let card = read(&card);
    assert_eq!((event.as_str(), &card["known"], &card["score"]), ("card", &json!(false), &json!(null)));
    assert_eq!(card["history"], json!([]));
}

#[tokio::test]
async fn a_card_that_has_nothing_to_tell_keeps_its_connection_and_ends_with_its_link() {
    let world = World::new().await;
    let signed = text(&link(&world, "?minutes=10").await["signed"]);
    let mut events = follow(&world, &signed, None).await;
    events.next().await;
    // Longer than any other connection on which nothing happens.
    let quiet = tokio::time::timeout(Duration::from_secs(17), events.next()).await;
    assert!(quiet.is_err(), "nothing was to be told");
    world.advance(10);
    assert_eq!(events.next().await.0, "expired");
    events.end().await;
}

#[tokio::test]
async fn only_so_many_listen_and_a_place_is_free_again_when_one_leaves() {
    let world = World::with(|settings| settings.limits.listeners = 1).await;
    let signed = text(&link(&world, "").await["signed"]);
    let path = format!("/c/{signed}/events");
    let one = follow(&world, &signed, None).await;
    let refused = send(world.request(Method::GET, &path)).await;
    assert_eq!(refused.header("retry-after"), Some("60"));
    refused.refused(503, "too_many_listeners");
    // The card is still there to be asked for.
    assert_eq!(send(world.request(Method::GET, &format!("/c/{signed}.json"))).await.status, 200);
    drop(one);
    until("the place is free", async || {
        let response = world.request(Method::GET, &path).send().await.unwrap();
        (response.status() == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_those_who_listen() {
    let mut world = World::new().await;
    let signed = text(&link(&world, "").await["signed"]);
    let mut events = follow(&world, &signed, None).await;
    events.next().await;
    tokio::time::timeout(Duration::from_secs(8), world.stop()).await.expect("a stop").unwrap();
}
