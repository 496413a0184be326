//! Answers of every kind: what goes out when, and what is pointed out.

use super::*;

const QUESTIONS: &str = r#"[
    {"id": "nps", "kind": "nps", "text": ""},
    {"id": "stars", "kind": "rating", "text": ""},
    {"id": "topic", "kind": "choice", "text": "", "choices": [{"id": "bill", "text": ""}, {"id": "line", "text": ""}],
     "other": "", "required": true},
    {"id": "parts", "kind": "choices", "text": "", "choices": [{"id": "a", "text": ""}, {"id": "b", "text": ""}], "other": ""},
    {"id": "reach", "kind": "contact", "text": "", "fields": ["name", "email"], "consent": "yes"}]"#;

fn all() -> Flow {
    let mut flow = flow();
    flow.form.questions = questions(QUESTIONS);
    flow
}

fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

#[test]
fn what_is_clicked_goes_at_once_and_what_is_written_waits() {
    let mut flow = all();
    assert!(flow.answer("stars", Answer::Number(4)));
    assert!(flow.answer("topic", text("other")));
    assert!(flow.answer("parts", flow.ticked(3, "b", true)));
    assert!(!flow.answer("topic_other", text("the van")));
    assert!(!flow.answer("reach_email", text("ada@example.com")));
    assert!(!flow.answer("reach_consent", Answer::Flag(true)));
    assert_eq!(sent(&mut flow), Some((3, false, keys(&["parts", "stars", "topic"]))));
    flow.acknowledged(&receipt(Category::Passive));
    assert!(!flow.is_saved(), "there is no score yet that could be saved");
    flow.choose("nps", 7);
    flow.send(&count);
    let complete = keys(&["nps", "parts", "reach_consent", "reach_email", "stars", "topic", "topic_other"]);
    assert_eq!(sent(&mut flow), Some((5, true, complete)));
}

#[test]
fn ticks_keep_the_order_of_the_choices_and_none_is_an_answer_too() {
    let mut flow = all();
    flow.answer("parts", flow.ticked(3, "other", true));
    flow.answer("parts", flow.ticked(3, "a", true));
    assert_eq!(flow.ticked(3, "b", true), Answer::List(keys(&["a", "b", "other"])));
    flow.answer("parts", flow.ticked(3, "other", false));
    flow.answer("parts", flow.ticked(3, "a", false));
    assert_eq!(flow.unsent().map(|unsent| unsent.answers["parts"].clone()), Some(Answer::List(Vec::new())));
}

#[test]
fn words_beside_other_go_out_only_while_other_is_chosen() {
    let mut flow = all();
    flow.choose("nps", 7);
    flow.answer("topic", text("other"));
    flow.answer("topic_other", text("the van"));
    flow.answer("topic", text("bill"));
    assert_eq!(flow.text(2, Part::Other), "the van", "they come back with it");
    flow.send(&count);
    assert_eq!(sent(&mut flow).map(|(_, _, names)| names), Some(keys(&["nps", "topic"])));
}

#[test]
fn a_mistake_is_pointed_out_when_the_field_is_left_and_no_more_once_it_is_put_right() {
    let mut flow = all();
    flow.answer("reach_email", text("ada@"));
    assert_eq!(flow.wrong(4, Part::Email, &count), None, "she still writes");
    flow.leave(4, Part::Email);
    assert_eq!(flow.wrong(4, Part::Email, &count), Some(Wrong::Fault(Fault::Email)));
    flow.answer("reach_email", text("ada@example.com"));
    assert_eq!(flow.wrong(4, Part::Email, &count), None);
    flow.leave(4, Part::Name);
    flow.form.questions[4].required = true;
    flow.answer("reach_email", text(""));
    assert_eq!(flow.wrong(4, Part::Name, &count), None, "she only came by");
}

