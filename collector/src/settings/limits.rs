//! Limits among the settings: how much is taken.

use clap::Args;
use serde::Deserialize;

use super::within;
use crate::domain::limits::Limits;

/// Limits as they are given, `[limits]` in the settings file.
#[derive(Clone, Debug, Default, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
#[command(
    next_help_heading = "Limits (also as keys of [limits] in the settings file, without limit-, with _ for -)"
)]
pub(super) struct GivenLimits {
    /// Body of a submission, in bytes, 256 to 24576 [default: 16384]
    #[arg(
        id = "limit-submission-bytes",
        long,
        env = "HEARBACK_LIMIT_SUBMISSION_BYTES",
        global = true,
        value_name = "N"
    )]
    submission_bytes: Option<usize>,
    /// Largest max_length that a survey may give a comment, in characters, 1 to 16384 [default: 4000]
    #[arg(
        id = "limit-comment-characters",
        long,
        env = "HEARBACK_LIMIT_COMMENT_CHARACTERS",
        global = true,
        value_name = "N"
    )]
    comment_characters: Option<u32>,
    /// Invitations in one call, 1 to 100000 [default: 10000]
    #[arg(
        id = "limit-invitations-per-call",
        long,
        env = "HEARBACK_LIMIT_INVITATIONS_PER_CALL",
        global = true,
        value_name = "N"
    )]
    invitations_per_call: Option<usize>,
    /// Body of any other call, in bytes, 1024 to 1073741824 [default: 10485760]
    #[arg(id = "limit-body-bytes", long, env = "HEARBACK_LIMIT_BODY_BYTES", global = true, value_name = "N")]
    body_bytes: Option<usize>,
    /// Attributes of one invitation, 1 to 256 [default: 32]
    #[arg(id = "limit-attributes", long, env = "HEARBACK_LIMIT_ATTRIBUTES", global = true, value_name = "N")]
    attributes: Option<usize>,
    /// Length of an attribute's value, in bytes, 1 to 4096 [default: 256]
    #[arg(
        id = "limit-attribute-bytes",
        long,
        env = "HEARBACK_LIMIT_ATTRIBUTE_BYTES",
        global = true,
        value_name = "N"
    )]
    attribute_bytes: Option<usize>,
    /// Responses on one page of results, 1 to 10000 [default: 1000]
    #[arg(id = "limit-page", long, env = "HEARBACK_LIMIT_PAGE", global = true, value_name = "N")]
    page: Option<usize>,
    /// Writes that may wait for the disk, 1 to 1000000; more are answered 503 [default: 4096]
    #[arg(id = "limit-queue", long, env = "HEARBACK_LIMIT_QUEUE", global = true, value_name = "N")]
    queue: Option<usize>,
    /// Seconds that a request may take, 1 to 3600 [default: 30]
    #[arg(
        id = "limit-request-seconds",
        long,
        env = "HEARBACK_LIMIT_REQUEST_SECONDS",
        global = true,
        value_name = "N"
    )]
    request_seconds: Option<u64>,
    /// Connections at once, 1 to 1000000; the next ones wait [default: 4096]
    #[arg(
        id = "limit-connections",
        long,
        env = "HEARBACK_LIMIT_CONNECTIONS",
        global = true,
        value_name = "N"
    )]
    connections: Option<usize>,
    /// Groups in one report, and parts of time in a trend, 1 to 1000000 [default: 50000]
    #[arg(id = "limit-groups", long, env = "HEARBACK_LIMIT_GROUPS", global = true, value_name = "N")]
    groups: Option<usize>,
    /// Groups with fewer responses are withheld from reports, 0 to 1000: somebody could be singled out [default: 5]
    #[arg(
        id = "limit-smallest-group",
        long,
        env = "HEARBACK_LIMIT_SMALLEST_GROUP",
        global = true,
        value_name = "N"
    )]
    smallest_group: Option<u64>,
    /// Cards with a last score that are told of changes, at once, 1 to 1000000; more ask each minute. Each takes one of the
    /// connections [default: 1000]
    #[arg(id = "limit-listeners", long, env = "HEARBACK_LIMIT_LISTENERS", global = true, value_name = "N")]
    listeners: Option<usize>,
    /// Streams of events (GET /v1/events) at once, 1 to 1000000; more are answered 503. Each takes one of the connections
    /// [default: 1000]
    #[arg(id = "limit-streams", long, env = "HEARBACK_LIMIT_STREAMS", global = true, value_name = "N")]
    streams: Option<usize>,
    /// Webhooks, 0 to 10000 [default: 100]
    #[arg(id = "limit-webhooks", long, env = "HEARBACK_LIMIT_WEBHOOKS", global = true, value_name = "N")]
    webhooks: Option<usize>,
    /// Requests with one API key, a second, and ten times as many at once; 0 to 1000000, 0 for no limit [default: 1000]
    #[arg(
        id = "limit-key-per-second",
        long,
        env = "HEARBACK_LIMIT_KEY_PER_SECOND",
        global = true,
        value_name = "N"
    )]
    key_per_second: Option<u32>,
    /// Requests of customers from one address, a second, and ten times as many at once; 0 to 1000000, 0 for no limit. An office
    /// has one address [default: 100]
    #[arg(
        id = "limit-address-per-second",
        long,
        env = "HEARBACK_LIMIT_ADDRESS_PER_SECOND",
        global = true,
        value_name = "N"
    )]
    address_per_second: Option<u32>,
    /// Requests with one personal link, a minute; 0 to 1000000, 0 for no limit [default: 120]
    #[arg(
        id = "limit-link-per-minute",
        long,
        env = "HEARBACK_LIMIT_LINK_PER_MINUTE",
        global = true,
        value_name = "N"
    )]
    link_per_minute: Option<u32>,
    /// Attempts to sign in with one account from one address, an hour, and half as many at once; 0 to 1000000, 0 for no
    /// limit [default: 20]
    #[arg(
        id = "limit-sign-in-per-hour",
        long,
        env = "HEARBACK_LIMIT_SIGN_IN_PER_HOUR",
        global = true,
        value_name = "N"
    )]
    sign_in_per_hour: Option<u32>,
    /// Attempts to sign in from one address, an hour, and half as many at once; 0 to 1000000, 0 for no limit. An office has
    /// one address [default: 200]
    #[arg(
        id = "limit-sign-in-address-per-hour",
        long,
        env = "HEARBACK_LIMIT_SIGN_IN_ADDRESS_PER_HOUR",
        global = true,
        value_name = "N"
    )]
    sign_in_address_per_hour: Option<u32>,
    /// Attempts to sign in with one account, an hour, and half as many at once; 0 to 1000000, 0 for no limit [default: 100]
    #[arg(
        id = "limit-sign-in-account-per-hour",
        long,
        env = "HEARBACK_LIMIT_SIGN_IN_ACCOUNT_PER_HOUR",
        global = true,
        value_name = "N"
    )]
    sign_in_account_per_hour: Option<u32>,
    /// Keys, addresses and links that are told apart for these limits, 1 to 10000000 of each; with more nobody gets through
    /// [default: 100000]
    #[arg(id = "limit-callers", long, env = "HEARBACK_LIMIT_CALLERS", global = true, value_name = "N")]
    callers: Option<usize>,
    /// A note in a case, in characters, 1 to 8000 [default: 4000]
    #[arg(
        id = "limit-note-characters",
        long,
        env = "HEARBACK_LIMIT_NOTE_CHARACTERS",
        global = true,
        value_name = "N"
    )]
    note_characters: Option<usize>,
    /// Entries in the trail of one case, 10 to 100000 [default: 1000]
    #[arg(
        id = "limit-case-entries",
        long,
        env = "HEARBACK_LIMIT_CASE_ENTRIES",
        global = true,
        value_name = "N"
    )]
    case_entries: Option<usize>,
}

