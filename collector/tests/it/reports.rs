//! Trends, comparisons, crosstabs, the largest, rates, and what is withheld.

use serde_json::{Value, json};

use crate::company::{begun, then};
use crate::nps::{answered, groups};
use crate::world::{World, text};

/// A customer's answer, given now.
async fn answer(world: &World, agent: &str, region: &str, score: i64) {
    let invitation = json!({"customer": "C-1", "agent": agent, "attributes": {"region": region}});
    world.story(invitation, score).await;
}

/// Label → n and NPS.
fn trend(entry: &Value) -> Value {
    let point = |point: &Value| json!([point["label"], point["n"], point["nps"]]);
    entry["trend"].as_array().unwrap().iter().map(point).collect()
}

#[tokio::test]
async fn a_trend_has_every_part_of_its_period_and_tells_what_changed() {
    let world = answered().await;
    let report = world.get("/v1/nps?from=2026-03-01&to=2026-03-07&every=day&by=department").await.expect(200);
    assert_eq!(
        trend(&report["total"]),
        json!([
            ["2026-03-01", 0, null],
            ["2026-03-02", 1, 100.0],
            ["2026-03-03", 1, -100.0],
            ["2026-03-04", 3, 0.0],
            ["2026-03-05", 0, null],
            ["2026-03-06", 0, null]
        ])
    );
    let care = &report["groups"][0];
    assert_eq!((&care["key"], &care["name"]), (&json!(["care"]), &json!(["Care"])));
    assert_eq!(trend(care)[3], json!(["2026-03-04", 1, 100.0]));
    let points = &report["total"]["trend"];
    assert_eq!(points[3]["from"], "2026-03-04T00:00:00Z");
    let change = &points[3]["comparison"];
    assert_eq!((&change["nps"], &change["difference"]), (&json!(-100.0), &json!(100.0)));
    assert_eq!(change["verdict"], "not_shown", "four answers show nothing");
    assert!(points[1].get("comparison").is_none(), "there is nothing before it");
}

#[tokio::test]
async fn days_begin_where_the_survey_says_and_where_the_question_says() {
    let world = World::new().await;
    let mut survey = crate::company::survey();
    survey["time_zone"] = json!("Pacific/Auckland");
    world.put("/v1/surveys/support", &survey).await.expect(201);
    // It is 13:00 UTC on 2 March: in New Zealand two in the morning of the third.
    world.advance(4 * 60);
    answer(&world, "amira", "coast", 9).await;
    let day = async |query: &str| {
        let report = world.get(&format!("/v1/nps?every=day&{query}")).await.expect(200);
        (text(&report["zone"]), text(&report["total"]["trend"][0]["label"]))
    };
    let told = |zone: &str, day: &str| (zone.to_owned(), day.to_owned());
    assert_eq!(day("survey=support").await, told("Pacific/Auckland", "2026-03-03"));
    assert_eq!(day("").await, told("UTC", "2026-03-02"));
    assert_eq!(day("survey=support&zone=America/New_York").await, told("America/New_York", "2026-03-02"));
    let problem = world.get("/v1/nps?zone=Mars").await.refused(400, "invalid_query");
    assert_eq!(problem["fields"][0]["path"], "zone");
    survey["time_zone"] = json!("Mars");
    let problem = world.put("/v1/surveys/support", &survey).await.refused(422, "invalid_survey");
    assert_eq!(problem["fields"][0]["path"], "time_zone");
}

#[tokio::test]
async fn a_rolling_window_covers_the_parts_before_it() {
    let world = answered().await;
    let report = world.get("/v1/nps?from=2026-03-03&to=2026-03-05&every=day&rolling=2").await.expect(200);
    assert_eq!(trend(&report["total"]), json!([["2026-03-03", 2, 0.0], ["2026-03-04", 4, -25.0]]));
    assert_eq!(report["total"]["trend"][0]["from"], "2026-03-02T00:00:00Z", "what came before counts");
    assert_eq!(report["total"]["n"], 4, "and not in the total of the period");
    let whole = world.get("/v1/nps?every=day&rolling=2").await.expect(200);
    assert_eq!(trend(&whole["total"])[0][0], "2026-03-03", "the first day has none before it");
    world.get("/v1/nps?rolling=2").await.refused(400, "invalid_query");
}

