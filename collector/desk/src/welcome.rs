//! Setting a password, by a link that works once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::session::{NewPassword, Session, Welcome, Welcomed};

use crate::api::{self, Failure};
use crate::app::{Desk, arrive, focus_soon};
use crate::form::{PasswordField, Refused, Sending, ShowPassword, Submit};
use crate::place::Place;
use crate::words::say;

#[component]
pub(crate) fn WelcomePage(token: String) -> impl IntoView {
    let welcomed = RwSignal::new(None::<Result<Welcomed, Failure>>);
    let of_link = token.clone();
    spawn_local(async move {
        let answer = api::call("POST", "/v1/welcome", Some(&Welcome { token: of_link })).await;
        welcomed.set(Some(answer));
    });
    move || match welcomed.get() {
        None => view! { <p class="wait">{say().one_moment}</p> }.into_any(),
        Some(Ok(welcomed)) => view! { <Form token=token.clone() welcomed/> }.into_any(),
        Some(Err(failure)) => {
            arrive(say().set_a_password);
            view! {
                <div class="card narrow">
                    <h1 tabindex="-1">{say().set_a_password}</h1>
                    <p class="wrong" role="alert">{failure.words()}</p>
                    <p><a href="/desk/">{say().sign_in}</a></p>
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
    let sending = Sending::new();
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let token = Some(token.clone());
        spawn_local(async move {
            let body = NewPassword { token, current: None, password: password.get_untracked() };
            match sending.call::<Session>("PUT", "/v1/password", &body).await {
                None => {}
                Some(Ok(session)) => {
                    desk.enter(session);
                    desk.said.set(say().password_is_set.to_owned());
                    desk.browsing.go(Place::default());
                }
                Some(Err(failure)) => {
                    sending.wrong.set(Some(refused(&failure, &body.password, password_characters)));
                    focus_soon("#password");
                }
            }
        });
    };
    arrive(say().set_a_password);
    view! {
        <form class="card narrow" on:submit=send>
            <h1 tabindex="-1">{(say().welcome)(&name)}</h1>
            <p>{(say().choose_password)(password_characters as u64)}</p>
            <Refused sending/>
            <label for="email">{say().you_sign_in_with}</label>
            <input id="email" type="email" autocomplete="username" readonly value=email/>
            <PasswordField id="password" label=say().password kind="new-password" password shown/>
            <ShowPassword shown/>
            <Submit sending name=say().set_the_password/>
        </form>
    }
}

/// Why a password is not taken: what is too short is said to be.
pub(crate) fn refused(failure: &Failure, password: &str, least: usize) -> String {
    let is_short = failure.is_about("password") && password.chars().count() < least;
    if is_short { (say().too_short)(least as u64) } else { failure.words() }
}
