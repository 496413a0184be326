//! Which cases the list shows: tabs with their counts, and whose and why.

use leptos::prelude::*;

use crate::app::Desk;
use crate::list::Listed;
use crate::place::{Place, Tab, Wanted};
use crate::words::say;

#[component]
pub(crate) fn Tabs(listed: RwSignal<Option<Listed>>, wanted: Memo<Wanted>) -> impl IntoView {
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
        let place = move || Place::list(Wanted { tab, ..wanted.get() });
        let is_here = move || wanted.get().tab == tab;
        view! {
            <a class="tab" class:alarm=move || tab == Tab::Overdue && count().is_some_and(|count| count > 0)
                href=move || place().address() aria-current=move || is_here().then_some("page")
                on:click=move |event| desk.browsing.follow(&event, place())>
                {(say().tab)(tab)}<span class="count">{move || count().map(|count| count.to_string())}</span>
            </a>
        }
    };
    view! { <nav class="tabs" aria-label=say().tabs>{Tab::ALL.map(tab).into_iter().collect_view()}</nav> }
}

#[component]
pub(crate) fn Filters(listed: RwSignal<Option<Listed>>, wanted: Memo<Wanted>) -> impl IntoView {
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
            <Choice id="owner" label=say().owner all=say().everybody options=Signal::derive(owners)
                chosen=Signal::derive(move || wanted.get().owner) choose=move |value| go(|wanted, value| wanted.owner = value, value)/>
            <Choice id="cause" label=say().root_cause all=say().any options=Signal::derive(causes)
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
