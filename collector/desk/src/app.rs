//! Which page is shown, and to whom.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wire::session::Session;

use crate::api::{self, Failure};
use crate::case::CasePage;
use crate::list::ListPage;
use crate::place::{Browsing, Page, Place};
use crate::sign_in::SignInPage;
use crate::welcome::WelcomePage;

/// How long it is shown what was done.
const SAID_FOR: Duration = Duration::from_secs(7);

/// Who has signed in, as far as is known.
#[derive(Clone, PartialEq)]
pub(crate) enum Who {
    /// Nobody has asked yet.
    Unknown,
    /// Nobody.
    Nobody,
    /// Somebody.
    Somebody(Session),
}

/// What every page needs.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    pub(crate) browsing: Browsing,
    pub(crate) who: RwSignal<Who>,
    /// What is read out, and shown for a while.
    pub(crate) said: RwSignal<String>,
}

impl Desk {
    /// What to do where something was not done; the words for it, unless it is that somebody has to sign in again.
    pub(crate) fn failed(self, failure: &Failure) -> Option<String> {
        if failure.is_signed_out() && failure.problem.code != "sign_in_refused" {
            self.who.set(Who::Nobody);
            self.said.set("You have been signed out.".to_owned());
            return None;
        }
        Some(failure.words())
    }
}

/// The whole desk.
#[component]
pub(crate) fn App() -> impl IntoView {
    let desk = Desk {
        browsing: Browsing::begin(),
        who: RwSignal::new(Who::Unknown),
        said: RwSignal::new(String::new()),
    };
    provide_context(desk);
    spawn_local(async move {
        match api::get::<Session>("/v1/session").await {
            Ok(session) => desk.who.set(Who::Somebody(session)),
            Err(failure) if failure.is_signed_out() => desk.who.set(Who::Nobody),
            Err(failure) => {
                desk.who.set(Who::Nobody);
                desk.said.set(failure.words());
            }
        }
    });
    // It covers what is at the bottom: it goes again, unless something else was said meanwhile.
    Effect::new(move |_| {
        let said = desk.said.get();
        if !said.is_empty() {
            set_timeout(
                move || {
                    if desk.said.get_untracked() == said {
                        desk.said.set(String::new());
                    }
                },
                SAID_FOR,
            );
        }
    });
    let page = Memo::new(move |_| desk.browsing.place().page);
    view! {
        <a class="skip" href="#main" on:click=|event| {
            // What stands behind the # may be a link's token.
            event.prevent_default();
            focus("main");
        }>"Skip to the content"</a>
        <Header/>
        <main id="main" tabindex="-1">
            {move || match (page.get(), desk.who.get()) {
                (Page::Welcome(token), _) => view! { <WelcomePage token/> }.into_any(),
                (_, Who::Unknown) => view! { <p class="wait">"One moment…"</p> }.into_any(),
                (_, Who::Nobody) => view! { <SignInPage/> }.into_any(),
                (Page::List, Who::Somebody(_)) => view! { <ListPage/> }.into_any(),
                (Page::Case(id), Who::Somebody(_)) => view! { <CasePage id/> }.into_any(),
            }}
        </main>
        <div class="said" role="status" aria-live="polite">{move || desk.said.get()}</div>
    }
}

#[component]
fn Header() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let sign_out = move |_| {
        spawn_local(async move {
            match api::call::<()>("DELETE", "/v1/session", None::<&()>).await {
                // Whoever is still signed in is not told otherwise.
                Err(failure) if !failure.is_signed_out() => desk.said.set(failure.words()),
                _ => {
                    desk.who.set(Who::Nobody);
                    desk.said.set("You have signed out.".to_owned());
                }
            }
        });
    };
    view! {
        <header class="top">
            <a class="home" href="/desk/" on:click=move |event| desk.browsing.follow(&event, Place::default())>
                <span class="mark" aria-hidden="true"></span>"Hearback"
            </a>
            {move || match desk.who.get() {
                Who::Somebody(session) => view! {
                    <div class="me">
                        <span class="name">{session.name}</span>
                        <button type="button" class="quiet" on:click=sign_out>"Sign out"</button>
                    </div>
                }
                .into_any(),
                _ => ().into_any(),
            }}
        </header>
    }
}

/// Says where one is now: the window's title, and for screen readers and keyboards the heading.
pub(crate) fn arrive(title: &str) {
    document().set_title(&format!("{title} · Hearback"));
    request_animation_frame(|| focus("h1"));
}

/// Gives the focus to the first that this selector finds.
pub(crate) fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
