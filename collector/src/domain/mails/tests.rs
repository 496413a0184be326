//! What a mail says, to whom, and which mails are refused before anybody is sent one.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wire::Survey;

use super::*;
use crate::domain::words;

const BODY: &str = "<mj-body><mj-section><mj-column><mj-text>Hello {{ first_name|default('there') }}, {{ attributes.product|default('') }}\
                    <a href=\"{{ link }}\">answer</a></mj-text></mj-column></mj-section></mj-body>";

fn survey() -> Survey {
    let text = |en: &str, ar: &str| json!({"en": en, "ar": ar});
    let thanks = json!({"title": text("T", "T"), "text": text("T", "T")});
    serde_json::from_value(json!({
        "id": "s", "page": "https://x.example/s?a=1", "languages": ["en", "ar"], "brand": {"name": "A & B", "color": "#ffee00"},
        "questions": [{"id": "nps", "kind": "nps", "text": text("Would you?", "هل؟")}],
        "thanks": {"promoter": thanks, "passive": thanks, "detractor": thanks}
    }))
    .unwrap()
}

fn mail(languages: Value) -> Mail {
    let mut mail = json!({"name": "thanks"});
    mail.as_object_mut().unwrap().extend(languages.as_object().cloned().unwrap());
    serde_json::from_value(mail).unwrap()
}

fn text(subject: &str, body: &str) -> Value {
    json!({"subject": subject, "mjml": format!("<mjml>{body}</mjml>")})
}

fn words<'a>(survey: &'a Survey, attributes: &'a BTreeMap<String, String>) -> Words<'a> {
    Words {
        first_name: None,
        agent: None,
        attributes,
        survey,
        language: None,
        link: "https://x.example/s?a=1&t=TOKEN".into(),
        unsubscribe_link: None,
        score: None,
    }
}

fn refused(mail: Mail) -> Vec<(String, String)> {
    let problems = Templates::new(mail).err().unwrap_or_default();
    problems.into_iter().map(|problem| (problem.path, problem.detail)).collect()
}

#[test]
fn words_are_filled_in_and_what_a_customer_is_called_is_never_markup() {
    let templates = Templates::new(mail(json!({"en": text("For {{ first_name }}", BODY)}))).unwrap();
    let (survey, attributes) = (survey(), BTreeMap::from([("product".to_owned(), "<b>TV</b>".to_owned())]));
    let customer = Words { first_name: Some("{{ link }} <i>&"), ..words(&survey, &attributes) };
    let rendered = templates.render(&customer).unwrap();
    assert_eq!(rendered.subject, "For {{ link }} <i>&");
    assert!(
        rendered.html.contains("Hello {{ link }} &lt;i&gt;&amp;, &lt;b&gt;TV&lt;&#x2f;b&gt;"),
        "{}",
        rendered.html
    );
    assert!(rendered.html.contains("href=\"https://x.example/s?a=1&amp;t=TOKEN\""), "{}", rendered.html);
    assert!(rendered.text.contains("https://x.example/s?a=1&t=TOKEN"), "{}", rendered.text);
    assert!(rendered.text.contains("<b>TV</b>") && !rendered.text.contains('─'), "{}", rendered.text);
}

#[test]
fn a_word_that_is_not_known_falls_back_or_stops_the_mail_as_the_template_says() {
    let (survey, attributes) = (survey(), BTreeMap::new());
    let falls_back = Templates::new(mail(json!({"en": text("Hello", BODY)}))).unwrap();
    let rendered = falls_back.render(&words(&survey, &attributes)).unwrap();
    assert!(rendered.html.contains("Hello there, "), "{}", rendered.html);

    let fails = Templates::new(mail(json!({"en": text("{{ attributes.product }}", BODY)}))).unwrap();
    let why = fails.render(&words(&survey, &attributes)).unwrap_err();
    assert!(why.starts_with("attributes.product is not known"), "{why}");
}

#[test]
fn a_subject_is_one_line() {
    let templates =
        Templates::new(mail(json!({"en": text("A\n {{ first_name|default('x') }}", BODY)}))).unwrap();
    let (survey, attributes) = (survey(), BTreeMap::new());
    let customer = Words { first_name: Some("Ana\r\nBcc: all@x.example"), ..words(&survey, &attributes) };
    assert_eq!(templates.render(&customer).unwrap().subject, "A Ana Bcc: all@x.example");
}

#[test]
fn the_customers_language_is_spoken_or_else_the_surveys_first() {
    let mail = mail(json!({"de": text("de", BODY), "en": text("en", BODY), "ar": text("ar", BODY)}));
    let templates = Templates::new(mail).unwrap();
    let (survey, attributes) = (survey(), BTreeMap::new());
    for (language, spoken) in [(Some("ar-EG"), "ar"), (Some("de"), "de"), (Some("fr"), "en"), (None, "en")] {
        let rendered = templates.render(&Words { language, ..words(&survey, &attributes) }).unwrap();
        assert_eq!(rendered.subject, spoken);
        let direction = if spoken == "ar" { "rtl" } else { "ltr" };
        let html = format!("<html lang=\"{spoken}\" dir=\"{direction}\"");
        assert!(rendered.html.contains(&html), "{}", rendered.html);
        assert_eq!(rendered.html.contains("direction:ltr"), direction == "ltr");
    }
}

