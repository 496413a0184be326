//! What each role may do: every route as everybody, and that nobody reads of what is others'.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::company::submission;
use crate::keys::ROUTES;
use crate::people::{Desk, lead, person};
use crate::world::{World, send};

/// The routes that need no key and no session.
const OPEN: [(&str, &str); 9] = [
    ("GET", "/v1/surveys/{survey}/form"),
    ("GET", "/v1/surveys/{survey}/thanks"),
    ("POST", "/v1/surveys/{survey}/reviews/followed"),
    ("POST", "/v1/submissions"),
    ("POST", "/v1/session"),
    ("GET", "/v1/session"),
    ("DELETE", "/v1/session"),
    ("POST", "/v1/welcome"),
    ("PUT", "/v1/password"),
];

/// The routes that tell leads and agents what they may see. All others that take a key are closed to them.
const NARROWED: [(&str, &str); 19] = [
    ("GET", "/v1/surveys"),
    ("GET", "/v1/surveys/{survey}"),
    ("GET", "/v1/organisation"),
    ("GET", "/v1/customers/{customer}/invitations"),
    ("GET", "/v1/responses"),
    ("GET", "/v1/quotes"),
    ("GET", "/v1/events"),
    ("GET", "/v1/cases"),
    ("GET", "/v1/cases/evidence"),
    ("GET", "/v1/cases/recovery"),
    ("GET", "/v1/cases/{id}"),
    ("POST", "/v1/cases/{id}/actions"),
    ("GET", "/v1/agents/{agent}/coaching"),
    ("GET", "/v1/nps"),
    ("GET", "/v1/nps/drivers"),
    ("GET", "/v1/nps/moved"),
    ("GET", "/v1/nps/ranking"),
    ("GET", "/v1/nps/targets"),
    ("GET", "/v1/answers/{question}"),
];

/// What is asked of a route that needs a query.
fn address(route: &str) -> String {
    let path = route
        .replace("{survey}", "support")
        .replace("{customer}", "C-amira")
        .replace("{question}", "why")
        .replace("{person}", "nobody")
        .replace("{agent}", "amira")
        .replace("{id}", "x");
    match route {
        "/v1/nps/moved" | "/v1/nps/ranking" => path + "?by=team",
        // An answer without an end: asked for so, whoever may ask is refused for another reason.
        "/v1/events" => path + "?types=none",
        _ => path,
    }
}

/// A company whose agents were each scored once, with a word and an attribute of their own.
async fn company() -> World {
    let world = World::new().await;
    let mut organisation = crate::company::organisation();
    for unit in organisation["units"].as_array_mut().unwrap() {
        unit["target"] = json!(10);
    }
    world.put("/v1/organisation", &organisation).await.expect(200);
    let mut survey = crate::company::survey();
    survey["questions"][1]["quote"] = json!({});
    world.put("/v1/surveys/support", &survey).await.expect(201);
    for (agent, score) in [("amira", 9), ("amira", 2), ("ben", 10), ("carla", 0)] {
        let customer = format!("C-{agent}");
        let attributes = json!({"place": format!("at-{agent}")});
        let token =
            world.invite(json!({"customer": customer, "agent": agent, "attributes": attributes})).await;
        let answers = json!({"nps": score, "why": format!("word of {agent}"), "why_quote": "named"});
        world.submit(&submission(&token, answers)).await.expect(201);
    }
    world
}

fn agent(id: &str) -> Value {
    let mut person = person(&format!("agent-{id}"), "agent");
    person["agent"] = json!(id);
    person
}

#[tokio::test]
async fn every_route_is_in_one_of_the_lists() {
    let world = World::new().await;
    let document = world.get("/openapi.json").await.expect(200);
    let mut served = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            served.insert((method.to_uppercase(), path.clone()));
        }
    }
    let listed = ROUTES.iter().map(|(method, route, _)| (*method, *route)).chain(OPEN);
    let listed = listed.map(|(method, route)| (method.to_owned(), route.to_owned())).collect();
    assert_eq!(served, listed);
}

