//! What counts of a case, and which sides are compared.

use jiff::{SignedDuration, Timestamp};
use wire::Score;
use wire::cases::{Promise, State};
use wire::evidence::{Among, CaveatCode, NextScore, RecoveryReport};
use wire::report::Asked;

use super::*;
use crate::domain::asking::{Day, Window};
use crate::domain::cases::{Case, Due, WorkingHours};
use crate::domain::dates::time_zone;

/// Friday, at noon where people work from 9 to 17, Monday to Friday.
const OPENED: &str = "2026-03-06T12:00:00Z";

fn hours(hours: i64) -> Timestamp {
    OPENED.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn case(state: State) -> Case {
    Case {
        response: Some(1),
        customer: Some("C-1".parse().unwrap()),
        survey: Some("support".into()),
        agent: None,
        unit: Some("north".parse().unwrap()),
        score: Some(score(3)),
        rule: Some("unhappy".into()),
        state,
        owner: "lead".parse().unwrap(),
        root_cause: None,
        opened_at: hours(0),
        acknowledged_at: None,
        contacted_at: None,
        closed_at: None,
        due: Due { acknowledge: None, contact: Some(hours(10)), resolve: None },
        watch: None,
        escalations: 0,
        assigned: false,
        entries: 1,
        first: None,
    }
}

fn score(score: u8) -> Score {
    Score::try_from(score).unwrap()
}

fn cohort(cases: &[Case], now: Timestamp) -> Cohort {
    let weekdays = [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday];
    let window = Window::read(&weekdays, Some("09:00..17:00")).unwrap();
    let hours_of_work = WorkingHours::new(window, [], time_zone("UTC").unwrap());
    let mut cohort = Cohort::new(Some(hours_of_work.meter(hours(0), now)), now);
    cases.iter().for_each(|case| cohort.add(case));
    cohort
}

/// From noon on Friday to nine on Monday.
#[test]
fn a_weekend_is_no_working_time() {
    let contacted = Case { contacted_at: Some(hours(69)), ..case(State::Contacted) };
    let total = cohort(&[contacted], hours(100)).total();
    let wait = &total.waits[Promise::Contact as usize];
    assert_eq!((wait.elapsed.median_hours, wait.working.unwrap().median_hours), (Some(69.0), Some(5.0)));
    assert_eq!((wait.kept.share.n, wait.kept.share.of, wait.kept.late), (0, 1, 1));
}

#[test]
fn who_still_waits_counts_and_what_is_overdue_is_a_promise_not_kept() {
    let contacted = |at| Case { contacted_at: Some(hours(at)), ..case(State::Contacted) };
    let closed = Case { closed_at: Some(hours(3)), ..case(State::NotNeeded) };
    let late = Case { due: Due { contact: Some(hours(60)), ..Due::default() }, ..case(State::New) };
    let unpromised = Case { due: Due::default(), ..case(State::New) };
    let cases = [contacted(4), contacted(20), closed, case(State::New), late, unpromised];
    let total = cohort(&cases, hours(50)).total();
    let wait = &total.waits[Promise::Contact as usize];
    assert_eq!((wait.done, wait.closed_without, wait.waiting), (2, 1, 3));
    // Of those done alone, the median would be 4 hours: five of six were waiting after 4, and of the four left after 20, three.
    assert_eq!(wait.elapsed.median_hours, None);
    assert_eq!((wait.kept.share.n, wait.kept.share.of), (2, 4), "at 4 hours, and closed in time");
    assert_eq!((wait.kept.late, wait.kept.overdue, wait.kept.not_yet_due), (1, 1, 1));
    assert_eq!(total.states.iter().find(|it| it.state == State::New).unwrap().share.n, 3);
}

#[test]
fn a_case_that_was_opened_again_keeps_what_was_late_the_first_time() {
    let first = Case {
        contacted_at: Some(hours(30)),
        acknowledged_at: Some(hours(1)),
        closed_at: Some(hours(31)),
        ..case(State::Resolved)
    };
    let again = Case { first: Some(first.rounds()[1]), ..case(State::New) };
    let total = cohort(std::slice::from_ref(&again), hours(200)).total();
    let wait = |promise: Promise| total.waits[promise as usize].clone();
    assert_eq!((total.n, total.reopened), (1, 1));
    assert_eq!(wait(Promise::Contact).elapsed.median_hours, Some(30.0));
    assert_eq!((wait(Promise::Contact).kept.late, wait(Promise::Resolve).waiting), (1, 1));
    assert_eq!(followed_up_at(&again), Some(hours(30)));
    let unreached = Case { closed_at: Some(hours(5)), ..case(State::NoAnswer) };
    assert_eq!(followed_up_at(&unreached), None, "to try is not to talk");
}

#[test]
fn people_with_few_cases_are_withheld_and_so_is_who_would_give_them_away() {
    let of = |owner: &str| Case { owner: owner.parse().unwrap(), ..case(State::New) };
    let cases: Vec<Case> =
        [("a", 9), ("b", 5), ("c", 1)].iter().flat_map(|(owner, n)| vec![of(owner); *n]).collect();
    let groups = cohort(&cases, hours(1)).by_owner(5);
    let shown: Vec<(Option<&str>, u64, bool)> =
        groups.iter().map(|group| (group.id.as_deref(), group.n, group.evidence.is_some())).collect();
    assert_eq!(shown, [(Some("a"), 9, true), (Some("b"), 5, false), (Some("c"), 1, false)]);
}

fn customer(first: u8, followed_up: Option<i64>, next: Option<(u8, i64)>) -> Customer {
    Customer {
        first: score(first),
        at: hours(0),
        followed_up: followed_up.map(hours),
        not_reached: false,
        by_hand: false,
        next: next.map(|(next, at)| (score(next), hours(at))),
        asked: next.map(|(_, at)| (hours(at - 2), true)),
    }
}

fn report(customers: impl IntoIterator<Item = Customer>, smallest: u64) -> RecoveryReport {
    let mut recovery = Recovery::default();
    customers.into_iter().for_each(|customer| recovery.add(&customer));
    recovery.report((Among::Cases, NextScore::Same), Asked::default(), None, smallest)
}

fn codes(report: &RecoveryReport) -> Vec<CaveatCode> {
    report.caveats.iter().map(|caveat| caveat.code).collect()
}

#[test]
fn who_was_talked_to_after_the_next_score_was_not_followed_up_before_it() {
    let customers = [
        customer(2, Some(10), Some((9, 48))),
        customer(2, Some(50), Some((3, 48))),
        // Between being asked and answering.
        customer(6, Some(47), Some((8, 48))),
        Customer { asked: Some((hours(60), false)), ..customer(3, Some(10), None) },
        customer(3, None, None),
    ];
    let report = report(customers, 0);
    assert_eq!(report.customers, 5);
    assert_eq!((report.followed_up.n, report.not_followed_up.n), (2, 1));
    assert_eq!(report.followed_up.moved_up.map(|it| (it.n, it.of)), Some((2, 2)));
    assert_eq!(report.followed_up.mean_change, Some(4.5));
    let answered = |side: &wire::evidence::Side| (side.answered_again.n, side.answered_again.of);
    assert_eq!(answered(&report.followed_up), (1, 2));
    assert_eq!(answered(&report.not_followed_up), (2, 2), "by when they were asked");
    assert_eq!(report.not_followed_up.not_asked_again, 1);
    assert_eq!(codes(&report)[..2], [CaveatCode::NotAtRandom, CaveatCode::Few]);
}

/// Those who began with 6 were left alone, and nearly all of them rise; those who began with 1 were called, and nearly none of
/// them does, called or not. All of the plain difference is where they began.
#[test]
fn a_difference_that_is_only_where_they_began_is_called_unfair_and_goes() {
    let some = |n: usize, first, called: bool, next: &'static [u8]| {
        (0..n).map(move |i| customer(first, called.then_some(5), Some((next[i % next.len()], 48 + i as i64))))
    };
    let (low, high) = (&[1, 2, 3, 9][..], &[9, 10, 9, 3][..]);
    let customers = some(80, 1, true, low).chain(some(20, 1, false, low));
    let customers = customers.chain(some(20, 6, true, high)).chain(some(80, 6, false, high));
    let report = report(customers, 5);
    let difference = report.difference.unwrap();
    assert!(difference.difference < -50.0 && difference.p_value < 0.001, "{difference:?}");
    let adjusted = report.adjusted.unwrap();
    assert!(adjusted.comparison.difference.abs() < 1e-9 && adjusted.comparison.p_value > 0.5, "{adjusted:?}");
    assert_eq!((adjusted.first_scores, adjusted.n, adjusted.left_out), (2, 200, 0));
    assert!(codes(&report).contains(&CaveatCode::FirstScoresDiffer));
    assert!(!codes(&report).contains(&CaveatCode::Few));
}