impl GivenLimits {
    /// These before those, and before the defaults.
    pub(super) fn before(self, then: Self) -> Limits {
        let first = self;
        let default = Limits::default();
        Limits {
            submission_bytes: first
                .submission_bytes
                .or(then.submission_bytes)
                .unwrap_or(default.submission_bytes),
            comment_characters: first
                .comment_characters
                .or(then.comment_characters)
                .unwrap_or(default.comment_characters),
            invitations_per_call: first
                .invitations_per_call
                .or(then.invitations_per_call)
                .unwrap_or(default.invitations_per_call),
            body_bytes: first.body_bytes.or(then.body_bytes).unwrap_or(default.body_bytes),
            attributes: first.attributes.or(then.attributes).unwrap_or(default.attributes),
            attribute_bytes: first
                .attribute_bytes
                .or(then.attribute_bytes)
                .unwrap_or(default.attribute_bytes),
            page: first.page.or(then.page).unwrap_or(default.page),
            queue: first.queue.or(then.queue).unwrap_or(default.queue),
            request_seconds: first
                .request_seconds
                .or(then.request_seconds)
                .unwrap_or(default.request_seconds),
            connections: first.connections.or(then.connections).unwrap_or(default.connections),
            groups: first.groups.or(then.groups).unwrap_or(default.groups),
            smallest_group: first.smallest_group.or(then.smallest_group).unwrap_or(default.smallest_group),
            listeners: first.listeners.or(then.listeners).unwrap_or(default.listeners),
            streams: first.streams.or(then.streams).unwrap_or(default.streams),
            webhooks: first.webhooks.or(then.webhooks).unwrap_or(default.webhooks),
            key_per_second: first.key_per_second.or(then.key_per_second).unwrap_or(default.key_per_second),
            address_per_second: first
                .address_per_second
                .or(then.address_per_second)
                .unwrap_or(default.address_per_second),
            link_per_minute: first
                .link_per_minute
                .or(then.link_per_minute)
                .unwrap_or(default.link_per_minute),
            sign_in_per_hour: first
                .sign_in_per_hour
                .or(then.sign_in_per_hour)
                .unwrap_or(default.sign_in_per_hour),
            sign_in_address_per_hour: first
                .sign_in_address_per_hour
                .or(then.sign_in_address_per_hour)
                .unwrap_or(default.sign_in_address_per_hour),
            sign_in_account_per_hour: first
                .sign_in_account_per_hour
                .or(then.sign_in_account_per_hour)
                .unwrap_or(default.sign_in_account_per_hour),
            callers: first.callers.or(then.callers).unwrap_or(default.callers),
            note_characters: first
                .note_characters
                .or(then.note_characters)
                .unwrap_or(default.note_characters),
            case_entries: first.case_entries.or(then.case_entries).unwrap_or(default.case_entries),
        }
    }
}

