//! Signing in and out, and what ends a session.

use std::time::Instant;

use reqwest::Method;
use reqwest::header::{COOKIE, HOST, ORIGIN};
use serde_json::json;

use crate::people::{Desk, FROM_OWN_PAGE, PASSWORD, cookie, lead, person, sign_in};
use crate::world::{World, send, text};

const EMAIL: &str = "jo@company.example";

#[tokio::test]
async fn a_session_is_a_cookie_that_outlives_a_restart_until_it_is_signed_out() {
    let mut world = World::new().await;
    let desk = Desk::of(&world, &lead("jo", &["north"])).await;
    let cookie = desk.cookie.clone();
    world.restart().await;
    let ask = async |world: &World, method: Method| {
        let (name, value) = FROM_OWN_PAGE;
        send(world.request(method, "/v1/session").header(COOKIE, &cookie).header(name, value)).await
    };
    let session = ask(&world, Method::GET).await.expect(200);
    insta::assert_json_snapshot!(session, @r#"
    {
      "agent": null,
      "email": "jo@company.example",
      "ends": "2026-03-02T17:00:00Z",
      "language": null,
      "name": "The jo",
      "password_characters": 15,
      "person": "jo",
      "role": "lead",
      "units": [
        {
          "id": "north",
          "name": "North"
        }
      ]
    }
    "#);
    ask(&world, Method::DELETE).await.expect(204);
    ask(&world, Method::GET).await.refused(401, "session_over");
    send(world.request(Method::GET, "/v1/session")).await.refused(401, "session_over");
}

#[tokio::test]
async fn whatever_is_wrong_the_refusal_is_the_same() {
    let world = World::new().await;
    world.put("/v1/people/jo", &lead("jo", &["north"])).await.expect(201);
    world.put("/v1/people/jo/password", &json!({"password": PASSWORD})).await.expect(204);
    world.put("/v1/people/new", &person("new", "admin")).await.expect(201);
    let mut gone = person("gone", "admin");
    world.put("/v1/people/gone", &gone).await.expect(201);
    world.put("/v1/people/gone/password", &json!({"password": PASSWORD})).await.expect(204);
    gone["active"] = json!(false);
    world.put("/v1/people/gone", &gone).await.expect(200);
    let long = "x".repeat(4000);
    let mut told = Vec::new();
    for (email, password) in [
        (EMAIL, "seven wet umbrella"),
        (EMAIL, long.as_str()),
        ("nobody@company.example", PASSWORD),
        ("no address", PASSWORD),
        ("new@company.example", ""),
        ("gone@company.example", PASSWORD),
    ] {
        let answer = sign_in(&world, email, password).await;
        assert_eq!(answer.headers.get("set-cookie"), None);
        told.push(answer.refused(401, "sign_in_refused"));
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
    sign_in(&world, " JO@Company.Example ", PASSWORD).await.expect(200);
}

/// Not a timed test of how fast it is: that both do the same work, which is what takes the time.
#[tokio::test]
async fn who_is_not_there_costs_as_much_as_who_is() {
    let world = World::new().await;
    world.put("/v1/people/jo", &lead("jo", &["north"])).await.expect(201);
    world.put("/v1/people/jo/password", &json!({"password": PASSWORD})).await.expect(204);
    let fastest = async |email: &str| {
        let mut fastest = f64::INFINITY;
        for _ in 0..4 {
            let begun = Instant::now();
            sign_in(&world, email, "seven wet umbrellos").await.refused(401, "sign_in_refused");
            fastest = fastest.min(begun.elapsed().as_secs_f64());
        }
        fastest
    };
    let (known, unknown) = (fastest(EMAIL).await, fastest("nobody@company.example").await);
    assert!(unknown > known / 4.0 && known > unknown / 4.0, "{known} and {unknown} s");
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_a_week_in_any_case() {
    let world = World::new().await;
    let desk = Desk::of(&world, &lead("jo", &["north"])).await;
    for _ in 0..23 {
        world.advance(7 * 60);
        desk.get("/v1/session").await.expect(200);
    }
    assert_eq!(text(&desk.get("/v1/session").await.expect(200)["ends"]), "2026-03-09T09:00:00Z");
    world.advance(7 * 60);
    desk.get("/v1/session").await.refused(401, "session_over");

    let again = sign_in(&world, EMAIL, PASSWORD).await;
    let desk_cookie = cookie(&again);
    world.advance(8 * 60);
    let request = world.request(Method::GET, "/v1/nps").header(COOKIE, desk_cookie);
    send(request).await.refused(401, "session_over");
}

#[tokio::test]
async fn a_new_password_and_leaving_end_every_session() {
    let world = World::new().await;
    let desk = Desk::of(&world, &lead("jo", &["north"])).await;
    let other = cookie(&sign_in(&world, EMAIL, PASSWORD).await);
    let holds = async |cookie: &str| {
        send(world.request(Method::GET, "/v1/nps").header(COOKIE, cookie)).await.status == 200
    };
    assert!(holds(&desk.cookie).await && holds(&other).await);

    let change = |current: &str, password: &str| {
        let body = json!({"current": current, "password": password});
        send(desk.request(Method::PUT, "/v1/password").json(&body))
    };
    let problem = change("seven wet umbrello", "eight dry umbrellas").await.refused(422, "invalid_password");
    assert_eq!(problem["fields"][0]["path"], "current");
    let changed = cookie(&change(PASSWORD, "eight dry umbrellas").await);
    assert!(!holds(&desk.cookie).await && !holds(&other).await && holds(&changed).await);
    sign_in(&world, EMAIL, PASSWORD).await.refused(401, "sign_in_refused");

    let mut away = lead("jo", &["north"]);
    away["active"] = json!(false);
    world.put("/v1/people/jo", &away).await.expect(200);
    assert!(!holds(&changed).await);
    away["active"] = json!(true);
    world.put("/v1/people/jo", &away).await.expect(200);
    assert!(!holds(&changed).await, "what has ended stays so");
    let last = cookie(&sign_in(&world, EMAIL, "eight dry umbrellas").await);
    world.delete("/v1/people/jo").await;
    assert!(!holds(&last).await);
    sign_in(&world, EMAIL, "eight dry umbrellas").await.refused(401, "sign_in_refused");
}

#[tokio::test]
async fn who_guesses_is_held_up_and_keeps_nobody_else_out() {
    let world = World::with(|settings| {
        settings.limits.sign_in_per_hour = 4;
        settings.limits.sign_in_account_per_hour = 100;
    })
    .await;
    world.put("/v1/people/jo", &lead("jo", &["north"])).await.expect(201);
    world.put("/v1/people/jo/password", &json!({"password": PASSWORD})).await.expect(204);
    for _ in 0..2 {
        sign_in(&world, EMAIL, "guess").await.refused(401, "sign_in_refused");
    }
    let held = sign_in(&world, EMAIL, PASSWORD).await;
    assert!(held.header("retry-after").unwrap().parse::<u64>().unwrap() > 60);
    assert!(text(&held.refused(429, "too_many_requests")["detail"]).contains("limits.sign_in_per_hour"));
    sign_in(&world, "other@company.example", "guess").await.refused(401, "sign_in_refused");
    let elsewhere = world.request(Method::POST, "/v1/session").header("x-forwarded-for", "198.51.100.7");
    let body = json!({"email": EMAIL, "password": PASSWORD});
    send(elsewhere.json(&body)).await.expect(200);
}

#[tokio::test]
async fn who_guesses_the_password_so_far_is_held_up_too() {
    let world = World::with(|settings| settings.limits.sign_in_per_hour = 6).await;
    let desk = Desk::of(&world, &lead("jo", &["north"])).await;
    let change = |current: &str| {
        let body = json!({"current": current, "password": "eight dry umbrellas"});
        send(desk.request(Method::PUT, "/v1/password").json(&body))
    };
    for _ in 0..2 {
        change("guess").await.refused(422, "invalid_password");
    }
    change(PASSWORD).await.refused(429, "too_many_requests");
    desk.get("/v1/session").await.expect(200);
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing_with_somebodys_session() {
    let world = World::new().await;
    let desk = Desk::of(&world, &person("boss", "admin")).await;
    let body = json!({"name": "Key", "scopes": ["read"]});
    let post = |headers: &[(&str, &str)]| {
        let request = world.request(Method::POST, "/v1/keys").header(COOKIE, &desk.cookie).json(&body);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://sibling.company.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        send(post(headers)).await.refused(403, "other_site");
    }
    send(post(&[("sec-fetch-site", "same-origin")])).await.expect(201);
    let own = format!("http://{}", world.address());
    send(post(&[("origin", &own)])).await.expect(201);
    let sign_in = world.request(Method::POST, "/v1/session").header(ORIGIN, "https://evil.example");
    let body = json!({"email": "boss@company.example", "password": PASSWORD});
    send(sign_in.json(&body)).await.refused(403, "other_site");
}

#[tokio::test]
async fn behind_tls_the_cookie_is_of_this_host_alone() {
    let world = World::new().await;
    world.put("/v1/people/jo", &lead("jo", &["north"])).await.expect(201);
    world.put("/v1/people/jo/password", &json!({"password": PASSWORD})).await.expect(204);
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let from = |origin: &str| {
        let request = world.request(Method::POST, "/v1/session").header(HOST, "feedback.example");
        send(request.header(ORIGIN, origin).json(&body))
    };
    let answer = from("https://feedback.example").await;
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-hearback="), "{set}");
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"), "{set}");
    from("http://feedback.example").await.refused(403, "not_secret");
}
