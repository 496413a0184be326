//! An agent's own numbers: for the agent, and for whoever leads, to talk about.

use js_sys::{Date, encode_uri_component};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Nps;
use wire::cases::CaseSummary;
use wire::evidence::{Coaching, CommentOfAgent, UnitTargetOfAgent};
use wire::report::Met;
use wire::session::Session;

use crate::api;
use crate::app::{Desk, arrive};
use crate::charts::{Distribution, Trend};
use crate::place::{Page, Place, Since};
use crate::told::{ScoreBadge, whose};
use crate::words::{self, say};

/// An interval that is wider than this says little, in points of the NPS.
const WIDE: f64 = 60.0;

#[component]
pub(crate) fn AgentPage(id: String, since: Since, me: Session) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let found = RwSignal::new(None::<Coaching>);
    let wrong = RwSignal::new(None::<String>);
    let is_own = me.agent.as_ref() == Some(&id);
    let address = format!("/v1/agents/{}/coaching{}", encode_uri_component(&id), from(since));
    spawn_local(async move {
        let answer = api::get::<Coaching>(&address).await;
        // Somebody may have gone on meanwhile.
        if found.is_disposed() {
            return;
        }
        match answer {
            Ok(coaching) => {
                let title = if is_own { say().my_numbers.to_owned() } else { coaching.agent.name.clone() };
                found.set(Some(coaching));
                arrive(&title);
            }
            Err(failure) => {
                let is_none = failure.status == 404;
                wrong.set(if is_none { Some(say().no_such_agent.to_owned()) } else { desk.failed(&failure) });
                arrive(say().numbers);
            }
        }
    });
    let wanted = desk.browsing.place_now().wanted;
    let back = Place::list(wanted.clone());
    let period = move |one: Since| {
        let place = Place { page: Page::Agent(id.clone(), one), wanted: wanted.clone() };
        view! {
            <a class="tab" href=place.address() aria-current=(one == since).then_some("page")
                on:click=move |event| desk.browsing.follow(&event, place.clone())>{(say().since)(one)}</a>
        }
    };
    let periods = Since::ALL.map(period).into_iter().collect_view();
    view! {
        <p class="back">
            <a href=back.address() on:click=move |event| desk.browsing.follow(&event, back.clone())>{say().all_follow_ups}</a>
        </p>
        {move || wrong.get().map(|wrong| view! { <h1 tabindex="-1">{say().numbers}</h1><p class="wrong" role="alert">{wrong}</p> })}
        {move || (found.with(Option::is_none) && wrong.with(Option::is_none)).then(|| view! { <p class="wait">{say().one_moment}</p> })}
        <div hidden=move || found.with(Option::is_none)>
            {move || found.with(|found| found.as_ref().map(|coaching| view! { <Heading coaching=coaching.clone() is_own/> }))}
            <nav class="tabs" aria-label=say().period>{periods}</nav>
            {move || found.get().map(|coaching| view! { <Shown coaching/> })}
        </div>
    }
}

/// What the collector is asked for: whole months, this one counted.
fn from(since: Since) -> String {
    let Some(months) = since.months() else { return String::new() };
    let today = Date::new_0();
    let first = today.get_full_year() * 12 + today.get_month() + 1 - months;
    format!("?from={:04}-{:02}-01", first / 12, first % 12 + 1)
}

#[component]
fn Heading(coaching: Coaching, is_own: bool) -> impl IntoView {
    let Coaching { agent, unit, .. } = coaching;
    let (title, name) =
        if is_own { (say().my_numbers.to_owned(), Some(agent.name)) } else { (agent.name, None) };
    let about: Vec<String> = name.into_iter().chain(unit.map(|unit| unit.name)).collect();
    view! {
        <div class="title">
            <div>
                <h1 tabindex="-1">{title}</h1>
                <p class="soft">{about.join(" · ")}</p>
            </div>
        </div>
    }
}

