//! Surveys: whether one is sound, and how one customer sees it.

mod check;
mod personal;

use wire::form::ThanksPage;
use wire::survey::Review;
use wire::{Category, Direction, Form, Localised, Question, Survey};

pub use check::{check, is_language, is_web_address};
pub use personal::Personal;

use crate::domain::{quotes, words};

/// The address of a survey's page for one token: the company's own, or the collector's at `public_url`. A survey is
/// taken without a page only where there is a `public_url`.
pub fn link(survey: &Survey, token: &str, public_url: Option<&str>) -> String {
    if survey.page.is_empty() {
        return format!("{}/s/{token}", public_url.unwrap_or_default());
    }
    with_query(&survey.page, &format!("t={token}"))
}

/// An address with more words in its query. No words change nothing.
pub fn with_query(address: &str, words: &str) -> String {
    if words.is_empty() {
        return address.to_owned();
    }
    let (page, fragment) = address.split_once('#').map_or((address, None), |(page, rest)| (page, Some(rest)));
    let sign = if page.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|rest| format!("#{rest}")).unwrap_or_default();
    format!("{page}{sign}{words}{fragment}")
}

/// Whether pages of this origin may show the survey.
pub fn allows_origin(survey: &Survey, origin: &str) -> bool {
    survey.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}

/// The language among `offered` that fits `wanted` best; both name BCP 47 tags, best first.
///
/// An exact match wins, then another tag of the same (`zh-Hant` for `zh-TW`, `he` for `iw`), then one in the primary
/// language (`pt` for `pt-BR` and the other way round: RFC 4647, look-up, made symmetric), then the first offered.
pub fn pick_language<'a>(offered: &'a [String], wanted: &[&str]) -> &'a str {
    let primary = |tag: &str| {
        let primary = written_as(tag).split(['-', '_']).next().unwrap_or_default();
        primary.to_ascii_lowercase()
    };
    wanted
        .iter()
        .find_map(|want| {
            let find = |fits: &dyn Fn(&str) -> bool| offered.iter().find(|offer| fits(offer));
            find(&|offer| offer.eq_ignore_ascii_case(want))
                .or_else(|| find(&|offer| written_as(offer).eq_ignore_ascii_case(written_as(want))))
                .or_else(|| find(&|offer| primary(offer) == primary(want)))
        })
        .or(offered.first())
        .map_or("en", String::as_str)
}

/// The tag of what a customer can read, where the first part of a tag doesn't tell.
///
/// Chinese goes by its script, which the region tells when the tag names none, and is simplified when neither does.
/// Norwegian is taken for Bokmål, which readers of Nynorsk read too. Hebrew and Indonesian go by `iw` and `in` in
/// older software (ISO 639 before 1989).
fn written_as(language: &str) -> &str {
    let lower = language.to_ascii_lowercase();
    let mut parts = lower.split(['-', '_']);
    match parts.next() {
        // The script comes before the region: the first part that tells is the one to follow.
        Some("zh") => parts
            .find_map(|part| match part {
                "hans" | "cn" | "sg" => Some("zh-Hans"),
                "hant" | "tw" | "hk" | "mo" => Some("zh-Hant"),
                _ => None,
            })
            .unwrap_or("zh-Hans"),
        Some("no" | "nn") => "nb",
        Some("iw") => "he",
        Some("in") => "id",
        _ => language,
    }
}

/// Which way a language runs: by the scripts its speakers write today (Unicode CLDR, `characterOrder`).
pub fn direction(language: &str) -> Direction {
    let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "ar" | "ckb" | "dv" | "fa" | "he" | "iw" | "ks" | "ps" | "sd" | "ug" | "ur" | "yi" => Direction::Rtl,
        _ => Direction::Ltr,
    }
}

/// The survey in one of its languages, personal words filled in.
pub fn form(survey: &Survey, language: &str, personal: &Personal<'_>) -> Form {
    let say = |text: &Localised| say(survey, text, language, personal);
    Form {
        survey: survey.id.clone(),
        version: survey.version,
        language: language.to_owned(),
        direction: direction(language),
        brand: survey.brand.clone(),
        layout: survey.layout,
        intro: survey.intro.as_ref().map(say),
        questions: survey.questions.iter().map(|question| asked(question, survey, language, say)).collect(),
        thanks: survey.thanks.map(|thanks| thanks.map(say)),
        reviews: survey.reviews.iter().map(|review| review.map(say)).collect(),
        words: words::of(language).words.clone(),
        answered: false,
    }
}

