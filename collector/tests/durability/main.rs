//! Nothing acknowledged is lost, nothing counts twice: the real program in a real directory, ended in every bad way.
//!
//! - `kill`: SIGKILL at random moments, under load and while opening.
//! - `mails`: SIGKILL while mails are sent.
//! - `cases`: SIGKILL right after answers that somebody follows up.
//! - `power`: what a drive holds when the power goes: a copy of the device, taken behind the back of the file system.
//! - `full`: a disk that fills up, with the guard for free space and without it.
//! - this file: a second process in the same directory.
//!
//! Read in this order: `collector` (the process), `ledger` (what was sent, what was acknowledged, and so what may be there),
//! `load` (the customers who send it), `disk` (file systems to spoil).
//!
//! `HEARBACK_SEED` repeats a run's random choices, though not the machine's timing. `HEARBACK_KILLS`,
//! `HEARBACK_MAIL_KILLS`, `HEARBACK_CASE_KILLS`, `HEARBACK_POWER_CUTS` and `HEARBACK_FULL_DISKS` say how often.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;
mod collector;
mod disk;
mod full;
mod kill;
mod ledger;
mod load;
mod mails;
mod power;

use std::time::Duration;

use collector::Collector;

/// How often something is done: what the environment says, or this.
fn count(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

/// Random choices that can be repeated. The seed is printed, for the case that the test fails.
fn random(test: &str) -> fastrand::Rng {
    let seed =
        std::env::var("HEARBACK_SEED").map_or_else(|_| fastrand::u64(..), |text| text.parse().unwrap());
    println!("{test}: HEARBACK_SEED={seed}");
    fastrand::Rng::with_seed(seed)
}

/// A new directory on the disk that the project is on: `/tmp` may be in memory, where syncing means nothing.
fn directory() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("durability-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

#[tokio::test]
async fn a_directory_in_use_is_refused_by_the_second_process() {
    let directory = directory();
    let (_first, address) = Collector::start(directory.path(), &[]).await;

    let mut second = Collector::spawn(directory.path(), &[]);
    let status = second.ended(Duration::from_secs(30)).await;
    assert_eq!(status.and_then(|status| status.code()), Some(1), "{}", second.log());
    let log = second.log();
    assert!(log.contains("is in use by another process"), "{log}");
    assert!(log.contains(directory.path().to_str().unwrap()), "{log}");

    let ready = reqwest::get(format!("{address}/readyz")).await.unwrap();
    assert_eq!(ready.status(), 200, "the first one is not disturbed");
}
