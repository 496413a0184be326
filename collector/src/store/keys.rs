//! What lies where. Every key of the database is made here.
//!
//! | key | value |
//! |---|---|
//! | `f` | format of everything else, see [`FORMAT`] |
//! | `v` survey `00` version:u32 | survey (JSON, as it was pushed) |
//! | `u` unit | unit of the organisation |
//! | `a` agent | agent |
//! | `z` | time zone of the organisation, if it is not UTC |
//! | `d` name | mail (JSON, as it was pushed) |
//! | `k` SHA-256 of the key:32 | API key |
//! | `s` survey `00` id | signing secret |
//! | `l` | secret of links to last scores |
//! | `i` hash of the token:16 | invitation |
//! | `n` | number of the next invitation:u64 |
//! | `o` due in ms:u64, hash of the token:16 | mail to be sent, with the token |
//! | `t` hash of the token:16 | what happened to the invitation |
//! | `w` | asking document, and the seed of its draws |
//! | `wb` | how many cases wait to be followed up |
//! | `y` day:u32, hash of quota and value:16 | how many were asked |
//! | `g` generation:u32, hash of the interaction's id:16 | what was decided, unless an invitation says so |
//! | `b` hash of the address:16, survey or nothing | suppression |
//! | `E` number of the first:u64 | events of a commit, or a part of them |
//! | `W` id:u64 | webhook |
//! | `R` id:u64 | how far the webhook has come |
//! | `R` id:u64 from:u64 end:u64 | events that are sent to it once more |
//! | `R` id:u64 line:16 number:u64 | event that waits to be sent to it again |
//! | `V` id:u64 time in ms:u64 number:u64 attempt:u32 | try to deliver an event to it |
//! | `X` customer `00` the rest of a try's key | nothing: finds what was delivered about the customer |
//! | `r` sequence number:u64 | response |
//! | `m` | number of the next response:u64, when one was last erased: the numbers of those that are gone are not given again |
//! | `c` customer | what is known of the customer, what the customer was asked last, and the last scores (`remembered`) |
//! | `q` customer `00` time in ms:u64, hash of the token:16 | what the customer was asked before that, when and by what |
//! | `h` customer `00` sequence number:u64 | score and time: the customer's history before that |
//! | `e` e-mail `00` customer | nothing: finds the customer |
//! | `p` phone `00` customer | nothing: finds the customer |
//! | `P` person | person, and the password's hash |
//! | `S` person 0 hash of the token:16 | session: who has signed in |
//! | `Cc` case:u64 | case |
//! | `Cn` | number of the next case:u64 |
//! | `Cr` sequence number:u64 | case of the response:u64 |
//! | `Ck` customer `00` case:u64 | nothing: the customer's cases |
//! | `Cl` person | how many open cases the person has |
//! | `Co` | how many open cases are above what people can have:u64 |
//! | `D` case:u64 number:u32 | what happened to the case |
//! | `F` | follow-up document (JSON) |
//! | `Q` time in ms:u64, case:u64 | nothing: when somebody looks whether a promise was missed |
//! | `T` survey `00` day:u32, hash of the address:16 | how many followed a link to tell others |
//! | `x` commit:u64 part:u32 | what a commit changed of what is counted |
//! | `B` | of which commit the sheets are, and how many there are |
//! | `B` table:u8 place:u32 part:u32 | a part of a sheet: what is counted of some rows (`facts::sheets`) |
//!
//! Numbers are big-endian, so that keys sort as the numbers do. Names hold no NUL (`domain::names`), so a name and the
//! NUL behind it is a prefix of no other name's keys.

mod cases;
mod reviews;

use jiff::Timestamp;
use jiff::civil::Date;

pub(super) use cases::*;
pub(super) use reviews::*;

use crate::domain::asking::Counted;
use crate::domain::names::{CustomerId, InteractionId, PersonId};
use crate::domain::secrets::{KeyHash, TokenHash};
use crate::domain::webhooks::delivery::Delivery;
use crate::domain::webhooks::{Replay, WebhookId};

/// The format that this program reads and writes; it makes it of each earlier one (`upgrades`).
pub(super) const FORMAT: u32 = 3;