#[tokio::test]
async fn a_period_is_compared_with_the_one_before_and_a_group_with_the_rest() {
    let world = World::new().await;
    for (agent, score) in [("amira", 9), ("ben", 9)] {
        for _ in 0..20 {
            answer(&world, agent, "coast", score).await;
        }
    }
    world.advance(7 * 24 * 60);
    for (agent, score) in [("amira", 2), ("ben", 9)] {
        for _ in 0..20 {
            answer(&world, agent, "coast", score).await;
        }
    }
    let report =
        world.get("/v1/nps?from=2026-03-08&to=2026-03-15&compare=previous&by=agent").await.expect(200);
    assert_eq!(report["compared_with"], "2026-03-01T00:00:00Z..2026-03-08T00:00:00Z");
    let fell = |entry: &Value| json!([entry["comparison"]["difference"], entry["comparison"]["verdict"]]);
    assert_eq!(fell(&report["total"]), json!([-100.0, "lower"]));
    assert_eq!(fell(&report["groups"][0]), json!([-200.0, "lower"]));
    assert_eq!(fell(&report["groups"][1]), json!([0.0, "not_shown"]));
    let low = report["total"]["comparison"]["interval"][0].as_f64().unwrap();
    assert!(low > -200.0 && low < -100.0, "{low}");

    let rest = world.get("/v1/nps?from=2026-03-08&compare=rest&by=agent").await.expect(200);
    assert_eq!(fell(&rest["groups"][1]), json!([200.0, "higher"]));
    assert!(rest["total"].get("comparison").is_none(), "all has no rest");
    let one = world.get("/v1/nps?from=2026-03-08&compare=ben&by=agent").await.expect(200);
    assert_eq!(fell(&one["groups"][0]), json!([-200.0, "lower"]));
    assert!(one["groups"][1].get("comparison").is_none(), "not with itself");

    for (query, path) in
        [("compare=previous", "compare"), ("compare=rest", "compare"), ("compare=a..b", "compare")]
    {
        let problem = world.get(&format!("/v1/nps?{query}")).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], path, "{problem}");
    }
    let problem = world.get("/v1/nps?by=agent&compare=carla").await.refused(400, "invalid_query");
    assert!(text(&problem["detail"]).contains("no group is called \"carla\""), "{problem}");
}

#[tokio::test]
async fn groups_cross_and_numbers_fall_in_bands() {
    let world = World::new().await;
    for (agent, value, score) in
        [("amira", "10", 9), ("amira", "75.5", 3), ("ben", "-3", 8), ("ben", "many", 9)]
    {
        let invitation = json!({"customer": "C-1", "agent": agent, "attributes": {"order_value": value}});
        world.story(invitation, score).await;
    }
    let report = world.get("/v1/nps?by=order_value:0,50&by=agent").await.expect(200);
    assert_eq!(report["by"], json!(["order_value:0,50", "agent"]));
    let cell = |group: &Value| json!([group["key"], group["n"], group["nps"]]);
    let cells: Value = report["groups"].as_array().unwrap().iter().map(cell).collect();
    assert_eq!(
        cells,
        json!([
            [["..0", "ben"], 1, 0.0],
            [["0..50", "amira"], 1, 100.0],
            [["50..", "amira"], 1, -100.0],
            [[null, "ben"], 1, 100.0]
        ])
    );
    let problem = world.get("/v1/nps?by=agent&by=team&by=survey&by=score").await;
    assert_eq!(problem.refused(400, "invalid_query")["fields"][0]["path"], "by");
}

#[tokio::test]
async fn the_largest_groups_stand_alone_and_the_rest_together() {
    let world = World::new().await;
    for (region, count, score) in [("coast", 4, 8), ("city", 3, 9), ("hills", 2, 0), ("moor", 1, 9)] {
        for _ in 0..count {
            answer(&world, "amira", region, score).await;
        }
    }
    assert_eq!(
        groups(&world, "by=region&top=2").await,
        json!([["coast", null, 4, 0.0], ["city", null, 3, 100.0], [null, null, 3, -33.333_333_333_333_336]])
    );
    let report = world.get("/v1/nps?by=region&top=2").await.expect(200);
    assert_eq!(report["groups"][2]["rest"], true);
    let largest = groups(&world, "by=region&top=2&largest=impact").await;
    assert_eq!((&largest[0][0], &largest[1][0]), (&json!("city"), &json!("hills")), "coast is as all are");
}

