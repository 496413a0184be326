//! The list beside a few lines that know nothing of columns.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::domain::cases::Due;

const UNITS: [&str; 3] = ["north", "south", "shop"];
const PEOPLE: [&str; 3] = ["ada", "ben", "carla"];
const AGENTS: [&str; 2] = ["a1", "a2"];
const CAUSES: [&str; 2] = ["billing", "north"];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn case() -> impl Strategy<Value = Case> {
    let states = prop::sample::select(State::ALL.to_vec());
    let due = prop::option::of(0_i64..100);
    let some = |names: &'static [&'static str]| prop::option::of(prop::sample::select(names.to_vec()));
    (states, some(&UNITS), prop::sample::select(PEOPLE.to_vec()), some(&AGENTS), some(&CAUSES), due).prop_map(
        |(state, unit, owner, agent, cause, due)| Case {
            response: None,
            customer: None,
            survey: None,
            agent: agent.map(|agent| agent.parse().unwrap()),
            unit: unit.map(|unit| unit.parse().unwrap()),
            score: None,
            rule: None,
            state,
            owner: owner.parse().unwrap(),
            root_cause: cause.map(str::to_owned),
            opened_at: at(0),
            acknowledged_at: None,
            contacted_at: None,
            closed_at: None,
            due: Due { resolve: due.map(at), ..Due::default() },
            watch: None,
            escalations: 0,
            assigned: false,
            entries: 0,
            first: None,
        },
    )
}

fn sees() -> impl Strategy<Value = Sees> {
    let some = prop::sample::subsequence(UNITS.to_vec(), 0..=2);
    let only = (
        some,
        prop::sample::select(PEOPLE.to_vec()),
        prop::option::of(prop::sample::select(AGENTS.to_vec())),
    );
    prop_oneof![
        1 => Just(Sees::All),
        3 => only.prop_map(|(units, person, agent)| Sees::Only {
            units: units.iter().map(|unit| unit.parse().unwrap()).collect(),
            person: person.parse().unwrap(),
            agent: agent.map(|agent| agent.parse().unwrap()),
        }),
    ]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    (
        prop::sample::subsequence(State::ALL.to_vec(), 0..=4),
        prop::option::of(prop::sample::select(vec!["ada", "ben", "nobody"])),
        prop::option::of(prop::sample::subsequence(UNITS.to_vec(), 0..=2)),
        prop::option::of(prop::sample::select(vec!["billing", "nothing"])),
        prop::option::of(prop::sample::select(vec![Soon::Overdue, Soon::Today])),
        prop::option::of(prop::collection::vec(1_u64..30, 0..6)),
        (prop::option::of(prop::sample::select(AGENTS.to_vec())), 1_usize..7),
    )
        .prop_map(|(states, owner, units, root_cause, due, only, (agent, limit))| Wanted {
            states,
            owner: owner.map(|owner| owner.parse().unwrap()),
            units: units.map(|units| units.iter().map(|unit| unit.parse().unwrap()).collect()),
            agent: agent.map(|agent| agent.parse().unwrap()),
            root_cause: root_cause.map(str::to_owned),
            due,
            only: only.map(|mut only| {
                only.sort_unstable();
                only.dedup();
                only.into_iter().map(CaseId).collect()
            }),
            after: None,
            limit,
        })
}

