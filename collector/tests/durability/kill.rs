//! The process is killed.

use std::path::Path;
use std::time::{Duration, Instant};

use super::collector::{Collector, set_up};
use super::load::{Load, Shared, Site, verify};

/// The same data all along: killed under load, often killed again while it opens, and looked through each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_nine_thirty_times_loses_nothing_acknowledged() {
    let kills = super::count("HEARBACK_KILLS", 30);
    let mut random = super::random("kill");
    let directory = super::directory();
    let ledger = Shared::default();

    // Before there is anything, too: a directory that is half made.
    let opening = Duration::from_millis(100);
    let mut while_opening = kill_while_opening(directory.path(), 3, opening, &mut random).await;
    let (mut collector, address) = Collector::start(directory.path(), &[]).await;
    let key = set_up(directory.path());
    let mut site = Site { address, key };
    let mut under_load = 0;
    let mut responses = 0;

    while under_load + while_opening < kills {
        let load = Load::start(&site, &ledger, &mut random);
        tokio::time::sleep(Duration::from_millis(random.u64(1..1000))).await;
        collector.kill();
        load.stop().await;
        under_load += 1;

        let begun = Instant::now();
        (collector, site.address) = Collector::start(directory.path(), &[]).await;
        let opening = begun.elapsed();
        responses = verify(&site, &ledger, &mut random).await;

        if random.u8(..3) == 0 {
            collector.kill();
            while_opening += kill_while_opening(directory.path(), 1, opening, &mut random).await;
            (collector, site.address) = Collector::start(directory.path(), &[]).await;
            assert_eq!(verify(&site, &ledger, &mut random).await, responses);
        }
    }

    let ledger = ledger.lock().unwrap();
    println!(
        "kill: {under_load} times under load and {while_opening} times while opening; {} invited, {} submissions \
         acknowledged, {responses} responses, none lost, none twice",
        ledger.invited(),
        ledger.acknowledged
    );
    assert!(while_opening > 0, "no kill came while the collector was opening its directory");
    assert!(responses > kills, "there was no load worth the name");
}

/// Starts it and kills it within the time that opening takes. Says how often it was in fact not ready yet.
async fn kill_while_opening(
    directory: &Path,
    times: usize,
    opening: Duration,
    random: &mut fastrand::Rng,
) -> usize {
    let mut landed = 0;
    for _ in 0..times {
        let mut collector = Collector::spawn(directory, &[]);
        tokio::time::sleep(opening.mul_f64(random.f64())).await;
        landed += usize::from(!collector.serves());
        collector.kill();
    }
    landed
}
