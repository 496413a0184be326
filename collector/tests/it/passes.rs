//! Signed customers: the company's page names who is logged in, and nobody can forge it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::company::{begun, submission, survey, then};
use crate::world::{World, send, text};

const SECRETS: &str = "/v1/surveys/support/signing-secrets";

/// When every world begins.
const NOW: i64 = 1_772_442_000;

pub(crate) async fn make_secret(world: &World) -> (String, String) {
    let made = send(world.with_key(Method::POST, SECRETS)).await.expect(201);
    (text(&made["id"]), text(&made["secret"]))
}

pub(crate) fn sign(claims: &Value, secret: &str) -> String {
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", encode(&json!({"alg": "HS256"})), encode(claims));
    let hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes()))
}

pub(crate) fn claims() -> Value {
    json!({
        "aud": "support", "sub": "C-1", "iat": NOW, "exp": NOW + 600, "email": "Ana@Company.example",
        "first_name": "Ana", "agent": "amira", "language": "en", "attributes": {"product": "fibre"}
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_customer_with_a_pass_is_known_as_if_invited() {
    let world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let pass = sign(&claims(), &secret);
    let form = world.form(&pass).await.expect(200);
    assert_eq!(form["intro"], "Hello Ana, Amira Haddad helped with your fibre.");
    assert_eq!(form["answered"], false);
    // Looking makes nothing, and nobody is known yet.
    world.assert_nothing_stored().await;
    world.get("/v1/customers/C-1/last-score").await.refused(404, "not_found");

    world.submit(&submission(&pass, json!({"nps": 9}))).await.expect(201);
    let stored = world.responses().await.remove(0);
    assert_eq!((&stored["customer"], &stored["agent"]), (&json!("C-1"), &json!("amira")));
    assert_eq!(stored["attributes"], json!({"channel": "login", "product": "fibre"}));
    let last = world.get("/v1/customers/ana@company.example/last-score?by=email").await.expect(200);
    assert_eq!((&last["customer"], &last["score"]), (&json!("C-1"), &json!(9)));
    assert_eq!(world.form(&pass).await.expect(200)["answered"], true);
}

#[tokio::test]
async fn one_interaction_has_one_response_however_many_passes_name_it() {
    let mut world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let sent = begun(&sign(&claims(), &secret), json!({"nps": 3}));
    let receipt = world.submit(&sent).await.expect(201);
    assert_eq!(world.submit(&sent).await.expect(200)["response"], receipt["response"]);
    // The page was loaded again that day: another pass, another submission.
    let again = sign(&with("exp", json!(NOW + 900)), &secret);
    let changed = world.submit(&submission(&again, json!({"nps": 9}))).await.expect(200);
    assert_eq!(changed["response"], receipt["response"]);
    world.restart().await;
    assert_eq!(world.submit(&sent).await.expect(200)["score"], 9);
    for other in [
        with("jti", json!("call-7")),
        with("jti", json!("call-8")),
        with("iat", json!(NOW - 86_400)),
        with("sub", json!("C-2")),
    ] {
        world.submit(&submission(&sign(&other, &secret), json!({"nps": 9}))).await.expect(201);
    }
    assert_eq!(world.responses().await.len(), 5);
}

#[tokio::test]
async fn sixty_four_at_once_with_one_pass_make_one_response() {
    let world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let pass = sign(&claims(), &secret);
    let sent: Vec<Value> = (0..64).map(|i| submission(&pass, json!({"nps": i % 11}))).collect();
    let answers = world.submit_all(&sent).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status)));
    assert_eq!(world.responses().await.len(), 1);
}