/// Room for the attributes of one response, their names included, bytes: with the largest submission it stays well below
/// what the database keeps in its synced file.
const MAX_ATTRIBUTES_BYTES: usize = 24 * 1024;

/// The longest name of an attribute, bytes.
const NAME_BYTES: usize = 64;

/// Refuses limits under which the collector could not work, or its records would not be safe.
pub(super) fn check(limits: &Limits) -> anyhow::Result<()> {
    for (name, value, range) in [
        ("submission_bytes", limits.submission_bytes, 256..=24_576),
        // At most what fits in a submission.
        ("comment_characters", limits.comment_characters as usize, 1..=16_384),
        ("invitations_per_call", limits.invitations_per_call, 1..=100_000),
        ("body_bytes", limits.body_bytes, 1024..=1 << 30),
        ("attributes", limits.attributes, 1..=256),
        ("attribute_bytes", limits.attribute_bytes, 1..=4096),
        ("page", limits.page, 1..=10_000),
        ("queue", limits.queue, 1..=1_000_000),
        ("connections", limits.connections, 1..=1_000_000),
        ("groups", limits.groups, 1..=1_000_000),
        ("listeners", limits.listeners, 1..=1_000_000),
        ("streams", limits.streams, 1..=1_000_000),
        ("webhooks", limits.webhooks, 0..=10_000),
        ("key_per_second", limits.key_per_second as usize, 0..=1_000_000),
        ("address_per_second", limits.address_per_second as usize, 0..=1_000_000),
        ("link_per_minute", limits.link_per_minute as usize, 0..=1_000_000),
        ("sign_in_per_hour", limits.sign_in_per_hour as usize, 0..=1_000_000),
        ("sign_in_address_per_hour", limits.sign_in_address_per_hour as usize, 0..=1_000_000),
        ("sign_in_account_per_hour", limits.sign_in_account_per_hour as usize, 0..=1_000_000),
        ("callers", limits.callers, 1..=10_000_000),
        ("note_characters", limits.note_characters, 1..=8000),
        ("case_entries", limits.case_entries, 10..=100_000),
    ] {
        within(&format!("limits.{name}"), value as u64, *range.start() as u64..=*range.end() as u64)?;
    }
    within("limits.smallest_group", limits.smallest_group, 0..=1000)?;
    within("limits.request_seconds", limits.request_seconds, 1..=3600)?;
    let room = limits.attributes * (limits.attribute_bytes + NAME_BYTES);
    anyhow::ensure!(
        room <= MAX_ATTRIBUTES_BYTES,
        "limits.attributes times limits.attribute_bytes and {NAME_BYTES} for a name is {room}: at most \
         {MAX_ATTRIBUTES_BYTES}, larger records are not safe on the disk"
    );
    Ok(())
}
