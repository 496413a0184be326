//! Several tabs, visits and refusals: which answer stays.

use super::*;

#[test]
fn of_two_tabs_with_one_id_the_one_answered_last_is_the_newer() {
    let mut first = flow();
    first.tell_time(1000);
    first.choose("nps", 4);
    let mut second = Flow::new(form(), whose(), "other".into(), Some(first.draft()), None);
    for (seconds, flow) in [(1010, &mut second), (1020, &mut first)] {
        flow.tell_time(seconds);
        flow.send(&count);
        assert_eq!(flow.unsent().map(|unsent| unsent.revision), Some(seconds + 1));
    }
    // A clock that was set back takes nothing back.
    first.tell_time(900);
    first.choose("nps", 5);
    assert_eq!(first.unsent().map(|unsent| unsent.revision), Some(1021));
}

#[test]
fn what_the_operator_can_put_right_is_kept_and_tried_again_later() {
    for code in
        ["origin_not_allowed", "unknown_survey", "key_missing", "no_route", "wrong_content_type", "new"]
    {
        let mut flow = flow();
        flow.choose("nps", 9);
        flow.send(&count);
        assert!(sent(&mut flow).is_some());
        assert_eq!(flow.refused(problem(code)), Some(LATER), "{code}");
        assert_eq!((flow.stage(), flow.problem()), (&Stage::Refused, Some(&problem(code))));
        assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps"]))), "the same, when it is time");
        flow.acknowledged(&receipt(Category::Promoter));
        assert_eq!(*flow.stage(), Stage::Sent(Some(Category::Promoter)));
        assert_eq!((flow.unsent(), flow.problem()), (None, None));
    }
}

#[test]
fn what_was_finished_meanwhile_goes_out_at_once_whatever_became_of_the_score() {
    let mut flow = flow();
    flow.choose("nps", 9);
    assert!(sent(&mut flow).is_some());
    flow.send(&count);
    assert_eq!(flow.refused(problem("origin_not_allowed")), None);
    assert_eq!(*flow.stage(), Stage::Sending);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps"]))));
}

#[test]
fn only_the_invitation_and_the_answers_are_refused_for_good() {
    assert!(
        ["unknown_token", "expired_invitation", "already_answered", "too_large"].into_iter().all(is_final)
    );
    assert!(
        !["origin_not_allowed", "unknown_survey", "unavailable", "not_found", ""].into_iter().any(is_final)
    );
}

#[test]
fn why_they_are_kept_is_told_as_the_collector_says_it() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.send(&count);
    for (said, told) in [
        (Some(problem("unavailable")), Some(problem("unavailable"))),
        // Its sentence says nothing of being kept.
        (Some(problem("internal")), None),
        (Some(Problem { message: None, ..problem("unavailable") }), None),
        (None, None),
    ] {
        assert!(sent(&mut flow).is_some());
        flow.failed(0.0, None, said);
        assert_eq!((flow.stage(), flow.problem()), (&Stage::Kept, told.as_ref()));
    }
    assert!(sent(&mut flow).is_some());
    flow.failed(0.0, None, Some(problem("unavailable")));
    flow.write("why", "more".into());
    assert_eq!(flow.problem(), None, "the customer has the word again");
}

#[test]
fn the_next_visit_goes_on_with_what_an_earlier_one_kept() {
    let earlier = kept("earlier", 1000, true);
    assert!(goes_on_with(None, &earlier));
    let mut flow = Flow::new(form(), whose(), "new".into(), Some(earlier.clone()), Some(earlier.clone()));
    assert_eq!((flow.stage(), flow.number(0)), (&Stage::Sending, Some(4)));
    assert_eq!(flow.outgoing(), Some(&earlier));
    flow.failed(0.0, None, None);
    flow.tell_time(900);
    flow.choose("nps", 9);
    flow.send(&count);
    let newer = flow.outgoing().cloned().unwrap();
    assert_eq!((newer.id.as_str(), newer.revision), ("earlier", 1001), "one id: their order is known");

    assert!(!goes_on_with(Some(&kept("own", 1001, false)), &earlier), "the tab's own is newer");
    assert!(!goes_on_with(Some(&kept("own", 999, false)), &kept("earlier", 1000, false)));
    assert!(goes_on_with(Some(&kept("own", 999, false)), &earlier), "finished after this tab was answered");
}

#[test]
fn of_what_a_duplicated_tab_kept_the_newer_and_the_finished_stays() {
    let (old, new) = (kept("uuid", 1000, false), kept("uuid", 1001, false));
    assert!(outweighs(&new, &old) && !outweighs(&old, &new) && !outweighs(&old, &old));
    assert!(outweighs(&kept("uuid", 1000, true), &new));
    assert!(!outweighs(&kept("uuid", 1000, true), &kept("uuid", 1001, true)));
}

#[test]
fn what_is_older_than_what_has_arrived_is_not_sent_after_it() {
    let arrived = kept("uuid", 1001, true);
    assert!(is_outdated(&kept("earlier", 1000, true), &arrived));
    assert!(is_outdated(&kept("earlier", 1000, false), &kept("uuid", 1001, false)));
    assert!(!is_outdated(&kept("later", 1002, false), &arrived));
    assert!(!is_outdated(&kept("earlier", 1000, true), &kept("uuid", 1001, false)), "a comment may be in it");
}