/// A question in one language. Whether a comment may be quoted is asked in words that were written down.
fn asked(
    question: &Question<Localised>,
    survey: &Survey,
    language: &str,
    say: impl FnMut(&Localised) -> String,
) -> Question<String> {
    let mut asked = question.map(say);
    if let Some(quote) = &mut asked.quote {
        quote.text = Some(quotes::sentence(question, survey, language));
    }
    asked
}

/// The words of the thank-you page: no customer is known there, so personal words take their fallbacks.
pub fn thanks_page(survey: &Survey, language: &str, category: Category) -> ThanksPage {
    let nobody = Personal::nobody();
    let reviews = reviews(survey, category, |text| say(survey, text, language, &nobody));
    ThanksPage {
        language: language.to_owned(),
        direction: direction(language),
        brand: survey.brand.clone(),
        category,
        thanks: survey.thanks.get(category).map(|text| say(survey, text, language, &nobody)),
        new_tab: if reviews.is_empty() { String::new() } else { words::of(language).words.new_tab.clone() },
        reviews,
    }
}

/// Where a customer of this category is invited to tell others.
pub fn reviews(
    survey: &Survey,
    category: Category,
    mut say: impl FnMut(&Localised) -> String,
) -> Vec<Review<String>> {
    let shown = survey.reviews.iter().filter(|review| review.is_for(category));
    shown.map(|review| review.map(&mut say)).collect()
}

/// A text in this language, or in the survey's first, with its personal words.
pub fn say(survey: &Survey, text: &Localised, language: &str, personal: &Personal<'_>) -> String {
    let text = text.get(language).or_else(|| text.get(survey.languages.first()?)).map_or("", String::as_str);
    personal.fill(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn the_language_is_the_best_the_survey_has() {
        let offered = tags("en,pt-BR,ar");
        assert_eq!(pick_language(&offered, &["de", "AR"]), "ar");
        assert_eq!(pick_language(&offered, &["pt"]), "pt-BR");
        assert_eq!(pick_language(&offered, &["ar-EG"]), "ar");
        assert_eq!(pick_language(&offered, &["de", ""]), "en");
        assert_eq!(pick_language(&offered, &[]), "en");
    }

    #[test]
    fn a_language_is_known_by_all_its_tags() {
        let offered = tags("en,he,nb-NO,id,zh-Hans,zh-Hant");
        for (wanted, picked) in [
            ("iw", "he"),
            ("iw-IL", "he"),
            ("no", "nb-NO"),
            ("nn-NO", "nb-NO"),
            ("in-ID", "id"),
            ("zh-TW", "zh-Hant"),
            ("zh-HK", "zh-Hant"),
            ("zh-CN", "zh-Hans"),
            ("zh", "zh-Hans"),
        ] {
            assert_eq!(pick_language(&offered, &[wanted]), picked, "{wanted}");
        }
        // The other way round, and what was asked for before what is only the same.
        assert_eq!(pick_language(&tags("en,iw,zh-TW"), &["he-IL"]), "iw");
        assert_eq!(pick_language(&tags("en,zh-CN,zh-TW"), &["zh-Hant"]), "zh-TW");
        assert_eq!(pick_language(&tags("nb,nn"), &["nn"]), "nn");
        assert_eq!(pick_language(&tags("en,zh-CN"), &["zh-TW", "en"]), "zh-CN");
    }

    #[test]
    fn the_link_keeps_what_the_page_address_had() {
        let mut survey = check::tests::survey();
        survey.page = "https://x.example/s".into();
        assert_eq!(link(&survey, "T", None), "https://x.example/s?t=T");
        survey.page = "https://x.example/s?lang=de#top".into();
        assert_eq!(link(&survey, "T", Some("https://c.example")), "https://x.example/s?lang=de&t=T#top");
        survey.page = String::new();
        assert_eq!(link(&survey, "T", Some("https://c.example")), "https://c.example/s/T");
    }

    #[test]
    fn a_form_speaks_one_language_and_runs_its_way() {
        let survey = check::tests::survey();
        let form = form(&survey, "ar", &Personal::nobody());
        assert_eq!((form.direction, form.questions[0].text.as_str()), (Direction::Rtl, "سؤال"));
    }
}