#[tokio::test]
async fn a_pass_that_is_not_right_says_exactly_why_and_lets_nobody_in() {
    let world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let good = sign(&claims(), &secret);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (_, other) = sign(&with("sub", json!("C-2")), &secret)
        .rsplit_once('.')
        .map(|(s, t)| (s.to_owned(), t.to_owned()))
        .unwrap();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let unsigned = format!("{none}.{}.", signed.split_once('.').unwrap().1);
    for (pass, why) in [
        (sign(&claims(), "hs_guess"), "its signature was made by none of the survey's signing secrets"),
        (format!("{signed}.{other}"), "its signature was made by none"),
        (format!("{signed}."), "its signature was made by none"),
        (format!("{}A.{signature}", &signed[..signed.len() - 1]), "its signature was made by none"),
        (unsigned, "it is signed by \"none\", and only HS256 is taken"),
        (
            sign(&with("aud", json!("other")), &secret),
            "it is for \"other\" (aud), not for the survey \"support\"",
        ),
        (sign(&with("exp", json!(NOW)), &secret), "it expired at 2026-03-02T09:00:00Z (exp)"),
        (sign(&with("exp", json!(NOW + 32 * 86_400)), &secret), "exp: more than 31 days ahead"),
        (sign(&with("nbf", json!(NOW + 600)), &secret), "it is not valid before 2026-03-02T09:10:00Z (nbf)"),
        (sign(&with("sub", json!("")), &secret), "sub: must not be empty"),
        (sign(&with("email", json!("nobody")), &secret), "email: an e-mail address has an @"),
        (sign(&with("attributes", json!({"x": "y".repeat(5000)})), &secret), "it is longer than 4096 bytes"),
        ("a.b.c".to_owned(), "it is no JSON Web Token"),
    ] {
        let form = world.form(&format!("{pass}&language=ar")).await.refused(403, "invalid_pass");
        assert_eq!(form["language"], "ar", "{form}");
        let problem = world.submit(&submission(&pass, json!({"nps": 9}))).await.refused(403, "invalid_pass");
        let detail = text(&problem["detail"]);
        assert!(detail.starts_with("the pass is not taken: ") && detail.contains(why), "{why}: {detail}");
        assert_eq!(form["detail"], problem["detail"]);
        assert!(!text(&problem["message"]).is_empty());
    }
    world.assert_nothing_stored().await;
    world.get("/v1/customers/C-1/last-score").await.refused(404, "not_found");
    world.form(&good).await.expect(200);
}

#[tokio::test]
async fn who_began_by_a_pass_in_time_may_finish_when_it_has_expired() {
    let world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let pass = sign(&claims(), &secret);
    let first = begun(&pass, json!({"nps": 3}));
    world.submit(&first).await.expect(201);
    world.advance(30);
    world.form(&pass).await.expect(200);
    let done = then(&first, json!({"nps": 3, "why": "slow"}), true);
    world.submit(&done).await.expect(200);
    let late = sign(&with("jti", json!("call-7")), &secret);
    let problem = world.submit(&submission(&late, json!({"nps": 9}))).await.refused(403, "invalid_pass");
    assert!(text(&problem["detail"]).contains("it expired at 2026-03-02T09:10:00Z (exp)"), "{problem}");
    world.form(&late).await.refused(403, "invalid_pass");
    // A retry is answered as ever, and the answer can no longer be changed once its time is over.
    world.advance(60);
    world.submit(&done).await.expect(200);
    world.submit(&then(&done, json!({"nps": 9}), true)).await.refused(410, "already_answered");
    assert_eq!(world.responses().await.len(), 1);
}

#[tokio::test]
async fn a_newer_pass_keeps_an_unfinished_answer_open() {
    let world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let first = begun(&sign(&claims(), &secret), json!({"nps": 3}));
    world.submit(&first).await.expect(201);
    world.advance(5 * 60);
    let newer = sign(&with("exp", json!(NOW + 6 * 3600)), &secret);
    world.form(&newer).await.expect(200);
    world.submit(&submission(&newer, json!({"nps": 8}))).await.expect(200);
    assert_eq!(world.responses().await.len(), 1);
}

