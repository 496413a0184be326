//! What a customer answered, in words: for whoever follows up.

use wire::cases::Said;
use wire::rules::{self, Part};
use wire::{Answer, Kind, Localised, Question, Survey};

use crate::domain::responses::Response;
use crate::domain::surveys::{Personal, pick_language, say};

/// Question and answer, in the order of the survey, in the language among the survey's that suits best.
pub fn said(response: &Response, survey: &Survey, languages: &[&str]) -> Vec<Said> {
    let language = pick_language(&survey.languages, languages);
    let words = |text: &Localised| say(survey, text, language, &Personal::nobody());
    let answered = |question: &Question<Localised>| {
        let answer = in_words(question, response, &words);
        (!answer.is_empty()).then(|| Said {
            id: question.id.clone(),
            question: words(&question.text),
            answer,
        })
    };
    survey.questions.iter().filter_map(answered).collect()
}

fn in_words(
    question: &Question<Localised>,
    response: &Response,
    words: &impl Fn(&Localised) -> String,
) -> String {
    let answer = |part| response.answers.get(&rules::name(question, part));
    let text = |part| match answer(part) {
        Some(Answer::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let chosen = |id: &String| match question.choices.iter().find(|choice| choice.id == *id) {
        Some(choice) => words(&choice.text),
        None => {
            text(Part::Other).or_else(|| question.other.as_ref().map(words)).unwrap_or_else(|| id.clone())
        }
    };
    match (question.kind, answer(Part::Whole)) {
        (Kind::Contact, _) => {
            let parts = [Part::Name, Part::Email, Part::Phone].into_iter().filter_map(text);
            parts.collect::<Vec<_>>().join(", ")
        }
        (Kind::Nps, Some(Answer::Number(number))) => format!("{number}/10"),
        (Kind::Ces, Some(Answer::Number(number))) => format!("{number}/7"),
        (Kind::Rating, Some(Answer::Number(number))) => format!("{number}/{}", question.points.unwrap_or(5)),
        (Kind::Choice, Some(Answer::Text(id))) => chosen(id),
        (_, Some(Answer::List(ids))) => ids.iter().map(chosen).collect::<Vec<_>>().join("; "),
        (_, Some(Answer::Text(text))) => text.clone(),
        (_, Some(Answer::Number(number))) => number.to_string(),
        (_, Some(Answer::Flag(_)) | None) => String::new(),
    }
}
