//! The work list: what is to be followed up, what is due first at the top.
//!
//! It keeps itself fresh: what happens to a case on it is shown where it stands, and no row moves until somebody asks for it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::cases::{CaseSummary, CasesPage, Counts};

use crate::api;
use crate::app::{Desk, arrive, focus, focus_soon};
use crate::filters::{Filters, Tabs};
use crate::news;
use crate::place::{Page, Place, Wanted};
use crate::told::{ScoreBadge, whose};
use crate::words::{self, say};

/// What is listed.
#[derive(Clone, Default)]
pub(crate) struct Listed {
    cases: Vec<CaseSummary>,
    pub(crate) counts: Counts,
    matching: u64,
    next: Option<String>,
}

impl Listed {
    fn has(&self, id: u64) -> bool {
        self.cases.iter().any(|case| case.id == id)
    }

    /// Takes what can be shown without moving a row. Nothing comes back if that is all; otherwise the cases that are new.
    fn refresh(&mut self, page: CasesPage, opened: &[u64]) -> Option<Vec<u64>> {
        let shown = self.cases.iter().take(page.cases.len()).map(|case| case.id);
        let is_same = self.matching == page.matching && shown.eq(page.cases.iter().map(|case| case.id));
        // Of a list that goes on, others move up.
        let is_whole = self.next.is_none();
        let found = page.cases.iter().map(|case| case.id).filter(|id| is_whole || opened.contains(id));
        let mut new: Vec<u64> = found.chain(opened.iter().copied()).filter(|id| !self.has(*id)).collect();
        new.sort_unstable();
        new.dedup();
        self.counts = page.counts;
        for fresh in page.cases {
            if let Some(case) = self.cases.iter_mut().find(|case| case.id == fresh.id) {
                *case = fresh;
            }
        }
        (!is_same).then_some(new)
    }
}

/// What is loaded.
enum Load {
    /// The list from its beginning.
    Anew,
    /// The next page of it.
    More,
    /// The list with what is new, which is marked.
    New(Vec<u64>),
}

