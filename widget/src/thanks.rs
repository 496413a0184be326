//! The words after the last answer, in place of the questions or on a page of their own.

use wire::form::ThanksPage;
use wire::survey::Review;

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
        .child(
            reviews(
                thanks(|title| title.text(&page.thanks.title), |text| text.text(&page.thanks.text)),
                &page.reviews,
                &page.new_tab,
                |link, _| link,
            )
            .set("data-category", page.category.as_str()),
        )
}

/// Adds the invitations to tell others: each opens beside the page, and hears nothing of it. `shown` says of a link when it is
/// there. The loader tells the collector that one was followed, by somebody of the category that the words say.
pub fn reviews(
    thanks: Element,
    reviews: &[Review<String>],
    new_tab: &str,
    shown: impl Fn(Element, &Review<String>) -> Element,
) -> Element {
    if reviews.is_empty() {
        return thanks;
    }
    let mut list = element("div", "reviews");
    for review in reviews {
        let link = element("a", "back")
            .set("href", &review.url)
            .set("target", "_blank")
            .set("rel", "noopener noreferrer")
            .text(&review.text)
            .child(element("span", "unseen").text(&[" (", new_tab, ")"].concat()));
        list = list.child(shown(link, review));
    }
    thanks.child(list)
}
