//! The process is killed while it sends mails.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::collector::{Collector, set_up};

/// Mails that may be under way at once: only these may come twice.
const CONNECTIONS: usize = 4;

/// Invitations in one call.
const PART: usize = 1000;

/// Long enough for one mail on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What it came to is counted by the mail server's own log, which is written before the sender hears of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_mails_none_is_lost_and_none_doubled_but_those_that_were_under_way() {
    let kills = super::count("HEARBACK_MAIL_KILLS", 8);
    let mails = super::count("HEARBACK_MAILS", 60 * kills);
    let mut random = super::random("mails");
    let directory = super::directory();
    let place = super::directory();
    let (_server, port) = mail_server(place.path());
    let mut log = Log::of(place.path());
    let (url, connections) = (format!("smtp://localhost:{port}"), CONNECTIONS.to_string());
    let settings = [
        ["--smtp-server", url.as_str()],
        ["--smtp-tls", "none"],
        ["--smtp-from", "feedback@company.example"],
        ["--smtp-connections", &connections],
        // As fast as it goes: the company's own limit would only lengthen the pauses in which nothing is under way.
        ["--smtp-per-second", "10000"],
    ]
    .concat();

    let (mut collector, address) = Collector::start(directory.path(), &settings).await;
    let key = set_up(directory.path());
    invite(&address, &key, mails).await;

    let (mut address, begun) = (address, Instant::now());
    for kill in 1..=kills {
        // Spread over the campaign, so that every one comes while mails are sent.
        log.wait_for(mails * kill / (kills + 1)).await;
        tokio::time::sleep(Duration::from_millis(random.u64(0..20))).await;
        collector.kill();
        assert!(log.read() < mails, "all were sent before kill {kill}");
        (collector, address) = Collector::start(directory.path(), &settings).await;
    }
    log.wait_for(mails).await;
    // What came twice is known once nothing is sent any more.
    let deadline = Instant::now() + PATIENCE;
    while waiting(&address, &key).await > 0 {
        assert!(Instant::now() < deadline, "all have come, and some are still to be sent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    log.read();
    let (lost, doubled) = (mails - log.received.len(), log.doubled());
    let most = CONNECTIONS * kills;
    println!(
        "mails: {mails} sent in {:.0} s, {kills} kills meanwhile: {lost} lost, {doubled} doubled, of at most {most} ({CONNECTIONS} under way × {kills})",
        begun.elapsed().as_secs_f64(),
    );
    assert_eq!(lost, 0);
    assert!(doubled <= most, "{doubled} came twice after {kills} kills");
}

/// Asks for a campaign: so many customers, a mail for each.
async fn invite(address: &str, key: &str, mails: usize) {
    let client = reqwest::Client::new();
    let customers: Vec<usize> = (0..mails).collect();
    for part in customers.chunks(PART) {
        let invitation = |n: &usize| json!({"customer": format!("C-{n}"), "email": format!("c{n}@customer.example"), "mail": "invitation"});
        let body =
            json!({"survey": "durable", "invitations": part.iter().map(invitation).collect::<Vec<_>>()});
        let made = client.post(format!("{address}/v1/invitations")).bearer_auth(key).json(&body).send().await;
        assert_eq!(made.unwrap().status(), 201);
    }
}

/// How many mails the collector still means to send.
async fn waiting(address: &str, key: &str) -> u64 {
    let metrics = reqwest::Client::new().get(format!("{address}/metrics")).bearer_auth(key).send().await;
    let metrics = metrics.unwrap().text().await.unwrap();
    let waiting = metrics.lines().find_map(|line| line.strip_prefix("hearback_mails_waiting "));
    waiting.unwrap_or_else(|| panic!("no count of mails:\n{metrics}")).parse().unwrap()
}

/// A mail server that is not ours, whose log is in this directory.
fn mail_server(directory: &Path) -> (Killed, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join("target/tools/smtp/bin/python");
    assert!(python.exists(), "there is no mail server: tests/setup.sh need_smtp");
    let mut command = Command::new(python);
    command.arg(root.join("tests/smtp.py")).arg(directory).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
    (Killed(server), port.trim().to_owned())
}

/// Ends with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The mail server's log, read as it grows.
struct Log {
    path: PathBuf,
    /// Bytes read so far: whole lines.
    read: u64,
    /// How often each address was written to.
    received: BTreeMap<String, usize>,
}

impl Log {
    fn of(directory: &Path) -> Self {
        Self { path: directory.join("log"), read: 0, received: BTreeMap::new() }
    }

    /// How many addresses were written to by now.
    fn read(&mut self) -> usize {
        let mut new = Vec::new();
        // Before the first mail there is none.
        if let Ok(mut file) = File::open(&self.path) {
            file.seek(SeekFrom::Start(self.read)).unwrap();
            file.read_to_end(&mut new).unwrap();
        }
        // The last line may be half written.
        let whole = new.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        self.read += whole as u64;
        for line in new[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let entry: Value = serde_json::from_slice(line).unwrap();
            *self.received.entry(entry["to"][0].as_str().unwrap().to_owned()).or_default() += 1;
        }
        self.received.len()
    }

    /// Waits until so many were written to, for as long as there is progress.
    async fn wait_for(&mut self, mails: usize) {
        let (mut received, mut deadline) = (self.read(), Instant::now() + PATIENCE);
        while received < mails {
            assert!(Instant::now() < deadline, "lost: only {received} of {mails} came");
            tokio::time::sleep(Duration::from_millis(1)).await;
            let before = std::mem::replace(&mut received, self.read());
            if received > before {
                deadline = Instant::now() + PATIENCE;
            }
        }
    }

    /// How many mails came that had come before.
    fn doubled(&self) -> usize {
        self.received.values().map(|times| times - 1).sum()
    }
}
