//! How much of anything is taken. Each limit is a setting (`[limits]`) and named in the error that it causes.

use serde::Serialize;

/// The limits, with their defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Body of a submission, bytes. Never above 24 KiB: larger records would leave the database's synced file.
    pub submission_bytes: usize,
    /// Any `max_length` a survey may give a comment, in characters as people count them.
    pub comment_characters: u32,
    /// Invitations in one call.
    pub invitations_per_call: usize,
    /// Body of any other call, bytes.
    pub body_bytes: usize,
    /// Attributes of one invitation.
    pub attributes: usize,
    /// Length of an attribute's value, bytes.
    pub attribute_bytes: usize,
    /// Responses on one page of results.
    pub page: usize,
    /// Submissions and other writes waiting for the disk; beyond it the answer is 503 with Retry-After.
    pub queue: usize,
    /// Seconds a request may take.
    pub request_seconds: u64,
    /// Connections at once; the next ones wait.
    pub connections: usize,
    /// Groups in one report.
    pub groups: usize,
    /// Groups with fewer responses are withheld from reports: somebody could be singled out.
    pub smallest_group: u64,
    /// Cards with a last score that are told of changes, at once.
    pub listeners: usize,
    /// Streams of events at once.
    pub streams: usize,
    /// Webhooks.
    pub webhooks: usize,
    /// Requests with one API key, a second; ten times as many at once. 0: no limit.
    pub key_per_second: u32,
    /// Requests for forms, pages and cards, and submissions, from one address (of IPv6: one network of 2^64), a second; ten
    /// times as many at once. 0: no limit.
    pub address_per_second: u32,
    /// Requests with one personal link, a minute, and at once. 0: no limit.
    pub link_per_minute: u32,
    /// Attempts to sign in with one account from one address, an hour; half as many at once. 0: no limit.
    pub sign_in_per_hour: u32,
    /// Attempts to sign in from one address, an hour; half as many at once. 0: no limit.
    pub sign_in_address_per_hour: u32,
    /// Attempts to sign in with one account, an hour; half as many at once. 0: no limit.
    pub sign_in_account_per_hour: u32,
    /// Keys, addresses and links that are told apart by these, of each; with more nobody gets through.
    pub callers: usize,
    /// A note in a case, in characters as people count them. Never above 8000: the trail's records stay small.
    pub note_characters: usize,
    /// Entries in the trail of one case; what the collector notes itself goes on beyond it.
    pub case_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            submission_bytes: 16 * 1024,
            comment_characters: 4000,
            invitations_per_call: 10_000,
            // 10,000 invitations of about 1 KiB.
            body_bytes: 10 * 1024 * 1024,
            attributes: 32,
            attribute_bytes: 256,
            page: 1000,
            queue: 4096,
            request_seconds: 30,
            connections: 4096,
            groups: 50_000,
            smallest_group: 5,
            listeners: 1000,
            streams: 1000,
            webhooks: 100,
            key_per_second: 1000,
            address_per_second: 100,
            link_per_minute: 120,
            sign_in_per_hour: 20,
            // An office has one address.
            sign_in_address_per_hour: 200,
            // NIST SP 800-63B-4, 3.2.2: no more than 100 that fail in a row. So many from one hour to the next, and all from
            // different networks, are an attack that the log tells of.
            sign_in_account_per_hour: 100,
            callers: 100_000,
            note_characters: 4000,
            case_entries: 1000,
        }
    }
}
