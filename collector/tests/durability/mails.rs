//! The process is killed while it sends mails.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::collector::{Collector, set_up};

/// Mails that may be under way at once: only these may come twice.
const CONNECTIONS: usize = 4;

/// Long enough for a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(120);

/// What it came to is counted by the mail server's own log, which is written before the sender hears of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_mails_none_is_lost_and_none_doubled_but_those_that_were_under_way() {
    let kills = super::count("HEARBACK_MAIL_KILLS", 8);
    let mails = super::count("HEARBACK_MAILS", 60 * kills);
    let mut random = super::random("mails");
    let directory = super::directory();
    let log = super::directory();
    let (_server, port) = mail_server(log.path());
    let (url, connections) = (format!("smtp://localhost:{port}"), CONNECTIONS.to_string());
    let settings = [
        ["--smtp-server", url.as_str()],
        ["--smtp-tls", "none"],
        ["--smtp-from", "feedback@company.example"],
        ["--smtp-connections", &connections],
        // Slow enough to be killed in the middle of it.
        ["--smtp-per-second", "150"],
    ]
    .concat();

    let (mut collector, address) = Collector::start(directory.path(), &settings).await;
    let key = set_up(directory.path());
    let invitations: Vec<_> = (0..mails)
        .map(|n| json!({"customer": format!("C-{n}"), "email": format!("c{n}@customer.example"), "mail": "invitation"}))
        .collect();
    let body = json!({"survey": "durable", "invitations": invitations});
    let client = reqwest::Client::new();
    let made = client.post(format!("{address}/v1/invitations")).bearer_auth(&key).json(&body).send().await;
    assert_eq!(made.unwrap().status(), 201);

    let mut killed_while_sending = 0;
    for _ in 0..kills {
        let before = received(log.path()).len();
        tokio::time::sleep(Duration::from_millis(random.u64(50..400))).await;
        collector.kill();
        let after = received(log.path()).len();
        killed_while_sending += usize::from(after > before && after < mails);
        (collector, _) = Collector::start(directory.path(), &settings).await;
    }
    assert!(killed_while_sending > kills / 2, "{killed_while_sending} of {kills} came while mails were sent");

    let deadline = Instant::now() + PATIENCE;
    while received(log.path()).len() < mails {
        assert!(Instant::now() < deadline, "lost: {} of {mails} came", received(log.path()).len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let received = received(log.path());
    let twice: usize = received.values().map(|times| times - 1).sum();
    assert!(twice <= kills * CONNECTIONS, "{twice} came twice after {kills} kills");
    println!("mails: {mails} sent, killed {killed_while_sending} times meanwhile, none lost, {twice} twice");
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

/// How often each address was written to.
fn received(directory: &Path) -> BTreeMap<String, usize> {
    let log = std::fs::read_to_string(directory.join("log")).unwrap_or_default();
    let mut received = BTreeMap::new();
    // The last line may be half written.
    for entry in log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        *received.entry(entry["to"][0].as_str().unwrap().to_owned()).or_default() += 1;
    }
    received
}
