//! The customers who answer all at once, the system that invites them, and the one that reads the results.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::Receipt;
use wire::report::NpsReport;

use super::ledger::{Customer, Ledger, Listed};

const CLIENTS: usize = 16;

/// Invitations are made while fewer than this wait for somebody to use them.
const INVITED: usize = 300;

/// The collector does not give an answer later than this; a test that meets it has found one that hangs.
const PATIENCE: Duration = Duration::from_secs(40);

/// Where the collector is, and what opens it.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) address: String,
    pub(super) key: String,
}

/// What is known of the customers, by all who deal with them.
pub(super) type Shared = Arc<Mutex<Ledger>>;

/// Customers at work.
pub(super) struct Load {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Load {
    /// Begins to invite and to answer.
    pub(super) fn start(site: &Site, ledger: &Shared, random: &mut fastrand::Rng) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(invite(site.clone(), Arc::clone(ledger), stopped.clone(), random.fork()));
        for _ in 0..CLIENTS {
            tasks.spawn(answer(site.clone(), Arc::clone(ledger), stopped.clone()));
        }
        Self { stop, tasks }
    }

    /// Ends it. What is under way still gets its answer, if one comes.
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        self.tasks.join_all().await;
    }
}

async fn invite(site: Site, ledger: Shared, stopped: watch::Receiver<bool>, mut random: fastrand::Rng) {
    while !*stopped.borrow() {
        if ledger.lock().unwrap().waiting() >= INVITED {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        let names: Vec<String> = (0..100).map(|_| format!("C-{:016x}", random.u64(..))).collect();
        let invitations: Vec<Value> = names
            .iter()
            .map(|name| json!({"customer": name, "agent": "a", "attributes": {"region": "north"}}))
            .collect();
        let asked = client()
            .post(format!("{}/v1/invitations", site.address))
            .bearer_auth(&site.key)
            .json(&json!({"survey": "durable", "invitations": invitations}));
        let Ok(reply) = asked.send().await else {
            pause().await;
            continue;
        };
        let status = reply.status();
        match reply.json::<Value>().await {
            Ok(made) if status == StatusCode::CREATED => {
                let made = made["invitations"].as_array().unwrap().iter().zip(names);
                for (made, name) in made {
                    let customer = Customer::new(name, made["token"].as_str().unwrap(), &mut random);
                    ledger.lock().unwrap().add(customer);
                }
            }
            Ok(_) if status == StatusCode::SERVICE_UNAVAILABLE => pause().await,
            Ok(problem) => {
                let fault = format!("an invitation was answered {status}: {problem}");
                ledger.lock().unwrap().faults.push(fault);
                return;
            }
            Err(_) => pause().await,
        }
    }
}

async fn answer(site: Site, ledger: Shared, stopped: watch::Receiver<bool>) {
    let client = client();
    while !*stopped.borrow() {
        let next = ledger.lock().unwrap().take();
        let Some(mut customer) = next else {
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let mut answered = true;
        while answered && !*stopped.borrow() && customer.volley().is_some() {
            answered = send(&client, &site, &mut customer, &ledger).await;
        }
        ledger.lock().unwrap().put(customer);
        if !answered {
            pause().await;
        }
    }
}

/// Sends what is not acknowledged of the current volley, all at once. Says whether all of it is acknowledged now.
async fn send(client: &Client, site: &Site, customer: &mut Customer, ledger: &Shared) -> bool {
    let Some(volley) = customer.volley() else {
        return true;
    };
    let mut under_way = JoinSet::new();
    for (i, shot) in volley.iter().enumerate().filter(|(_, shot)| !shot.acknowledged) {
        for _ in 0..shot.copies {
            let request = client.post(format!("{}/v1/submissions", site.address)).json(&shot.submission);
            under_way.spawn(async move { (i, reply(request).await) });
        }
    }
    for (i, reply) in under_way.join_all().await {
        let mut ledger = ledger.lock().unwrap();
        match reply {
            Reply::Acknowledged => {
                ledger.acknowledged += usize::from(!volley[i].acknowledged);
                volley[i].acknowledged = true;
            }
            Reply::Refused => ledger.refused += 1,
            Reply::Lost => {}
            Reply::Wrong(what) => {
                let id = &volley[i].submission.id;
                ledger.faults.push(format!("the submission {id} was answered {what}"));
            }
        }
    }
    volley.iter().all(|shot| shot.acknowledged)
}

enum Reply {
    /// 200 or 201, received in full.
    Acknowledged,
    /// 503: later.
    Refused,
    /// None, or a part of one.
    Lost,
    /// One that nobody should get, or none in time.
    Wrong(String),
}

async fn reply(request: reqwest::RequestBuilder) -> Reply {
    let received = async {
        let reply = request.send().await?;
        let status = reply.status();
        let wait = reply.headers().contains_key("retry-after");
        Ok::<_, reqwest::Error>((status, wait, reply.bytes().await?))
    };
    match received.await {
        Err(error) if error.is_timeout() => Reply::Wrong("not at all".into()),
        Err(_) => Reply::Lost,
        Ok((StatusCode::OK | StatusCode::CREATED, _, body)) => match serde_json::from_slice::<Receipt>(&body)
        {
            Ok(_) => Reply::Acknowledged,
            Err(error) => Reply::Wrong(format!("with no receipt: {error}")),
        },
        Ok((StatusCode::SERVICE_UNAVAILABLE, true, _)) => Reply::Refused,
        Ok((status, _, body)) => Reply::Wrong(format!("{status}: {}", String::from_utf8_lossy(&body))),
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn client() -> Client {
    Client::builder().timeout(PATIENCE).build().unwrap()
}

/// Reads all there is and compares it with what was acknowledged, and the numbers with each other. Panics if anything is
/// wrong; returns how many responses there are.
pub(super) async fn verify(site: &Site, ledger: &Shared, random: &mut fastrand::Rng) -> usize {
    let listed = responses(site).await;
    let mut faults = check_numbers(site, &listed, random).await;
    faults.extend(recount(site, listed.len()).await);
    let mut ledger = ledger.lock().unwrap();
    ledger.check(&listed);
    faults.append(&mut ledger.faults);
    let shown: Vec<String> = faults.iter().take(10).map(|fault| format!("\n- {fault}")).collect();
    assert!(faults.is_empty(), "{} faults:{}", faults.len(), shown.concat());
    listed.len()
}

async fn responses(site: &Site) -> Vec<Listed> {
    let mut listed = Vec::new();
    let mut cursor = String::from("0");
    loop {
        let page: Value = get(site, &format!("/v1/responses?limit=1000&cursor={cursor}")).await;
        for response in page["responses"].as_array().unwrap() {
            listed.push(Listed::deserialize(response).unwrap());
        }
        cursor = page["next"].as_str().unwrap().to_owned();
        if page["more"] == false {
            return listed;
        }
    }
}

/// What is counted must be what is listed, and the last scores of some customers too.
async fn check_numbers(site: &Site, listed: &[Listed], random: &mut fastrand::Rng) -> Vec<String> {
    let mut faults = Vec::new();
    let mut distribution = [0; 11];
    for score in listed.iter().filter_map(|response| response.score) {
        distribution[score] += 1;
    }
    let counted: NpsReport = get(site, "/v1/nps").await;
    let n: u64 = distribution.iter().sum();
    if (counted.total.figures.n, counted.total.figures.distribution) != (n, distribution) {
        faults.push(format!("counted {:?}, listed {n}: {distribution:?}", counted.total));
    }
    for response in random.choose_multiple(listed, 20) {
        let last: Value = get(site, &format!("/v1/customers/{}/last-score", response.customer)).await;
        let id = response.score.map(|_| &response.id);
        if last["score"] != json!(response.score) || last["response"] != json!(id) {
            faults.push(format!("the last score is {last}, listed is {response:?}"));
        }
    }
    faults
}

/// The collector's own verification: every response and every invitation, each with its row, and every group.
async fn recount(site: &Site, listed: usize) -> Vec<String> {
    let begun = client().post(format!("{}/v1/verify", site.address)).bearer_auth(&site.key).send().await;
    assert_eq!(begun.unwrap().status(), StatusCode::ACCEPTED);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let state: Value = get(site, "/v1/verify").await;
        if state["running"] == false {
            let report = &state["report"];
            let mut faults: Vec<String> = Vec::deserialize(&report["differences"]).unwrap();
            if report["responses"] != listed {
                faults.push(format!("verified were {} responses, listed {listed}", report["responses"]));
            }
            return faults;
        }
        assert!(Instant::now() < deadline, "the verification never ends: {state}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(super) async fn get<T: DeserializeOwned>(site: &Site, path: &str) -> T {
    let asked = client().get(format!("{}{path}", site.address)).bearer_auth(&site.key);
    let reply = asked.send().await.unwrap();
    let (status, body) = (reply.status(), reply.text().await.unwrap());
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}
