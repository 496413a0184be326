//! Who has signed in, and changing the password.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::session::{NewPassword, Session};

use crate::app::{Desk, arrive, focus_soon};
use crate::form::{PasswordField, Refused, Sending, ShowPassword, Submit};
use crate::place::Place;
use crate::welcome::refused;
use crate::words::say;

#[component]
pub(crate) fn AccountPage(session: Session) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Session { name, email, units, password_characters: least, .. } = session;
    let units: Vec<String> = units.into_iter().map(|unit| unit.name).collect();
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (shown, sending) = (RwSignal::new(false), Sending::new());
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            let (current, password) = (current.get_untracked(), password.get_untracked());
            let body = NewPassword { token: None, current: Some(current), password };
            match sending.call::<Session>("PUT", "/v1/password", &body).await {
                None => {}
                Some(Ok(session)) => {
                    desk.enter(session);
                    desk.said.set(say().password_is_changed.to_owned());
                    desk.browsing.go(Place::default());
                }
                Some(Err(failure)) if failure.is_about("current") => {
                    sending.wrong.set(Some(failure.words()));
                    focus_soon("#current");
                }
                Some(Err(failure)) => {
                    // Whoever has been signed out meanwhile signs in first.
                    let wrong = desk.failed(&failure);
                    sending.wrong.set(wrong.map(|_| refused(&failure, &body.password, least)));
                    focus_soon("#new");
                }
            }
        });
    };
    let back = Place::list(desk.browsing.place_now().wanted);
    arrive(say().account);
    view! {
        <p class="back">
            <a href=back.address() on:click=move |event| desk.browsing.follow(&event, back.clone())>{say().all_follow_ups}</a>
        </p>
        <form class="card narrow" on:submit=send>
            <h1 tabindex="-1">{say().account}</h1>
            <p>{name}{(!units.is_empty()).then(|| view! { <span class="soft">" · "{units.join(", ")}</span> })}</p>
            <h2>{say().change_password}</h2>
            <p class="soft">{(say().choose_password)(least as u64)}" "{say().others_end}</p>
            <Refused sending/>
            // For programs that keep passwords.
            <label for="email">{say().you_sign_in_with}</label>
            <input id="email" type="email" autocomplete="username" readonly value=email/>
            <PasswordField id="current" label=say().current_password kind="current-password" password=current shown/>
            <PasswordField id="new" label=say().new_password kind="new-password" password shown/>
            <ShowPassword shown/>
            <Submit sending name=say().change_password/>
        </form>
    }
}
