//! What opens a case, what changes it, and what is refused.

mod again;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use serde_json::{Value, json};
use wire::Survey;
use wire::cases::{Act, Action};

use super::*;
use crate::domain::erasures::Erasure;
use crate::domain::limits::Limits;
use crate::domain::organisation::Organisation;
use crate::domain::people::{People, Person};
use crate::domain::responses::Response;

/// Open cases by person.
#[derive(Default)]
struct Few(RefCell<BTreeMap<String, u32>>);

impl Loads for Few {
    type Error = Infallible;

    fn open_cases(&self, person: &PersonId) -> Result<u32, Infallible> {
        Ok(self.0.borrow().get(person.as_str()).copied().unwrap_or_default())
    }
}

fn person(id: &str, role: &str, units: &[&str], agent: Option<&str>) -> Arc<Person> {
    let person = json!({
        "id": id, "name": id, "email": format!("{id}@company.example"), "role": role, "units": units, "agent": agent
    });
    Arc::new(serde_json::from_value(person).unwrap())
}

fn staff() -> Staff {
    let organisation: Organisation = serde_json::from_value(json!({
        "units": [
            {"id": "co", "kind": "company", "name": "Co"},
            {"id": "care", "kind": "department", "name": "Care", "parent": "co"},
            {"id": "north", "kind": "team", "name": "North", "parent": "care"},
            {"id": "south", "kind": "team", "name": "South", "parent": "care"},
        ],
        "agents": [
            {"id": "a1", "name": "One", "unit": "north"}, {"id": "a2", "name": "Two", "unit": "south"},
            {"id": "a3", "name": "Three", "unit": "north"},
        ]
    }))
    .unwrap();
    let people: People = [
        person("boss", "admin", &[], None),
        person("head", "lead", &["care"], None),
        person("lead", "lead", &["north"], None),
        person("p1", "agent", &[], Some("a1")),
        person("p3", "agent", &[], Some("a3")),
    ]
    .into_iter()
    .collect();
    Staff { people: Arc::new(people), organisation: Arc::new(organisation) }
}

