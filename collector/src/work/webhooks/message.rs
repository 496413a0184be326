//! A message, and what an answer says of it and of its endpoint.

use hyper::body::Bytes;
use jiff::Timestamp;

use super::connection::{Answer, Trouble};
use crate::domain::webhooks::Webhook;
use crate::domain::webhooks::queue::Failure;
use crate::domain::webhooks::secret::signature;

/// The headers of Standard Webhooks.
pub(super) fn headers(
    webhook: &Webhook,
    id: &str,
    now: Timestamp,
    body: &Bytes,
) -> Vec<(&'static str, String)> {
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", now.as_second().to_string()),
        ("webhook-signature", signature(&webhook.secrets, id, now, body)),
    ]
}

/// What an answer means.
pub(super) enum Meaning {
    /// The message was taken.
    Taken,
    /// It was not.
    Refused(Failure),
    /// No message is wanted any more.
    Gone,
}

/// What the answer says: 2xx is taken; 410 wants no more; a redirect, too many requests and what proxies say of a server behind them
/// hold for all messages; everything else is said of this one.
pub(super) fn meaning(answer: &Result<Answer, Trouble>) -> Meaning {
    match answer {
        Ok(Answer { status: 200..=299, .. }) => Meaning::Taken,
        Ok(Answer { status: 410, .. }) => Meaning::Gone,
        Ok(Answer { status, retry_after, .. }) => Meaning::Refused(Failure {
            is_down: matches!(status, 300..=399 | 429 | 502..=504),
            retry_after: *retry_after,
            detail: format!("it answered {status}"),
        }),
        Err(trouble) => {
            Meaning::Refused(Failure { is_down: true, retry_after: None, detail: trouble.to_string() })
        }
    }
}
