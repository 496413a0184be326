//! A mail put in force: checked whole, its MJML made HTML, ready for each customer's words.

use std::collections::HashMap;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use mrml::prelude::parser::Error as MjmlError;
use mrml::prelude::render::RenderOptions;
use wire::{Direction, FieldProblem, Survey};

use super::words::Part;
use super::{MAX_HTML_BYTES, Mail, Text, Words};
use crate::domain::customers::normal_email;
use crate::domain::names::is_survey_id;
use crate::domain::surveys::{direction, is_language, pick_language};

/// How much a template may do: ten thousand steps are a mail of a hundred pages.
const FUEL: u64 = 100_000;

/// Columns of the text that is made from HTML: mail programs wrap it themselves.
const WIDTH: usize = 10_000;

/// A mail that words can be filled into.
pub struct Templates {
    /// What was pushed.
    pub mail: Mail,
    environment: Environment<'static>,
    languages: Vec<String>,
    /// Whether it can be sent to somebody who has not answered.
    pub asks: bool,
}

/// One customer's mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// In which language it is.
    pub language: String,
    /// One line.
    pub subject: String,
    /// For those who read HTML.
    pub html: String,
    /// For those who do not.
    pub text: String,
}

impl Templates {
    /// Checks a mail and makes it ready.
    ///
    /// # Errors
    /// Everything that is wrong with it, with the field's path.
    pub fn new(mail: Mail) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut note = |path: String, detail: String| problems.push(FieldProblem::new(path, detail));
        if !is_survey_id(&mail.name) {
            note("name".into(), "1 to 64 lower-case letters, digits and -".into());
        }
        for (path, address) in [("from", &mail.from), ("reply_to", &mail.reply_to)] {
            if let Some(Err(why)) = address.as_deref().map(check_sender) {
                note(path.into(), why);
            }
        }
        if mail.languages.is_empty() {
            note(String::new(), "at least one language, such as [en]".into());
        }
        let mut environment = environment();
        for (language, text) in &mail.languages {
            if !is_language(language) {
                note(language.clone(), "not a language tag such as \"en\" or \"pt-BR\"".into());
                continue;
            }
            add(&mut environment, language, text, &mut note);
        }
        let languages = mail.languages.keys().cloned().collect();
        let mut templates = Self { mail, environment, languages, asks: false };
        if problems.is_empty() {
            problems = templates.try_out();
            templates.asks = templates.languages.iter().all(|language| templates.asks_in(language));
        }
        if problems.is_empty() { Ok(templates) } else { Err(problems) }
    }

    /// The customer's mail: in the customer's language, or else the survey's first, or else the mail's.
    ///
    /// # Errors
    /// Which word is missing, in a sentence that tells nothing of the customer.
    pub fn render(&self, words: &Words<'_>) -> Result<Rendered, String> {
        let language = pick_language(&self.languages, &words.wanted());
        self.fill(language, words, false).map_err(|(_, why)| why)
    }

    /// The customer's mail in one of its languages. An error names the field that it is in.
    fn fill(&self, language: &str, words: &Words<'_>, any: bool) -> Result<Rendered, (&'static str, String)> {
        let fill = |field: &'static str, name: &str, part| {
            let template = self.environment.get_template(&format!("{language}/{name}"));
            let filled = template.and_then(|template| template.render(words.context(language, part, any)));
            filled.map_err(|error| (field, told(&error)))
        };
        let subject = fill("subject", "subject", Part::Text)?;
        let html = words.link.marked(fill("mjml", "html", Part::Html)?);
        let has_text = self.mail.languages.get(language).is_some_and(|text| text.text.is_some());
        let text = match has_text {
            true => fill("text", "text", Part::Text)?,
            false => as_text(&fill("mjml", "html", Part::Bare)?).map_err(|error| ("mjml", error))?,
        };
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Rendered { language: language.to_owned(), subject, html, text })
    }

    /// Fills every language in for somebody of whom everything is known: what fails for this one fails for all.
    fn try_out(&self) -> Vec<FieldProblem> {
        let (survey, attributes) = (sample_survey(), [("product".to_owned(), "product".to_owned())].into());
        let words = Words::sample(&survey, &attributes, "https://example.com/survey?t=token".into());
        let mut problems = Vec::new();
        for language in &self.languages {
            match self.fill(language, &words, true) {
                Err((field, why)) => problems.push(FieldProblem::new(format!("{language}.{field}"), why)),
                Ok(rendered) => {
                    // What thanks for an answer need not lead to the questions again.
                    problems.extend(faults(&rendered, !self.asks_in(language)));
                }
            }
        }
        problems
    }
}

