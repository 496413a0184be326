//! The words after the last answer, in place of the questions or on a page of their own.

use wire::form::ThanksPage;

use crate::element::{Element, element};
use crate::survey::logo;

/// Draws the words, which `title` and `text` put into their elements.
pub fn thanks(title: impl FnOnce(Element) -> Element, text: impl FnOnce(Element) -> Element) -> Element {
    element("div", "thanks")
        .child(element("span", "tick").set("aria-hidden", "true"))
        .child(title(element("h2", "").set("tabindex", "-1")))
        .child(text(element("p", "")))
}

/// Draws the card of a thank-you page.
pub fn thanks_page(page: &ThanksPage) -> Element {
    element("section", "card")
        .set("data-state", "thanks")
        .child(element("div", "head").child(logo(&page.brand)))
        .child(thanks(|title| title.text(&page.thanks.title), |text| text.text(&page.thanks.text)))
}
