//! The work list: what is to be followed up, what is due first at the top.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::cases::{CaseSummary, CasesPage, Counts};

use crate::api;
use crate::app::{Desk, arrive, focus};
use crate::place::{Page, Place, Tab, Wanted};
use crate::told::ScoreBadge;
use crate::words;

/// What is listed.
#[derive(Clone, Default)]
struct Listed {
    cases: Vec<CaseSummary>,
    counts: Counts,
    matching: u64,
    next: Option<String>,
}

#[component]
pub(crate) fn ListPage() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let listed = RwSignal::new(None::<Listed>);
    let wrong = RwSignal::new(None::<String>);
    let wanted = Memo::new(move |_| desk.browsing.place().wanted);
    let under_way = RwSignal::new(0_u32);
    let load = move |wanted: Wanted, more: bool| {
        // Whoever presses twice gets the next page once.
        if more && under_way.get_untracked() > 0 {
            return;
        }
        under_way.update(|many| *many += 1);
        spawn_local(async move {
            let cursor = listed.get_untracked().filter(|_| more).and_then(|listed| listed.next);
            let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let answer = api::get::<CasesPage>(&format!("/v1/cases?{}{cursor}", wanted.query())).await;
            under_way.update(|many| *many -= 1);
            // Somebody may have gone on meanwhile, or away.
            if listed.is_disposed() || desk.browsing.place_now().wanted != wanted {
                return;
            }
            match answer {
                Ok(page) => {
                    wrong.set(None);
                    let before = listed.get_untracked().filter(|_| more).map(|listed| listed.cases);
                    let mut cases = before.unwrap_or_default();
                    let first = cases.len() + 1;
                    cases.extend(page.cases);
                    let (counts, matching, next) = (page.counts, page.matching, page.next);
                    listed.set(Some(Listed { cases, counts, matching, next }));
                    if more {
                        // The button may be gone that was pressed.
                        request_animation_frame(move || {
                            focus(&format!(".list > li:nth-child({first}) .who"))
                        });
                    }
                }
                Err(failure) => wrong.set(desk.failed(&failure)),
            }
        });
    };
    Effect::new(move |_| load(wanted.get(), false));
    arrive("Follow-ups");
    view! {
        <div class="head">
            <h1 tabindex="-1">"Follow-ups"</h1>
            <button type="button" class="quiet" on:click=move |_| load(wanted.get_untracked(), false)>"Refresh"</button>
        </div>
        {move || wrong.get().map(|wrong| view! { <p class="wrong" role="alert">{wrong}</p> })}
        <Tabs listed wanted/>
        <Filters listed wanted/>
        {move || listed.get().map(|listed| {
            let (many, next) = (listed.matching, listed.next.is_some());
            let empty = listed.cases.is_empty();
            let rows = listed.cases.into_iter().map(|case| view! { <Row case/> }).collect_view();
            view! {
                <p class="soft" role="status">{match many { 0 => "No cases here.".to_owned(), 1 => "1 case".to_owned(), many => format!("{many} cases") }}</p>
                {(!empty).then(|| view! { <ul class="list">{rows}</ul> })}
                {empty.then(|| view! { <p class="empty">"Nothing to follow up here. Well done."</p> })}
                {next.then(|| view! { <button type="button" class="more" on:click=move |_| load(wanted.get_untracked(), true)>"Show more"</button> })}
            }
        })}
    }
}

#[component]
fn Tabs(listed: RwSignal<Option<Listed>>, wanted: Memo<Wanted>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let tab = move |tab: Tab| {
        let count = move || {
            let counts = listed.get().map(|listed| listed.counts);
            counts.map(|counts| match tab {
                Tab::Open => counts.open,
                Tab::New => counts.new,
                Tab::Due => counts.due,
                Tab::Overdue => counts.overdue,
                Tab::Closed => counts.closed,
            })
        };
        let name = match tab {
            Tab::Open => "Open",
            Tab::New => "New",
            Tab::Due => "Due today",
            Tab::Overdue => "Overdue",
            Tab::Closed => "Closed",
        };
        let place = move || Place::list(Wanted { tab, ..wanted.get() });
        let is_here = move || wanted.get().tab == tab;
        view! {
            <a class="tab" class:alarm=move || tab == Tab::Overdue && count().is_some_and(|count| count > 0)
                href=move || place().address() aria-current=move || is_here().then_some("page")
                on:click=move |event| desk.browsing.follow(&event, place())>
                {name}<span class="count">{move || count().map(|count| count.to_string())}</span>
            </a>
        }
    };
    view! { <nav class="tabs" aria-label="Cases">{Tab::ALL.map(tab).into_iter().collect_view()}</nav> }
}

