//! What may be quoted, as a list; and how many have followed the links to tell others.

use reqwest::Method;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};

use crate::cli::beside;
use crate::company::submission;
use crate::people::{Desk, lead};
use crate::thanks::{survey, world};
use crate::world::{World, send, text};

/// The page of the reviews, which is for everybody.
const REVIEW: &str = "https%3A%2F%2Freviews.example%2Fcompany%3Fa%3D1%26b%3D2";

/// Where promoters are led besides.
const FRIENDS: &str = "https%3A%2F%2Ffriends.example%2F";

async fn answer(world: &World, customer: &str, agent: &str, words: &str, quote: &str) -> String {
    let token = world.invite(json!({"customer": customer, "agent": agent})).await;
    let mut whole = submission(&token, json!({"nps": 9, "why": words, "why_quote": quote}));
    whole["language"] = json!("en");
    text(&world.submit(&whole).await.expect(201)["response"])
}

/// Two who may be quoted, and one who may not.
async fn three() -> World {
    let world = world().await;
    answer(&world, "C-1", "amira", "So kind", "named").await;
    world.advance(24 * 60);
    answer(&world, "C-2", "carla", "Fast,\nand =cheap", "unnamed").await;
    answer(&world, "C-3", "amira", "Fine", "no").await;
    world
}

#[tokio::test]
async fn the_list_has_the_words_and_no_more_of_whom_than_was_agreed_to() {
    let world = three().await;
    let list = async |query: &str| world.get(&format!("/v1/quotes?{query}")).await.expect(200);
    let page = list("").await;
    let quotes = page["quotes"].as_array().unwrap();
    let said = |quote: &Value| json!([quote["words"], quote["customer"], quote["score"], quote["at"]]);
    assert_eq!(
        quotes.iter().map(said).collect::<Value>(),
        json!([
            ["So kind", "C-1", 9, "2026-03-02T09:00:00Z"],
            ["Fast,\nand =cheap", null, 9, "2026-03-03T09:00:00Z"]
        ])
    );
    assert_eq!(
        json!([quotes[0]["agreed_to"], quotes[0]["agreed_at"], quotes[0]["survey"], quotes[0]["question"]]),
        json!(["May Company quote you?", "2026-03-02T09:00:00Z", "support", "why"])
    );
    assert!(!page.to_string().contains("C-2"), "{page}");
    for (query, n) in
        [("from=2026-03-03", 1), ("where=quotable:named", 1), ("where=team:north", 1), ("survey=support", 2)]
    {
        assert_eq!(list(query).await["quotes"].as_array().unwrap().len(), n, "{query}");
    }
    let first = list("limit=1").await;
    assert_eq!((&first["more"], first["quotes"].as_array().unwrap().len()), (&json!(true), 1));
    let rest = list(&format!("limit=1&cursor={}", text(&first["next"]))).await;
    assert_eq!((&rest["more"], &rest["quotes"][0]["words"]), (&json!(false), &json!("Fast,\nand =cheap")));
    let csv = world.get("/v1/quotes?format=csv").await;
    assert!(
        csv.text.starts_with("at,survey,score,category,customer,language,words,")
            && csv.text.contains("support,9,promoter,C-1,en,So kind,why,")
            && !csv.text.contains("C-2"),
        "{}",
        csv.text
    );
    world.get("/v1/quotes?survey=other").await.refused(404, "not_found");
    world.get("/v1/quotes?format=svg").await.refused(400, "invalid_query");
    // What is taken back is not there the next time.
    send(world.with_key(Method::DELETE, "/v1/customers/C-1/quotes")).await.expect(200);
    assert_eq!(list("").await["quotes"].as_array().unwrap().len(), 1);
    let shop = Desk::of(&world, &lead("lead-north", &["north"])).await;
    assert_eq!(shop.get("/v1/quotes").await.expect(200)["quotes"], json!([]), "carla's are the shop's");
}

#[tokio::test]
async fn the_command_line_lists_what_may_be_quoted() {
    let world = three().await;
    assert_eq!(
        beside(&world, &["quotes"]).await.good(),
        "2026-03-02   9/10  support  C-1\n    So kind\n\
         2026-03-03   9/10  support  without the name\n    Fast,\n    and =cheap\n"
    );
    let named = beside(&world, &["quotes", "--named", "--format", "json"]).await.good();
    let named: Value = serde_json::from_str(&named).unwrap();
    assert_eq!(json!([named.as_array().unwrap().len(), named[0]["words"]]), json!([1, "So kind"]));
    let csv = beside(&world, &["quotes", "--from", "2026-03-03", "--format", "csv"]).await.good();
    assert!(csv.contains("Fast,") && !csv.contains("So kind"), "{csv}");
    let none = beside(&world, &["quotes", "--where", "score:0..6"]).await.good();
    assert_eq!(none, "Nothing may be quoted.\n");
    assert!(beside(&world, &["quotes", "--survey", "other"]).await.bad().contains("no survey \"other\""));
}