#[tokio::test]
async fn secrets_are_one_surveys_and_go_one_by_one() {
    let mut world = World::new().await;
    let pass_for = |secret: &str, jti: &str| sign(&with("jti", json!(jti)), secret);
    let problem = world.form(&pass_for("hs_guess", "a")).await.refused(403, "invalid_pass");
    assert!(text(&problem["detail"]).contains("hearback secret create --survey support"), "{problem}");

    let (old_id, old) = make_secret(&world).await;
    world.advance(1);
    let (_, new) = make_secret(&world).await;
    assert!(old.starts_with("hs_") && old.len() == 46 && old != new, "{old}");
    world.restart().await;
    for secret in [&old, &new] {
        world.form(&pass_for(secret, "a")).await.expect(200);
    }
    let listed = world.get(SECRETS).await;
    assert!(!listed.text.contains(&old) && !listed.text.contains("hs_"), "{}", listed.text);
    let listed = listed.expect(200);
    assert_eq!(listed[0], json!({"id": old_id, "created_at": "2026-03-02T09:00:00Z"}));

    let address = format!("{SECRETS}/{old_id}");
    assert_eq!(send(world.with_key(Method::DELETE, &address)).await.status, 204);
    send(world.with_key(Method::DELETE, &address)).await.refused(404, "not_found");
    world.form(&pass_for(&old, "a")).await.refused(403, "invalid_pass");
    world.form(&pass_for(&new, "a")).await.expect(200);
    world.restart().await;
    world.form(&pass_for(&old, "a")).await.refused(403, "invalid_pass");

    let mut other = survey();
    other["id"] = json!("other");
    world.put("/v1/surveys/other", &other).await.expect(201);
    let elsewhere = with("aud", json!(["other", "support"]));
    let path = format!("/v1/surveys/other/form?token={}", sign(&elsewhere, &new));
    send(world.request(Method::GET, &path)).await.refused(403, "invalid_pass");
}

#[tokio::test]
async fn a_survey_has_eight_secrets_at_most() {
    let world = World::new().await;
    for _ in 0..8 {
        make_secret(&world).await;
    }
    let problem = send(world.with_key(Method::POST, SECRETS)).await.refused(422, "invalid_request");
    assert_eq!(problem["fields"][0]["detail"], "the survey has 8 already: revoke one first");
    for (method, path) in [
        (Method::POST, "/v1/surveys/gone/signing-secrets"),
        (Method::GET, "/v1/surveys/gone/signing-secrets"),
        (Method::DELETE, "/v1/surveys/gone/signing-secrets/x"),
    ] {
        send(world.with_key(method, path)).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_pass_takes_no_room_from_the_answer() {
    let world = World::with(|settings| settings.limits.submission_bytes = 1000).await;
    let (_, secret) = make_secret(&world).await;
    let attributes: Value = (0..10).map(|i| (format!("a{i}"), json!("x".repeat(200)))).collect();
    let pass = sign(&with("attributes", attributes), &secret);
    assert!(pass.len() > 2000);
    let sent = submission(&pass, json!({"nps": 9})).to_string();
    let post = |bytes: usize| {
        let body = format!("{sent}{}", " ".repeat(bytes - sent.len()));
        send(
            world
                .request(Method::POST, "/v1/submissions")
                .header("content-type", "application/json")
                .body(body),
        )
    };
    post(1000 + pass.len() + 1).await.refused(413, "too_large");
    post(1000 + 4096 + 1).await.refused(413, "too_large");
    world.assert_nothing_stored().await;
    post(1000 + pass.len()).await.expect(201);
}

#[tokio::test]
async fn a_pass_is_no_way_around_the_rules_for_answers_and_pages() {
    let world = World::new().await;
    let (_, secret) = make_secret(&world).await;
    let pass = sign(&claims(), &secret);
    world.submit(&submission(&pass, json!({"nps": 11}))).await.refused(422, "invalid_answers");
    let mut sent = submission(&pass, json!({"nps": 9}));
    let stranger =
        world.request(Method::POST, "/v1/submissions").header("origin", "https://stranger.example");
    send(stranger.json(&sent)).await.refused(403, "origin_not_allowed");
    world.assert_nothing_stored().await;
    // What the page itself tells of a signed customer is not taken: the pass says it.
    sent["agent"] = json!("ben");
    sent["attributes"] = json!({"product": "tv"});
    world.submit(&sent).await.expect(201);
    assert_eq!(world.responses().await[0]["agent"], "amira");
}