/// What matches, in order, and the counts.
fn naive(cases: &[Case], wanted: &Wanted, sees: &Sees, now: Now) -> (Vec<CaseId>, Counted) {
    let mut counted = Counted::default();
    let (mut owners, mut causes) = (BTreeMap::<String, (u64, u64)>::new(), BTreeMap::<String, u64>::new());
    let mut found = Vec::new();
    for (id, case) in (1..).map(CaseId).zip(cases) {
        let of_unit = |units: &Vec<UnitId>| case.unit.as_ref().is_some_and(|unit| units.contains(unit));
        let here = wanted.units.as_ref().is_none_or(of_unit)
            && wanted.agent.as_ref().is_none_or(|agent| case.agent.as_ref() == Some(agent))
            && wanted.only.as_ref().is_none_or(|only| only.contains(&id));
        if !here || !sees.case(case) {
            continue;
        }
        let due = case.next_due().map(|(_, at)| at);
        let overdue = case.is_overdue(now.at);
        let today = due.is_some_and(|due| due > now.at && due < now.day_ends);
        counted.states[case.state as usize] += 1;
        if case.state.is_open() {
            counted.due += u64::from(today);
            counted.overdue += u64::from(overdue);
            let owner = owners.entry(case.owner.to_string()).or_default();
            *owner = (owner.0 + 1, owner.1 + u64::from(overdue));
        }
        if let Some(cause) = &case.root_cause {
            *causes.entry(cause.clone()).or_default() += 1;
        }
        let soon = match wanted.due {
            None => true,
            Some(Soon::Overdue) => overdue,
            Some(Soon::Today) => today,
        };
        let matches = (wanted.states.is_empty() || wanted.states.contains(&case.state))
            && wanted.owner.as_ref().is_none_or(|owner| *owner == case.owner)
            && wanted.root_cause.as_ref().is_none_or(|cause| case.root_cause.as_ref() == Some(cause))
            && soon;
        if matches {
            found.push((id, case.state.is_open(), due));
        }
    }
    found.sort_by_key(|(id, open, due)| match open {
        true => (false, due.unwrap_or(Timestamp::MAX), id.0 as i64),
        false => (true, Timestamp::MIN, -(id.0 as i64)),
    });
    counted.owners = owners.into_iter().map(|(id, (open, overdue))| (id, open, overdue)).collect();
    counted.owners.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counted.root_causes = causes.into_iter().collect();
    counted.root_causes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    (found.into_iter().map(|(id, ..)| id).collect(), counted)
}

proptest! {
    #[test]
    fn a_list_and_its_counts_are_those_that_somebody_counts_case_by_case(
        first in prop::collection::vec(case(), 0..40), then in prop::collection::vec((1_u64..40, case()), 0..10),
        sees in sees(), wanted in wanted(), second in 0_i64..100,
    ) {
        let mut cases = first;
        let mut list = WorkList::default();
        for (id, case) in (1..).map(CaseId).zip(&cases) {
            list.set(id, case);
        }
        let before = list.clone();
        for (id, case) in then {
            if let Some(known) = cases.get_mut(id as usize - 1) {
                *known = case.clone();
                list.set(CaseId(id), &case);
            }
        }
        drop(before);
        let now = Now { at: at(second), day_ends: at(second + 20) };
        let (expected, counts) = naive(&cases, &wanted, &sees, now);
        let mut found = Vec::new();
        let mut page = wanted.clone();
        loop {
            let Found { cases, next, matching, counts: counted } = list.find(&page, &sees, now);
            prop_assert_eq!(matching, expected.len() as u64);
            prop_assert_eq!(&counted, &counts);
            prop_assert!(cases.len() <= wanted.limit);
            found.extend(cases);
            let Some(next) = next else { break };
            page.after = Place::read(&next.written());
            prop_assert_eq!(page.after, Some(next));
        }
        prop_assert_eq!(found, expected);
        let open = cases.iter().filter(|case| case.state.is_open()).count() as u64;
        prop_assert_eq!(list.open(now.at).0, open);
    }
}

#[test]
fn whoever_reads_sees_the_list_as_it_was() {
    let mut list = WorkList::default();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut one = case().new_tree(&mut runner).unwrap().current();
    one.state = State::New;
    list.set(CaseId(1), &one);
    let reading = list.clone();
    one.state = State::Resolved;
    list.set(CaseId(1), &one);
    assert_eq!((reading.open(at(0)).0, list.open(at(0)).0), (1, 0));
    assert_eq!(Place::read("0.1.2.3"), None);
    assert_eq!(Place::read("x"), None);
}

#[test]
fn a_period_finds_its_cases_though_the_clock_was_set_back() {
    let mut list = WorkList::default();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for (id, second) in [(1, 5), (2, 20), (3, 8), (4, 30)] {
        let case = case().new_tree(&mut runner).unwrap().current();
        list.set(CaseId(id), &Case { opened_at: at(second), ..case });
    }
    let opened =
        |from: Option<i64>, to: Option<i64>| list.opened(&Period { from: from.map(at), to: to.map(at) });
    assert_eq!(opened(None, None), Some((CaseId(1), CaseId(4), at(5))));
    assert_eq!(opened(Some(8), Some(30)), Some((CaseId(2), CaseId(3), at(8))));
    assert_eq!(opened(Some(31), None), None);
}
