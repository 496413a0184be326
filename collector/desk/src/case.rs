//! One case.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::cases::CaseView;

use crate::acting::Acting;
use crate::api;
use crate::app::{Desk, arrive};
use crate::place::{Page, Place, Since};
use crate::told::{Answer, History, Promises, Reach, ScoreBadge, Trail, whose};
use crate::words::{self, say};

#[component]
pub(crate) fn CasePage(id: u64) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let case = RwSignal::new(None::<CaseView>);
    let wrong = RwSignal::new(None::<String>);
    // Outlives what somebody else did meanwhile, by which the page is drawn anew.
    let draft = RwSignal::new(String::new());
    spawn_local(async move {
        let answer = api::get::<CaseView>(&format!("/v1/cases/{id}")).await;
        // Somebody may have gone on meanwhile.
        if case.is_disposed() {
            return;
        }
        match answer {
            Ok(view) => {
                let title = format!("{}: {}", (say().case)(id), whose(&view.case));
                case.set(Some(view));
                arrive(&title);
            }
            Err(failure) => {
                wrong.set(desk.failed(&failure));
                arrive(&(say().case)(id));
            }
        }
    });
    let back = Place::list(desk.browsing.place_now().wanted);
    view! {
        <p class="back">
            <a href=back.address() on:click=move |event| desk.browsing.follow(&event, back.clone())>{say().all_follow_ups}</a>
        </p>
        {move || wrong.get().map(|wrong| view! { <h1 tabindex="-1">{(say().case)(id)}</h1><p class="wrong" role="alert">{wrong}</p> })}
        {move || case.get().map(|view| view! { <Shown view case draft/> })}
    }
}

#[component]
fn Shown(view: CaseView, case: RwSignal<Option<CaseView>>, draft: RwSignal<String>) -> impl IntoView {
    let summary = view.case.clone();
    let desk = expect_context::<Desk>();
    let wanted = desk.browsing.place_now().wanted;
    let agent = summary.agent.clone().map(|agent| {
        let place = Place { page: Page::Agent(agent.id, Since::default()), wanted };
        view! {
            " · "<a href=place.address() on:click=move |event| desk.browsing.follow(&event, place.clone())>{agent.name}</a>
        }
    });
    let unit = summary.unit.clone().map(|unit| format!(" · {}", unit.name));
    let mut names = view.assignees.clone();
    names.extend(view.root_causes.clone());
    names.push(summary.owner.clone());
    view! {
        <div class="title">
            {summary.score.map(|score| view! { <ScoreBadge score/> })}
            <div>
                <h1 tabindex="-1">{whose(&view.case)}</h1>
                <p class="soft about">{(say().case)(summary.id)}{agent}{unit}</p>
            </div>
            <span class="state" data-state=summary.state.as_str()>{words::state(summary.state)}</span>
        </div>
        <Acting view=view.clone() case draft/>
        <div class="columns">
            <div>
                <Answer response=view.response.clone()/>
                <Trail trail=view.trail.clone() names/>
            </div>
            <div>
                <section class="card">
                    <h2>{say().followed_up_by}</h2>
                    <p>{summary.owner.name.clone()}</p>
                    {summary.root_cause.clone().map(|cause| view! { <h2>{say().root_cause}</h2><p>{cause.name}</p> })}
                </section>
                <Promises promises=view.promises.clone()/>
                <Reach contact=view.contact.clone() customer=summary.customer.clone()/>
                <History view/>
            </div>
        </div>
    }
}