pub(super) const FORMAT_KEY: &[u8] = b"f";
pub(super) const SURVEYS: &[u8] = b"v";
pub(super) const UNITS: &[u8] = b"u";
pub(super) const AGENTS: &[u8] = b"a";
pub(super) const TIME_ZONE: &[u8] = b"z";
pub(super) const MAILS: &[u8] = b"d";
pub(super) const API_KEYS: &[u8] = b"k";
pub(super) const SIGNING_SECRETS: &[u8] = b"s";
pub(super) const LINK_SECRET: &[u8] = b"l";
pub(super) const RESPONSES: &[u8] = b"r";
pub(super) const NEXT_RESPONSE: &[u8] = b"m";
pub(super) const INVITATIONS: &[u8] = b"i";
pub(super) const NEXT_INVITATION: &[u8] = b"n";
pub(super) const OUTBOX: &[u8] = b"o";
pub(super) const CUSTOMERS: &[u8] = b"c";
pub(super) const JOURNAL: &[u8] = b"x";
pub(super) const SHEETS: &[u8] = b"B";
pub(super) const EVENTS: &[u8] = b"E";
pub(super) const WEBHOOKS: &[u8] = b"W";
pub(super) const WAITING: &[u8] = b"R";
pub(super) const DELIVERIES: &[u8] = b"V";
pub(super) const DELIVERED: &[u8] = b"X";
pub(super) const ASKED: &[u8] = b"q";
pub(super) const ASKING: &[u8] = b"w";
pub(super) const BACKLOG: &[u8] = b"wb";
pub(super) const COUNTERS: &[u8] = b"y";
pub(super) const INTERACTIONS: &[u8] = b"g";
pub(super) const SUPPRESSIONS: &[u8] = b"b";
pub(super) const PEOPLE: &[u8] = b"P";
pub(super) const SESSIONS: &[u8] = b"S";

/// Prefix of a person's sessions.
pub(super) fn sessions_of(person: &PersonId) -> Vec<u8> {
    [SESSIONS, person.as_str().as_bytes(), &[0]].concat()
}

pub(super) fn session(person: &PersonId, token: &TokenHash) -> Vec<u8> {
    [&sessions_of(person)[..], &token.0].concat()
}

/// The token's hash in a session's key.
pub(super) fn token_of_session(key: &[u8]) -> Option<TokenHash> {
    key.strip_prefix(SESSIONS)?.split_last_chunk().map(|(_, token)| TokenHash(*token))
}

pub(super) fn person(id: &PersonId) -> Vec<u8> {
    [PEOPLE, id.as_str().as_bytes()].concat()
}

/// Where the counters of this day begin.
pub(super) fn counters_of(day: Date) -> Vec<u8> {
    [COUNTERS, &day_number(day).to_be_bytes()].concat()
}

/// A day as a number that sorts as days do: 20260302.
fn day_number(day: Date) -> u32 {
    let number = i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day());
    number.cast_unsigned()
}

pub(super) fn counter(counted: &Counted) -> Vec<u8> {
    let hash = TokenHash::derived(&[&counted.quota, &counted.of]);
    [&counters_of(counted.day)[..], &hash.0].concat()
}

/// Where the interactions of this generation begin.
pub(super) fn generation(number: u32) -> Vec<u8> {
    [INTERACTIONS, &number.to_be_bytes()].concat()
}

/// What an interaction with this id is known by.
pub(super) fn interaction_hash(id: &InteractionId) -> u128 {
    u128::from_be_bytes(TokenHash::derived(&["interaction", id.as_str()]).0)
}

pub(super) fn interaction(number: u32, hash: u128) -> Vec<u8> {
    [&generation(number)[..], &hash.to_be_bytes()].concat()
}

pub(super) fn suppression(address: &TokenHash, survey: Option<&str>) -> Vec<u8> {
    [SUPPRESSIONS, &address.0, survey.unwrap_or_default().as_bytes()].concat()
}

pub(super) fn suppressed_address(key: &[u8]) -> Option<TokenHash> {
    key.strip_prefix(SUPPRESSIONS)?.first_chunk().map(|hash| TokenHash(*hash))
}

/// The first key behind all of one kind.
pub(super) fn after(kind: &[u8]) -> Vec<u8> {
    let mut key = kind.to_vec();
    if let Some(last) = key.last_mut() {
        *last += 1;
    }
    key
}

/// Prefix of a survey's versions.
pub(super) fn versions_of(survey: &str) -> Vec<u8> {
    [SURVEYS, survey.as_bytes(), &[0]].concat()
}

pub(super) fn survey(id: &str, version: u32) -> Vec<u8> {
    [&versions_of(id)[..], &version.to_be_bytes()].concat()
}

pub(super) fn unit(id: &str) -> Vec<u8> {
    [UNITS, id.as_bytes()].concat()
}

