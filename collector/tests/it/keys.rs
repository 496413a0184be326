//! API keys: what each route asks for, and how keys are made, kept and revoked.

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::company::submission;
use crate::world::{Answer, World, masked, send, text};

/// Every route that takes a key, with the scope it asks for.
pub(crate) const ROUTES: [(&str, &str, &str); 72] = [
    ("GET", "/v1/surveys", "read"),
    ("GET", "/v1/surveys/{survey}", "read"),
    ("PUT", "/v1/surveys/{survey}", "admin"),
    ("GET", "/v1/surveys/{survey}/signing-secrets", "admin"),
    ("POST", "/v1/surveys/{survey}/signing-secrets", "admin"),
    ("DELETE", "/v1/surveys/{survey}/signing-secrets/{id}", "admin"),
    ("GET", "/v1/organisation", "read"),
    ("PUT", "/v1/organisation", "admin"),
    ("PATCH", "/v1/organisation", "admin"),
    ("POST", "/v1/invitations", "write"),
    ("GET", "/v1/mails", "read"),
    ("GET", "/v1/mails/{mail}", "read"),
    ("PUT", "/v1/mails/{mail}", "admin"),
    ("DELETE", "/v1/mails/{mail}", "admin"),
    ("POST", "/v1/mails/{mail}/preview", "read"),
    ("GET", "/v1/customers/{customer}/invitations", "read"),
    ("DELETE", "/v1/customers/{customer}/invitations", "write"),
    ("DELETE", "/v1/customers/{customer}/invitations/{id}", "write"),
    ("DELETE", "/v1/invitations/{token}", "write"),
    ("DELETE", "/v1/interactions/{interaction}", "write"),
    ("GET", "/v1/asking", "read"),
    ("PUT", "/v1/asking", "admin"),
    ("PUT", "/v1/backlog", "write"),
    ("POST", "/v1/interactions", "write"),
    ("GET", "/v1/suppressions", "read"),
    ("POST", "/v1/suppressions", "write"),
    ("DELETE", "/v1/suppressions", "write"),
    ("POST", "/v1/bounces", "write"),
    ("GET", "/v1/responses", "read"),
    ("GET", "/v1/quotes", "read"),
    ("GET", "/v1/surveys/{survey}/reviews", "read"),
    ("DELETE", "/v1/responses/{response}/quote", "write"),
    ("DELETE", "/v1/customers/{customer}/quotes", "write"),
    ("GET", "/v1/events", "read"),
    ("GET", "/v1/webhooks", "admin"),
    ("POST", "/v1/webhooks", "admin"),
    ("GET", "/v1/webhooks/{id}", "admin"),
    ("PATCH", "/v1/webhooks/{id}", "admin"),
    ("DELETE", "/v1/webhooks/{id}", "admin"),
    ("POST", "/v1/webhooks/{id}/secrets", "admin"),
    ("GET", "/v1/webhooks/{id}/deliveries", "admin"),
    ("POST", "/v1/webhooks/{id}/replay", "admin"),
    ("POST", "/v1/webhooks/{id}/test", "admin"),
    ("GET", "/v1/follow-up", "read"),
    ("PUT", "/v1/follow-up", "admin"),
    ("GET", "/v1/cases", "read"),
    ("POST", "/v1/cases", "write"),
    ("GET", "/v1/cases/evidence", "read"),
    ("GET", "/v1/cases/recovery", "read"),
    ("GET", "/v1/cases/{id}", "read"),
    ("POST", "/v1/cases/{id}/actions", "write"),
    ("GET", "/v1/agents/{agent}/coaching", "read"),
    ("GET", "/v1/nps", "read"),
    ("GET", "/v1/nps/drivers", "read"),
    ("GET", "/v1/nps/moved", "read"),
    ("GET", "/v1/nps/ranking", "read"),
    ("GET", "/v1/nps/targets", "read"),
    ("GET", "/v1/answers/{question}", "read"),
    ("DELETE", "/v1/customers/{customer}", "admin"),
    ("GET", "/v1/customers/{customer}/last-score", "read"),
    ("POST", "/v1/customers/{customer}/last-score/links", "read"),
    ("DELETE", "/v1/last-score-links", "admin"),
    ("GET", "/v1/verify", "admin"),
    ("POST", "/v1/verify", "admin"),
    ("GET", "/v1/keys", "admin"),
    ("POST", "/v1/keys", "admin"),
    ("DELETE", "/v1/keys/{id}", "admin"),
    ("GET", "/v1/people", "admin"),
    ("PUT", "/v1/people/{person}", "admin"),
    ("DELETE", "/v1/people/{person}", "admin"),
    ("POST", "/v1/people/{person}/invitation", "admin"),
    ("PUT", "/v1/people/{person}/password", "admin"),
];

/// Calls a route with this header, or none.
async fn call(world: &World, method: &str, route: &str, authorization: Option<&str>) -> Answer {
    let path = route.replace("{survey}", "support").replace("{customer}", "C-1").replace("{id}", "x");
    // An answer without an end is asked for in a way that it is refused, by whoever may ask.
    let path = path.replace("/v1/events", "/v1/events?types=none");
    let request = world.request(method.parse::<Method>().unwrap(), &path);
    send(match authorization {
        Some(value) => request.header(AUTHORIZATION, value),
        None => request,
    })
    .await
}

