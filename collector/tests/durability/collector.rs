//! The collector as an operator meets it: a process, its directory, its address, its log.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

const BINARY: &str = env!("CARGO_BIN_EXE_hearback");

/// Long enough for a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

const SURVEY: &str = r#"
id = "durable"
page = "https://company.example/survey"
languages = ["en"]

[[questions]]
id = "nps"
kind = "nps"
text.en = "How likely is it that you would recommend us to a friend or colleague?"

[[questions]]
id = "why"
kind = "comment"
max_length = 4000
text.en = "Why?"

[thanks]
promoter = { title.en = "Thank you", text.en = "Thank you" }
passive = { title.en = "Thank you", text.en = "Thank you" }
detractor = { title.en = "Thank you", text.en = "Thank you" }
"#;

/// A running collector; killed when dropped.
pub(super) struct Collector {
    process: Child,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    address: watch::Receiver<Option<String>>,
}

impl Collector {
    /// Starts the process and does not wait for it.
    pub(super) fn spawn(directory: &Path, settings: &[&str]) -> Self {
        let mut process = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json", "--directory"])
            .arg(directory)
            // All of it comes from one address, and with one key.
            .args(["--limit-address-per-second", "0", "--limit-key-per-second", "0"])
            .args(settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (found, address) = watch::channel(None);
        let kept = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                // A full disk makes thousands of lines that say the same.
                if log.len() < 1 << 20 {
                    *log += &line;
                    log.push('\n');
                }
                drop(log);
                if let Some(address) = address_in(&line) {
                    found.send_replace(Some(address));
                }
            }
        });
        Self { process, log, reader: Some(reader), address }
    }

    /// Starts the process and waits until it serves; also gives its address, such as `http://127.0.0.1:4711`.
    pub(super) async fn start(directory: &Path, settings: &[&str]) -> (Self, String) {
        let mut collector = Self::spawn(directory, settings);
        let address = collector.ready().await;
        let address = address.unwrap_or_else(|| panic!("it did not start:\n{}", collector.log()));
        (collector, address)
    }

    /// Its address, once it serves; nothing if it ends before that.
    pub(super) async fn ready(&mut self) -> Option<String> {
        let ready = tokio::time::timeout(PATIENCE, self.address.wait_for(Option::is_some)).await;
        match ready.map(|ready| ready.map(|address| address.clone())) {
            Ok(address) => address.ok().flatten(),
            Err(_) => panic!("it neither serves nor ends:\n{}", self.log()),
        }
    }

    /// Whether it has got as far as serving.
    pub(super) fn serves(&self) -> bool {
        self.address.borrow().is_some()
    }

    /// Ends it as `kill -9` does.
    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Stops it in its tracks, and returns when no thread of it runs any more, not even inside the kernel.
    pub(super) async fn freeze(&self) {
        kill_process(Pid::from_child(&self.process), Signal::STOP).unwrap();
        let deadline = Instant::now() + PATIENCE;
        while !self.is_frozen() {
            assert!(Instant::now() < deadline, "it cannot be stopped");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn is_frozen(&self) -> bool {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        tasks.map_while(Result::ok).all(|task| {
            let stat = std::fs::read_to_string(task.path().join("stat"));
            // The state follows the name, which is in brackets and may hold any character.
            stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T')))
        })
    }

    /// How it ended, if it does in this time; its log is whole then.
    pub(super) async fn ended(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            let ended = self.process.try_wait().unwrap();
            if ended.is_some() {
                if let Some(reader) = self.reader.take() {
                    reader.join().unwrap();
                }
                return ended;
            }
            if Instant::now() > deadline {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether it had this to begin with, as its log says.
    pub(super) fn began_with(&self, what: &str) -> bool {
        self.log().contains(&format!("began with {what}"))
    }

    /// What it logged so far.
    pub(super) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn address_in(line: &str) -> Option<String> {
    let entry: serde_json::Value = serde_json::from_str(line).ok()?;
    (entry["message"] == "ready").then(|| format!("http://{}", entry["address"].as_str().unwrap()))
}

/// Puts the survey in force and makes a key, by the command line.
pub(super) fn set_up(directory: &Path) -> String {
    let mut survey = tempfile::NamedTempFile::new().unwrap();
    survey.write_all(SURVEY.as_bytes()).unwrap();
    hearback(directory, &["survey", "push", survey.path().to_str().unwrap()]);
    let scopes = ["--scope", "read", "--scope", "write", "--scope", "admin"];
    hearback(directory, &[&["key", "create", "--name", "test"], &scopes[..]].concat()).trim().to_owned()
}

fn hearback(directory: &Path, arguments: &[&str]) -> String {
    let done = Command::new(BINARY).args(arguments).arg("--directory").arg(directory).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}
