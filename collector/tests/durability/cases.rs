//! The process is killed right after an answer was acknowledged that opens a case.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::collector::{Collector, set_up};

/// Long enough for a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers before each kill.
const AT_ONCE: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_has_its_case_and_its_mail_once_each_however_often_it_is_killed() {
    let kills = super::count("HEARBACK_CASE_KILLS", 10);
    let directory = super::directory();
    let (mut collector, address) = Collector::start(directory.path(), &[]).await;
    let mut site = Site { address, key: set_up(directory.path()), client: reqwest::Client::new() };
    let person = json!({"id": "boss", "name": "Boss", "email": "boss@company.example", "role": "admin"});
    site.put("/v1/people/boss", &person).await;
    let document = json!({
        "fallback": "boss", "rule": [{"name": "low", "category": ["detractor"]}],
        // Missed at once: what goes up is killed too.
        "promises": {"acknowledge_hours": 0.001}
    });
    site.put("/v1/follow-up", &document).await;

    let mut acknowledged = 0;
    for kill in 0..kills {
        let invitations: Vec<Value> =
            (0..AT_ONCE).map(|n| json!({"customer": format!("C-{kill}-{n}")})).collect();
        let made =
            site.post("/v1/invitations", &json!({"survey": "durable", "invitations": invitations})).await;
        for invitation in made.1["invitations"].as_array().unwrap() {
            let answer = json!({
                "id": Uuid::new_v4(), "revision": 1, "survey": "durable", "token": invitation["token"],
                "complete": true, "answers": {"nps": 1}
            });
            let (status, _) = site.post("/v1/submissions", &answer).await;
            assert_eq!(status, 201);
            acknowledged += 1;
        }
        collector.kill();
        (collector, site.address) = Collector::start(directory.path(), &[]).await;
    }

    let cases = site.cases().await;
    assert_eq!(cases.len(), acknowledged, "each has a case, and one");
    let deadline = Instant::now() + PATIENCE;
    while letters(directory.path()).len() < acknowledged {
        assert!(Instant::now() < deadline, "{} of {acknowledged} mails", letters(directory.path()).len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for id in &cases {
        let trail = site.get(&format!("/v1/cases/{id}")).await["trail"].clone();
        let mut times = BTreeMap::<String, usize>::new();
        for entry in trail.as_array().unwrap() {
            *times.entry(entry["what"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        assert_eq!(times.get("opened"), Some(&1), "{trail}");
        // The fallback has nobody above: it is noted once that a promise was missed.
        assert!(times.get("escalated").is_none_or(|times| *times == 1), "{trail}");
    }
    println!("cases: {acknowledged} answers acknowledged, {kills} kills, a case and a mail for each");
}

/// The mails that were written, by their names: one that is written again is the same file.
fn letters(directory: &Path) -> Vec<String> {
    let files = std::fs::read_dir(directory.join("mails")).into_iter().flatten();
    let names = files.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.ends_with(".eml") && !name.starts_with('.')).collect()
}

struct Site {
    address: String,
    key: String,
    client: reqwest::Client,
}

impl Site {
    async fn put(&self, path: &str, body: &Value) {
        let request = self.client.put(format!("{}{path}", self.address)).bearer_auth(&self.key).json(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(format!("{}{path}", self.address)).bearer_auth(&self.key).json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.address)).bearer_auth(&self.key);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The numbers of all cases.
    async fn cases(&self) -> Vec<u64> {
        let (mut cases, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/v1/cases?state=all&limit=100{cursor}")).await;
            cases.extend(page["cases"].as_array().unwrap().iter().map(|case| case["id"].as_u64().unwrap()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return cases,
            }
        }
    }
}
