//! What is known of a case: what the customer answered, how the customer is reached, what was promised and what happened.

use leptos::prelude::*;
use wire::Score;
use wire::cases::{CaseSummary, CaseView, Contact, Named, PromiseView, ResponseOfCase, TrailEntry};

use crate::app::Desk;
use crate::place::{Page, Place};
use crate::words::{self, say};

/// Whose case it is, as far as that is known.
pub(crate) fn whose(case: &CaseSummary) -> String {
    case.first_name.clone().or_else(|| case.customer.clone()).unwrap_or_else(|| say().somebody.to_owned())
}

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
            (Some(true), _) => ("kept", say().kept.to_owned()),
            (Some(false), Some(_)) => ("missed", say().was_late.to_owned()),
            (Some(false), None) => ("missed", words::until(&view.by)),
            (None, _) => ("open", words::until(&view.by)),
        };
        view! {
            <li data-promise=state>
                <span>{words::promise(view.promise)}</span>
                <span class="said-so">{said}</span>
                <span class="soft">{(say().by_then)(&words::moment(&view.by))}</span>
            </li>
        }
    };
    (!promises.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{say().promised}</h2>
                <ul class="promises">{promises.into_iter().map(one).collect_view()}</ul>
            </section>
        }
    })
}

#[component]
pub(crate) fn Answer(response: Option<ResponseOfCase>) -> impl IntoView {
    let Some(response) = response else {
        return view! { <section class="card"><h2>{say().answer}</h2><p class="soft">{say().no_answer_seen}</p></section> }
            .into_any();
    };
    let said =
        response.answers.into_iter().map(|said| view! { <dt>{said.question}</dt><dd>{said.answer}</dd> });
    let known =
        response.attributes.into_iter().map(|known| view! { <dt>{known.name}</dt><dd>{known.value}</dd> });
    view! {
        <section class="card">
            <h2>{say().answer}</h2>
            <dl class="answers">{said.collect_view()}</dl>
            <details>
                <summary>{say().what_else}</summary>
                <dl class="known">
                    <dt>{say().given}</dt><dd>{words::moment(&response.at)}</dd>
                    <dt>{say().finished}</dt><dd>{if response.complete { say().yes } else { say().no }}</dd>
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
    let email = contact
        .email
        .map(|email| view! { <li><a dir="ltr" href=format!("mailto:{email}")>{email.clone()}</a></li> });
    let phone = contact
        .phone
        .map(|phone| view! { <li><a dir="ltr" href=format!("tel:{phone}")>{phone.clone()}</a></li> });
    view! {
        <section class="card">
            <h2>{say().customer}</h2>
            <ul class="reach">
                <li>{customer.map_or_else(|| say().nobody_knows.to_owned(), |customer| (say().known_as)(&customer))}</li>
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
                    <a href=place.address() on:click=move |event| desk.browsing.follow(&event, place.clone())>{say().its_case}</a>
                })}
            </li>
        }
    });
    view! {
        <section class="card">
            <h2>{say().scores_so_far}</h2>
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
                {entry.erased.then(|| view! { <p class="soft">{say().went_with_customer}</p> })}
                <p class="soft"><time datetime=entry.at.clone()>{words::moment(&entry.at)}</time></p>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2>{say().what_happened}</h2>
            <ol class="trail">{trail.into_iter().rev().map(entry).collect_view()}</ol>
        </section>
    }
}