#[tokio::test]
async fn each_role_opens_its_routes_and_no_others() {
    let world = company().await;
    let admin = Desk::of(&world, &person("admin", "admin")).await;
    let others = [
        ("lead of the unit", Desk::of(&world, &lead("lead-north", &["north"])).await),
        ("lead of another", Desk::of(&world, &lead("lead-shop", &["shop"])).await),
        ("agent", Desk::of(&world, &agent("amira")).await),
    ];
    for (method, route, scope) in ROUTES {
        let (path, verb) = (address(route), method.parse::<Method>().unwrap());
        let narrowed = NARROWED.contains(&(method, route));
        for (role, desk) in &others {
            let answer = send(desk.request(verb.clone(), &path)).await;
            if narrowed {
                assert!(![401, 403].contains(&answer.status), "{method} {route}, {role}: {}", answer.text);
            } else {
                let problem = answer.refused(403, "role_missing");
                assert!(problem["detail"].as_str().unwrap().contains(scope), "{method} {route}: {problem}");
            }
            // Without saying that it is one of the collector's own pages that asks, nothing changes.
            if verb != Method::GET {
                let bare = world.request(verb.clone(), &path).header("cookie", &desk.cookie);
                send(bare).await.refused(403, "other_site");
            }
        }
        let status = send(admin.request(verb.clone(), &path)).await.status;
        assert!(![401, 403].contains(&status), "{method} {route}, admin: {status}");
        send(world.request(verb, &path)).await.refused(401, "key_missing");
    }
}

/// Everything that can be asked in many ways, in every form.
fn questions() -> Vec<String> {
    let by = [
        "agent",
        "team",
        "department",
        "survey",
        "language",
        "category",
        "score",
        "complete",
        "month",
        "hour",
    ];
    let mut asked: Vec<String> = vec!["/v1/organisation".into(), "/v1/organisation?at=2026-03-02".into()];
    for by in by.into_iter().chain(["place", "unit.team", "attribute.place"]) {
        asked.push(format!("/v1/nps?by={by}&rates=true&every=day"));
        asked.push(format!("/v1/nps?by={by}&top=1&compare=rest&rates=true"));
        asked.push(format!("/v1/nps?by={by}&by=team&largest=impact&top=2"));
        asked.push(format!("/v1/nps/ranking?by={by}"));
        asked.push(format!("/v1/nps/moved?by={by}&from=2026-03-02&to=2026-03-03"));
        asked.push(format!("/v1/nps/drivers?by={by}"));
    }
    asked.extend(["/v1/nps", "/v1/nps/drivers", "/v1/nps/targets", "/v1/responses"].map(str::to_owned));
    asked.push("/v1/nps?where=team:north or agent:amira or agent:absent or not team:shop&by=agent".into());
    asked.push("/v1/quotes".into());
    asked.push("/v1/responses?where=place:at-amira or place:at-carla or place:at-ben".into());
    asked.push("/v1/cases/evidence?every=month".into());
    asked.push("/v1/cases/recovery?among=detractors&next=any".into());
    asked.push("/v1/responses?updated_since=2026-01-01&limit=100".into());
    for customer in ["C-amira", "C-ben", "C-carla"] {
        asked.push(format!("/v1/customers/{customer}/invitations"));
    }
    let files: Vec<String> = asked
        .iter()
        .filter(|asked| !asked.contains("organisation") && !asked.contains("customers"))
        .flat_map(|asked| {
            let and = if asked.contains('?') { '&' } else { '?' };
            ["csv", "ndjson"].map(|format| format!("{asked}{and}format={format}"))
        })
        .collect();
    asked.extend(files);
    asked.push("/v1/nps?by=team&format=svg".into());
    asked
}

