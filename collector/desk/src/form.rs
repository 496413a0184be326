//! What all forms have in common: they are sent once at a time, and say why something was not taken.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::{self, Failure};
use crate::words::say;

/// A form that is filled in, under way, or was refused.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    busy: RwSignal<bool>,
    /// Why it was not taken.
    pub(crate) wrong: RwSignal<Option<String>>,
}

impl Sending {
    pub(crate) fn new() -> Self {
        Self { busy: RwSignal::new(false), wrong: RwSignal::new(None) }
    }

    /// Sends it; nothing comes back where it is under way already.
    pub(crate) async fn call<T: DeserializeOwned>(
        self,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Option<Result<T, Failure>> {
        if self.busy.get_untracked() {
            return None;
        }
        self.busy.set(true);
        self.wrong.set(None);
        let answer = api::call(method, path, Some(body)).await;
        self.busy.set(false);
        Some(answer)
    }
}

/// Why it was not taken.
#[component]
pub(crate) fn Refused(sending: Sending) -> impl IntoView {
    move || sending.wrong.get().map(|wrong| view! { <p class="wrong" role="alert" id="wrong">{wrong}</p> })
}

/// The button that sends it.
#[component]
pub(crate) fn Submit(sending: Sending, name: &'static str) -> impl IntoView {
    view! {
        <button class="main" type="submit" aria-disabled=move || sending.busy.get().to_string()>
            {move || if sending.busy.get() { say().one_moment } else { name }}
        </button>
    }
}

/// A password, hidden unless `shown` says otherwise.
#[component]
pub(crate) fn PasswordField(
    id: &'static str,
    label: &'static str,
    /// What browsers fill in: `current-password` or `new-password`.
    kind: &'static str,
    password: RwSignal<String>,
    #[prop(optional)] shown: Option<RwSignal<bool>>,
) -> impl IntoView {
    let is_shown = move || shown.is_some_and(|shown| shown.get());
    view! {
        <label for=id>{label}</label>
        <input id=id autocomplete=kind required aria-describedby="wrong" type=move || if is_shown() { "text" } else { "password" }
            prop:value=password on:input:target=move |event| password.set(event.target().value())/>
    }
}

/// A box to tick that shows what is typed.
#[component]
pub(crate) fn ShowPassword(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="tick">
            <input type="checkbox" prop:checked=shown on:change:target=move |event| shown.set(event.target().checked())/>
            {say().show_password}
        </label>
    }
}
