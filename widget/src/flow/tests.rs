//! The flow, as claims.

use wire::rules::Fault;
use wire::survey::{Brand, ByCategory, Layout, Thanks};
use wire::{Direction, Score, Words};

use super::*;

mod kinds;
mod visits;
mod way;

impl Flow {
    fn choose(&mut self, name: &str, number: i64) {
        self.answer(name, Answer::Number(number));
    }

    fn write(&mut self, name: &str, text: String) {
        self.answer(name, Answer::Text(text));
    }
}

fn whose() -> Whose {
    Whose { token: "token".into(), ..Whose::default() }
}

fn questions(json: &str) -> Vec<Question<String>> {
    serde_json::from_str(json).unwrap()
}

fn form() -> Form {
    let thanks = Thanks { title: String::new(), text: String::new(), mail: None };
    Form {
        survey: "support".into(),
        version: 3,
        language: "en".into(),
        direction: Direction::Ltr,
        brand: Brand::default(),
        layout: Layout::Page,
        intro: None,
        questions: questions(
            r#"[{"id": "nps", "kind": "nps", "text": "nps"},
                {"id": "why", "kind": "comment", "text": "why", "max_length": 10}]"#,
        ),
        thanks: ByCategory { promoter: thanks.clone(), passive: thanks.clone(), detractor: thanks },
        reviews: Vec::new(),
        words: Words::default(),
        answered: false,
    }
}

fn flow() -> Flow {
    Flow::new(form(), whose(), "uuid".into(), None, None)
}

fn count(text: &str) -> usize {
    text.chars().count()
}

fn receipt(category: Category) -> Receipt {
    Receipt {
        response: "uuid".into(),
        score: Score::try_from(9i64).ok(),
        category: Some(category),
        complete: true,
    }
}

fn problem(code: &str) -> Problem {
    Problem {
        code: code.into(),
        detail: String::new(),
        message: Some("no".into()),
        language: Some("en".into()),
        fields: Vec::new(),
    }
}

/// What one visit kept: at this revision, of this id, finished or not.
fn kept(id: &str, revision: u32, complete: bool) -> Submission {
    let mut flow = Flow::new(form(), whose(), id.into(), None, None);
    flow.choose("nps", 4);
    Submission { revision, complete, ..flow.unsent().unwrap().clone() }
}

/// Sends what is to be sent and says what it was: revision, complete, answers.
fn sent(flow: &mut Flow) -> Option<(u32, bool, Vec<String>)> {
    flow.outgoing().map(|it| (it.revision, it.complete, it.answers.keys().cloned().collect()))
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| key.to_string()).collect()
}

#[test]
fn a_score_that_the_link_brings_is_chosen_and_goes_when_the_customer_sends_it() {
    let mut flow = flow();
    flow.prefill(9);
    assert_eq!(flow.score().map(Score::get), Some(9));
    assert_eq!(sent(&mut flow), None);
    flow.write("why", "fast".into());
    assert_eq!(sent(&mut flow), None);
    assert_eq!(flow.send(&count), None);
    assert_eq!(sent(&mut flow), Some((1, true, keys(&["nps", "why"]))));
}

#[test]
fn who_has_begun_or_answered_is_not_told_another_score_by_the_link() {
    let mut begun = Flow::new(form(), whose(), "uuid".into(), Some(kept("uuid", 1, false)), None);
    begun.prefill(9);
    assert_eq!(begun.score().map(Score::get), Some(4));
    let mut answered = Flow::new(Form { answered: true, ..form() }, whose(), "uuid".into(), None, None);
    answered.prefill(9);
    assert_eq!(answered.score(), None);
    let mut nonsense = flow();
    nonsense.prefill(11);
    assert_eq!(nonsense.score(), None);
}

#[test]
fn a_score_is_sent_at_once_and_the_comment_only_with_send() {
    let mut flow = flow();
    assert_eq!(sent(&mut flow), None);
    flow.write("why", "slow".into());
    assert_eq!(sent(&mut flow), None);
    flow.choose("nps", 4);
    assert_eq!(sent(&mut flow), Some((1, false, keys(&["nps"]))));
    flow.acknowledged(&receipt(Category::Detractor));
    assert!(flow.is_saved());
    assert_eq!(flow.send(&count), None);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps", "why"]))));
    flow.acknowledged(&receipt(Category::Detractor));
    assert_eq!(*flow.stage(), Stage::Sent(Some(Category::Detractor)));
    assert_eq!(flow.unsent(), None);
}

#[test]
fn one_request_at_a_time_and_the_newest_state_next() {
    let mut flow = flow();
    flow.choose("nps", 4);
    assert_eq!(sent(&mut flow), Some((1, false, keys(&["nps"]))));
    flow.choose("nps", 5);
    flow.choose("nps", 6);
    assert_eq!(sent(&mut flow), None);
    flow.acknowledged(&receipt(Category::Detractor));
    assert_eq!(flow.unsent().map(|it| it.answers["nps"].clone()), Some(Answer::Number(6)));
    assert_eq!(sent(&mut flow), Some((3, false, keys(&["nps"]))));
}

#[test]
fn choosing_the_same_score_again_sends_nothing() {
    let mut flow = flow();
    flow.choose("nps", 4);
    assert!(sent(&mut flow).is_some());
    flow.acknowledged(&receipt(Category::Detractor));
    flow.choose("nps", 4);
    assert_eq!(sent(&mut flow), None);
}

#[test]
fn a_double_click_sends_once() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.send(&count);
    flow.send(&count);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps"]))));
    assert_eq!(sent(&mut flow), None);
    flow.acknowledged(&receipt(Category::Promoter));
    flow.send(&count);
    assert_eq!(sent(&mut flow), None);
}

