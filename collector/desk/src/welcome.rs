//! Setting a password, by a link that works once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::session::{NewPassword, Session, Welcome, Welcomed};

use crate::api::{self, Failure};
use crate::app::{Desk, Who, arrive, focus};
use crate::place::Place;

#[component]
pub(crate) fn WelcomePage(token: String) -> impl IntoView {
    let welcomed = RwSignal::new(None::<Result<Welcomed, Failure>>);
    let of_link = token.clone();
    spawn_local(async move {
        let answer = api::call("POST", "/v1/welcome", Some(&Welcome { token: of_link })).await;
        welcomed.set(Some(answer));
    });
    move || match welcomed.get() {
        None => view! { <p class="wait">"One moment…"</p> }.into_any(),
        Some(Ok(welcomed)) => view! { <Form token=token.clone() welcomed/> }.into_any(),
        Some(Err(failure)) => {
            arrive("Set a password");
            view! {
                <div class="card narrow">
                    <h1 tabindex="-1">"Set a password"</h1>
                    <p class="wrong" role="alert">{failure.words()}</p>
                    <p><a href="/desk/">"Sign in"</a></p>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Form(token: String, welcomed: Welcomed) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Welcomed { name, email, password_characters } = welcomed;
    let (password, shown) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (wrong, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        let token = Some(token.clone());
        spawn_local(async move {
            let body = NewPassword { token, current: None, password: password.get_untracked() };
            let answer = api::call::<Session>("PUT", "/v1/password", Some(&body)).await;
            busy.set(false);
            match answer {
                Ok(session) => {
                    desk.said.set("Your password is set.".to_owned());
                    desk.who.set(Who::Somebody(session));
                    desk.browsing.go(Place::default());
                }
                Err(failure) => {
                    wrong.set(Some(failure.words()));
                    request_animation_frame(|| focus("#password"));
                }
            }
        });
    };
    arrive("Set a password");
    view! {
        <form class="card narrow" on:submit=send>
            <h1 tabindex="-1">{format!("Welcome, {name}")}</h1>
            <p>{format!("Choose a password of at least {password_characters} characters. A few words that do not belong together are hard to guess and easy to keep in mind.")}</p>
            {move || wrong.get().map(|wrong| view! { <p class="wrong" role="alert" id="wrong">{wrong}</p> })}
            <label for="email">"You sign in with"</label>
            <input id="email" type="email" autocomplete="username" readonly value=email/>
            <label for="password">"Password"</label>
            <input id="password" autocomplete="new-password" required aria-describedby="wrong"
                type=move || if shown.get() { "text" } else { "password" }
                prop:value=password on:input:target=move |event| password.set(event.target().value())/>
            <label class="tick">
                <input type="checkbox" prop:checked=shown on:change:target=move |event| shown.set(event.target().checked())/>
                "Show the password"
            </label>
            <button class="main" type="submit" aria-disabled=move || busy.get().to_string()>
                {move || if busy.get() { "One moment…" } else { "Set the password" }}
            </button>
        </form>
    }
}
