//! `bounce`: what a mail server calls with a mail that came back.
//!
//! Its exit codes are those that mail servers know (`sysexits.h`). Whatever goes wrong here leaves the message in the mail
//! server's queue; only what is no mail, or too large to be one, is refused.

use std::io::Read;

use anyhow::Context;

use super::client::{Called, Client};
use crate::http::{BounceOutcome, BounceRead};

/// `EX_DATAERR`: it will never be read.
const NO_MAIL: u8 = 65;

/// `EX_TEMPFAIL`: try again later.
const TRY_AGAIN: u8 = 75;

/// A message that is refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

/// What the process exits with.
pub(super) fn exit_code(why: &anyhow::Error) -> u8 {
    if why.is::<Refused>() { NO_MAIL } else { TRY_AGAIN }
}

pub(super) async fn bounce(client: &Client) -> anyhow::Result<()> {
    let mut mail = Vec::new();
    std::io::stdin().lock().read_to_end(&mut mail).context("cannot read standard input")?;
    let read = match client.send("POST", "/v1/bounces", "message/rfc822", Some(mail)).await? {
        Called::Refused(problem) if matches!(&*problem.code, "unreadable_body" | "too_large") => {
            return Err(Refused(problem.detail).into());
        }
        called => called.or_error()?,
    };
    let BounceRead { outcome, detail, customer, survey, taken_back, .. } = read;
    let whom = || format!("{} for {}", survey.unwrap_or_default(), customer.unwrap_or_default());
    match outcome {
        BounceOutcome::Bounced => {
            println!("Bounced: {}: {detail}. Mails taken back: {taken_back}.", whom());
        }
        BounceOutcome::Complained => {
            println!("Called spam: {}: {detail}. Mails taken back: {taken_back}.", whom());
        }
        BounceOutcome::Delayed => println!("Delayed: {}: {detail}.", whom()),
        BounceOutcome::Unknown | BounceOutcome::NoReport => println!("Nothing was done: {detail}."),
    }
    Ok(())
}