#[test]
fn a_failure_keeps_the_answers_and_waits_longer_each_time() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.send(&count);
    assert!(sent(&mut flow).is_some());
    assert_eq!(flow.failed(0.0, None, None), 1000);
    assert_eq!(*flow.stage(), Stage::Kept);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps"]))));
    assert_eq!(flow.failed(0.0, Some(7), None), 7000);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps"]))));
    flow.acknowledged(&receipt(Category::Promoter));
    assert_eq!(*flow.stage(), Stage::Sent(Some(Category::Promoter)));
}

#[test]
fn try_again_sends_the_same_revision() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.send(&count);
    assert!(sent(&mut flow).is_some());
    flow.failed(0.0, None, None);
    assert_eq!(flow.send(&count), None);
    assert_eq!(*flow.stage(), Stage::Sending);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps"]))));
}

#[test]
fn a_failed_score_does_not_bother_the_customer() {
    let mut flow = flow();
    flow.choose("nps", 9);
    assert!(sent(&mut flow).is_some());
    flow.failed(0.5, None, None);
    assert_eq!(*flow.stage(), Stage::Open);
    assert!(flow.unsent().is_some());
}

#[test]
fn editing_what_is_kept_gives_the_customer_the_word_again() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.write("why", "good".into());
    flow.send(&count);
    assert!(sent(&mut flow).is_some());
    flow.failed(0.0, None, None);
    flow.write("why", "very".into());
    flow.choose("nps", 10);
    assert_eq!(*flow.stage(), Stage::Open);
    // What was finished stays to be sent, whole, until Send is pressed again.
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps", "why"]))));
    flow.acknowledged(&receipt(Category::Promoter));
    assert_eq!(*flow.stage(), Stage::Open, "no thanks before the customer is done");
    assert_eq!(sent(&mut flow), Some((3, false, keys(&["nps"]))), "but the new score");
    flow.acknowledged(&receipt(Category::Promoter));
    flow.send(&count);
    assert_eq!(flow.outgoing().map(|it| it.answers["why"].clone()), Some(Answer::Text("very".into())));
}

#[test]
fn a_refusal_leaves_the_answers_and_another_try() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.write("why", "good".into());
    flow.send(&count);
    assert!(sent(&mut flow).is_some());
    assert_eq!(flow.refused(problem("already_answered")), None);
    assert_eq!(*flow.stage(), Stage::Refused);
    assert_eq!(flow.problem(), Some(&problem("already_answered")));
    assert_eq!((flow.number(0), flow.text(1, Part::Whole), flow.unsent()), (Some(9), "good", None));
    flow.send(&count);
    assert_eq!(sent(&mut flow), Some((3, true, keys(&["nps", "why"]))));
}

#[test]
fn an_over_long_comment_is_pointed_out_and_not_sent() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.write("why", "ééééééééééé".into());
    assert_eq!(flow.wrong(1, Part::Whole, &count), Some(Wrong::Fault(Fault::TooLong(1))));
    assert_eq!(flow.send(&count), Some("why".into()));
    assert_eq!(*flow.stage(), Stage::Open);
    flow.write("why", "éééééééééé".into());
    assert_eq!((flow.wrong(1, Part::Whole, &count), flow.left(1, Part::Whole, &count)), (None, Some(0)));
    flow.write("why", "ééééé".into());
    assert_eq!(flow.left(1, Part::Whole, &count), None);
    assert_eq!(flow.send(&count), None);
}

#[test]
fn what_is_missing_is_pointed_out_after_send_only() {
    let mut flow = flow();
    flow.form.questions[1].required = true;
    flow.choose("nps", 9);
    assert_eq!(flow.wrong(1, Part::Whole, &count), None);
    assert_eq!(flow.send(&count), Some("why".into()));
    assert_eq!(flow.wrong(1, Part::Whole, &count), Some(Wrong::Missing));
    flow.write("why", "x".into());
    assert_eq!(flow.wrong(1, Part::Whole, &count), None);
}

#[test]
fn a_reload_brings_everything_back() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.write("why", "good".into());
    flow.write("gone", "from the survey".into());
    let again = Flow::new(form(), whose(), "other".into(), Some(flow.draft()), flow.unsent().cloned());
    assert_eq!((again.number(0), again.text(1, Part::Whole), again.answers.len()), (Some(9), "good", 2));
    assert_eq!(*again.stage(), Stage::Open);
    assert_eq!(again.unsent(), flow.unsent());
    assert_eq!(again.draft().id, "uuid");
}

#[test]
fn finished_answers_that_were_not_sent_go_out_after_a_reload() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.send(&count);
    let mut again = Flow::new(form(), whose(), "other".into(), Some(flow.draft()), flow.unsent().cloned());
    assert_eq!(*again.stage(), Stage::Sending);
    assert_eq!(sent(&mut again), Some((2, true, keys(&["nps"]))));
}

#[test]
fn edits_of_finished_answers_outlive_a_reload() {
    let mut flow = flow();
    flow.choose("nps", 9);
    flow.send(&count);
    assert!(sent(&mut flow).is_some());
    flow.failed(0.0, None, None);
    flow.write("why", "more".into());
    let again = Flow::new(form(), whose(), "other".into(), Some(flow.draft()), flow.unsent().cloned());
    assert_eq!((again.stage(), again.text(1, Part::Whole)), (&Stage::Open, "more"));
    assert!(again.unsent().is_some_and(|unsent| unsent.complete));
}

#[test]
fn the_follow_up_is_shown_when_a_score_is_chosen() {
    let mut flow = flow();
    assert_eq!((flow.progress().0, flow.category()), (1, None));
    flow.choose("nps", 0);
    assert_eq!((flow.progress().0, flow.category()), (2, Some(Category::Detractor)));
}
