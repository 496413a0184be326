//! What the real binary logs, and what it never does.

use std::fs;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::cli::SURVEY;
use crate::company::submission;
use crate::program::{Serving, hearback};

/// The address of this test's customers, unlike the collector's own.
const CUSTOMERS_ADDRESS: [u8; 4] = [127, 0, 0, 77];

#[tokio::test]
async fn no_address_token_answer_or_key_is_ever_logged() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::write(place.join("survey.toml"), SURVEY).unwrap();
    let csv = "customer,email,phone,first_name\nC-4711,ana@private.example,+49301234567,Anastasia\nC-2,eve@private.example,,\n";
    fs::write(place.join("customers.csv"), csv).unwrap();
    let mut serving = Serving::start(place, &["--log", "debug"]).await;
    hearback(place, &["survey", "push", "survey.toml"]).await.good();
    let create = ["key", "create", "--name", "x", "--scope", "read", "--scope", "write"];
    let key = hearback(place, &create).await.good().trim().to_owned();
    let links = hearback(place, &["invite", "--survey", "support", "--csv", "customers.csv"]).await.good();
    let token = links.lines().nth(1).unwrap().split("?t=").nth(1).unwrap().to_owned();

    let client = Client::builder().local_address(Some(CUSTOMERS_ADDRESS.into())).build().unwrap();
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status();
    let get = |path: &str| client.get(format!("{}{path}", serving.address)).bearer_auth(&key);
    let post = |path: &str, body: &Value| {
        client.post(format!("{}{path}", serving.address)).bearer_auth(&key).json(body)
    };
    let answer = submission(&token, json!({"nps": 2, "why": "Unverschämtheit"}));
    let broken = submission(&token, json!({"nps": "Unverschämtheit", "why": {"is": "Unverschämtheit"}}));
    assert_eq!(status(get(&format!("/v1/surveys/support/form?token={token}"))).await, StatusCode::OK);
    assert_eq!(
        status(get(&format!("/v1/surveys/support/form?token={token}x"))).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(status(get(&format!("/s/{token}?at=nps"))).await, StatusCode::OK);
    assert_eq!(status(get(&format!("/s/{token}x"))).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(get(&format!("/m/{token}/open.gif"))).await, StatusCode::OK);
    assert_eq!(status(get(&format!("/m/{token}x"))).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(post("/v1/submissions", &answer)).await, StatusCode::CREATED);
    assert_eq!(status(post("/v1/submissions", &broken)).await, StatusCode::BAD_REQUEST);
    let pass = crate::passes::sign(&json!({"aud": "support", "sub": "C-4711"}), "hs_guess");
    assert_eq!(status(get(&format!("/v1/surveys/support/form?token={pass}"))).await, StatusCode::FORBIDDEN);
    assert_eq!(
        status(post("/v1/submissions", &submission(&pass, json!({"nps": 2})))).await,
        StatusCode::FORBIDDEN
    );
    for (customer, by) in [("C-4711", "id"), ("ana@private.example", "email"), ("+49301234567", "phone")] {
        assert_eq!(
            status(get(&format!("/v1/customers/{customer}/last-score?by={by}"))).await,
            StatusCode::OK
        );
    }
    assert_eq!(
        status(get("/v1/customers/noone@private.example/last-score?by=email")).await,
        StatusCode::NOT_FOUND
    );
    let links = client.post(format!("{}/v1/customers/C-4711/last-score/links", serving.address));
    let link: Value = links.bearer_auth(&key).send().await.unwrap().json().await.unwrap();
    let signed = crate::world::text(&link["signed"]);
    assert_eq!(status(get(&format!("/c/{signed}.json"))).await, StatusCode::OK);
    assert_eq!(status(get(&format!("/c/{signed}x.svg"))).await, StatusCode::NOT_FOUND);
    let bad =
        json!({"survey": "support", "invitations": [{"customer": "C-4711", "email": "private.example"}]});
    assert_eq!(status(post("/v1/invitations", &bad)).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(get(&format!("/{token}?key={key}"))).await, StatusCode::NOT_FOUND);

    assert!(serving.stop().await.success());
    let log = serving.log();
    for there in [
        "ready",
        "route=\"/v1/submissions\" status=201",
        "status=422 code=\"invalid_invitations\"",
        "route=\"/s/{token}\" status=400 code=\"malformed_token\"",
        "status=403 code=\"invalid_pass\"",
        "route=\"/c/{signed}\" status=404 code=\"unknown_link\"",
        "stopped",
    ] {
        assert!(log.contains(there), "{there} in {log}");
    }
    for private in [
        "private.example",
        "4711",
        "49301234567",
        "Anastasia",
        "Unverschämtheit",
        "Unversch",
        "127.0.0.77",
        token.as_str(),
        key.as_str(),
        pass.as_str(),
        signed.as_str(),
    ] {
        assert!(!log.contains(private), "{private} in {log}");
    }
    let address = std::net::Ipv4Addr::from(CUSTOMERS_ADDRESS);
    let store = fs::read(place.join("hearback-data/store/db")).unwrap();
    let stored = |bytes: &[u8]| store.windows(bytes.len()).any(|window| window == bytes);
    assert!(stored("Unverschämtheit".as_bytes()));
    assert!(!stored(address.to_string().as_bytes()) && !stored(token.as_bytes()) && !stored(key.as_bytes()));
}

