//! Cases as those use them who answer, who follow up, and who look after promises.

use std::path::Path;

use serde_json::{Value, json};
use wire::cases::Action;

use super::*;
use crate::domain::cases::Sees;
use crate::domain::erasures::Erasure;
use crate::domain::invitations::Invitation;
use crate::domain::outbox::Outgoing;
use crate::domain::responses::Checked;
use crate::domain::secrets::TokenHash;
use crate::domain::visits::Channel;
use crate::store::{Now, Options, Wanted, patiently};

fn open(directory: &Path) -> Store {
    let options = Options { queue: 64, ..Options::for_test(directory) };
    patiently(|| Store::open(&options, Box::new(|_| {})))
}

/// 2026-03-02, a Monday, and so many minutes after 09:00 UTC.
fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_772_442_000 + 60 * minute).unwrap()
}

fn survey() -> Survey {
    let survey = json!({
        "id": "s", "version": 1, "languages": ["en"], "edit_minutes": 60,
        "questions": [{"id": "nps", "kind": "nps", "text": {"en": "?"}}, {"id": "why", "kind": "comment", "text": {"en": "Why?"}}],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    });
    serde_json::from_value(survey).unwrap()
}

fn document(more: Value) -> crate::domain::cases::FollowUp {
    let mut document = json!({
        "fallback": "boss", "promises": {"acknowledge_hours": 1},
        "capacity": {"each": 2}, "rule": [{"name": "r", "category": ["detractor"], "owner": {"person": "lead"}}]
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(document).unwrap()
}

async fn company(directory: &Path) -> Store {
    let store = open(directory);
    store.push_survey(survey()).await.unwrap();
    for id in ["boss", "lead"] {
        let person = json!({"id": id, "name": id, "email": format!("{id}@x.example"), "role": "admin"});
        store.put_person(serde_json::from_value(person).unwrap(), 10).await.unwrap();
    }
    assert!(store.push_follow_up(document(json!({}))).await.unwrap());
    assert!(!store.push_follow_up(document(json!({}))).await.unwrap(), "nothing changed");
    store
}

/// Customer n answers with this score, at this minute; a later revision changes the answer.
async fn answer(store: &Store, n: u8, revision: u32, score: i64, complete: bool, minute: i64) {
    let customer: CustomerId = format!("C-{n}").parse().unwrap();
    let invitation = Invitation { customer: Some(customer), ..Invitation::for_test(at(0), at(100_000)) };
    let id = uuid::Uuid::from_u128(n.into());
    let submission = json!({
        "id": id, "revision": revision, "survey": "s", "complete": complete, "answers": {"nps": score, "why": "Ada is cross"}
    });
    let checked = Checked {
        submission: serde_json::from_value(submission).unwrap(),
        id,
        response: id,
        version: 1,
        score: Some(u8::try_from(score).unwrap().try_into().unwrap()),
        channel: Channel::Link,
        device: None,
    };
    let survey = store.catalog().survey("s").unwrap();
    let token = TokenHash([n; 16]);
    store.record(token, Some((invitation, Customer::default())), checked, survey, at(minute)).await.unwrap();
}

/// The open cases, and whom each belongs to.
fn listed(store: &Store) -> Vec<(u64, String)> {
    let wanted = Wanted { limit: 100, ..Wanted::default() };
    let found = store.catalog().work_list().find(&wanted, &Sees::All, Now { at: at(0), day_ends: at(900) });
    let case = |id: CaseId| {
        let case: Case = store.0.disk.get(&keys::case(id)).unwrap().unwrap();
        case.state.is_open().then(|| (id.0, case.owner.to_string()))
    };
    found.cases.into_iter().filter_map(case).collect()
}

async fn mails(store: &Store, minute: i64) -> Vec<(u64, String)> {
    let due = store.due(at(minute), 100).await.unwrap();
    due.into_iter()
        .map(|due| match due.outgoing {
            Outgoing::Case(mail) => (mail.case.0, mail.person.to_string()),
            Outgoing::Invitation(mail) => panic!("{mail:?}"),
        })
        .collect()
}

async fn trail(store: &Store, id: u64) -> Vec<What> {
    let detail = store.case(CaseId(id), Sees::All).await.unwrap().unwrap();
    assert_eq!(detail.trail.len(), detail.listed.case.entries as usize);
    detail.trail.into_iter().map(|entry| entry.what).collect()
}

async fn act(store: &Store, id: u64, act: Act, minute: i64) -> Result<(), ActError> {
    let following = store.following().unwrap();
    store.act(CaseId(id), act, Who::Operator, following, Arc::new(Limits::default()), at(minute)).await
}

#[tokio::test]
async fn a_case_and_its_mail_are_written_with_the_response_and_are_there_after_a_start() {
    let directory = tempfile::tempdir().unwrap();
    let store = company(directory.path()).await;
    answer(&store, 1, 1, 9, true, 0).await;
    assert_eq!((listed(&store), store.waiting().await.unwrap()), (vec![], 0), "nobody is to follow up");
    answer(&store, 2, 1, 3, true, 0).await;
    answer(&store, 3, 1, 2, false, 0).await;
    answer(&store, 2, 1, 3, true, 1).await;
    let lead = |id: u64| (id, "lead".to_owned());
    assert_eq!(mails(&store, 1).await, [lead(1)], "who has not finished is waited for");
    answer(&store, 3, 2, 1, true, 1).await;
    assert_eq!(mails(&store, 1).await, [lead(1), lead(2)]);
    assert_eq!(trail(&store, 2).await, [What::Opened, What::Answered]);
    store.close();
    drop(store);

    let store = open(directory.path());
    assert_eq!(listed(&store), [lead(1), lead(2)]);
    assert_eq!(mails(&store, 1).await, [lead(1), lead(2)]);
    for due in store.due(at(1), 10).await.unwrap() {
        store.sent(&due, at(2)).await.unwrap();
        store.sent(&due, at(2)).await.unwrap();
    }
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert_eq!(trail(&store, 1).await, [What::Opened, What::Mailed], "noted once");
    let events: Vec<String> =
        store.events(0, 100).await.unwrap().events.iter().map(|event| event.event.what.to_string()).collect();
    assert_eq!(events.iter().filter(|what| *what == "case.opened").count(), 2, "{events:?}");
}

#[tokio::test]
async fn what_is_sent_twice_is_done_once_and_who_comes_second_is_told_who_was_first() {
    let directory = tempfile::tempdir().unwrap();
    let store = company(directory.path()).await;
    answer(&store, 1, 1, 3, true, 0).await;
    let acknowledge = Act { key: Some("k1".into()), ..Act::plain(Action::Acknowledge) };
    act(&store, 1, acknowledge.clone(), 5).await.unwrap();
    act(&store, 1, acknowledge, 6).await.unwrap();
    assert_eq!(trail(&store, 1).await, [What::Opened, What::State]);
    match act(&store, 1, Act::plain(Action::Acknowledge), 7).await {
        Err(ActError::Changed(State::Acknowledged, Some(entry))) => assert_eq!(entry.at, at(5)),
        other => panic!("{other:?}"),
    }
    assert!(matches!(act(&store, 9, Act::plain(Action::Contact), 7).await, Err(ActError::Unknown)));
}

#[tokio::test]
async fn what_is_above_the_capacity_is_backlog_until_it_is_closed() {
    let directory = tempfile::tempdir().unwrap();
    let store = company(directory.path()).await;
    let backlog = |store: &Store| store.catalog().backlog();
    for n in 1..=5 {
        answer(&store, n, 1, 3, true, 0).await;
    }
    assert_eq!(backlog(&store), 3, "each can have two");
    act(&store, 1, Act::plain(Action::NotNeeded), 1).await.unwrap();
    assert_eq!(backlog(&store), 2);
    act(&store, 2, Act { to: Some("boss".into()), ..Act::plain(Action::Assign) }, 1).await.unwrap();
    assert_eq!(backlog(&store), 1);
    act(&store, 1, Act::plain(Action::Reopen), 2).await.unwrap();
    assert_eq!(backlog(&store), 2);
    store.push_follow_up(document(json!({"capacity": {"each": 3}}))).await.unwrap();
    assert_eq!(backlog(&store), 1, "capacities changed");
    for (capacity, above) in [(json!(50), 0), (json!(null), 1)] {
        for id in ["boss", "lead"] {
            let person = json!({"id": id, "name": id, "email": format!("{id}@x.example"), "role": "admin", "capacity": capacity});
            store.put_person(serde_json::from_value(person).unwrap(), 10).await.unwrap();
        }
        assert_eq!(backlog(&store), above, "each has capacity {capacity}");
    }
    store.close();
    drop(store);
    let store = open(directory.path());
    assert_eq!(backlog(&store), 1);
    store.push_follow_up(document(json!({"capacity": {"throttle": false}}))).await.unwrap();
    assert_eq!(backlog(&store), 0);
}

#[tokio::test]
async fn a_missed_promise_goes_up_once_and_what_was_done_in_time_does_not() {
    let directory = tempfile::tempdir().unwrap();
    let store = company(directory.path()).await;
    answer(&store, 1, 1, 3, true, 0).await;
    answer(&store, 2, 1, 3, true, 0).await;
    act(&store, 2, Act::plain(Action::Acknowledge), 30).await.unwrap();
    assert_eq!(store.watched(at(59), 10).await.unwrap(), []);
    assert_eq!(store.next_watched().await.unwrap(), Some(at(60)));
    let watched = store.watched(at(61), 10).await.unwrap();
    assert_eq!(watched, [Watched { id: CaseId(1), at: at(60) }]);
    let following = store.following().unwrap();
    let look = || store.look_after(watched.clone(), following.clone(), at(61));
    assert_eq!((look().await.unwrap(), look().await.unwrap()), (1, 0), "each once");
    assert_eq!(trail(&store, 1).await, [What::Opened, What::Escalated]);
    assert_eq!(listed(&store), [(1, "boss".to_owned()), (2, "lead".to_owned())]);
    assert!(mails(&store, 61).await.contains(&(1, "boss".to_owned())));
    // Nobody is above the fallback, and no other promise is open.
    let watched = store.watched(at(100_000), 10).await.unwrap();
    assert_eq!(watched.len(), 1);
    store.look_after(watched, following, at(100_000)).await.unwrap();
    assert_eq!(store.watched(at(1_000_000), 10).await.unwrap(), []);
}

#[tokio::test]
async fn of_an_erased_customer_the_texts_go_and_when_what_was_done_stays() {
    let directory = tempfile::tempdir().unwrap();
    let store = company(directory.path()).await;
    answer(&store, 1, 1, 3, true, 0).await;
    act(&store, 1, Act { note: Some("Ada was cross".into()), ..Act::plain(Action::Note) }, 5).await.unwrap();
    let erasure = Erasure { keep_scores: false, without: Vec::new(), at: at(10) };
    store.erase("C-1".parse().unwrap(), erasure).await.unwrap();
    let detail = store.case(CaseId(1), Sees::All).await.unwrap().unwrap();
    let case = &detail.listed.case;
    assert_eq!(
        (case.state, &case.customer, case.score, case.response),
        (State::NotNeeded, &None, None, None)
    );
    let trail: Vec<_> = detail.trail.iter().map(|entry| (entry.what, entry.at, entry.erased)).collect();
    assert_eq!(
        trail,
        [
            (What::Opened, at(0), false),
            (What::Note, at(5), true),
            (What::Erased, at(10), false),
            (What::State, at(10), false)
        ]
    );
    assert_eq!(store.waiting().await.unwrap(), 0, "nobody is told any more");
    assert_eq!(store.cases_of("C-1".parse().unwrap()).await.unwrap(), []);
}