/// Tells that somebody has followed a link, from this page.
async fn follow(world: &World, url: &str, category: &str, origin: Option<&str>) -> crate::world::Answer {
    let path = format!("/v1/surveys/support/reviews/followed?url={url}&category={category}");
    let request = world.request(Method::POST, &path);
    send(match origin {
        Some(origin) => request.header(ORIGIN, origin),
        None => request,
    })
    .await
}

#[tokio::test]
async fn who_follows_a_link_is_counted_by_day_and_category_and_not_kept() {
    let mut world = world().await;
    let company = Some("https://company.example");
    let counted = async |world: &World, query: &str| {
        let report = world.get(&format!("/v1/surveys/support/reviews?{query}")).await.expect(200);
        let one = |link: &Value| {
            let followed = &link["followed"];
            json!([
                link["url"],
                followed["promoter"],
                followed["passive"],
                followed["detractor"],
                link["offered"]
            ])
        };
        report["reviews"].as_array().unwrap().iter().map(one).collect::<Value>()
    };
    let (review, friends) = ("https://reviews.example/company?a=1&b=2", "https://friends.example/");
    assert_eq!(counted(&world, "").await, json!([[review, 0, 0, 0, true], [friends, 0, 0, 0, true]]));
    follow(&world, REVIEW, "promoter", company).await.expect(204);
    follow(&world, REVIEW, "promoter", company).await.expect(204);
    follow(&world, REVIEW, "detractor", company).await.expect(204);
    follow(&world, FRIENDS, "promoter", Some("null")).await.expect(204);
    world.advance(24 * 60);
    follow(&world, REVIEW, "passive", company).await.expect(204);
    world.restart().await;
    assert_eq!(counted(&world, "").await, json!([[review, 2, 1, 1, true], [friends, 1, 0, 0, true]]));
    assert_eq!(
        counted(&world, "from=2026-03-03&to=2026-03-04").await,
        json!([[review, 0, 1, 0, true], [friends, 0, 0, 0, true]])
    );
    assert_eq!(
        counted(&world, "to=2026-03-03").await,
        json!([[review, 2, 0, 1, true], [friends, 1, 0, 0, true]])
    );
    let said = beside(&world, &["survey", "reviews", "support", "--to", "2026-03-03"]).await.good();
    assert!(said.contains(&format!("{:>9} {:>9} {:>10}  {review}\n", 2, 0, 1)), "{said}");
    for (query, path) in [("from=soon", "from"), ("from=2026-03-03&to=2026-03-03", "from")] {
        let refused = world.get(&format!("/v1/surveys/support/reviews?{query}")).await;
        assert_eq!(refused.refused(400, "invalid_query")["fields"][0]["path"], path);
    }
    // A link that is taken out of the survey keeps what was counted.
    let mut without = survey();
    without["reviews"].as_array_mut().unwrap().truncate(1);
    world.put("/v1/surveys/support", &without).await.expect(201);
    assert_eq!(counted(&world, "").await, json!([[review, 2, 1, 1, true], [friends, 1, 0, 0, false]]));
}

#[tokio::test]
async fn no_program_and_no_stranger_makes_a_link_look_followed() {
    let world = world().await;
    let company = Some("https://company.example");
    let path = format!("/v1/surveys/support/reviews/followed?url={REVIEW}&category=promoter");
    send(world.request(Method::GET, &path).header(ORIGIN, "https://company.example"))
        .await
        .refused(405, "method_not_allowed");
    follow(&world, REVIEW, "promoter", Some("https://stranger.example"))
        .await
        .refused(403, "origin_not_allowed");
    follow(&world, "https%3A%2F%2Fstranger.example%2F", "promoter", company).await.refused(404, "not_found");
    follow(&world, FRIENDS, "detractor", company).await.refused(404, "not_found");
    follow(&world, REVIEW, "friend", company).await.refused(400, "invalid_query");
    let other = path.replace("support", "other");
    send(world.request(Method::POST, &other)).await.refused(404, "unknown_survey");
    // The page on which a survey is tried out is ours.
    let ours = world.settings.public_url.clone();
    follow(&world, REVIEW, "promoter", ours.as_deref()).await.expect(204);
    let promoters = async || {
        let report = world.get("/v1/surveys/support/reviews").await.expect(200);
        report["reviews"][0]["followed"]["promoter"].clone()
    };
    assert_eq!(promoters().await, 0);
    // So is the one without a script, where the browser tells.
    let ping =
        world.request(Method::POST, &path).header("Ping-To", "https://reviews.example/company?a=1&b=2");
    send(ping.header(ORIGIN, ours.unwrap())).await.expect(204);
    assert_eq!(promoters().await, 1);
}
