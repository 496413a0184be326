//! The disk is full.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::collector::{Collector, set_up};
use super::disk::Disk;
use super::ledger::Ledger;
use super::load::{Load, Shared, Site, verify};

const MIB: u64 = 1 << 20;

/// Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// With the guard: writing stops before the disk is full, and begins again by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_loses_nothing() {
    let mut random = super::random("full");
    let directory = super::directory();
    let Some(disk) = small_disk(directory.path(), "guarded", 200) else {
        return;
    };
    let data = disk.path().join("data");
    let settings = ["--min-free-mib", "64", "--min-free-percent", "0"];
    let (mut collector, address) = Collector::start(&data, &settings).await;
    let key = set_up(&data);
    let mut site = Site { address, key };
    let token = invite(&site).await;
    let ledger = Shared::default();

    let load = Load::start(&site, &ledger, &mut random);
    until(&ledger, |ledger| ledger.acknowledged > 100).await;
    let filler = disk.fill(32 * MIB);
    until(&ledger, |ledger| ledger.refused > 100).await;
    load.stop().await;

    refused(submit(&site, &token).await).await;
    refused(ready(&site).await).await;
    let there = verify(&site, &ledger, &mut random).await;

    // Nor does it need room to start.
    collector.kill();
    (collector, site.address) = Collector::start(&data, &settings).await;
    refused(submit(&site, &token).await).await;
    assert_eq!(verify(&site, &ledger, &mut random).await, there);

    fs::remove_file(filler).unwrap();
    assert_eq!(ready(&site).await.status(), 200, "there is room again");
    let before = ledger.lock().unwrap().acknowledged;
    let load = Load::start(&site, &ledger, &mut random);
    until(&ledger, |ledger| ledger.acknowledged > before + 100).await;
    load.stop().await;
    let now = verify(&site, &ledger, &mut random).await;
    collector.kill();
    println!("full: {there} responses when it was full, {now} in the end, none lost");
}

/// Without the guard: the database itself finds no room, in the middle of a write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_full_to_the_last_byte_loses_nothing_acknowledged() {
    let times = super::count("HEARBACK_FULL_DISKS", 4);
    let mut random = super::random("full to the last byte");
    let directory = super::directory();
    for time in 0..times {
        let Some(disk) = small_disk(directory.path(), &format!("full-{time}"), 64) else {
            assert_eq!(time, 0, "there was one before");
            return;
        };
        fill_and_recover(&disk, &mut random).await;
    }
}

async fn fill_and_recover(disk: &Disk, random: &mut fastrand::Rng) {
    let data = disk.path().join("data");
    let settings = ["--min-free-mib", "0", "--min-free-percent", "0"];
    let (mut collector, address) = Collector::start(&data, &settings).await;
    let key = set_up(&data);
    let mut site = Site { address, key };
    let ledger = Shared::default();

    let load = Load::start(&site, &ledger, random);
    until(&ledger, |ledger| ledger.acknowledged > 100).await;
    let left = random.u64(0..3 * MIB);
    let filler = disk.fill(left);
    ends_for_lack_of_room(&mut collector).await;
    load.stop().await;
    let acknowledged = ledger.lock().unwrap().acknowledged;

    // Before anybody has made room: it serves what is there, or says why not.
    collector = Collector::spawn(&data, &settings);
    let served = match collector.ready().await {
        Some(address) => {
            site.address = address;
            verify(&site, &ledger, random).await;
            collector.kill();
            "serves"
        }
        None => {
            ends_for_lack_of_room(&mut collector).await;
            "refuses to start"
        }
    };

    fs::remove_file(filler).unwrap();
    (collector, site.address) = Collector::start(&data, &settings).await;
    verify(&site, &ledger, random).await;
    let load = Load::start(&site, &ledger, random);
    until(&ledger, |ledger| ledger.acknowledged > acknowledged + 100).await;
    load.stop().await;
    let responses = verify(&site, &ledger, random).await;
    collector.kill();
    println!(
        "full to the last byte: {left} bytes left; {acknowledged} submissions acknowledged until it ended; {served} \
         while there is no room; with room again none lost, {responses} responses in the end"
    );
}

async fn ends_for_lack_of_room(collector: &mut Collector) {
    let status = collector.ended(PATIENCE).await;
    let log = collector.log();
    assert_eq!(status.and_then(|status| status.code()), Some(1), "{log}");
    assert!(log.contains("\nhearback: ") || log.starts_with("hearback: "), "{log}");
    assert!(log.contains("No space left on device"), "{log}");
}

/// A file system to fill; says so if there can be none.
fn small_disk(directory: &Path, name: &str, mib: u64) -> Option<Disk> {
    let disk = Disk::new(directory, name, mib)
        .or_else(|why| Disk::in_memory(directory, mib).map_err(|also| format!("{why}; {also}")));
    disk.inspect_err(|why| println!("SKIPPED: no disk was filled: {why}")).ok()
}

async fn until(ledger: &Arc<Mutex<Ledger>>, there: impl Fn(&Ledger) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !there(&ledger.lock().unwrap()) {
        assert!(Instant::now() < deadline, "it does not come to that");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn refused(reply: Response) {
    let status = reply.status();
    let wait = reply.headers().get("retry-after").cloned();
    let problem: Value = reply.json().await.unwrap();
    assert_eq!((status.as_u16(), &problem["code"]), (503, &json!("unavailable")), "{problem}");
    assert_eq!(wait.unwrap(), "30");
    assert!(problem["detail"].as_str().unwrap().contains("cannot store anything right now"), "{problem}");
}

async fn ready(site: &Site) -> Response {
    reqwest::get(format!("{}/readyz", site.address)).await.unwrap()
}

async fn invite(site: &Site) -> String {
    let asked = json!({"survey": "durable", "invitations": [{"customer": "too-late"}]});
    let made =
        Client::new().post(format!("{}/v1/invitations", site.address)).bearer_auth(&site.key).json(&asked);
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    made["invitations"][0]["token"].as_str().unwrap().to_owned()
}

async fn submit(site: &Site, token: &str) -> Response {
    let submission = json!({
        "id": "7b0e4a9c-6f0f-4a83-9a51-2d4f7f1c2b11", "survey": "durable", "token": token, "answers": {"nps": 9}
    });
    let asked = Client::new().post(format!("{}/v1/submissions", site.address));
    asked.json(&submission).send().await.unwrap()
}
