//! Which page is shown, and to whom.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wire::session::Session;

use crate::account::AccountPage;
use crate::agent::AgentPage;
use crate::api::{self, Failure};
use crate::case::CasePage;
use crate::list::ListPage;
use crate::place::{Browsing, Page, Place, Since};
use crate::sign_in::SignInPage;
use crate::welcome::WelcomePage;
use crate::words::{say, speak};

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
            self.leave();
            self.said.set(say().been_signed_out.to_owned());
            return None;
        }
        Some(failure.words())
    }

    /// Somebody has signed in: what is drawn from now on is in her or his language.
    pub(crate) fn enter(self, session: Session) {
        speak(session.language.as_deref());
        self.who.set(Who::Somebody(session));
    }

    /// Nobody is signed in.
    fn leave(self) {
        speak(None);
        self.who.set(Who::Nobody);
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
    speak(None);
    spawn_local(async move {
        match api::get::<Session>("/v1/session").await {
            Ok(session) => desk.enter(session),
            Err(failure) if failure.is_signed_out() => desk.leave(),
            Err(failure) => {
                desk.leave();
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
        }>{move || { desk.who.track(); say().skip }}</a>
        <Header/>
        <main id="main" tabindex="-1">
            {move || match page.get() {
                // Whoever has signed in: the link says who it is for.
                Page::Welcome(token) => view! { <WelcomePage token/> }.into_any(),
                page => view! { <OwnPage page/> }.into_any(),
            }}
        </main>
        <div class="said" role="status" aria-live="polite">{move || desk.said.get()}</div>
    }
}

/// What only those see who have signed in.
#[component]
fn OwnPage(page: Page) -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || match (desk.who.get(), page.clone()) {
        (Who::Unknown, _) => view! { <p class="wait">{say().one_moment}</p> }.into_any(),
        (Who::Nobody, _) => view! { <SignInPage/> }.into_any(),
        (Who::Somebody(_), Page::Case(id)) => view! { <CasePage id/> }.into_any(),
        (Who::Somebody(me), Page::Agent(id, since)) => view! { <AgentPage id since me/> }.into_any(),
        (Who::Somebody(session), Page::Account) => view! { <AccountPage session/> }.into_any(),
        (Who::Somebody(_), Page::List | Page::Welcome(_)) => view! { <ListPage/> }.into_any(),
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
                    desk.leave();
                    desk.said.set(say().signed_out.to_owned());
                }
            }
        });
    };
    view! {
        <header class="top">
            <a class="home" href="/desk/" aria-label="Hearback" on:click=move |event| desk.browsing.follow(&event, Place::default())>
                <span class="mark" aria-hidden="true"></span><span class="product">"Hearback"</span>
            </a>
            {move || match desk.who.get() {
                Who::Somebody(session) => view! {
                    <nav class="me" aria-label=say().account>
                        {session.agent.map(|agent| view! { <Link page=Page::Agent(agent, Since::default())>{say().my_numbers}</Link> })}
                        <Link page=Page::Account>
                            <svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="6.5" r="3.5"/><path d="M3 18a7 7 0 0 1 14 0"/></svg>
                            <span class="name">{session.name}</span>
                        </Link>
                        <button type="button" class="quiet" on:click=sign_out>{say().sign_out}</button>
                    </nav>
                }
                .into_any(),
                _ => ().into_any(),
            }}
        </header>
    }
}

/// A link at the top.
#[component]
fn Link(page: Page, children: Children) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let place = Place { page, ..Place::default() };
    let here = place.page.clone();
    view! {
        <a href=place.address() aria-current=move || (desk.browsing.place().page == here).then_some("page")
            on:click=move |event| desk.browsing.follow(&event, place.clone())>
            {children()}
        </a>
    }
}

/// Says where one is now: the window's title, and for screen readers and keyboards the heading.
pub(crate) fn arrive(title: &str) {
    document().set_title(&format!("{title} · Hearback"));
    focus_soon("h1");
}

/// Gives the focus to the first that this selector finds, once what has changed is drawn.
pub(crate) fn focus_soon(selector: impl Into<String>) {
    let selector = selector.into();
    request_animation_frame(move || {
        focus(&selector);
    });
}

/// Gives the focus to the first that this selector finds; says whether there is one.
pub(crate) fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let found = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
    found.is_some_and(|element| element.focus().is_ok())
}