#[component]
pub(crate) fn ListPage() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let listed = RwSignal::new(None::<Listed>);
    let wrong = RwSignal::new(None::<String>);
    // What has changed and is not shown yet: the cases that are new, if it is that; and those that are marked as such.
    let (waiting, marked) = (RwSignal::new(None::<Vec<u64>>), RwSignal::new(Vec::<u64>::new()));
    let wanted = Memo::new(move |_| desk.browsing.place().wanted);
    let under_way = RwSignal::new(0_u32);
    let load = move |wanted: Wanted, what: Load| {
        let more = matches!(what, Load::More);
        // Whoever presses twice gets the next page once.
        if more && under_way.get_untracked() > 0 {
            return;
        }
        under_way.update(|many| *many += 1);
        spawn_local(async move {
            let cursor = listed.get_untracked().filter(|_| more).and_then(|listed| listed.next);
            let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let answer = api::get::<CasesPage>(&format!("/v1/cases?{}{cursor}", wanted.query())).await;
            // Somebody may have gone on meanwhile, or away.
            if listed.is_disposed() {
                return;
            }
            under_way.update(|many| *many -= 1);
            if desk.browsing.place_now().wanted != wanted {
                return;
            }
            let page = match answer {
                Ok(page) => page,
                Err(failure) => return wrong.set(desk.failed(&failure)),
            };
            wrong.set(None);
            let before = listed.get_untracked().filter(|_| more).map(|listed| listed.cases);
            let mut cases = before.unwrap_or_default();
            let first = cases.len() + 1;
            cases.extend(page.cases);
            let (counts, matching, next) = (page.counts, page.matching, page.next);
            listed.set(Some(Listed { cases, counts, matching, next }));
            // The button may be gone that was pressed.
            match what {
                Load::Anew => {
                    waiting.set(None);
                    marked.set(Vec::new());
                }
                Load::More => focus_soon(format!(".list > li:nth-child({first}) .who")),
                Load::New(new) => {
                    waiting.set(None);
                    marked.set(new);
                    request_animation_frame(|| {
                        if !focus(".fresh .who") {
                            focus("h1");
                        }
                    });
                }
            }
        });
    };
    Effect::new(move |_| load(wanted.get(), Load::Anew));
    // Of what was told while the list was being loaded, the list may know nothing: it is looked at after that.
    let missed = StoredValue::new(None::<Vec<u64>>);
    let miss = move |opened: Vec<u64>| {
        missed.try_update_value(|missed| missed.get_or_insert_default().extend(opened));
    };
    let look = move |opened: Vec<u64>| {
        let Some(wanted) = wanted.try_get_untracked() else { return };
        spawn_local(async move {
            let answer = api::get::<CasesPage>(&format!("/v1/cases?{}", wanted.query())).await;
            if listed.is_disposed() || desk.browsing.place_now().wanted != wanted {
                return;
            }
            if under_way.get_untracked() > 0 {
                return miss(opened);
            }
            match answer {
                Ok(page) => {
                    let before = waiting.get_untracked().unwrap_or_default();
                    let opened = [before, opened].concat();
                    let mut changed = None;
                    listed.update(|listed| {
                        changed = listed.as_mut().and_then(|listed| listed.refresh(page, &opened));
                    });
                    waiting.set(changed);
                }
                // Nobody has asked: only that nobody is signed in any more is said.
                Err(failure) => drop(failure.is_signed_out().then(|| desk.failed(&failure))),
            }
        });
    };
    news::follow(move |opened| match under_way.try_get_untracked() {
        Some(0) => look(opened),
        _ => miss(opened),
    });
    Effect::new(move |_| {
        if under_way.get() == 0
            && let Some(opened) = missed.try_update_value(Option::take).flatten()
        {
            look(opened);
        }
    });
    arrive(say().follow_ups);
    let is_empty = Memo::new(move |_| listed.with(|listed| Some(listed.as_ref()?.cases.is_empty())));
    let matching = Memo::new(move |_| listed.with(|listed| Some(listed.as_ref()?.matching)));
    let goes_on =
        Memo::new(move |_| listed.with(|listed| listed.as_ref().is_some_and(|it| it.next.is_some())));
    let ids = move || {
        listed.with(|listed| {
            listed.iter().flat_map(|listed| &listed.cases).map(|case| case.id).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="head">
            <h1 tabindex="-1">{say().follow_ups}</h1>
            <button type="button" class="quiet" on:click=move |_| load(wanted.get_untracked(), Load::Anew)>{say().refresh}</button>
        </div>
        {move || wrong.get().map(|wrong| view! { <p class="wrong" role="alert">{wrong}</p> })}
        <Tabs listed wanted/>
        <Filters listed wanted/>
        <News waiting show=move || {
            load(wanted.get_untracked(), Load::New(waiting.get_untracked().unwrap_or_default()));
        }/>
        <p class="soft matching" role="status">{move || matching.get().map(say().cases)}</p>
        {move || match is_empty.get() {
            None => ().into_any(),
            Some(true) => view! { <p class="empty">{say().nothing_here}</p> }.into_any(),
            Some(false) => view! {
                <ul class="list"><For each=ids key=|id| *id let(id)><Row id listed marked/></For></ul>
            }.into_any(),
        }}
        {move || goes_on.get().then(|| view! {
            <button type="button" class="more" on:click=move |_| load(wanted.get_untracked(), Load::More)>{say().show_more}</button>
        })}
    }
}

/// That there is something new, read out; shown when somebody wants it, so that nothing moves under a finger.
#[component]
fn News(waiting: RwSignal<Option<Vec<u64>>>, show: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let is_there = Memo::new(move |_| waiting.with(Option::is_some));
    let name = move || match waiting.with(|new| new.as_ref().map_or(0, Vec::len)) {
        0 => say().list_changed.to_owned(),
        many => (say().new_cases)(many as u64),
    };
    view! {
        <div class="news" role="status">
            {move || is_there.get().then(|| view! {
                <button type="button" class="main" on:click=move |_| show()>{name}" – "{say().show}</button>
            })}
        </div>
    }
}

#[component]
fn Row(id: u64, listed: RwSignal<Option<Listed>>, marked: RwSignal<Vec<u64>>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let case = Memo::new(move |_| {
        listed.with(|listed| listed.as_ref()?.cases.iter().find(|case| case.id == id).cloned())
    });
    let place = Place { page: Page::Case(id), wanted: desk.browsing.place_now().wanted };
    let address = place.address();
    let about = |case: CaseSummary| {
        let about = [case.agent, case.unit].into_iter().flatten().map(|named| named.name);
        about.chain([words::ago(&case.opened_at)]).collect::<Vec<_>>().join(" · ")
    };
    let due = |case: &CaseSummary| {
        let (promise, at) = case.due.zip(case.due_at.as_ref())?;
        Some(view! { <span class="due">{format!("{} {}", words::promise(promise), words::until(at))}</span> })
    };
    view! {
        <li class="row" class:late=move || case.get().is_some_and(|case| case.overdue)
            class:fresh=move || marked.with(|marked| marked.contains(&id))>
            {move || case.get().and_then(|case| case.score).map(|score| view! { <ScoreBadge score/> })}
            <div class="what">
                <a class="who" href=address on:click=move |event| desk.browsing.follow(&event, place.clone())>{move || case.with(|case| case.as_ref().map(whose))}</a>
                {move || case.get().and_then(|case| case.comment).map(|comment| view! { <p class="comment" dir="auto">{comment}</p> })}
                <p class="soft">{move || case.get().map(about)}</p>
            </div>
            <div class="side">
                {move || case.get().map(|case| view! {
                    <span class="state" data-state=case.state.as_str()>{words::state(case.state)}</span>
                    {due(&case)}
                    <span class="soft">{case.owner.name}</span>
                })}
            </div>
        </li>
    }
}