#[test]
fn each_number_of_the_scale_opens_the_page_with_that_score() {
    let body = BODY.replace("</mj-text>", "{{ scale }}</mj-text>");
    let templates = Templates::new(mail(json!({"en": text("s", &body)}))).unwrap();
    let (survey, attributes) = (survey(), BTreeMap::new());
    let rendered = templates.render(&words(&survey, &attributes)).unwrap();
    for score in 0..=10 {
        let link = format!("href=\"https://x.example/s?a=1&amp;t=TOKEN&amp;score={score}\"");
        assert_eq!(rendered.html.matches(&link).count(), 1, "{score}");
    }
    assert!(rendered.html.contains("background-color:#ffee00") && rendered.html.contains("color:#000000"));
    assert!(!rendered.text.contains("score="), "{}", rendered.text);
}

#[test]
fn what_is_wrong_with_a_mail_is_said_with_its_place() {
    for (languages, path, part) in [
        (json!({}), "", "at least one language"),
        (json!({"english": text("s", BODY)}), "english", "not a language tag"),
        (json!({"en": text(" ", BODY)}), "en.subject", "must not be empty"),
        (json!({"en": text("{{ first_nam }}", BODY)}), "en.subject", "first_nam is not known"),
        (json!({"en": text("{{ first_name", BODY)}), "en.subject", "line 1"),
        (json!({"en": text("s", "\n<mj-body>{% if link %}</mj-body>")}), "en.mjml", "line 2"),
        (json!({"en": text("s", "<mj-body>\n<mj-section></mj-body>")}), "en.mjml", "end of stream"),
        (
            json!({"en": text("s", &format!("<mj-head>\n<mj-text>x</mj-text></mj-head>{BODY}"))}),
            "en.mjml",
            "line 2",
        ),
        (json!({"en": text("s", &BODY.replace("mj-text", "mj-test"))}), "en.mjml", "no element <mj-test>"),
        (json!({"en": text("s", "<mj-body></mj-body>")}), "en.mjml", "no link to the survey"),
        (
            json!({"en": text("s", "<mj-body><mj-section><mj-column><mj-text>Many thanks.</mj-text></mj-column></mj-section></mj-body>")}),
            "en.mjml",
            "no link to the survey",
        ),
        (
            json!({"en": text("{% for i in range(90000) %}{% for i in range(90000) %}{% endfor %}{% endfor %}", BODY)}),
            "en.subject",
            "does too much",
        ),
        (json!({"en": text("{{ '{' ~ '{' }}", BODY)}), "en.subject", "is left"),
        (
            json!({"en": text("s", &BODY.replace("Hello", "{% for i in range(9000) %}{{ question }}{{ question }}{% endfor %}"))}),
            "en.mjml",
            "more than 102400",
        ),
        (json!({"from": "nobody", "en": text("s", BODY)}), "from", "has an @"),
        (json!({"reply_to": "A <a@b.example", "en": text("s", BODY)}), "reply_to", "Name <address"),
        (json!({"name": "A mail", "en": text("s", BODY)}), "name", "lower-case"),
    ] {
        let said = refused(mail(languages));
        assert!(
            said.iter().any(|(at, detail)| at == path && detail.contains(part)),
            "{path}, {part}: {said:?}"
        );
    }
}

#[test]
fn a_misspelt_key_is_no_language() {
    let wrong = json!({"name": "x", "subjekt": "s"});
    let error = serde_json::from_value::<Mail>(wrong).unwrap_err().to_string();
    assert!(error.contains("invalid type: string"), "{error}");
    let error = serde_json::from_value::<Mail>(json!({"en": text("s", BODY)})).unwrap_err().to_string();
    assert!(error.contains("name"), "{error}");
}

#[test]
fn the_built_in_mail_is_whole_in_all_its_languages() {
    let templates = built_in(BUILT_IN).unwrap();
    let spoken = templates.mail.languages.keys();
    assert!(
        spoken.clone().all(|tag| words::tag(tag) == tag) && spoken.len() == words::COUNT,
        "the widget speaks others"
    );
    let (mut survey, attributes) = (survey(), BTreeMap::new());
    for logo in [None, Some("https://x.example/logo.png".to_owned())] {
        survey.brand.logo = logo;
        for (language, text) in &templates.mail.languages {
            let customer = Words { language: Some(language), ..words(&survey, &attributes) };
            let nobody = templates.render(&customer).unwrap();
            let known = Words {
                first_name: Some("Ana"),
                unsubscribe_link: Some("https://x.example/u/TOKEN".into()),
                ..customer
            };
            let known = templates.render(&known).unwrap();
            assert_eq!(nobody.language, *language);
            for part in [&text.subject, &text.mjml, &nobody.html, &nobody.text, &known.html, &known.text] {
                assert!(!part.contains("[["), "{language}: {part}");
            }
            let of_survey = if language == "ar" { "هل؟" } else { "Would you?" };
            for part in [&known.html, &known.text] {
                assert!(part.contains(of_survey), "{language}: {part}");
                assert!(part.contains("https://x.example/u/TOKEN"), "{language}: {part}");
            }
            assert!(known.text.contains("Ana") && !nobody.html.contains("/u/"), "{language}");
            assert!(nobody.html.matches("<img").all(|_| survey.brand.logo.is_some()));
            assert!(nobody.html.contains("alt=\"A &amp; B\"") == survey.brand.logo.is_some(), "{language}");
        }
    }
}
