//! What moved the score, what goes with it, who stands where, and other questions than the score.

use serde_json::{Value, json};

use crate::company::submission;
use crate::world::{World, text};

/// So many customers of this agent and product give this score.
async fn answer(world: &World, count: usize, agent: &str, product: &str, score: i64) {
    for _ in 0..count {
        let invitation = json!({"customer": "C-1", "agent": agent, "attributes": {"product": product}});
        world.story(invitation, score).await;
    }
}

/// A week with fewer and worse answers for tv, after one with more.
async fn two_weeks() -> World {
    let world = World::with(|settings| settings.limits.smallest_group = 3).await;
    answer(&world, 8, "amira", "tv", 9).await;
    answer(&world, 8, "ben", "fibre", 3).await;
    answer(&world, 2, "ben", "mobile", 9).await;
    world.advance(7 * 24 * 60);
    answer(&world, 4, "amira", "tv", 3).await;
    answer(&world, 8, "ben", "fibre", 3).await;
    answer(&world, 1, "ben", "radio", 9).await;
    world
}

#[tokio::test]
async fn what_moved_the_score_adds_up_to_the_change() {
    let world = two_weeks().await;
    let report = world.get("/v1/nps/moved?from=2026-03-09&to=2026-03-16&by=product").await.expect(200);
    assert_eq!(report["compared_with"], "2026-03-02T00:00:00Z..2026-03-09T00:00:00Z");
    let movement = &report["movement"];
    let number = |value: &Value| value.as_f64().unwrap();
    let change = number(&movement["change"]["difference"]);
    assert!((change - (-1100.0 / 13.0 - 200.0 / 18.0)).abs() < 1e-9, "{change}");
    let contributions = movement["contributions"].as_array().unwrap();
    let sum: f64 = contributions.iter().map(|part| number(&part["total"])).sum();
    assert!((sum - change).abs() < 1e-9, "{sum} {change}");
    for part in contributions {
        let parts = number(&part["rate"]) + number(&part["mix"]);
        assert!((parts - number(&part["total"])).abs() < 1e-9, "{part}");
    }
    assert_eq!(contributions[0]["key"], "tv");
    assert!(number(&contributions[0]["rate"]) < 0.0, "who liked it likes it no more");
    let rest = contributions.iter().find(|part| part["rest"] == true).unwrap();
    assert_eq!(
        (&rest["key"], &rest["before"]["n"], &rest["after"]["n"]),
        (&json!(null), &json!(2), &json!(1))
    );
    let by_agent = world.get("/v1/nps/moved?from=2026-03-09&to=2026-03-16&by=agent").await.expect(200);
    let names: Vec<&Value> =
        by_agent["movement"]["contributions"].as_array().unwrap().iter().map(|part| &part["name"]).collect();
    assert_eq!(names, ["Amira Haddad", "Ben Okafor"]);

    for (query, path) in [("by=product", "compare"), ("from=2026-03-09&to=2026-03-16", "by")] {
        let problem = world.get(&format!("/v1/nps/moved?{query}")).await.refused(400, "invalid_query");
        assert_eq!(problem["fields"][0]["path"], path, "{problem}");
    }
    let before_all = world.get("/v1/nps/moved?from=2026-03-02&to=2026-03-09&by=product").await.expect(200);
    assert!(before_all.get("movement").is_none(), "there was nothing before");
}