fn document(more: Value) -> FollowUp {
    let mut document = json!({
        "fallback": "boss",
        "hours": {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "hours": "09:00..17:00"},
        "promises": {"acknowledge_hours": 4, "contact_hours": 8, "resolve_hours": 40},
        "rule": [{"name": "detractors", "category": ["detractor"]}],
        "root_cause": [{"id": "billing", "text": {"en": "Billing"}}]
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(document).unwrap()
}

fn in_force(more: Value) -> InForce {
    let document = document(more);
    assert_eq!(check(&document, &staff()), []);
    InForce::new(document).unwrap()
}

fn survey() -> Survey {
    serde_json::from_value(json!({
        "id": "support", "languages": ["en"],
        "questions": [{"id": "nps", "kind": "nps", "text": {"en": "How likely?"}}, {"id": "why", "kind": "comment", "text": {"en": "Why?"}}],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    }))
    .unwrap()
}

fn response(score: i64, more: Value) -> Response {
    let mut response = json!({
        "id": uuid::Uuid::nil(), "survey": "support", "version": 1, "customer": "C-1", "agent": "a1",
        "attributes": {"value": "1500", "product": "fibre"}, "language": "en", "answers": {"nps": score, "why": "Cancel my order!"},
        "score": score, "at": 1_772_442_000_000_i64, "updated_at": 0, "completed_at": 1_772_442_000_000_i64, "submissions": []
    });
    response.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(response).unwrap()
}

/// 2026-03-02, a Monday, 09:00 UTC.
fn monday() -> Timestamp {
    Timestamp::from_second(1_772_442_000).unwrap()
}

fn open(rules: &InForce, response: &Response) -> Option<Becomes> {
    let (survey, loads) = (survey(), Few::default());
    opened(&Answer { sequence: 7, response, survey: &survey }, rules, &staff(), &loads, monday()).unwrap()
}

fn again(case: Case, rules: &InForce, response: &Response) -> Option<Becomes> {
    let (survey, loads) = (survey(), Few::default());
    let answer = Answer { sequence: 7, response, survey: &survey };
    reanswered(case, &answer, rules, &staff(), &loads, monday()).unwrap()
}

fn case() -> Case {
    open(&in_force(json!({})), &response(2, json!({}))).unwrap().case
}

#[test]
fn the_first_rule_that_matches_opens_a_case_with_promises_in_working_hours() {
    let opened = open(&in_force(json!({})), &response(2, json!({}))).unwrap();
    let case = opened.case;
    assert_eq!((case.owner.as_str(), case.unit.as_ref().map(UnitId::as_str)), ("lead", Some("north")));
    assert_eq!((case.rule.as_deref(), case.state, case.response), (Some("detractors"), State::New, Some(7)));
    let due = [case.due.acknowledge, case.due.contact, case.due.resolve].map(|at| at.unwrap().to_string());
    assert_eq!(due, ["2026-03-02T13:00:00Z", "2026-03-02T17:00:00Z", "2026-03-06T17:00:00Z"]);
    assert_eq!(case.watch, case.due.acknowledge);
    assert_eq!(opened.mail, Some((case.owner.clone(), monday())));
    assert_eq!(open(&in_force(json!({})), &response(7, json!({}))), None);
}

#[test]
fn rules_go_by_category_score_attribute_unit_value_and_words() {
    let matches = |rule: Value, response: &Response| {
        let rules = in_force(json!({ "rule": [rule] }));
        open(&rules, response).is_some()
    };
    let angry = response(2, json!({}));
    for (rule, expected) in [
        (json!({"name": "r", "scores": [0, 2]}), true),
        (json!({"name": "r", "scores": [3, 6]}), false),
        (json!({"name": "r", "category": ["promoter", "passive"]}), false),
        (json!({"name": "r", "where": "value:1000.. and product:fibre"}), true),
        (json!({"name": "r", "where": "value:2000.."}), false),
        (json!({"name": "r", "where": "team:north or team:south"}), true),
        (json!({"name": "r", "where": "not department:care"}), false),
        (json!({"name": "r", "where": "survey:support and agent:a1 and complete:true and score:2"}), true),
        (json!({"name": "r", "where": "answer.why:absent"}), false),
        (json!({"name": "r", "where": "channel:absent"}), true),
        (json!({"name": "r", "words": ["refund", "cancel"]}), true),
        (json!({"name": "r", "words": ["cancellation"]}), false),
    ] {
        assert_eq!(matches(rule.clone(), &angry), expected, "{rule}");
    }
}

#[test]
fn the_owner_is_the_lead_a_person_the_least_loaded_or_the_fallback_that_always_is() {
    let owner = |rule: Value, response: &Response, loads: &Few| {
        let mut rule = rule;
        rule["name"] = json!("r");
        let rules = in_force(json!({ "rule": [rule] }));
        let survey = survey();
        let answer = Answer { sequence: 7, response, survey: &survey };
        opened(&answer, &rules, &staff(), loads, monday()).unwrap().unwrap().case.owner.to_string()
    };
    let loads = Few::default();
    let (north, south, nobodys) =
        (response(2, json!({})), response(2, json!({"agent": "a2"})), response(2, json!({"agent": null})));
    assert_eq!(owner(json!({}), &north, &loads), "lead");
    assert_eq!(owner(json!({}), &south, &loads), "head", "the nearest unit above that has a lead");
    assert_eq!(owner(json!({}), &nobodys, &loads), "boss");
    assert_eq!(owner(json!({"owner": "agent"}), &north, &loads), "p1");
    assert_eq!(owner(json!({"owner": "agent"}), &south, &loads), "boss");
    assert_eq!(owner(json!({"owner": {"person": "p3"}}), &south, &loads), "p3");
    let team = json!({"owner": {"least_loaded": "care"}});
    assert_eq!(owner(team.clone(), &south, &loads), "head");
    *loads.0.borrow_mut() =
        [("head", 2), ("lead", 2), ("p1", 2), ("p3", 1)].map(|(id, n)| (id.into(), n)).into();
    assert_eq!(owner(team, &south, &loads), "p3");
}

#[test]
fn where_the_fallback_has_left_an_admin_follows_up() {
    let mut staff = staff();
    let rules = in_force(json!({"fallback": "p3"}));
    let left: People = staff.people.all().filter(|person| person.id.as_str() != "p3").cloned().collect();
    staff.people = Arc::new(left);
    let (survey, response) = (survey(), response(2, json!({"agent": null})));
    let answer = Answer { sequence: 7, response: &response, survey: &survey };
    let opened = opened(&answer, &rules, &staff, &Few::default(), monday()).unwrap().unwrap();
    assert_eq!(opened.case.owner.as_str(), "boss");
}

#[test]
fn an_answer_that_changes_never_makes_a_second_case() {
    let rules = in_force(json!({}));
    let what = |becomes: &Becomes| becomes.entries.iter().map(|entry| entry.what).collect::<Vec<_>>();
    assert_eq!(again(case(), &rules, &response(2, json!({"answers": {"nps": 2}}))), None);

    let worse = again(case(), &rules, &response(0, json!({}))).unwrap();
    assert_eq!((what(&worse), worse.case.state), (vec![What::Answered], State::New));

    let glad = again(case(), &rules, &response(9, json!({}))).unwrap();
    assert_eq!(what(&glad), [What::Answered, What::State]);
    assert_eq!((glad.case.state, glad.case.watch), (State::NotNeeded, None));
    let back = again(glad.case, &rules, &response(4, json!({}))).unwrap();
    assert_eq!(
        (back.case.state, back.mail.is_some()),
        (State::New, true),
        "it was closed by the answer before"
    );

    let mut taken = case();
    taken.state = State::Acknowledged;
    let glad = again(taken.clone(), &rules, &response(9, json!({}))).unwrap();
    assert_eq!(glad.case.state, State::Acknowledged, "somebody is at it already");

    taken.close(State::Resolved, monday());
    taken.acknowledged_at = Some(monday());
    let better = again(taken.clone(), &rules, &response(5, json!({}))).unwrap();
    assert_eq!(better.case.state, State::Resolved, "the score rose");
    let fell = again(taken, &rules, &response(1, json!({}))).unwrap();
    assert_eq!(what(&fell), [What::Answered, What::Reopened]);
    assert_eq!((fell.case.state, fell.case.acknowledged_at, fell.case.closed_at), (State::New, None, None));
}

fn did(case: Case, act: Act) -> Result<Becomes, Refused> {
    let rules = in_force(json!({}));
    let acting = Acting {
        act,
        who: Who::Key("k".into()),
        in_force: &rules,
        staff: &staff(),
        limits: &Limits::default(),
    };
    super::act(case, acting, monday())
}

fn with(action: Action, more: Value) -> Act {
    let mut act = json!({ "action": action });
    act.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(act).unwrap()
}

/// In every state every action either leads to the state it names or is refused with the state the case is in.
#[test]
fn a_case_goes_the_ways_that_are_stated_and_no_others() {
    use Action::*;
    let ways = |state: State| -> Vec<(Action, State)> {
        match state {
            State::New => vec![(Acknowledge, State::Acknowledged), (Contact, State::Contacted)],
            State::Acknowledged => vec![(Contact, State::Contacted)],
            _ => vec![],
        }
    };
    for state in State::ALL.iter().copied() {
        for action in Action::ALL.iter().copied() {
            let mut before = case();
            before.state = state;
            let more = match action {
                Assign => json!({"to": "p1"}),
                RootCause => json!({"root_cause": "billing"}),
                _ => json!({"note": "x"}),
            };
            let expected = match action {
                Note | RootCause => Some(state),
                Assign => state.is_open().then_some(state),
                Resolve if state.is_open() => Some(State::Resolved),
                NoAnswer if state.is_open() => Some(State::NoAnswer),
                NotNeeded if state.is_open() => Some(State::NotNeeded),
                Reopen => (!state.is_open()).then_some(State::Acknowledged),
                _ => ways(state).into_iter().find(|(way, _)| *way == action).map(|(_, to)| to),
            };
            let done = did(before, with(action, more));
            match expected {
                Some(to) => {
                    let becomes = done.unwrap();
                    assert_eq!(becomes.case.state, to, "{action} of {state}");
                    let is_watched = becomes.case.watch.is_some();
                    assert!(to.is_open() || matches!(action, Note | RootCause) || !is_watched);
                }
                None => assert_eq!(done, Err(Refused::Changed(state)), "{action} of {state}"),
            }
            assert_eq!(allowed(state).contains(&action), expected.is_some());
        }
    }
}

#[test]
fn what_is_wrong_with_an_action_is_named_by_its_field() {
    let wrong = |act: Act| match did(case(), act) {
        Err(Refused::Invalid(problems)) => {
            problems.into_iter().map(|problem| problem.path).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(with(Action::Resolve, json!({}))), ["note"]);
    assert_eq!(wrong(with(Action::Note, json!({"note": " "}))), ["note", "note"]);
    assert_eq!(wrong(with(Action::Note, json!({"note": "x".repeat(4001)}))), ["note"]);
    assert_eq!(wrong(with(Action::RootCause, json!({"root_cause": "moon"}))), ["root_cause"]);
    assert_eq!(wrong(with(Action::Contact, json!({"root_cause": "billing"}))), ["root_cause"]);
    assert_eq!(wrong(with(Action::Assign, json!({}))), ["to"]);
    assert_eq!(wrong(with(Action::Assign, json!({"to": "nobody"}))), ["to"]);
    assert_eq!(wrong(with(Action::Assign, json!({"to": "lead"}))), ["to"], "the owner already");
    assert_eq!(wrong(with(Action::Acknowledge, json!({"to": "p1", "key": ""}))), ["to", "key"]);
    let seen = with(Action::Acknowledge, json!({"expected": "contacted"}));
    assert_eq!(did(case(), seen), Err(Refused::Changed(State::New)));
}

#[test]
fn a_missed_promise_goes_up_step_by_step_and_ends_with_the_fallback() {
    let rules = in_force(json!({}));
    let step =
        |case: Case, now: Timestamp| super::escalate(case, &rules, &staff(), &Few::default(), now).unwrap();
    let early = step(case(), monday());
    assert_eq!((early.entries.len(), early.case.watch), (0, case().watch));

    let first = step(case(), case().watch.unwrap());
    assert_eq!(first.entries[0].promise, Some(Promise::Acknowledge));
    assert_eq!((first.case.owner.as_str(), first.case.escalations), ("head", 1));
    assert_eq!(first.mail.as_ref().map(|(to, _)| to.as_str()), Some("head"));
    // The next promise comes before the eight hours are over.
    assert_eq!(first.case.watch, case().due.contact);
    let second = step(first.case.clone(), first.case.watch.unwrap());
    assert_eq!(second.case.owner.as_str(), "boss");
    let third = step(second.case.clone(), second.case.watch.unwrap());
    assert_eq!((third.case.owner.as_str(), third.mail), ("boss", None), "nobody is above");
    assert_eq!(third.case.watch, case().due.resolve);

    let tell = in_force(json!({"escalation": {"hand_over": false, "again_hours": 1}}));
    let told = super::escalate(case(), &tell, &staff(), &Few::default(), case().watch.unwrap()).unwrap();
    assert_eq!((told.case.owner.as_str(), told.mail.unwrap().0.as_str()), ("lead", "head"));
    let next = told.case.watch.unwrap();
    let told = super::escalate(told.case, &tell, &staff(), &Few::default(), next).unwrap();
    assert_eq!((told.case.owner.as_str(), told.mail.unwrap().0.as_str()), ("lead", "boss"));
}

#[test]
fn of_an_erased_customer_times_and_ways_stay_and_no_text() {
    let how = Erasure { keep_scores: false, without: Vec::new(), at: monday() };
    let erased = erase(case(), &how, monday());
    assert_eq!((erased.case.state, erased.case.customer, erased.case.score), (State::NotNeeded, None, None));
    let kept = erase(case(), &Erasure { keep_scores: true, without: vec!["agent".into()], ..how }, monday());
    assert_eq!((kept.case.score, kept.case.agent), (case().score, None));
    let note =
        Entry::new(monday(), Who::System, What::Note).noting(Some("Ada called".into())).without_texts();
    assert!(note.erased && note.note.is_none());
}

#[test]
fn everything_wrong_with_a_document_is_named_by_its_path() {
    let wrong = |more: Value| {
        let problems = check(&document(more), &staff());
        problems.into_iter().map(|problem| problem.path).collect::<Vec<_>>()
    };
    for (more, path) in [
        (json!({"fallback": "nobody"}), "fallback"),
        (json!({"hours": {"time_zone": "Moon"}}), "hours.time_zone"),
        (json!({"hours": {"hours": "17:00..09:00"}}), "hours.hours"),
        (json!({"hours": {"days": ["monday", "monday"]}}), "hours.days[1]"),
        (json!({"promises": {"acknowledge_hours": 0}}), "promises.acknowledge_hours"),
        (json!({"promises": {"acknowledge_hours": 9, "contact_hours": 8}}), "promises.contact_hours"),
        (json!({"promises": {"contact_hours": 9, "resolve_hours": 8}}), "promises.resolve_hours"),
        (json!({"escalation": {"again_hours": -1}}), "escalation.again_hours"),
        (json!({"capacity": {"each": 0}}), "capacity.each"),
        (json!({"mail": {"wait_minutes": 61}}), "mail.wait_minutes"),
        (json!({"mail": {"link_days": 0}}), "mail.link_days"),
        (json!({"rule": [{"name": "No"}]}), "rule[0].name"),
        (json!({"rule": [{"name": "a"}, {"name": "a"}]}), "rule[1].name"),
        (json!({"rule": [{"name": "a", "scores": [5, 11]}]}), "rule[0].scores"),
        (json!({"rule": [{"name": "a", "where": "region"}]}), "rule[0].where"),
        (json!({"rule": [{"name": "a", "where": "customer:C-1"}]}), "rule[0].where"),
        (json!({"rule": [{"name": "a", "where": "unit.planet:x"}]}), "rule[0].where"),
        (json!({"rule": [{"name": "a", "where": "weekday:monday"}]}), "rule[0].where"),
        (json!({"rule": [{"name": "a", "words": ["..."]}]}), "rule[0].words[0]"),
        (json!({"rule": [{"name": "a", "owner": {"person": "nobody"}}]}), "rule[0].owner.person"),
        (json!({"rule": [{"name": "a", "owner": {"least_loaded": "moon"}}]}), "rule[0].owner.least_loaded"),
        (
            json!({"rule": [{"name": "a", "promises": {"contact_hours": 1}}]}),
            "rule[0].promises.contact_hours",
        ),
        (json!({"root_cause": [{"id": "A", "text": {"en": "A"}}]}), "root_cause[0].id"),
        (json!({"root_cause": [{"id": "a", "text": {}}]}), "root_cause[0].text"),
        (json!({"root_cause": [], "root_cause_required": true}), "root_cause_required"),
    ] {
        assert_eq!(wrong(more.clone()), [path], "{more}");
    }
}
