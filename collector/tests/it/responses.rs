//! Responses, a page at a time.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::nps::answered;
use crate::world::{World, text};

fn customers(page: &Value) -> Vec<String> {
    page["responses"].as_array().unwrap().iter().map(|response| text(&response["customer"])).collect()
}

async fn page(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/responses?{query}")).await.expect(200)
}

#[tokio::test]
async fn pages_are_whole_and_without_doubles_while_new_answers_arrive() {
    let world = World::new().await;
    for i in 0..5 {
        world.story(json!({"customer": format!("C-{i}")}), 9).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for i in 5..10 {
        let page = page(&world, &format!("limit=2&cursor={cursor}")).await;
        assert!(page["responses"].as_array().unwrap().len() <= 2);
        seen.extend(customers(&page));
        cursor = text(&page["next"]);
        world.story(json!({"customer": format!("C-{i}")}), 9).await;
    }
    let rest = page(&world, &format!("cursor={cursor}")).await;
    seen.extend(customers(&rest));
    assert_eq!(rest["more"], false);
    assert_eq!(seen.len(), 10);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>().len(), 10);
}

#[tokio::test]
async fn a_cursor_gives_later_what_came_since() {
    let world = answered().await;
    let first = page(&world, "").await;
    assert_eq!(customers(&first), ["C-1", "C-2", "C-3", "C-4", "C-5"]);
    let next = text(&first["next"]);
    let nothing = page(&world, &format!("cursor={next}")).await;
    assert_eq!(nothing, json!({"responses": [], "next": next, "more": false}));
    world.story(json!({"customer": "C-6"}), 1).await;
    assert_eq!(customers(&page(&world, &format!("cursor={next}")).await), ["C-6"]);
}

#[tokio::test]
async fn filters_and_periods_are_those_of_the_numbers() {
    let world = answered().await;
    for (query, found) in [
        ("where=region:coast", vec!["C-1", "C-3", "C-4"]),
        ("where=region:coast&where=team:north", vec!["C-1"]),
        ("where=category:detractor", vec!["C-2", "C-5"]),
        ("from=2026-03-03&to=2026-03-04", vec!["C-2"]),
    ] {
        assert_eq!(customers(&page(&world, query).await), found, "{query}");
    }
    let first = page(&world, "where=region:coast&limit=2").await;
    assert_eq!((customers(&first), &first["more"]), (vec!["C-1".into(), "C-3".into()], &json!(true)));
    let second = page(&world, &format!("where=region:coast&limit=2&cursor={}", text(&first["next"]))).await;
    assert_eq!((customers(&second), &second["more"]), (vec!["C-4".into()], &json!(false)));
}

#[tokio::test]
async fn who_asks_for_what_changed_since_hears_of_the_comment_after_the_score() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    let score = crate::company::begun(&token, json!({"nps": 2}));
    world.submit(&score).await.expect(201);
    world.story(json!({"customer": "C-2"}), 9).await;
    world.advance(60);
    assert_eq!(customers(&page(&world, "updated_since=2026-03-02T09:00:01Z").await), [""; 0]);
    let done = crate::company::then(&score, json!({"nps": 2, "why": "slow"}), true);
    world.submit(&done).await.expect(200);
    world.story(json!({"customer": "C-3"}), 9).await;

    let first = page(&world, "updated_since=2026-03-02T10:00:00Z&limit=1").await;
    assert_eq!((customers(&first), &first["more"]), (vec!["C-1".into()], &json!(true)));
    assert_eq!(first["responses"][0]["answers"]["why"], "slow");
    let next = text(&first["next"]);
    let second = page(&world, &format!("updated_since=2026-03-02T10:00:00Z&limit=1&cursor={next}")).await;
    assert_eq!((customers(&second), &second["more"]), (vec!["C-3".into()], &json!(false)));
    assert_eq!(customers(&page(&world, "updated_since=2026-03-02").await), ["C-1", "C-2", "C-3"]);
    assert_eq!(customers(&page(&world, "updated_since=2026-03-03").await), [""; 0]);
    let problem = world.get("/v1/responses?updated_since=yesterday").await.refused(400, "invalid_query");
    assert_eq!(problem["fields"][0]["path"], "updated_since");
}

#[tokio::test]
async fn a_page_has_bounds() {
    let world = World::with(|settings| settings.limits.page = 3).await;
    for i in 0..4 {
        world.story(json!({"customer": format!("C-{i}")}), 9).await;
    }
    for limit in ["0", "4", "1000000000000"] {
        let problem = world.get(&format!("/v1/responses?limit={limit}")).await;
        let problem = problem.refused(400, "invalid_query");
        assert_eq!(problem["fields"], json!([{"path": "limit", "detail": "1 to 3 (limits.page)"}]));
    }
    world.get("/v1/responses?limit=-1").await.refused(400, "invalid_query");
    assert_eq!(customers(&page(&world, "limit=3").await).len(), 3);
    assert_eq!(customers(&page(&world, "").await).len(), 3, "without a limit, what the setting allows");
}

#[tokio::test]
async fn what_is_no_cursor_is_refused() {
    let world = answered().await;
    for cursor in ["-1", "x", "1.5", "99999999999999999999"] {
        let problem = world.get(&format!("/v1/responses?cursor={cursor}")).await;
        assert_eq!(problem.refused(400, "invalid_query")["fields"][0]["path"], "cursor");
    }
    assert_eq!(customers(&page(&world, "cursor=18446744073709551615").await), [""; 0]);
}

#[tokio::test]
async fn an_answer_that_has_only_begun_is_listed_too() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    world.submit(&crate::company::begun(&token, json!({"why": "hm"}))).await.expect(201);
    let listed = &world.responses().await[0];
    assert_eq!((&listed["complete"], &listed["score"]), (&json!(false), &json!(null)));
}