#[component]
fn Shown(coaching: Coaching) -> impl IntoView {
    let Coaching { score, target, comments, counts, open_cases, closed_cases, .. } = coaching;
    let wanted = target.as_ref().map(|target| target.target.target);
    let trend = score.trend.unwrap_or_default();
    let is_empty = score.figures.n == 0;
    view! {
        <div class="columns numbers">
            <div>
                <Score figures=score.figures.clone() target/>
                {(!is_empty).then(|| view! {
                    <section class="card"><h2>{say().scores}</h2><Distribution figures=score.figures/></section>
                    <section class="card"><h2>{say().over_time}</h2><Trend points=trend target=wanted/></section>
                })}
                <Comments comments/>
            </div>
            <div>
                <section class="card">
                    <h2>{(say().open_cases)(counts.open)}</h2>
                    {(counts.overdue > 0).then(|| view! { <p class="alert">{(say().overdue)(counts.overdue)}</p> })}
                    <Cases cases=open_cases all=counts.open/>
                </section>
                <section class="card">
                    <h2>{(say().closed_cases)(counts.closed)}</h2>
                    <Cases cases=closed_cases all=counts.closed/>
                </section>
            </div>
        </div>
    }
}

#[component]
fn Score(figures: Nps, target: Option<UnitTargetOfAgent>) -> impl IntoView {
    let Some((nps, [low, high])) = figures.nps.zip(figures.interval) else {
        return view! { <section class="card"><h2>"NPS"</h2><p class="soft">{say().no_answers}</p></section> }
            .into_any();
    };
    let target = target.map(|UnitTargetOfAgent { unit, target }| {
        let met = match target.met {
            Met::Met => "yes",
            Met::NotMet => "no",
            Met::NotCertain => "unsure",
        };
        view! {
            <p class="goal" data-met=met>
                <span>{(say().target_of)(&unit.name, &words::nps(target.target))}</span>
                <span class="state">{(say().met)(target.met)}</span>
            </p>
        }
    });
    view! {
        <section class="card">
            <h2>"NPS"</h2>
            <p class="nps"><strong dir="ltr">{words::nps(nps)}</strong><span class="soft">{(say().answers)(figures.n)}</span></p>
            <p>{(say().between)(&words::nps(low), &words::nps(high))}</p>
            {(high - low > WIDE).then(|| view! { <p class="soft">{say().still_wide}</p> })}
            {target}
        </section>
    }
    .into_any()
}

#[component]
fn Comments(comments: Vec<CommentOfAgent>) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let is_empty = comments.is_empty();
    let one = |comment: CommentOfAgent| {
        let case = comment.case.map(|case| {
            let place = Place { page: Page::Case(case), wanted: desk.browsing.place_now().wanted };
            view! {
                " · "<a href=place.address() on:click=move |event| desk.browsing.follow(&event, place.clone())>{(say().case)(case)}</a>
            }
        });
        view! {
            <li>
                {comment.score.map(|score| view! { <ScoreBadge score/> })}
                <div>
                    <p class="written" dir="auto">{comment.comment}</p>
                    <p class="soft about"><time datetime=comment.at.clone()>{words::moment(&comment.at)}</time>{case}</p>
                </div>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2>{say().comments}</h2>
            {is_empty.then(|| view! { <p class="soft">{say().no_comments}</p> })}
            <ul class="comments">{comments.into_iter().map(one).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Cases(cases: Vec<CaseSummary>, all: u64) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let shown = cases.len() as u64;
    let one = |case: CaseSummary| {
        let place = Place { page: Page::Case(case.id), wanted: desk.browsing.place_now().wanted };
        let who = whose(&case);
        view! {
            <li class:late=case.overdue>
                {case.score.map(|score| view! { <ScoreBadge score/> })}
                <div>
                    <a href=place.address() on:click=move |event| desk.browsing.follow(&event, place.clone())>{who}</a>
                    <p class="soft">{words::ago(&case.opened_at)}</p>
                </div>
                <span class="state" data-state=case.state.as_str()>{words::state(case.state)}</span>
            </li>
        }
    };
    view! {
        {(all == 0).then(|| view! { <p class="soft">{say().no_cases}</p> })}
        <ul class="cases">{cases.into_iter().map(one).collect_view()}</ul>
        {(all > shown).then(|| view! { <p class="soft">{(say().newest_of)(shown, all)}</p> })}
    }
}
