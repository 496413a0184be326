//! Answers that say when they were sent, so that whoever hears of them knows how long that took.

use std::time::Instant;

use anyhow::Context;

use crate::fill::COMMENT;
use crate::load::Next;

/// What stands before the time.
const MARK: &[u8] = b"sent-at-";

/// Digits of the time, microseconds.
const DIGITS: usize = 12;

/// The same requests, with the time since `epoch` at which each is sent in the comment.
pub(crate) fn stamped(mut requests: Next, epoch: Instant) -> Next {
    Box::new(move |bytes| {
        requests(bytes)?;
        let comment = bytes.windows(COMMENT.len()).position(|window| window == COMMENT.as_bytes());
        let place = comment.context("a request without a comment")?;
        let stamp = format!("{:012}", epoch.elapsed().as_micros());
        bytes[place..place + MARK.len()].copy_from_slice(MARK);
        bytes[place + MARK.len()..place + MARK.len() + DIGITS].copy_from_slice(stamp.as_bytes());
        Ok(())
    })
}

/// How long ago each of the answers in these bytes was sent, milliseconds. Says also up to where they were read.
pub(crate) fn ages(bytes: &[u8], epoch: Instant, note: &mut impl FnMut(f64)) -> usize {
    let mut read = 0;
    while let Some(place) = bytes[read..].windows(MARK.len()).position(|window| window == MARK) {
        let begin = read + place + MARK.len();
        let Some(digits) = bytes.get(begin..begin + DIGITS) else { return read + place };
        let sent = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
        if let Some(sent) = sent {
            note((epoch.elapsed().as_micros() as f64 - sent as f64) / 1000.0);
        }
        read = begin + DIGITS;
    }
    // A mark may be cut in two.
    bytes.len().saturating_sub(MARK.len()).max(read)
}