#[tokio::test]
async fn of_mails_the_log_tells_how_sending_goes_and_nobody_they_are_for() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::write(place.join("survey.toml"), SURVEY).unwrap();
    // Nobody listens at the port of "discard".
    let server = ["--smtp-server", "smtp://127.0.0.1:9", "--smtp-from", "Company <feedback@company.example>"];
    let mut serving = Serving::start(place, &[&["--log", "debug"][..], &server].concat()).await;
    hearback(place, &["survey", "push", "survey.toml"]).await.good();
    let invite = ["invite", "--survey", "support", "--customer", "C-4711", "--email", "ana@private.example"];
    let by_mail = ["--first-name", "Anastasia", "--mail", "invitation"];
    let link = hearback(place, &[&invite[..], &by_mail].concat()).await.good();
    let token = link.trim().split("?t=").nth(1).unwrap().to_owned();
    crate::world::until("a try", async || {
        serving.log().contains("the mail server cannot be reached").then_some(())
    })
    .await;
    assert!(serving.stop().await.success());
    let log = serving.log();
    for private in ["private.example", "C-4711", "Anastasia", "how did we do", token.as_str()] {
        assert!(!log.contains(private), "{private} in {log}");
    }
}

#[tokio::test]
async fn a_log_for_machines_is_one_object_a_line() {
    let place = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(place.path(), &["--log-format", "json"]).await;
    assert!(serving.stop().await.success());
    let log = serving.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ready = lines.iter().find(|line| line["message"] == "ready").unwrap();
    assert!(ready["address"].as_str().unwrap().starts_with("127.0.0.1:"), "{ready}");
    assert_eq!(lines.last().unwrap()["message"], "stopped");
}

#[tokio::test]
async fn who_signs_in_is_logged_by_id_and_never_by_address_or_password() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    let mut serving = Serving::start(place, &["--log", "debug"]).await;
    let add = ["people", "add", "--id", "head", "--name", "Private Name", "--role", "admin"];
    hearback(place, &[&add[..], &["--email", "head@private.example"]].concat()).await.good();
    let link = hearback(place, &["people", "invite", "head"]).await.good();
    let token = link.trim().split_once("/desk/welcome#").unwrap().1.to_owned();
    let client = Client::new();
    let call = async |method: reqwest::Method, path: &str, body: Value| {
        client.request(method, format!("{}{path}", serving.address)).json(&body).send().await.unwrap()
    };
    let password = "seven wet umbrellas";
    let set = json!({"token": token, "password": password});
    let answer = call(reqwest::Method::PUT, "/v1/password", set).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie =
        answer.headers()["set-cookie"].to_str().unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    for (email, password) in [
        ("head@private.example", "umbrello"),
        (password, "head@private.example"),
        ("nobody@private.example", password),
    ] {
        let body = json!({"email": email, "password": password});
        let status = call(reqwest::Method::POST, "/v1/session", body).await.status();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    assert!(serving.stop().await.success());
    let log = serving.log();
    for there in [
        "password set person=\"head\"",
        "sign-in refused person=\"head\"",
        "sign-in refused person=\"unknown\"",
    ] {
        assert!(log.contains(there), "{there} in {log}");
    }
    for private in ["private.example", "Private Name", "umbrell", token.as_str(), cookie.as_str()] {
        assert!(!log.contains(private), "{private} in {log}");
    }
    let store = fs::read(place.join("hearback-data/store/db")).unwrap();
    let stored = |text: &str| store.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(stored("Private Name") && stored("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(!stored(password) && !stored(&token) && !stored(&cookie));
}
