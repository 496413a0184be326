//! The keys of cases.

use jiff::Timestamp;

use super::sequence_of;
use crate::domain::cases::CaseId;
use crate::domain::names::{CustomerId, PersonId};

pub(in crate::store) const CASES: &[u8] = b"C";
pub(in crate::store) const ALL_CASES: &[u8] = b"Cc";
pub(in crate::store) const NEXT_CASE: &[u8] = b"Cn";
pub(in crate::store) const LOADS: &[u8] = b"Cl";
pub(in crate::store) const OVERLOAD: &[u8] = b"Co";
pub(in crate::store) const TRAILS: &[u8] = b"D";
pub(in crate::store) const FOLLOW_UP: &[u8] = b"F";
pub(in crate::store) const WATCHED: &[u8] = b"Q";

pub(in crate::store) fn case(id: CaseId) -> Vec<u8> {
    [ALL_CASES, &id.0.to_be_bytes()].concat()
}

/// The case at the end of a key.
pub(in crate::store) fn case_of(key: &[u8]) -> Option<CaseId> {
    sequence_of(key).map(CaseId)
}

/// Where it stands which case a response has.
pub(in crate::store) fn case_of_response(sequence: u64) -> Vec<u8> {
    [CASES, b"r", &sequence.to_be_bytes()].concat()
}

/// Prefix of a customer's cases.
pub(in crate::store) fn cases_of(customer: &CustomerId) -> Vec<u8> {
    [CASES, b"k", customer.as_str().as_bytes(), &[0]].concat()
}

pub(in crate::store) fn case_of_customer(customer: &CustomerId, id: CaseId) -> Vec<u8> {
    [&cases_of(customer)[..], &id.0.to_be_bytes()].concat()
}

pub(in crate::store) fn load(person: &PersonId) -> Vec<u8> {
    [LOADS, person.as_str().as_bytes()].concat()
}

/// Prefix of what happened to a case.
pub(in crate::store) fn trail_of(id: CaseId) -> Vec<u8> {
    [TRAILS, &id.0.to_be_bytes()].concat()
}

pub(in crate::store) fn trail(id: CaseId, number: u32) -> Vec<u8> {
    [&trail_of(id)[..], &number.to_be_bytes()].concat()
}

pub(in crate::store) fn watched(at: Timestamp, id: CaseId) -> Vec<u8> {
    let millisecond = u64::try_from(at.as_millisecond()).unwrap_or_default();
    [WATCHED, &millisecond.to_be_bytes(), &id.0.to_be_bytes()].concat()
}

/// When which case is looked at.
pub(in crate::store) fn time_and_case(key: &[u8]) -> Option<(Timestamp, CaseId)> {
    let (millisecond, case) = key.strip_prefix(WATCHED)?.split_first_chunk::<8>()?;
    let millisecond = i64::try_from(u64::from_be_bytes(*millisecond)).ok()?;
    Some((Timestamp::from_millisecond(millisecond).ok()?, CaseId(u64::from_be_bytes(case.try_into().ok()?))))
}
