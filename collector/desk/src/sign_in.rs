//! Signing in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::session::{Session, SignIn};

use crate::api;
use crate::app::{Desk, Who, arrive, focus};

#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (wrong, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    document().set_title("Sign in · Hearback");
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        spawn_local(async move {
            let body = SignIn { email: email.get_untracked(), password: password.get_untracked() };
            let answer = api::call::<Session>("POST", "/v1/session", Some(&body)).await;
            busy.set(false);
            match answer {
                Ok(session) => {
                    desk.said.set(format!("Signed in as {}.", session.name));
                    desk.who.set(Who::Somebody(session));
                }
                Err(failure) => {
                    wrong.set(Some(failure.words()));
                    password.set(String::new());
                    request_animation_frame(|| focus("#password"));
                }
            }
        });
    };
    arrive("Sign in");
    view! {
        <form class="card narrow" on:submit=send>
            <h1 tabindex="-1">"Sign in"</h1>
            {move || wrong.get().map(|wrong| view! { <p class="wrong" role="alert" id="wrong">{wrong}</p> })}
            <label for="email">"E-mail address"</label>
            <input id="email" type="email" autocomplete="username" required prop:value=email
                on:input:target=move |event| email.set(event.target().value())/>
            <label for="password">"Password"</label>
            <input id="password" type="password" autocomplete="current-password" required prop:value=password
                aria-describedby="wrong" on:input:target=move |event| password.set(event.target().value())/>
            <button class="main" type="submit" aria-disabled=move || busy.get().to_string()>
                {move || if busy.get() { "One moment…" } else { "Sign in" }}
            </button>
            <p class="soft">"No password yet, or forgotten? Whoever runs Hearback in your company can send you a link."</p>
        </form>
    }
}