/// Asks everything, and looks for names that are not to be seen. How often each of the others came up.
async fn look(desk: &Desk<'_>, hidden: &[&str], shown: &[&str]) -> Vec<usize> {
    let mut seen = vec![0; shown.len()];
    for path in questions() {
        let answer = desk.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let told = answer.text.to_lowercase();
        for name in hidden {
            assert!(!told.contains(name), "{path} tells of {name}: {told}");
        }
        shown.iter().zip(&mut seen).for_each(|(name, seen)| *seen += usize::from(told.contains(name)));
    }
    seen
}

#[tokio::test]
async fn a_lead_reads_of_her_units_and_of_all_below_them_and_nothing_else() {
    let world = company().await;
    let north = Desk::of(&world, &lead("lead", &["north"])).await;
    let seen = look(&north, &["ben", "south", "carla", "shop", "sales"], &["amira", "north"]).await;
    assert!(seen.iter().all(|times| *times > 20), "{seen:?}");
    assert_eq!(north.get("/v1/nps").await.expect(200)["total"]["n"], 2);
    let targets = north.get("/v1/nps/targets").await.expect(200);
    assert_eq!(targets["units"].as_array().unwrap().len(), 1, "{targets}");

    let care = Desk::of(&world, &lead("head", &["care"])).await;
    let seen = look(&care, &["carla", "shop", "sales"], &["amira", "north", "ben", "south", "care"]).await;
    assert!(seen.iter().all(|times| *times > 10), "{seen:?}");
    assert_eq!(care.get("/v1/nps").await.expect(200)["total"]["n"], 3);
}

#[tokio::test]
async fn an_agent_reads_of_her_own_interactions_and_nothing_else() {
    let world = company().await;
    let desk = Desk::of(&world, &agent("ben")).await;
    let seen = look(&desk, &["amira", "north", "carla", "shop", "sales"], &["ben"]).await;
    assert!(seen[0] > 10, "{seen:?}");
    assert_eq!(desk.get("/v1/nps").await.expect(200)["total"]["n"], 1);
    assert_eq!(desk.get("/v1/nps/targets").await.expect(200)["units"], json!([]));
}

#[tokio::test]
async fn an_answer_stays_with_the_unit_that_it_was_given_in() {
    let world = company().await;
    let moved = json!({"moves": [{"agent": "amira", "unit": "south", "from": "2026-03-03"}]});
    send(world.with_key(Method::PATCH, "/v1/organisation").json(&moved)).await.expect(200);
    world.advance(24 * 60);
    world.story(json!({"customer": "C-later", "agent": "amira"}), 7).await;
    let n = async |desk: &Desk<'_>, query: &str| {
        desk.get(&format!("/v1/nps?{query}")).await.expect(200)["total"]["n"].clone()
    };
    let (north, south) =
        (Desk::of(&world, &lead("n", &["north"])).await, Desk::of(&world, &lead("s", &["south"])).await);
    assert_eq!(n(&north, "").await, 2);
    assert_eq!(n(&south, "").await, 2, "ben's, and amira's of today");
    assert_eq!(n(&south, "where=agent:amira").await, 1);
    for org in ["now", "2026-03-03"] {
        let refused = north.get(&format!("/v1/nps?by=team&org={org}")).await.refused(400, "invalid_query");
        assert_eq!(refused["fields"][0]["path"], "org");
    }
    let invited = north.get("/v1/customers/C-later/invitations").await.expect(200);
    assert_eq!(invited["invitations"], json!([]));
}

#[tokio::test]
async fn what_somebody_may_do_changes_at_once() {
    let world = company().await;
    let desk = Desk::of(&world, &lead("lead", &["north"])).await;
    assert_eq!(desk.get("/v1/nps").await.expect(200)["total"]["n"], 2);
    world.put("/v1/people/lead", &lead("lead", &["shop"])).await.expect(200);
    assert_eq!(desk.get("/v1/nps").await.expect(200)["total"]["n"], 1);
    world.put("/v1/people/lead", &person("lead", "admin")).await.expect(200);
    assert_eq!(desk.get("/v1/nps").await.expect(200)["total"]["n"], 4);
    desk.get("/v1/keys").await.expect(200);
}
