//! The words after the last answer, beneath the questions or on a page of their own.

use leptos::prelude::*;
use wire::Thanks;
use wire::form::ThanksPage;

use crate::survey::logo;

/// Draws the words.
pub fn thanks(words: &Thanks<String>) -> AnyView {
    let Thanks { title, text } = words.clone();
    view! {
        <div class="thanks">
            <span class="tick" aria-hidden="true"></span>
            <h2 tabindex="-1">{title}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}

/// Draws the card of a thank-you page.
pub fn thanks_page(page: &ThanksPage) -> AnyView {
    view! {
        <section class="card" data-state="thanks">
            <div class="head">{logo(&page.brand)}</div>
            {thanks(&page.thanks)}
        </section>
    }
    .into_any()
}