#[tokio::test]
async fn what_goes_with_the_score_is_found_and_what_does_not_is_not() {
    let world = World::with(|settings| settings.limits.smallest_group = 3).await;
    for i in 0..60 {
        let (product, score) = if i % 2 == 0 { ("fibre", 9) } else { ("tv", 4) };
        let attributes =
            json!({"product": product, "ticket": format!("T-{i}"), "lot": format!("lot-{}", (i / 2) % 3)});
        world.story(json!({"customer": "C-1", "attributes": attributes}), score).await;
    }
    let report = world.get("/v1/nps/drivers").await.expect(200);
    let drivers = report["drivers"].as_array().unwrap();
    let product = &drivers[0];
    assert_eq!((&product["key"], &product["shown"]), (&json!("product"), &json!(true)));
    assert_eq!((&product["best"]["value"], &product["worst"]["value"]), (&json!("fibre"), &json!("tv")));
    let sentence = text(&product["sentence"]);
    assert!(sentence.contains("fibre") || sentence.contains("tv"), "{sentence}");
    let lot = drivers.iter().find(|driver| driver["key"] == "lot").unwrap();
    assert_eq!(lot["shown"], false);
    assert!(text(&lot["sentence"]).to_lowercase().contains("no link"), "{lot}");
    assert_eq!(report["left_out"], json!(["ticket"]), "each response has its own");
    assert_eq!(report["total"]["n"], 60);
    let some = world.get("/v1/nps/drivers?by=lot").await.expect(200);
    assert_eq!(some["drivers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_ranking_shows_ties_as_ties_and_the_small_not_at_all() {
    let world = World::with(|settings| settings.limits.smallest_group = 3).await;
    let mut organisation = crate::company::organisation();
    organisation["units"][2]["target"] = json!(50);
    organisation["units"][3]["target"] = json!(-20.5);
    organisation["units"][4]["target"] = json!(10);
    world.put("/v1/organisation", &organisation).await.expect(200);
    answer(&world, 40, "amira", "tv", 9).await;
    answer(&world, 38, "ben", "tv", 3).await;
    answer(&world, 2, "ben", "tv", 9).await;
    answer(&world, 40, "dora", "tv", 9).await;
    answer(&world, 1, "carla", "tv", 10).await;
    answer(&world, 2, "edna", "tv", 10).await;
    let report = world.get("/v1/nps/ranking?by=agent").await.expect(200);
    let place = |group: &Value| json!([group["key"], group["rank"], group["places"], group["ties"]]);
    let places: Value = report["groups"].as_array().unwrap().iter().map(place).collect();
    assert_eq!(places, json!([["amira", 1, [1, 2], 1], ["dora", 1, [1, 2], 1], ["ben", 3, [3, 3], 0]]));
    assert_eq!(report["groups"][0]["name"], "Amira Haddad");
    assert_eq!(
        report["withheld"],
        json!([{"key": "edna", "n": 2}, {"key": "carla", "name": "Carla Nunes", "n": 1}])
    );
    let teams = world.get("/v1/nps/ranking?by=team").await.expect(200);
    let target = &teams["groups"][0]["target"];
    assert_eq!(
        (&target["target"], &target["distance"], &target["met"]),
        (&json!(50.0), &json!(50.0), &json!("met"))
    );
    world.get("/v1/nps/ranking").await.refused(400, "invalid_query");

    let targets = world.get("/v1/nps/targets").await.expect(200);
    let line = |unit: &Value| json!([unit["unit"], unit["n"], unit["withheld"], unit["against"]["met"]]);
    let lines: Value = targets["units"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(
        lines,
        json!([["north", 40, null, "met"], ["shop", null, 1, null], ["south", 40, null, "not_met"]])
    );
}

/// A survey that asks more than the score.
fn survey() -> Value {
    let mut survey = crate::company::survey();
    let option = |id: &str| json!({"id": id, "text": {"en": id, "ar": id}});
    let question = |id: &str, kind: &str| json!({"id": id, "kind": kind, "text": {"en": "?", "ar": "؟"}});
    let mut care = question("care", "rating");
    care["points"] = json!(5);
    let mut why = question("reasons", "choices");
    why["choices"] = json!([option("price"), option("speed"), option("staff")]);
    survey["questions"] =
        json!([survey["questions"][0], care, question("ease", "ces"), why, question("words", "comment")]);
    survey
}

#[tokio::test]
async fn other_questions_have_figures_of_their_own() {
    let world = World::new().await;
    world.put("/v1/surveys/support", &survey()).await.expect(201);
    let answers = [
        ("amira", json!({"nps": 9, "care": 5, "ease": 7, "reasons": ["price", "speed"]})),
        ("amira", json!({"nps": 3, "care": 4, "ease": 2, "reasons": ["price"]})),
        ("ben", json!({"nps": 9, "care": 1})),
        ("ben", json!({"nps": 9, "words": "Fine"})),
    ];
    for (agent, answers) in answers {
        let token = world.invite(json!({"customer": "C-1", "agent": agent})).await;
        world.submit(&submission(&token, answers)).await.expect(201);
    }
    let care = world.get("/v1/answers/care?by=agent&every=day").await.expect(200);
    assert_eq!((&care["kind"], &care["total"]["n"]), (&json!("rating"), &json!(3)));
    let csat = &care["total"]["csat"];
    assert_eq!((&csat["satisfied"]["n"], &csat["satisfied"]["of"]), (&json!(2), &json!(3)));
    assert_eq!(csat["rating"]["distribution"], json!([1, 0, 0, 1, 1]));
    assert!((csat["rating"]["mean"].as_f64().unwrap() - 10.0 / 3.0).abs() < 1e-9);
    assert_eq!(care["groups"][0]["key"], json!(["amira"]));
    assert_eq!(care["groups"][0]["csat"]["satisfied"]["percent"], 100.0);
    assert_eq!(care["total"]["trend"][0]["csat"]["satisfied"]["n"], 2);

    let ease = world.get("/v1/answers/ease").await.expect(200);
    assert_eq!(
        (&ease["total"]["ces"]["easy"]["n"], &ease["total"]["ces"]["rating"]["mean"]),
        (&json!(1), &json!(4.5))
    );

    let reasons = world.get("/v1/answers/reasons?by=agent").await.expect(200);
    let shares = |choices: &Value| -> Value {
        choices
            .as_array()
            .unwrap()
            .iter()
            .map(|choice| json!([choice["value"], choice["n"], choice["of"]]))
            .collect()
    };
    assert_eq!(reasons["total"]["n"], 2, "who answered the question");
    assert_eq!(shares(&reasons["total"]["choices"]), json!([["price", 2, 2], ["speed", 1, 2]]));
    assert_eq!(shares(&reasons["groups"][0]["choices"]), json!([["price", 2, 2], ["speed", 1, 2]]));
    assert_eq!(reasons["groups"][1]["n"], 0);

    let by_reason = world.get("/v1/nps?by=reasons").await.expect(200);
    let line = |group: &Value| json!([group["key"][0], group["n"], group["nps"]]);
    let lines: Value = by_reason["groups"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(lines, json!([["price", 2, 0.0], ["speed", 1, 100.0], [null, 2, 100.0]]));
    assert_eq!(world.nps("where=words:given").await["n"], 1, "that there are words, not which");

    world.get("/v1/answers/carre").await.refused(404, "not_found");
    for (question, told) in [("nps", "GET /v1/nps"), ("words", "of kind comment")] {
        let problem = world.get(&format!("/v1/answers/{question}")).await.refused(400, "invalid_query");
        assert!(text(&problem["detail"]).contains(told), "{problem}");
    }
}

#[tokio::test]
async fn the_answers_to_other_questions_are_compared_as_scores_are() {
    let world = World::new().await;
    world.put("/v1/surveys/support", &survey()).await.expect(201);
    let give = async |agent: &str, care: u32, reasons: &[&str]| {
        let token = world.invite(json!({"customer": "C-1", "agent": agent})).await;
        let answers = json!({"nps": 9, "care": care, "reasons": reasons});
        world.submit(&submission(&token, answers)).await.expect(201);
    };
    for _ in 0..20 {
        give("amira", 5, &["speed"]).await;
        give("ben", 5, &["speed"]).await;
    }
    world.advance(7 * 24 * 60);
    for _ in 0..20 {
        give("amira", 2, &["price"]).await;
        give("ben", 5, &["speed"]).await;
    }
    let period = "from=2026-03-08&to=2026-03-15&compare=previous&by=agent";
    let care = world.get(&format!("/v1/answers/care?{period}")).await.expect(200);
    assert_eq!(care["compared_with"], "2026-03-01T00:00:00Z..2026-03-08T00:00:00Z");
    let told = |judged: &Value| json!([judged["difference"], judged["verdict"]]);
    let fell = &care["groups"][0]["comparison"];
    assert_eq!(
        (told(&fell["share"]), told(&fell["mean"])),
        (json!([-100.0, "lower"]), json!([-3.0, "lower"]))
    );
    assert_eq!(fell["n"], 20);
    let same = &care["groups"][1]["comparison"];
    assert_eq!(
        (told(&same["share"]), told(&same["mean"])),
        (json!([0.0, "not_shown"]), json!([0.0, "not_shown"]))
    );

    let reasons = world.get(&format!("/v1/answers/reasons?{period}")).await.expect(200);
    let options = |entry: &Value| -> Value {
        let options = entry["comparison"]["options"].as_array().unwrap();
        options
            .iter()
            .map(|option| json!([option["value"], option["difference"], option["verdict"]]))
            .collect()
    };
    assert_eq!(
        options(&reasons["groups"][0]),
        json!([["price", 100.0, "higher"], ["speed", -100.0, "lower"]]),
        "also what nobody chooses any more"
    );
    assert_eq!(options(&reasons["total"]), json!([["price", 50.0, "higher"], ["speed", -50.0, "lower"]]));

    let rest = world.get("/v1/answers/care?from=2026-03-08&compare=rest&by=agent").await.expect(200);
    assert_eq!(told(&rest["groups"][1]["comparison"]["mean"]), json!([3.0, "higher"]));
    assert!(rest["total"].get("comparison").is_none(), "all has no rest");
    let one = world.get("/v1/answers/reasons?from=2026-03-08&compare=ben&by=agent").await.expect(200);
    assert_eq!(options(&one["groups"][0]), json!([["price", 100.0, "higher"], ["speed", -100.0, "lower"]]));
    let problem = world.get("/v1/answers/care?compare=rest").await.refused(400, "invalid_query");
    assert_eq!(problem["fields"][0]["path"], "compare");
    let csv = world.get(&format!("/v1/answers/care?{period}&format=csv")).await.text;
    assert!(csv.contains("mean_difference") && csv.contains("lower"), "{csv}");
}
