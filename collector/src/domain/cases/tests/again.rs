//! What is said after a case was opened, and how far it goes up: nothing goes round, and nothing grows without an end.

use super::*;

/// A rule for words before a general one, as in the example.
fn by_words() -> InForce {
    in_force(json!({"rule": [
        {"name": "leaving", "words": ["cancel"], "owner": {"person": "p3"}, "promises": {"acknowledge_hours": 1}},
        {"name": "detractors", "category": ["detractor"]}
    ]}))
}

fn only_the_score() -> Response {
    response(2, json!({"answers": {"nps": 2}, "completed_at": null}))
}

#[test]
fn a_rule_for_words_has_its_turn_although_the_score_came_first() {
    let rules = by_words();
    let opened = open(&rules, &only_the_score()).unwrap().case;
    assert_eq!((opened.rule.as_deref(), opened.owner.as_str()), (Some("detractors"), "lead"));
    let said = again(opened.clone(), &rules, &response(2, json!({}))).unwrap();
    assert_eq!((said.case.rule.as_deref(), said.case.owner.as_str()), (Some("leaving"), "p3"));
    assert!(said.case.due.acknowledge < opened.due.acknowledge, "the rule's own promise");
    assert_eq!(said.mail.unwrap().0.as_str(), "p3");
    assert_eq!(said.entries.iter().map(|entry| entry.what).collect::<Vec<_>>(), [What::Assigned]);
    assert_eq!(again(said.case, &rules, &response(2, json!({}))), None, "once");
}

#[test]
fn what_people_have_taken_in_hand_no_rule_takes_from_them() {
    let rules = by_words();
    let opened = open(&rules, &only_the_score()).unwrap().case;
    let taken = Case { state: State::Acknowledged, ..opened.clone() };
    let handed_over = Case { assigned: true, ..opened.clone() };
    let missed = Case { escalations: 1, ..opened };
    for case in [taken, handed_over, missed] {
        assert_eq!(again(case, &rules, &response(2, json!({}))), None);
    }
}

#[test]
fn a_trail_that_is_full_takes_the_end_of_the_case_and_no_more_of_the_customer() {
    let (rules, staff, limits) = (in_force(json!({})), staff(), Limits::default());
    let full = Case { entries: limits.case_entries as u32, ..case() };
    let done = |act: Act| {
        let who = Who::Person("lead".parse().unwrap());
        let acting = Acting { act, who, in_force: &rules, staff: &staff, limits: &limits };
        super::super::act(full.clone(), acting, monday())
    };
    let note = |action| Act { note: Some("Called".into()), ..Act::plain(action) };
    assert_eq!(done(note(Action::Resolve)).unwrap().case.state, State::Resolved);
    let Err(Refused::Invalid(problems)) = done(note(Action::Note)) else { panic!("a note has no end") };
    assert_eq!(problems[0].path, "action");

    let played_with = Case { entries: 2000, ..case() };
    let played_on = again(played_with, &rules, &response(0, json!({}))).unwrap();
    assert_eq!(played_on.case.score.map(|score| score.get()), Some(0));
    assert_eq!((played_on.entries, played_on.mail), (Vec::new(), None));
}

/// Who has the case after each promise that was missed, these being the people.
fn way_up(people: Vec<Arc<Person>>, owner: &str) -> Vec<String> {
    let staff = Staff { people: Arc::new(people.into_iter().collect()), ..staff() };
    let rules = in_force(json!({}));
    let mut case = Case { owner: owner.parse().unwrap(), ..case() };
    let mut owners = Vec::new();
    while let Some(watch) = case.watch {
        let up = super::super::escalate(case, &rules, &staff, &Few::default(), watch).unwrap();
        owners.extend(up.mail.map(|(to, _)| to.to_string()));
        case = up.case;
        assert!(owners.len() < 10, "round and round: {owners:?}");
    }
    owners
}

#[test]
fn whoever_leads_twice_neither_ends_the_way_up_nor_makes_it_go_round() {
    let boss = || person("boss", "admin", &[], None);
    let both = vec![
        boss(),
        person("head", "lead", &["care", "north"], None),
        person("lead", "lead", &["north"], None),
    ];
    assert_eq!(way_up(both, "head"), ["boss"]);
    let around =
        vec![boss(), person("lead", "lead", &["north", "co"], None), person("head", "lead", &["care"], None)];
    assert_eq!(way_up(around, "lead"), ["head", "boss"]);
}