impl Templates {
    /// Whether this language can be filled in for somebody who has not answered: it says nothing of a score.
    fn asks_in(&self, language: &str) -> bool {
        let (survey, attributes) = (sample_survey(), [("product".to_owned(), "product".to_owned())].into());
        let words = Words::sample(&survey, &attributes, "https://example.com/survey?t=token".into());
        self.fill(language, &Words { score: None, ..words }, true).is_ok()
    }
}

/// Where templates are read.
pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // An unknown word fails where it is printed, and is false where it is asked for.
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|name| match name.ends_with("/html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true);
    environment
}

/// Makes HTML of a language's MJML and reads its templates.
pub(super) fn add(
    environment: &mut Environment<'static>,
    language: &str,
    text: &Text,
    note: &mut impl FnMut(String, String),
) {
    for (field, source) in [("subject", Some(&text.subject)), ("text", text.text.as_ref())] {
        let Some(source) = source else { continue };
        if source.trim().is_empty() {
            note(format!("{language}.{field}"), "must not be empty".into());
        } else if let Err(error) =
            environment.add_template_owned(format!("{language}/{field}"), source.clone())
        {
            note(format!("{language}.{field}"), told(&error));
        }
    }
    // First as it was written, so that a line that is named is the author's.
    let html = match environment.template_from_str(&text.mjml) {
        Err(error) => Err(told(&error)),
        Ok(_) => as_html(&text.mjml, language),
    };
    let added = html.and_then(|html| {
        let name = format!("{language}/html");
        environment.add_template_owned(name, html).map_err(|error| told(&error))
    });
    if let Err(why) = added {
        note(format!("{language}.mjml"), why);
    }
}

/// The HTML of MJML, templates and all.
fn as_html(mjml: &str, language: &str) -> Result<String, String> {
    let parsed = mrml::parse(mjml).map_err(|error| mistake(mjml, &error))?;
    // No font is fetched from anybody.
    let options = RenderOptions { fonts: HashMap::new(), ..RenderOptions::default() };
    let html = parsed.element.render(&options).map_err(|error| error.to_string())?;
    // What is no element of MJML is taken for one of HTML.
    if let Some((_, rest)) = html.split_once("<mj-") {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        return Err(format!("there is no element <mj-{name}> here in MJML"));
    }
    let spoken = format!("<html lang=\"{language}\" dir=\"{}\"", direction(language).as_str());
    let html = html.replacen("<html lang=\"und\" dir=\"auto\"", &spoken, 1);
    // MJML lays its tables out from left to right unless each of them says otherwise.
    Ok(match direction(language) {
        Direction::Rtl => html.replace("direction:ltr", "direction:rtl"),
        Direction::Ltr => html,
    })
}

/// The text of HTML. Links are numbered, and stand at its end.
fn as_text(html: &str) -> Result<String, String> {
    let text = html2text::config::plain().no_table_borders().string_from_read(html.as_bytes(), WIDTH);
    let text = text.map_err(|error| error.to_string())?;
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    Ok(lines.join("\n").trim().to_owned() + "\n")
}

