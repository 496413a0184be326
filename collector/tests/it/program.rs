//! The real binary: run to its end, or serving until the test ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::world::until;

/// What a command came to.
pub(crate) struct Ran {
    pub(crate) good: bool,
    /// What it exited with.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Standard output, if it went well.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert!(self.good, "{}{}", self.out, self.err);
        self.out
    }

    /// Standard error, if it did not go well.
    #[track_caller]
    pub(crate) fn bad(self) -> String {
        assert!(!self.good, "{}{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err
    }
}

fn command(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearback"));
    // What the machine has set is not the test's.
    command.env_clear().current_dir(directory).stdin(Stdio::null());
    command
}

/// Runs `hearback` in a directory.
pub(crate) async fn hearback(directory: &Path, arguments: &[&str]) -> Ran {
    hearback_with(directory, &[], arguments).await
}

/// The same with an environment.
pub(crate) async fn hearback_with(directory: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = command(directory);
    command.args(arguments).envs(environment.iter().copied());
    run(command).await
}

/// The same with this as its standard input.
pub(crate) async fn hearback_fed(directory: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let path = directory.join("input");
    fs::write(&path, input).expect("a file for the input");
    let mut command = command(directory);
    command.args(arguments).stdin(File::open(&path).expect("the input"));
    run(command).await
}

async fn run(mut command: Command) -> Ran {
    // A server of this test may have to answer meanwhile.
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("a run");
    Ran {
        good: output.status.success(),
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A collector in a process of its own. It ends with the test.
pub(crate) struct Serving {
    child: Child,
    log: PathBuf,
    /// `http://127.0.0.1:…`
    pub(crate) address: String,
}

impl Serving {
    /// Starts `hearback serve` at a free port and waits until it is ready.
    pub(crate) async fn start(directory: &Path, arguments: &[&str]) -> Self {
        let log = directory.join("log");
        let child = command(directory)
            .args(["serve", "--listen", "127.0.0.1:0", "--min-free-mib", "0", "--min-free-percent", "0"])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(File::create(&log).expect("a file for the log"))
            .spawn()
            .expect("the program");
        let mut serving = Self { child, log, address: String::new() };
        let address = until("it is ready", async || {
            assert!(serving.ended().is_none(), "it ended: {}", serving.log());
            ready_at(&serving.log())
        });
        serving.address = address.await;
        serving
    }

    /// Everything it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(&mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a process to stop");
        until("it has stopped", async || self.ended()).await
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a process")
    }
}

/// The address in the line that says the collector is ready.
fn ready_at(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains("ready"))?;
    let (_, rest) = line.split_once("127.0.0.1:")?;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("http://127.0.0.1:{port}"))
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