pub(super) fn agent(id: &str) -> Vec<u8> {
    [AGENTS, id.as_bytes()].concat()
}

pub(super) fn mail(name: &str) -> Vec<u8> {
    [MAILS, name.as_bytes()].concat()
}

pub(super) fn api_key(hash: &KeyHash) -> Vec<u8> {
    [API_KEYS, hash].concat()
}

/// Prefix of a survey's signing secrets.
pub(super) fn signing_secrets_of(survey: &str) -> Vec<u8> {
    [SIGNING_SECRETS, survey.as_bytes(), &[0]].concat()
}

pub(super) fn signing_secret(survey: &str, id: &str) -> Vec<u8> {
    [&signing_secrets_of(survey)[..], id.as_bytes()].concat()
}

/// The survey of a signing secret's key.
pub(super) fn survey_of_secret(key: &[u8]) -> Option<String> {
    let name = key.strip_prefix(SIGNING_SECRETS)?.split(|byte| *byte == 0).next()?;
    String::from_utf8(name.to_vec()).ok()
}

pub(super) fn invitation(token: &TokenHash) -> Vec<u8> {
    [INVITATIONS, &token.0].concat()
}

/// Where the mails begin that are due at this time or later.
pub(super) fn due_from(milliseconds: u64) -> Vec<u8> {
    [OUTBOX, &milliseconds.to_be_bytes()].concat()
}

pub(super) fn outgoing(milliseconds: u64, token: &TokenHash) -> Vec<u8> {
    [&due_from(milliseconds)[..], &token.0].concat()
}

/// The time in ms and the invitation of a key of the outbox.
pub(super) fn place_in_outbox(key: &[u8]) -> Option<(u64, TokenHash)> {
    let (due, token) = key.strip_prefix(OUTBOX)?.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*due), TokenHash(token.try_into().ok()?)))
}

pub(super) fn timeline(token: &TokenHash) -> Vec<u8> {
    [b"t", &token.0[..]].concat()
}

pub(super) fn response(sequence: u64) -> Vec<u8> {
    [RESPONSES, &sequence.to_be_bytes()].concat()
}

/// The number at the end of a response's, a history entry's or events' key.
pub(super) fn sequence_of(key: &[u8]) -> Option<u64> {
    let (_, number) = key.split_last_chunk::<8>()?;
    Some(u64::from_be_bytes(*number))
}

pub(super) fn customer(id: &CustomerId) -> Vec<u8> {
    [CUSTOMERS, id.as_str().as_bytes()].concat()
}

/// Prefix of all that a customer was asked.
pub(super) fn asked_of(id: &CustomerId) -> Vec<u8> {
    [ASKED, id.as_str().as_bytes(), &[0]].concat()
}

/// A time as keys have it. What lies before 1970 is not told apart.
pub(super) fn millisecond(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}

/// The first key of what a customer was asked at this time in ms or later.
pub(super) fn asked_since(id: &CustomerId, millisecond: u64) -> Vec<u8> {
    [&asked_of(id)[..], &millisecond.to_be_bytes()].concat()
}

pub(super) fn asked(id: &CustomerId, millisecond: u64, token: &TokenHash) -> Vec<u8> {
    [&asked_since(id, millisecond)[..], &token.0].concat()
}

/// When, in ms, and by what somebody was asked, at the end of such a key.
pub(super) fn time_and_token(key: &[u8]) -> Option<(u64, TokenHash)> {
    let (rest, token) = key.split_last_chunk::<16>()?;
    let (_, millisecond) = rest.split_last_chunk::<8>()?;
    Some((u64::from_be_bytes(*millisecond), TokenHash(*token)))
}

/// The token's hash in an invitation's key.
pub(super) fn token_of(key: &[u8]) -> Option<TokenHash> {
    key.strip_prefix(INVITATIONS)?.try_into().ok().map(TokenHash)
}

/// Prefix of a customer's history.
pub(super) fn history_of(id: &CustomerId) -> Vec<u8> {
    [b"h", id.as_str().as_bytes(), &[0]].concat()
}

pub(super) fn history(id: &CustomerId, sequence: u64) -> Vec<u8> {
    [&history_of(id)[..], &sequence.to_be_bytes()].concat()
}

/// Prefix of the customers with this e-mail address.
pub(super) fn with_email(email: &str) -> Vec<u8> {
    [b"e", email.as_bytes(), &[0]].concat()
}

pub(super) fn email(email: &str, id: &CustomerId) -> Vec<u8> {
    [&with_email(email)[..], id.as_str().as_bytes()].concat()
}