/// What is wrong with a mail although its templates could be filled in.
fn faults(rendered: &Rendered, thanks: bool) -> Vec<FieldProblem> {
    let language = &rendered.language;
    let mut faults = Vec::new();
    for (field, filled) in
        [("subject", &rendered.subject), ("mjml", &rendered.html), ("text", &rendered.text)]
    {
        if filled.contains("{{") || filled.contains("{%") {
            let detail = "a {{ or {% is left when all words are filled in";
            faults.push(FieldProblem::new(format!("{language}.{field}"), detail));
        }
    }
    if rendered.html.len() > MAX_HTML_BYTES {
        let detail = format!(
            "{} bytes as HTML, more than {MAX_HTML_BYTES}: mail programs would cut it",
            rendered.html.len()
        );
        faults.push(FieldProblem::new(format!("{language}.mjml"), detail));
    }
    if !thanks && !rendered.html.contains("https://example.com/survey?t=token") {
        let detail = "there is no link to the survey: {{ link }}, {{ scale }} or {{ scores[9] }}";
        faults.push(FieldProblem::new(format!("{language}.mjml"), detail));
    }
    faults
}

/// An error of a template in words. They hold what the template's author wrote, never a customer's word.
fn told(error: &minijinja::Error) -> String {
    let what = match error.kind() {
        ErrorKind::UndefinedError => {
            let source = error.template_source().zip(error.range());
            let word = source.and_then(|(source, range)| source.get(range)).unwrap_or("a word").trim();
            return format!(
                "{word} is not known: give it a fallback, as in {{{{ {word}|default('there') }}}}"
            );
        }
        ErrorKind::OutOfFuel => "the template does too much".to_owned(),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    error.line().map_or(what.clone(), |line| format!("line {line}: {what}"))
}

/// An error of MJML, with its line.
fn mistake(mjml: &str, error: &MjmlError) -> String {
    let at = match error {
        MjmlError::UnexpectedElement { position, .. }
        | MjmlError::UnexpectedToken { position, .. }
        | MjmlError::MissingAttribute { position, .. }
        | MjmlError::InvalidAttribute { position, .. }
        | MjmlError::InvalidFormat { position, .. }
        | MjmlError::IncludeLoaderError { position, .. } => Some(*position),
        _ => None,
    };
    let Some((start, end)) = at.map(|span| (span.start, span.end)) else {
        return format!("not MJML: {error}");
    };
    let line = mjml.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
    let place: String = mjml.get(start..end).unwrap_or_default().chars().take(60).collect();
    let what = error.to_string();
    let what = what.split(" in root").next().unwrap_or(&what);
    format!("line {line}: {what}: {place}")
}

/// Whether a text is `Name <address>` or an address.
fn check_sender(text: &str) -> Result<(), String> {
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').ok_or("Name <address@example.com>, or an address")?,
        None => text,
    };
    if text.chars().any(char::is_control) {
        return Err("contains control characters".into());
    }
    normal_email(address).map(|_| ()).map_err(str::to_owned)
}

/// A survey that has everything a mail can show of one.
fn sample_survey() -> Survey {
    let text = |text: &str| serde_json::json!({ "en": text });
    let thanks = serde_json::json!({"title": text("Thanks"), "text": text("Thanks")});
    let survey = serde_json::json!({
        "id": "sample", "name": "Sample", "page": "https://example.com/survey", "languages": ["en"],
        "brand": {"name": "Company", "logo": "https://example.com/logo.png", "color": "#0b7a75"},
        "intro": text("Hello"), "questions": [{"id": "nps", "kind": "nps", "text": text("How likely?"),
            "low": text("Not at all"), "high": text("Very")}],
        "thanks": {"promoter": thanks, "passive": thanks, "detractor": thanks},
        "reviews": [{"url": "https://example.com/reviews", "text": text("Tell others")}]
    });
    #[expect(clippy::expect_used, reason = "a test reads it")]
    serde_json::from_value(survey).expect("a survey")
}
