//! The examples that sign passes in the languages of company servers: each is run, and the collector believes it; a secret
//! made by the command line is all they need.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cli::SURVEY;
use crate::company::submission;
use crate::program::{Serving, hearback};

/// Interpreter and example.
const EXAMPLES: [(&str, &str); 4] =
    [("python3", "pass.py"), ("node", "pass.js"), ("php", "pass.php"), ("ruby", "pass.rb")];

/// What an example prints.
async fn pass(interpreter: &str, example: &str, secret: &str, arguments: &[&str]) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/signed").join(example);
    let mut command = Command::new(interpreter);
    command.arg(file).args(arguments).env("HEARBACK_SECRET", secret).stdin(Stdio::null());
    let name = interpreter.to_owned();
    let ran = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
    let ran = ran.unwrap_or_else(|error| panic!("{name}: {error}; tests/setup.sh installs it"));
    assert!(ran.status.success(), "{example}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text").trim().to_owned()
}

struct Company {
    serving: Serving,
    client: reqwest::Client,
}

impl Company {
    async fn submit(&self, pass: &str, score: i64) -> (u16, Value) {
        let address = format!("{}/v1/submissions", self.serving.address);
        let sent = self.client.post(address).json(&submission(pass, json!({"nps": score})));
        let answer = sent.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }
}

#[tokio::test]
async fn a_pass_signed_in_any_language_is_taken_and_a_forged_one_is_not() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    std::fs::write(place.join("survey.toml"), SURVEY).unwrap();
    let company = Company { serving: Serving::start(place, &[]).await, client: reqwest::Client::new() };
    hearback(place, &["survey", "push", "survey.toml"]).await.good();
    let made = hearback(place, &["secret", "create", "--survey", "support"]).await;
    assert!(made.err.contains("hearback secret revoke --survey support "), "{}", made.err);
    let secret = made.good().trim().to_owned();

    for (interpreter, example) in EXAMPLES {
        // What needs care in JSON and base64url.
        let customer = format!("Kunde {interpreter}/\"7\" ~ÿ?>");
        let signed = pass(interpreter, example, &secret, &["support", &customer]).await;
        let (status, receipt) = company.submit(&signed, 9).await;
        assert_eq!(status, 201, "{example}: {receipt}");
        let again = pass(interpreter, example, &secret, &["support", &customer]).await;
        assert_eq!(
            company.submit(&again, 8).await.1["response"],
            receipt["response"],
            "{example}: one a day"
        );
        let call = pass(interpreter, example, &secret, &["support", &customer, "call-7"]).await;
        assert_eq!(company.submit(&call, 9).await.0, 201, "{example}: another interaction");

        let forged = pass(interpreter, example, "hs_guessed", &["support", &customer]).await;
        let elsewhere = pass(interpreter, example, &secret, &["other", &customer]).await;
        for (wrong, why) in [(&forged, "its signature was made by none"), (&elsewhere, "it is for \"other\"")]
        {
            let (status, problem) = company.submit(wrong, 9).await;
            assert_eq!((status, &problem["code"]), (403, &json!("invalid_pass")), "{example}: {problem}");
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(why)), "{problem}");
        }
    }
    let key = hearback(place, &["key", "create", "--name", "x", "--scope", "read"]).await.good();
    let nps = company.client.get(format!("{}/v1/nps?by=signed_by", company.serving.address));
    let nps: Value = nps.bearer_auth(key.trim()).send().await.unwrap().json().await.unwrap();
    let mut groups: Vec<(&str, i64)> = nps["groups"]
        .as_array()
        .unwrap()
        .iter()
        // Two responses each are too few to be shown.
        .map(|group| (group["key"][0].as_str().unwrap(), group["withheld"].as_i64().unwrap()))
        .collect();
    groups.sort_unstable();
    assert_eq!(groups, [("node", 2), ("php", 2), ("python", 2), ("ruby", 2)]);
}

#[tokio::test]
async fn secrets_are_made_listed_and_revoked_by_the_command_line() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    std::fs::write(place.join("survey.toml"), SURVEY).unwrap();
    Serving::start(place, &[]).await.stop().await;
    let run = async |arguments: &[&str]| {
        let room = ["--min-free-mib", "0", "--min-free-percent", "0"];
        hearback(place, &[arguments, &room].concat()).await
    };
    let said = run(&["secret", "create", "--survey", "support"]).await.bad();
    assert!(said.contains("there is no survey \"support\""), "{said}");
    run(&["survey", "push", "survey.toml"]).await.good();
    let secret = run(&["secret", "create", "--survey", "support"]).await.good();
    let listed = run(&["secret", "list", "--survey", "support"]).await.good();
    assert!(listed.starts_with("ID ") && !listed.contains(secret.trim()), "{listed}");
    let id = listed.lines().nth(1).and_then(|line| line.split_whitespace().next()).unwrap();
    let revoke = ["secret", "revoke", "--survey", "support", id];
    assert_eq!(run(&revoke).await.good(), format!("The signing secret {id} is revoked.\n"));
    assert!(run(&revoke).await.bad().contains(&format!("there is no signing secret {id:?}")));
    assert_eq!(run(&["secret", "list", "--survey", "support"]).await.good().lines().count(), 1);
    for (survey, id) in [("support", "../x"), ("../support", "x"), ("support", "")] {
        let said = run(&["secret", "revoke", "--survey", survey, id]).await.bad();
        assert!(said.contains("there is no s"), "{said}");
    }
}
