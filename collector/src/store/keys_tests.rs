//! That keys sort as what they are of, and none is taken for another's.

use proptest::prelude::*;

use super::*;
use crate::domain::cases::CaseId;

#[test]
fn no_two_kinds_of_records_begin_alike() {
    let mut kinds = [
        FORMAT_KEY,
        SURVEYS,
        UNITS,
        AGENTS,
        TIME_ZONE,
        MAILS,
        API_KEYS,
        SIGNING_SECRETS,
        LINK_SECRET,
        RESPONSES,
        NEXT_RESPONSE,
        INVITATIONS,
        NEXT_INVITATION,
        OUTBOX,
        CUSTOMERS,
        JOURNAL,
        EVENTS,
        SHEETS,
        WEBHOOKS,
        WAITING,
        DELIVERIES,
        DELIVERED,
        ASKED,
        ASKING,
        COUNTERS,
        INTERACTIONS,
        SUPPRESSIONS,
        CASES,
        FOLLOWED,
        TRAILS,
        FOLLOW_UP,
        WATCHED,
        PEOPLE,
        SESSIONS,
        b"t",
        b"h",
        b"e",
        b"p",
    ];
    kinds.sort_unstable();
    assert!(kinds.iter().all(|kind| kind.len() == 1) && kinds.windows(2).all(|pair| pair[0] != pair[1]));
}

fn id() -> impl Strategy<Value = CustomerId> {
    "[!-~äß]{1,12}".prop_map(|text| text.parse().unwrap())
}

proptest! {
    #[test]
    fn keys_sort_as_sequence_numbers_do(customer in id(), a: u64, b: u64) {
        prop_assert_eq!(response(a).cmp(&response(b)), a.cmp(&b));
        prop_assert_eq!(history(&customer, a).cmp(&history(&customer, b)), a.cmp(&b));
        prop_assert_eq!(sequence_of(&response(a)), Some(a));
        prop_assert_eq!(journal(a, 7).cmp(&journal(b, 7)), a.cmp(&b));
        prop_assert_eq!(commit_of(&journal(a, 7)), Some(a));
        prop_assert_eq!(events(a).cmp(&events(b)), a.cmp(&b));
        prop_assert_eq!(sequence_of(&events(a)), Some(a));
        prop_assert_eq!(sequence_of(&history(&customer, a)), Some(a));
    }

    #[test]
    fn the_outbox_sorts_by_time(a: u64, b: u64, one: [u8; 16], other: [u8; 16]) {
        let (one, other) = (TokenHash(one), TokenHash(other));
        prop_assert_eq!(outgoing(a, &one).cmp(&outgoing(b, &other)), (a, one).cmp(&(b, other)));
        prop_assert_eq!(place_in_outbox(&outgoing(a, &one)), Some((a, one)));
        prop_assert_eq!(due_from(a) <= outgoing(b, &other), a <= b);
    }

    #[test]
    fn what_is_watched_sorts_by_time(a in 0..1_i64 << 47, b in 0..1_i64 << 47, one: u64, other: u64) {
        let [at, then] = [a, b].map(|millisecond| Timestamp::from_millisecond(millisecond).unwrap());
        let (key, later) = (watched(at, CaseId(one)), watched(then, CaseId(other)));
        prop_assert_eq!(key.cmp(&later), (a, one).cmp(&(b, other)));
        prop_assert_eq!(time_and_case(&key), Some((at, CaseId(one))));
        prop_assert_eq!(case_of(&case(CaseId(one))), Some(CaseId(one)));
        prop_assert_eq!(trail(CaseId(one), 7).starts_with(&trail_of(CaseId(other))), one == other);
    }

    #[test]
    fn counters_sort_by_day(a in 0..30_000_i64, b in 0..30_000_i64, quota in "[a-z]{1,5}") {
        let day = |n: i64| jiff::civil::date(2000, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
        let key = counter(&Counted { quota, of: String::new(), day: day(a) });
        prop_assert_eq!(key < counters_of(day(b)), a < b);
    }

    #[test]
    fn a_signing_secret_is_one_surveys(one in "[a-z0-9-]{1,64}", other in "[a-z0-9-]{1,64}", id in "[a-f0-9]{12}") {
        let key = signing_secret(&one, &id);
        prop_assert_eq!(key.starts_with(&signing_secrets_of(&other)), one == other);
        prop_assert_eq!(survey_of_secret(&key), Some(one));
    }

    #[test]
    fn what_a_customer_was_asked_sorts_as_times_do(one in id(), other in id(), at: u64, then: u64, token: [u8; 16]) {
        let token = TokenHash(token);
        let key = asked(&one, at, &token);
        prop_assert_eq!(key.cmp(&asked(&one, then, &token)), at.cmp(&then));
        prop_assert_eq!(key >= asked_since(&one, then), at >= then);
        prop_assert_eq!(time_and_token(&key), Some((at, token)));
        prop_assert_eq!(key.starts_with(&asked_of(&other)), one == other);
    }

    #[test]
    fn a_customers_history_holds_nobody_elses(one in id(), other in id(), n: u64) {
        prop_assert_eq!(history(&other, n).starts_with(&history_of(&one)), one == other);
        prop_assert_eq!(email(other.as_str(), &one).starts_with(&with_email(one.as_str())), one == other);
    }
}