#[tokio::test]
async fn no_route_for_systems_opens_without_a_key() {
    let world = World::new().await;
    for (method, route, _) in ROUTES {
        for header in [None, Some(""), Some("Bearer"), Some("Basic dXNlcjpwYXNz"), Some(world.key.as_str())] {
            let answer = call(&world, method, route, header).await;
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{method} {route}");
            answer.refused(401, "key_missing");
        }
        for guess in ["hb_", "hb_AAAA", &world.key[..world.key.len() - 1], &world.key.to_uppercase()] {
            let answer = call(&world, method, route, Some(&format!("Bearer {guess}"))).await;
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{method} {route}");
            answer.refused(401, "key_unknown");
        }
    }
}

#[tokio::test]
async fn each_scope_opens_its_own_routes_and_no_others() {
    let world = World::new().await;
    for scope in ["read", "write", "admin"] {
        let others: Vec<&str> =
            ["read", "write", "admin"].into_iter().filter(|other| *other != scope).collect();
        let (key, lacking) = (world.make_key(&[scope]).await, world.make_key(&others).await);
        for (method, route, _) in ROUTES.iter().filter(|(_, _, needed)| *needed == scope) {
            let refusal = call(&world, method, route, Some(&format!("Bearer {lacking}"))).await;
            let detail = format!("the API key lacks the scope {scope:?}");
            assert_eq!(refusal.refused(403, "scope_missing")["detail"], detail, "{method} {route}");
            let status = call(&world, method, route, Some(&format!("bearer {key}"))).await.status;
            assert!(![401, 403].contains(&status), "{method} {route}: {status}");
        }
    }
}

#[tokio::test]
async fn a_key_in_the_address_opens_nothing() {
    let world = World::new().await;
    let path = format!("/v1/nps?key={0}&access_token={0}", world.key);
    send(world.request(Method::GET, &path)).await.refused(401, "key_missing");
}

#[tokio::test]
async fn a_key_is_shown_once() {
    let world = World::new().await;
    let body = json!({"name": " Desk ", "scopes": ["write", "read", "read"]});
    let made = world.post("/v1/keys", &body).await.expect(201);
    let secret = text(&made["key"]);
    assert!(secret.starts_with("hb_") && secret.len() == 46, "{secret}");

    let listed = world.get("/v1/keys").await;
    assert!(!listed.text.contains(&secret[3..]));
    let listed = listed.expect(200);
    let desk = listed.as_array().unwrap().iter().find(|key| key["id"] == made["id"]).unwrap();
    insta::assert_json_snapshot!(masked(desk.clone(), &["id"]), @r#"
    {
      "created_at": "2026-03-02T09:00:00Z",
      "id": "[id]",
      "name": "Desk",
      "scopes": [
        "read",
        "write"
      ]
    }
    "#);
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_from_then_on() {
    let mut world = World::new().await;
    let body = json!({"name": "Desk", "scopes": ["read"]});
    let made = world.post("/v1/keys", &body).await.expect(201);
    let header = format!("Bearer {}", text(&made["key"]));
    assert_eq!(call(&world, "GET", "/v1/nps", Some(&header)).await.status, 200);

    let path = format!("/v1/keys/{}", text(&made["id"]));
    let revoke = async |world: &World| send(world.with_key(Method::DELETE, &path)).await;
    revoke(&world).await.expect(204);
    call(&world, "GET", "/v1/nps", Some(&header)).await.refused(401, "key_unknown");
    revoke(&world).await.refused(404, "not_found");
    world.restart().await;
    call(&world, "GET", "/v1/nps", Some(&header)).await.refused(401, "key_unknown");
    assert_eq!(world.nps("").await["n"], 0, "the other key still opens");
}

#[tokio::test]
async fn a_key_needs_a_name_and_a_scope() {
    let world = World::new().await;
    let before = world.get("/v1/keys").await.expect(200);
    let long = "x".repeat(101);
    for (body, path) in [
        (json!({"name": " ", "scopes": ["read"]}), "name"),
        (json!({"name": long, "scopes": ["read"]}), "name"),
        (json!({"name": "Desk", "scopes": []}), "scopes"),
    ] {
        let problem = world.post("/v1/keys", &body).await.refused(422, "invalid_request");
        assert_eq!(problem["fields"][0]["path"], path);
    }
    let body = json!({"name": "Desk", "scopes": ["root"]});
    let problem = world.post("/v1/keys", &body).await.refused(400, "unreadable_body");
    assert_eq!(problem["fields"][0]["path"], "scopes[0]");
    assert_eq!(world.get("/v1/keys").await.expect(200), before);
}

#[tokio::test]
async fn neither_keys_nor_tokens_are_on_the_disk() {
    let mut world = World::new().await;
    let token = world.invite(json!({"customer": "C-4711"})).await;
    world.submit(&submission(&token, json!({"nps": 9, "why": "legible"}))).await.expect(201);
    world.stop().await.unwrap();

    let mut bytes = Vec::new();
    let mut open = vec![world.settings.directory.clone()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            bytes.extend(std::fs::read(&path).unwrap());
        }
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("C-4711") && holds("legible"), "the files are readable, so the search is sound");
    assert!(!holds(&token) && !holds(&world.key) && !holds(&world.key[3..]));
    let raw = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, &token).unwrap();
    assert!(!bytes.windows(raw.len()).any(|window| window == raw));
}

/// What a program gets to know of a key is the same whoever asks.
#[tokio::test]
async fn the_list_of_keys_holds_no_hash() {
    let world = World::new().await;
    let listed: Value = world.get("/v1/keys").await.expect(200);
    let names: Vec<&String> = listed[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["created_at", "id", "name", "scopes"]);
}