#[tokio::test]
async fn conditions_join_negate_and_range() {
    let world = answered().await;
    for (condition, n) in [
        ("region:coast or region:city", 4),
        ("region:coast,city", 4),
        ("not region:coast", 2),
        ("region:absent", 1),
        ("score:8..", 3),
        ("score:..4 and not agent:absent", 1),
        ("(team:north or team:south) and score:9..", 2),
        ("weekday:tuesday", 1),
        ("channel:\"phone\"", 5),
        ("attribute.region:coast", 3),
    ] {
        let query: String = url_encoded(condition);
        assert_eq!(world.nps(&format!("where={query}")).await["n"], n, "{condition}");
    }
    let problem = world.get("/v1/nps?where=region:north%20west").await.refused(400, "invalid_query");
    assert!(text(&problem["fields"][0]["detail"]).contains("stands in quotes"), "{problem}");
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[tokio::test]
async fn who_was_asked_who_answered_and_who_finished_is_told_by_group() {
    let world = World::new().await;
    let invite = async |agent: &str| world.invite(json!({"customer": "C-1", "agent": agent})).await;
    let done = invite("amira").await;
    let first = begun(&done, json!({"nps": 9}));
    world.submit(&first).await.expect(201);
    world.advance(2);
    world.submit(&then(&first, json!({"nps": 9}), true)).await.expect(200);
    let half = invite("amira").await;
    world.submit(&begun(&half, json!({"nps": 2}))).await.expect(201);
    invite("amira").await;
    invite("ben").await;
    let report = world.get("/v1/nps?by=agent&rates=true").await.expect(200);
    let rates = &report["groups"][0]["rates"];
    assert_eq!(
        (&rates["invited"], &rates["answered"], &rates["begun"], &rates["completed"]),
        (&json!(3), &json!(2), &json!(2), &json!(1))
    );
    assert_eq!((&rates["completion_rate"], &rates["median_seconds"]), (&json!(50.0), &json!(120.0)));
    assert_eq!(report["total"]["rates"]["response_rate"], 50.0);
    let narrower = |entry: &Value| {
        let width = |ends: &Value| ends[1].as_f64().unwrap() - ends[0].as_f64().unwrap();
        width(&entry["rates"]["interval_of_invited"]) < width(&entry["interval"])
    };
    assert!(narrower(&report["total"]), "half of all who were asked have answered");
    assert!(world.get("/v1/nps").await.expect(200)["total"].get("rates").is_none());
}

#[tokio::test]
async fn rates_are_told_by_part_of_time() {
    let world = World::new().await;
    let invite = async |agent: &str| world.invite(json!({"customer": "C-1", "agent": agent})).await;
    let token = invite("amira").await;
    invite("ben").await;
    world.submit(&crate::company::submission(&token, json!({"nps": 9}))).await.expect(201);
    world.advance(2 * 24 * 60);
    let token = invite("amira").await;
    world.submit(&begun(&token, json!({"nps": 2}))).await.expect(201);

    let report =
        world.get("/v1/nps?from=2026-03-02&to=2026-03-05&every=day&by=agent&rates=true").await.expect(200);
    let days = |entry: &Value| -> Value {
        let day = |point: &Value| {
            let rates = &point["rates"];
            json!([point["label"], rates["invited"], rates["response_rate"], rates["completion_rate"]])
        };
        entry["trend"].as_array().unwrap().iter().map(day).collect()
    };
    assert_eq!(
        days(&report["total"]),
        json!([["2026-03-02", 2, 50.0, 100.0], ["2026-03-03", 0, null, null], ["2026-03-04", 1, 100.0, 0.0]])
    );
    assert_eq!(
        days(&report["groups"][0]),
        json!([
            ["2026-03-02", 1, 100.0, 100.0],
            ["2026-03-03", 0, null, null],
            ["2026-03-04", 1, 100.0, 0.0]
        ])
    );
    let csv = world.get("/v1/nps?every=day&rates=true&format=csv").await.text;
    assert!(csv.lines().next().unwrap().contains("response_rate"), "{csv}");
    let rolling = world.get("/v1/nps?every=day&rolling=2&rates=true").await.expect(200);
    assert!(rolling["total"]["trend"][0].get("rates").is_none(), "a point of several days has none");
}

#[tokio::test]
async fn a_group_in_which_somebody_could_be_singled_out_is_withheld() {
    let world = World::with(|settings| settings.limits.smallest_group = 5).await;
    for (region, count, score) in [("coast", 6, 9), ("city", 7, 3), ("moor", 2, 0)] {
        for _ in 0..count {
            answer(&world, "amira", region, score).await;
        }
    }
    let report = world.get("/v1/nps?by=region&every=day&compare=rest").await.expect(200);
    let shown: Vec<bool> =
        report["groups"].as_array().unwrap().iter().map(|group| group.get("nps").is_some()).collect();
    assert_eq!(
        shown,
        [true, false, false],
        "of one alone the figures could be had by taking the others from the total"
    );
    let moor = &report["groups"][2];
    assert_eq!((&moor["withheld"], moor.get("trend"), moor.get("distribution")), (&json!(2), None, None));
    assert_eq!(report["smallest"], 5);
}

#[tokio::test]
async fn answers_count_for_the_unit_of_the_day_or_of_today() {
    let world = answered().await;
    let mut moved = crate::company::organisation();
    // The last day of three.
    moved["agents"][0]["memberships"] = json!([{"unit": "shop", "from": "2026-03-04"}]);
    world.put("/v1/organisation", &moved).await.expect(200);
    assert_eq!(world.nps("where=team:north").await["n"], 2);
    assert_eq!(world.nps("where=team:north&org=now").await["n"], 0);
    assert_eq!(world.nps("where=team:shop&org=now").await["n"], 2);
    assert_eq!(world.nps("where=team:shop&org=2026-03-03").await["n"], 0);
    let problem = world.get("/v1/nps?org=someday").await.refused(400, "invalid_query");
    assert_eq!(problem["fields"][0]["path"], "org");
}