/// Prefix of the customers with this telephone number.
pub(super) fn with_phone(phone: &str) -> Vec<u8> {
    [b"p", phone.as_bytes(), &[0]].concat()
}

pub(super) fn phone(phone: &str, id: &CustomerId) -> Vec<u8> {
    [&with_phone(phone)[..], id.as_str().as_bytes()].concat()
}

/// Events, by the number of the first of them.
pub(super) fn events(first: u64) -> Vec<u8> {
    [EVENTS, &first.to_be_bytes()].concat()
}

pub(super) fn webhook(id: WebhookId) -> Vec<u8> {
    [WEBHOOKS, &id.0.to_be_bytes()].concat()
}

/// How far a webhook has come; also the prefix of what waits for it.
pub(super) fn waiting(id: WebhookId) -> Vec<u8> {
    [WAITING, &id.0.to_be_bytes()].concat()
}

/// Prefix of what waits for a webhook in one line.
pub(super) fn waiting_in(id: WebhookId, line: &TokenHash) -> Vec<u8> {
    [&waiting(id)[..], &line.0].concat()
}

pub(super) fn parked(id: WebhookId, line: &TokenHash, number: u64) -> Vec<u8> {
    [&waiting_in(id, line)[..], &number.to_be_bytes()].concat()
}

/// Events that are sent to a webhook once more.
pub(super) fn replay(id: WebhookId, replay: &Replay) -> Vec<u8> {
    [&waiting(id)[..], &replay.from.to_be_bytes(), &replay.end.to_be_bytes()].concat()
}

/// Whether this is the key of events that are sent once more: the others are shorter, or longer.
pub(super) fn is_replay(key: &[u8]) -> bool {
    key.len() == 1 + 8 + 16
}

/// Line and number of a parked event's key; nothing, of the others of what waits.
pub(super) fn line_and_number(key: &[u8]) -> Option<(TokenHash, u64)> {
    let (rest, number) = key.split_last_chunk::<8>()?;
    let line = rest.get(1 + 8..)?.try_into().ok()?;
    Some((TokenHash(line), u64::from_be_bytes(*number)))
}

/// The first key behind all tries to deliver to a webhook.
pub(super) fn deliveries_end(id: WebhookId) -> Vec<u8> {
    deliveries_of(WebhookId(id.0 + 1))
}

/// Prefix of the tries to deliver to a webhook.
pub(super) fn deliveries_of(id: WebhookId) -> Vec<u8> {
    [DELIVERIES, &id.0.to_be_bytes()].concat()
}

/// Where the tries begin that were made at this time or later.
pub(super) fn deliveries_since(id: WebhookId, at: Timestamp) -> Vec<u8> {
    [&deliveries_of(id)[..], &millisecond(at).to_be_bytes()].concat()
}

pub(super) fn delivery(id: WebhookId, delivery: &Delivery) -> Vec<u8> {
    let Delivery { at, event, attempt, .. } = delivery;
    [&deliveries_since(id, *at)[..], &event.to_be_bytes(), &attempt.to_be_bytes()].concat()
}

/// Prefix of what finds the tries that were about a customer.
pub(super) fn delivered_about(customer: &CustomerId) -> Vec<u8> {
    [DELIVERED, customer.as_str().as_bytes(), &[0]].concat()
}

/// What finds a try by the customer it was about. `delivery` is the try's key.
pub(super) fn delivered(customer: &CustomerId, delivery: &[u8]) -> Vec<u8> {
    [&delivered_about(customer)[..], delivery.get(1..).unwrap_or_default()].concat()
}

/// A part of what a commit changed.
pub(super) fn journal(commit: u64, part: u32) -> Vec<u8> {
    [JOURNAL, &commit.to_be_bytes(), &part.to_be_bytes()].concat()
}

/// Prefix of a sheet's parts.
pub(super) fn sheet(table: u8, place: u32) -> Vec<u8> {
    [SHEETS, &[table], &place.to_be_bytes()].concat()
}

/// A part of a sheet.
pub(super) fn part_of_sheet(table: u8, place: u32, part: u32) -> Vec<u8> {
    [&sheet(table, place)[..], &part.to_be_bytes()].concat()
}

/// The commit of a journal's key.
pub(super) fn commit_of(key: &[u8]) -> Option<u64> {
    let number = key.strip_prefix(JOURNAL)?.first_chunk::<8>()?;
    Some(u64::from_be_bytes(*number))
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
