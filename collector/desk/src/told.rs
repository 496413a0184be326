//! What is known of a case: what the customer answered, how the customer is reached, what was promised and what happened.

use leptos::prelude::*;
use wire::Score;
use wire::cases::{CaseView, Contact, Named, PromiseView, ResponseOfCase, TrailEntry};

use crate::app::Desk;
use crate::place::{Page, Place};
use crate::words;

/// A score with the colour and shape of its category.
#[component]
pub(crate) fn ScoreBadge(score: Score) -> impl IntoView {
    view! {
        <span class="score" data-category=score.category().as_str() role="img" aria-label=words::score(score)>
            {score.get()}
        </span>
    }
}

#[component]
pub(crate) fn Promises(promises: Vec<PromiseView>) -> impl IntoView {
    let one = |view: PromiseView| {
        let (state, said) = match (view.kept, &view.done_at) {
            (Some(true), _) => ("kept", "kept".to_owned()),
            (Some(false), Some(_)) => ("missed", "was late".to_owned()),
            (Some(false), None) => ("missed", words::until(&view.by)),
            (None, _) => ("open", words::until(&view.by)),
        };
        view! {
            <li data-promise=state>
                <span>{words::promise(view.promise)}</span>
                <span class="said-so">{said}</span>
                <span class="soft">{format!("by {}", words::moment(&view.by))}</span>
            </li>
        }
    };
    (!promises.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>"Promised"</h2>
                <ul class="promises">{promises.into_iter().map(one).collect_view()}</ul>
            </section>
        }
    })
}

#[component]
pub(crate) fn Answer(response: Option<ResponseOfCase>) -> impl IntoView {
    let Some(response) = response else {
        return view! { <section class="card"><h2>"Answer"</h2><p class="soft">"There is no answer to be seen."</p></section> }
            .into_any();
    };
    let said =
        response.answers.into_iter().map(|said| view! { <dt>{said.question}</dt><dd>{said.answer}</dd> });
    let known =
        response.attributes.into_iter().map(|known| view! { <dt>{known.name}</dt><dd>{known.value}</dd> });
    view! {
        <section class="card">
            <h2>"Answer"</h2>
            <dl class="answers">{said.collect_view()}</dl>
            <details>
                <summary>"What else is known"</summary>
                <dl class="known">
                    <dt>"Given"</dt><dd>{words::moment(&response.at)}</dd>
                    <dt>"Finished"</dt><dd>{if response.complete { "yes" } else { "no" }}</dd>
                    {known.collect_view()}
                </dl>
            </details>
        </section>
    }
    .into_any()
}

#[component]
pub(crate) fn Reach(contact: Option<Contact>, customer: Option<String>) -> impl IntoView {
    let contact = contact.unwrap_or_default();
    let email =
        contact.email.map(|email| view! { <li><a href=format!("mailto:{email}")>{email.clone()}</a></li> });
    let phone =
        contact.phone.map(|phone| view! { <li><a href=format!("tel:{phone}")>{phone.clone()}</a></li> });
    view! {
        <section class="card">
            <h2>"Customer"</h2>
            <ul class="reach">
                <li>{customer.map_or_else(|| "Nobody knows who it was.".to_owned(), |customer| format!("Known as {customer}"))}</li>
                {email}{phone}
            </ul>
        </section>
    }
}

#[component]
pub(crate) fn History(view: CaseView) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let own = view.case.id;
    let past = view.history.into_iter().map(|past| {
        let place = past.case.filter(|case| *case != own).map(|case| Place {
            page: Page::Case(case),
            wanted: desk.browsing.place_now().wanted,
        });
        view! {
            <li>
                <ScoreBadge score=past.score/>
                <span>{words::moment(&past.at)}</span>
                {place.map(|place| view! {
                    <a href=place.address() on:click=move |event| desk.browsing.follow(&event, place.clone())>"Its case"</a>
                })}
            </li>
        }
    });
    view! {
        <section class="card">
            <h2>"Scores so far"</h2>
            <ul class="history">{past.collect_view()}</ul>
        </section>
    }
}

#[component]
pub(crate) fn Trail(trail: Vec<TrailEntry>, names: Vec<Named>) -> impl IntoView {
    let name = move |id: &str| {
        names.iter().find(|named| named.id == id).map_or_else(|| id.to_owned(), |named| named.name.clone())
    };
    let entry = |entry: TrailEntry| {
        view! {
            <li>
                <p><strong>{words::by(&entry)}</strong>" "{words::happened(&entry, &name)}</p>
                {entry.note.clone().map(|note| view! { <blockquote>{note}</blockquote> })}
                {entry.erased.then(|| view! { <p class="soft">"What was written here went with the customer."</p> })}
                <p class="soft"><time datetime=entry.at.clone()>{words::moment(&entry.at)}</time></p>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2>"What happened"</h2>
            <ol class="trail">{trail.into_iter().rev().map(entry).collect_view()}</ol>
        </section>
    }
}