#[component]
fn Filters(listed: RwSignal<Option<Listed>>, wanted: Memo<Wanted>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let counts = move || listed.get().map(|listed| listed.counts).unwrap_or_default();
    let owners = move || {
        let owners = counts().by_owner.into_iter();
        owners
            .map(|count| (count.owner.id, format!("{} ({})", count.owner.name, count.open)))
            .collect::<Vec<_>>()
    };
    let causes = move || {
        let causes = counts().by_root_cause.into_iter();
        causes
            .map(|count| (count.root_cause.id, format!("{} ({})", count.root_cause.name, count.cases)))
            .collect::<Vec<_>>()
    };
    let go = move |change: fn(&mut Wanted, String), value: String| {
        let mut wanted = wanted.get_untracked();
        change(&mut wanted, value);
        desk.browsing.go(Place::list(wanted));
    };
    view! {
        <div class="filters">
            <Choice id="owner" label="Owner" all="Everybody" options=Signal::derive(owners)
                chosen=Signal::derive(move || wanted.get().owner) choose=move |value| go(|wanted, value| wanted.owner = value, value)/>
            <Choice id="cause" label="Root cause" all="Any" options=Signal::derive(causes)
                chosen=Signal::derive(move || wanted.get().cause) choose=move |value| go(|wanted, value| wanted.cause = value, value)/>
        </div>
    }
}

#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    all: &'static str,
    options: Signal<Vec<(String, String)>>,
    chosen: Signal<String>,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    let choices = move || {
        let (mut options, chosen) = (options.get(), chosen.get());
        // What is chosen is shown, also where nothing has it any more.
        if !chosen.is_empty() && options.iter().all(|(id, _)| *id != chosen) {
            options.push((chosen.clone(), chosen.clone()));
        }
        let option = |(id, name): (String, String)| {
            let selected = id == chosen;
            view! { <option value=id selected=selected>{name}</option> }
        };
        options.into_iter().map(option).collect_view()
    };
    view! {
        <div class="choice">
            <label for=id>{label}</label>
            <select id=id on:change:target=move |event| choose(event.target().value()) prop:value=chosen>
                <option value="">{all}</option>
                {choices}
            </select>
        </div>
    }
}

#[component]
fn Row(case: CaseSummary) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let place = Place { page: Page::Case(case.id), wanted: desk.browsing.place_now().wanted };
    let address = place.address();
    let who = case.first_name.clone().or(case.customer.clone()).unwrap_or_else(|| "Somebody".to_owned());
    let due = case.due.zip(case.due_at.clone());
    let about = [case.agent.as_ref(), case.unit.as_ref()];
    let about: Vec<String> = about.into_iter().flatten().map(|named| named.name.clone()).collect();
    view! {
        <li class="row" class:late=case.overdue>
            {case.score.map(|score| view! { <ScoreBadge score/> })}
            <div class="what">
                <a class="who" href=address on:click=move |event| desk.browsing.follow(&event, place.clone())>{who}</a>
                {case.comment.map(|comment| view! { <p class="comment">{comment}</p> })}
                <p class="soft">{about.join(" · ")}{format!(" · {}", words::ago(&case.opened_at))}</p>
            </div>
            <div class="side">
                <span class="state" data-state=case.state.as_str()>{words::state(case.state)}</span>
                {due.map(|(promise, at)| view! { <span class="due">{format!("{} {}", words::promise(promise), words::until(&at))}</span> })}
                <span class="soft">{case.owner.name}</span>
            </div>
        </li>
    }
}