#[test]
fn everything_that_makes_it_unfair_is_said() {
    let called = (0..40).map(|_| customer(3, Some(5), Some((8, 24 * 90))));
    let silent = (0..40).map(|_| Customer { asked: Some((hours(48), false)), ..customer(3, None, None) });
    let left = (0..40).map(|i| {
        let left = customer(3 + i % 2, None, Some((4, 24 * 7)));
        Customer { not_reached: i == 0, by_hand: i == 1, ..left }
    });
    let report = report(called.chain(silent).chain(left), 5);
    let expected = [
        CaveatCode::NotAtRandom,
        CaveatCode::FirstScoresDiffer,
        CaveatCode::AnsweredAgainDiffers,
        CaveatCode::TimeDiffers,
        CaveatCode::NotReached,
        CaveatCode::LeftOut,
        CaveatCode::OpenedByHand,
    ];
    assert_eq!(codes(&report), expected);
}

#[test]
fn a_handful_on_one_side_hides_both() {
    let called = (0..3).map(|_| customer(3, Some(5), Some((9, 48))));
    let left = (0..30).map(|_| customer(3, None, Some((4, 48))));
    let report = report(called.chain(left), 5);
    assert_eq!((report.followed_up.withheld, report.not_followed_up.withheld), (Some(3), Some(30)));
    assert!(report.followed_up.next.is_none() && report.not_followed_up.next.is_none());
    assert!(report.difference.is_none() && report.adjusted.is_none() && report.moved_up.is_none());
}
