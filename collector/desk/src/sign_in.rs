//! Signing in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::session::{Session, SignIn};

use crate::app::{Desk, arrive, focus_soon};
use crate::form::{PasswordField, Refused, Sending, Submit};
use crate::words::say;

#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            let body = SignIn { email: email.get_untracked(), password: password.get_untracked() };
            match sending.call::<Session>("POST", "/v1/session", &body).await {
                None => {}
                Some(Ok(session)) => {
                    let name = session.name.clone();
                    desk.enter(session);
                    desk.said.set((say().signed_in_as)(&name));
                }
                Some(Err(failure)) => {
                    sending.wrong.set(Some(failure.words()));
                    password.set(String::new());
                    focus_soon("#password");
                }
            }
        });
    };
    arrive(say().sign_in);
    view! {
        <form class="card narrow" on:submit=send>
            <h1 tabindex="-1">{say().sign_in}</h1>
            <Refused sending/>
            <label for="email">{say().email}</label>
            <input id="email" type="email" autocomplete="username" required prop:value=email
                on:input:target=move |event| email.set(event.target().value())/>
            <PasswordField id="password" label=say().password kind="current-password" password/>
            <Submit sending name=say().sign_in/>
            <p class="soft">{say().forgotten}</p>
        </form>
    }
}
