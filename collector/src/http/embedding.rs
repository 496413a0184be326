//! What a web designer puts into a page: the tag, the sources that the page's policy must allow, and the link for browsers
//! that run no script.

use maud::html;
use wire::Survey;

use crate::domain::pages::origin_of;
use crate::domain::surveys::{Personal, pick_language, say};

/// How a survey is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Where the tag stands, or in the element that it names.
    #[default]
    Inline,
    /// Over the page, which waits.
    Dialog,
    /// In a corner of the window.
    Corner,
    /// Along the bottom of the window.
    Bar,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Inline, Self::Dialog, Self::Corner, Self::Bar];

    /// The value of `data-mode`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Dialog => "dialog",
            Self::Corner => "corner",
            Self::Bar => "bar",
        }
    }
}

/// The tag. What is `None` is left out.
#[derive(Clone, Debug, Default)]
pub struct Tag<'a> {
    /// The loader's address.
    pub loader: &'a str,
    /// The loader's hash, where the tag is pinned to it.
    pub integrity: Option<&'a str>,
    /// The survey's id.
    pub survey: &'a str,
    /// How it is shown.
    pub mode: Mode,
    /// When it opens.
    pub open: Option<&'a str>,
    /// The thank-you page.
    pub next: Option<&'a str>,
    /// Where it is drawn.
    pub target: Option<&'a str>,
    /// The language to prefer.
    pub language: Option<&'a str>,
}

impl Tag<'_> {
    /// As it stands in a page.
    pub fn html(&self) -> String {
        let crossorigin = self.integrity.map(|_| "anonymous");
        let mode = (self.mode != Mode::Inline).then(|| self.mode.as_str());
        html! {
            script async src=(self.loader) integrity=[self.integrity] crossorigin=[crossorigin]
                data-survey=(self.survey) data-mode=[mode] data-open=[self.open] data-next=[self.next]
                data-target=[self.target] data-language=[self.language] {}
        }
        .into_string()
    }
}

/// The link for browsers that run no script: it asks the survey's own question. The token of a personal link stands in the
/// page's own address, which the browser is therefore asked to tell the collector.
pub fn no_script(survey: &Survey, collector: &str) -> String {
    let address = format!("{collector}/s/?survey={}", survey.id);
    let language = pick_language(&survey.languages, &[]);
    let score = survey.questions.iter().find(|question| question.kind == wire::survey::Kind::Nps);
    let text = score.map(|question| say(survey, &question.text, language, &Personal::nobody()));
    let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| survey.id.clone());
    html! { noscript { a href=(address) referrerpolicy="unsafe-url" lang=(language) { (text) } } }
        .into_string()
}

/// What a page's content security policy must allow.
pub fn policy(survey: &Survey, collector: &str) -> String {
    let collector = origin_of(collector);
    let mut policy =
        format!("script-src {collector} 'wasm-unsafe-eval'; connect-src {collector}; frame-src {collector}");
    if let Some(logo) = &survey.brand.logo {
        policy += &format!("; img-src {}", origin_of(logo));
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_holds_what_is_asked_for_and_cannot_be_broken_out_of() {
        let tag = Tag { loader: "https://c.example/hearback.js", survey: "support", ..Tag::default() };
        assert_eq!(
            tag.html(),
            r#"<script async src="https://c.example/hearback.js" data-survey="support"></script>"#
        );
        let tag = Tag {
            integrity: Some("sha384-x"),
            mode: Mode::Corner,
            open: Some("click:a[href=\"#\"]>b"),
            ..tag
        };
        assert_eq!(
            tag.html(),
            "<script async src=\"https://c.example/hearback.js\" integrity=\"sha384-x\" crossorigin=\"anonymous\" \
             data-survey=\"support\" data-mode=\"corner\" data-open=\"click:a[href=&quot;#&quot;]&gt;b\"></script>"
        );
    }
}
