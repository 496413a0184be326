//! The process is killed.

use std::path::Path;
use std::time::{Duration, Instant};

use super::collector::{Collector, set_up};
use super::load::{Load, Shared, Site, verify};

/// A snapshot soon after each start: the next one begins with it, and with what came after it.
const SETTINGS: [&str; 4] = ["--snapshot-minutes", "1", "--snapshot-changes", "1"];

/// The same data all along: killed under load, often killed again while it opens, and looked through each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_nine_thirty_times_loses_nothing_acknowledged() {
    let kills = super::count("HEARBACK_KILLS", 30);
    let mut random = super::random("kill");
    let directory = super::directory();
    let ledger = Shared::default();

    // Before there is anything, too: a directory that is half made.
    kill_while_opening(directory.path(), Duration::from_millis(100), &mut random).await;
    let mut while_opening = 1;
    let (mut collector, address) = Collector::start(directory.path(), &SETTINGS).await;
    let key = set_up(directory.path());
    let mut site = Site { address, key };
    let (mut responses, mut with_snapshot, mut with_sheets) = (0, 0, 0);

    for kill in 1..=kills {
        let load = Load::start(&site, &ledger, &mut random);
        tokio::time::sleep(Duration::from_millis(random.u64(1..1000))).await;
        collector.kill();
        load.stop().await;

        if kill % 2 == 0 {
            // Mostly there is one.
            let _ = std::fs::remove_file(hearback::snapshot::path(directory.path()));
        }
        let begun = Instant::now();
        (collector, site.address) = Collector::start(directory.path(), &SETTINGS).await;
        let opening = begun.elapsed();
        with_snapshot += usize::from(collector.began_with("the snapshot"));
        with_sheets += usize::from(collector.began_with("the sheets"));
        responses = verify(&site, &ledger, &mut random).await;

        if kill % 3 == 0 {
            collector.kill();
            kill_while_opening(directory.path(), opening, &mut random).await;
            while_opening += 1;
            (collector, site.address) = Collector::start(directory.path(), &SETTINGS).await;
            assert_eq!(verify(&site, &ledger, &mut random).await, responses);
        }
    }

    let ledger = ledger.lock().unwrap();
    println!(
        "kill: {kills} times under load and {while_opening} times while opening; {} invited, {} submissions \
         acknowledged, {responses} responses, none lost, none twice; {with_snapshot} starts had a \
         snapshot, {with_sheets} sheets",
        ledger.invited(),
        ledger.acknowledged
    );
    assert!(responses > kills, "there was no load worth the name");
    assert!(with_snapshot > kills / 8, "snapshots were not put to the test");
    assert!(with_sheets > kills / 8, "sheets were not put to the test");
}

/// Starts it and kills it at some moment before it is ready.
async fn kill_while_opening(directory: &Path, mut opening: Duration, random: &mut fastrand::Rng) {
    loop {
        let mut collector = Collector::spawn(directory, &SETTINGS);
        tokio::time::sleep(opening.mul_f64(random.f64())).await;
        let too_late = collector.serves();
        collector.kill();
        if !too_late {
            return;
        }
        opening /= 2;
    }
}
