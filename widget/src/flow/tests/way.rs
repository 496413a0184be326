//! The way through the questions, all on a page and in steps.

use proptest::prelude::*;

use super::*;

/// A customer who is unhappy is asked what about; for a bill, which one.
const QUESTIONS: &str = r#"[
    {"id": "hello", "kind": "statement", "text": ""},
    {"id": "nps", "kind": "nps", "text": ""},
    {"id": "topic", "kind": "choice", "text": "", "required": true, "choices": [{"id": "bill", "text": ""}, {"id": "line", "text": ""}],
     "when": [{"question": "nps", "category": ["detractor"]}]},
    {"id": "bill", "kind": "comment", "text": "", "max_length": 10, "when": [{"question": "topic", "any_of": ["bill"]}]},
    {"id": "why", "kind": "comment", "text": ""}]"#;

fn steps() -> Flow {
    Flow::new(
        Form { questions: questions(QUESTIONS), layout: Layout::Steps, ..form() },
        whose(),
        "uuid".into(),
        None,
        None,
    )
}

fn topic(flow: &mut Flow, id: &str) {
    flow.answer("topic", Answer::Text(id.into()));
}

#[test]
fn that_the_score_is_saved_is_said_where_it_was_given() {
    let mut flow = steps();
    flow.go_on(&count);
    flow.choose("nps", 9);
    assert!(sent(&mut flow).is_some());
    flow.acknowledged(&receipt(Category::Promoter));
    assert!(flow.is_saved());
    flow.go_on(&count);
    assert!(!flow.is_saved(), "not with every question that follows");
    flow.go_back();
    assert!(flow.is_saved());
}

#[test]
fn one_question_after_the_other_and_back_again() {
    let mut flow = steps();
    assert_eq!((flow.step(), flow.progress(), flow.has_before()), (0, (1, 3), false));
    assert_eq!(flow.go_on(&count), None);
    assert_eq!(flow.go_on(&count), Some("nps".into()), "not without a score");
    assert_eq!((flow.step(), flow.wrong(1, Part::Whole, &count)), (1, Some(Wrong::Missing)));
    flow.choose("nps", 3);
    flow.go_on(&count);
    topic(&mut flow, "bill");
    flow.go_on(&count);
    assert_eq!((flow.step(), flow.progress(), flow.is_last()), (3, (4, 5), false));
    flow.write("bill", "far too long a text".into());
    assert_eq!(flow.go_on(&count), Some("bill".into()));
    flow.write("bill", "May".into());
    flow.go_back();
    flow.go_back();
    assert_eq!((flow.step(), flow.number(1), flow.text(3, Part::Whole)), (1, Some(3), "May"));

    flow.choose("nps", 9);
    assert_eq!(flow.progress(), (2, 3), "the questions of the unhappy are gone");
    flow.go_on(&count);
    assert_eq!((flow.step(), flow.is_last()), (4, true));
    assert_eq!(flow.go_on(&count), None);
    assert_eq!(*flow.stage(), Stage::Sending);
    let out = flow.outgoing().map(|out| out.answers.keys().cloned().collect::<Vec<_>>());
    assert_eq!(out, Some(keys(&["nps"])), "and so are their answers");
    flow.go_back();
    assert_eq!(flow.step(), 4, "not while it is sent");
}

#[test]
fn a_reload_goes_on_at_the_first_question_without_an_answer() {
    let mut flow = steps();
    flow.choose("nps", 3);
    topic(&mut flow, "line");
    let resume = |flow: &Flow| {
        let form = Form { questions: questions(QUESTIONS), layout: Layout::Steps, ..form() };
        Flow::new(form, whose(), "other".into(), Some(flow.draft()), None).step()
    };
    assert_eq!(resume(&flow), 4);
    topic(&mut flow, "bill");
    assert_eq!(resume(&flow), 3);
    flow.write("bill", "May".into());
    flow.write("why", "No".into());
    assert_eq!(resume(&flow), 4, "at the last when all are answered");
    assert_eq!(resume(&steps()), 0);
}

#[test]
fn on_a_page_the_questions_behind_a_required_one_appear_with_its_answer() {
    let mut flow = steps();
    flow.form.layout = Layout::Page;
    let shown = |flow: &Flow| (0..5).filter(|index| flow.shows(*index)).collect::<Vec<_>>();
    assert_eq!((shown(&flow), flow.can_finish()), (vec![0, 1], false));
    flow.choose("nps", 3);
    assert_eq!((shown(&flow), flow.can_finish()), (vec![0, 1, 2], true));
    assert_eq!(flow.go_on(&count), Some("topic".into()));
    topic(&mut flow, "bill");
    assert_eq!((shown(&flow), flow.progress()), (vec![0, 1, 2, 3, 4], (4, 5)));
    flow.choose("nps", 10);
    assert_eq!((shown(&flow), flow.progress()), (vec![0, 1, 4], (3, 3)));
}

/// What a customer can do.
#[derive(Clone, Debug)]
enum Act {
    Score(i64),
    Topic(bool),
    Write(String),
    On,
    Back,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..=10i64).prop_map(Act::Score),
        any::<bool>().prop_map(Act::Topic),
        "[a-z ]{0,12}".prop_map(Act::Write),
        Just(Act::On),
        Just(Act::Back),
    ]
}

proptest! {
    #[test]
    fn whatever_she_does_she_is_on_the_way_and_what_is_sent_is_valid(acts in prop::collection::vec(act(), 0..40)) {
        let mut flow = steps();
        for act in acts {
            // Only what is before her can be answered.
            match (act, flow.step()) {
                (Act::Score(score), 1) => flow.choose("nps", score),
                (Act::Topic(bill), 2) => topic(&mut flow, if bill { "bill" } else { "line" }),
                (Act::Write(text), 3) => flow.write("bill", text),
                (Act::Write(text), 4) => flow.write("why", text),
                (Act::On, _) => drop(flow.go_on(&count)),
                (Act::Back, _) => flow.go_back(),
                _ => {}
            }
            let path = flow.path();
            prop_assert!(path.contains(&flow.step()));
            let (n, total) = flow.progress();
            prop_assert!(1 <= n && n <= total);
            prop_assert_eq!(flow.is_last(), n == total);
            prop_assert_eq!(flow.has_before(), n > 1);
            if let Some(out) = flow.unsent() {
                let problems = rules::check(&flow.form.questions, &out.answers, out.complete, &count);
                prop_assert!(problems.is_empty(), "{problems:?}");
                let mut pruned = out.answers.clone();
                rules::prune(&flow.form.questions, &mut pruned);
                prop_assert_eq!(&pruned, &out.answers);
            }
        }
    }
}
