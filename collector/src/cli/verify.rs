//! `verify`.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use super::client::{Client, NOTHING};
use crate::verify::{Report, Verification};

/// How often it is asked how far it is.
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn verify(client: &Client) -> anyhow::Result<()> {
    let mut state: Verification = client.call("POST", "/v1/verify", NOTHING).await?.or_error()?;
    let shows = std::io::stderr().is_terminal();
    while state.running {
        tokio::time::sleep(LOOK).await;
        state = client.call("GET", "/v1/verify", NOTHING).await?.or_error()?;
        if shows {
            eprint!("\rRead {} of {} ", state.read, state.of);
            let _ = std::io::stderr().flush();
        }
    }
    if shows {
        eprint!("\r\x1b[K");
    }
    if let Some(why) = state.failed {
        anyhow::bail!("verifying has failed: {why}");
    }
    let report = state.report.unwrap_or_default();
    print(&report);
    anyhow::ensure!(
        report.different == 0,
        "the numbers differ from what is stored in {} places",
        report.different
    );
    Ok(())
}

fn print(report: &Report) {
    let Report { responses, invitations, changed, groupings, differences, different } = report;
    println!("Compared {responses} responses and {invitations} invitations, each with its row.");
    if *changed > 0 {
        println!("Left out {changed} that changed meanwhile.");
    }
    for grouping in groupings {
        let by = grouping.by.as_deref().unwrap_or("nothing");
        match &grouping.passed_over {
            None => println!("Compared {} by {by} and month: {} counts.", grouping.of, grouping.compared),
            Some(why) => println!("Did not compare {} by {by}: {why}.", grouping.of),
        }
    }
    differences.iter().for_each(|difference| println!("DIFFERENT: {difference}"));
    let more = different - differences.len() as u64;
    if more > 0 {
        println!("DIFFERENT: {more} more.");
    }
    if *different == 0 {
        println!("The numbers are what is stored.");
    }
}