#[test]
fn details_without_consent_are_not_sent() {
    let mut flow = all();
    flow.choose("nps", 7);
    flow.answer("topic", text("bill"));
    flow.answer("reach_email", text("ada@example.com"));
    assert_eq!(flow.wrong(4, Part::Consent, &count), None);
    assert_eq!(flow.send(&count), Some("reach_consent".into()));
    assert_eq!(flow.wrong(4, Part::Consent, &count), Some(Wrong::Fault(Fault::Consent)));
    flow.answer("reach_consent", Answer::Flag(true));
    assert_eq!(flow.send(&count), None);
}

#[test]
fn of_details_that_are_required_the_address_is_missed_and_not_the_name() {
    let mut flow = all();
    flow.form.questions[4].required = true;
    flow.choose("nps", 7);
    assert_eq!(flow.send(&count), Some("topic".into()));
    flow.answer("topic", text("bill"));
    assert_eq!(flow.send(&count), Some("reach_email".into()));
    assert_eq!(flow.wrong(4, Part::Email, &count), Some(Wrong::Missing));
    assert_eq!(flow.wrong(4, Part::Name, &count), None);
}

#[test]
fn a_draft_brings_back_what_still_fits() {
    let mut flow = all();
    flow.choose("nps", 7);
    flow.choose("stars", 5);
    flow.answer("topic", text("bill"));
    flow.answer("parts", flow.ticked(3, "a", true));
    let mut form = Form { questions: questions(QUESTIONS), ..form() };
    form.questions[1].points = Some(4);
    form.questions[2].choices.remove(0);
    let again = Flow::new(form, whose(), "other".into(), Some(flow.draft()), None);
    assert_eq!((again.number(0), again.number(1)), (Some(7), None));
    assert!(!again.has_chosen(2, "bill") && again.has_chosen(3, "a"));
}

#[test]
fn another_score_is_not_called_saved_before_it_is() {
    let mut flow = all();
    flow.choose("nps", 7);
    assert!(sent(&mut flow).is_some());
    flow.acknowledged(&receipt(Category::Passive));
    flow.choose("stars", 5);
    assert!(flow.is_saved(), "the stars are not the score");
    flow.choose("nps", 8);
    assert!(!flow.is_saved());
}

#[test]
fn an_open_survey_tells_what_its_page_told() {
    let attributes = wire::Map::from([("plan".to_owned(), "pro".to_owned())]);
    let whose =
        Whose { agent: Some("amelia.hart".into()), attributes: attributes.clone(), ..Whose::default() };
    let mut flow = Flow::new(form(), whose, "uuid".into(), None, None);
    flow.choose("nps", 7);
    let out = flow.outgoing().cloned().unwrap();
    assert_eq!(
        (out.token, out.agent, out.attributes),
        (String::new(), Some("amelia.hart".into()), attributes)
    );
}

#[test]
fn what_an_earlier_visit_kept_goes_out_with_this_visits_pass() {
    let earlier = Submission { token: "old".into(), ..kept("earlier", 1000, true) };
    let mut flow = Flow::new(form(), whose(), "new".into(), Some(earlier.clone()), Some(earlier));
    assert_eq!(flow.outgoing().map(|it| (it.token.as_str(), it.revision)), Some(("token", 1000)));
}

#[test]
fn whether_words_may_be_quoted_is_asked_of_whom_the_survey_says_once_there_are_words() {
    let mut flow = flow();
    flow.form.questions[1] = questions(
        r#"[{"id": "why", "kind": "comment", "text": "why", "quote": {"of": ["promoter"], "text": "May we?"}}]"#,
    )
    .remove(0);
    flow.choose("nps", 9);
    assert!(!flow.asks_to_quote(1), "there is nothing to quote");
    flow.write("why", "good".into());
    assert!(flow.asks_to_quote(1));
    flow.write("why_quote", "named".into());
    flow.send(&count);
    assert_eq!(sent(&mut flow), Some((2, true, keys(&["nps", "why", "why_quote"]))));
    // A detractor is not asked, and what was said before is not sent.
    flow.failed(0.5, None, None);
    flow.choose("nps", 3);
    assert!(!flow.asks_to_quote(1));
    flow.send(&count);
    assert!(sent(&mut flow).is_some_and(|(_, _, keys)| !keys.contains(&"why_quote".to_owned())));
}
