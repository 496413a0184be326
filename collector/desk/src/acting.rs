//! What is done with a case: buttons, and the little form that some of them open.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::cases::{Act, Action, CaseView, Named};

use crate::api;
use crate::app::{Desk, focus};
use crate::words;

/// What is asked for before an action is done.
fn fields(action: Action) -> (bool, bool, bool) {
    let note = !matches!(action, Action::Acknowledge | Action::RootCause);
    let cause = matches!(action, Action::Resolve | Action::NoAnswer | Action::NotNeeded | Action::RootCause);
    (note, cause, action == Action::Assign)
}

#[component]
pub(crate) fn Acting(
    view: CaseView,
    case: RwSignal<Option<CaseView>>,
    draft: RwSignal<String>,
) -> impl IntoView {
    let open = RwSignal::new(None::<Action>);
    let (wrong, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let desk = expect_context::<Desk>();
    let (id, state) = (view.case.id, view.case.state);
    let send = move |act: Act| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        spawn_local(async move {
            let action = act.action;
            let act = Act { expected: Some(state), ..act };
            let answer = api::call::<CaseView>("POST", &format!("/v1/cases/{id}/actions"), Some(&act)).await;
            busy.set(false);
            match answer {
                Ok(view) => {
                    desk.said.set(words::done(action).to_owned());
                    draft.set(String::new());
                    case.set(Some(view));
                    request_animation_frame(|| focus("h1"));
                }
                Err(failure) if failure.problem.code == "case_changed" => {
                    wrong.set(desk.failed(&failure));
                    // Somebody was faster: here is what they made of it.
                    if let Ok(view) = api::get::<CaseView>(&format!("/v1/cases/{id}")).await {
                        desk.said.set(failure.words());
                        case.set(Some(view));
                        request_animation_frame(|| focus("h1"));
                    }
                }
                Err(failure) => wrong.set(desk.failed(&failure)),
            }
        });
    };
    let press = move |action: Action| {
        wrong.set(None);
        if action == Action::Acknowledge {
            send(Act::plain(action));
        } else {
            open.set(Some(action));
            request_animation_frame(|| focus("#acting select, #acting textarea"));
        }
    };
    // What comes next on the usual way stands out.
    let next = [Action::Acknowledge, Action::Contact, Action::Resolve, Action::Reopen];
    let next = next.into_iter().find(|action| view.actions.contains(action));
    let (causes, people) = (view.root_causes.clone(), view.assignees.clone());
    let button = |action: Action| {
        view! {
            <button type="button" class=if next == Some(action) { "main" } else { "plain" }
                aria-expanded=move || (action != Action::Acknowledge).then(|| (open.get() == Some(action)).to_string())
                id=format!("do-{}", action.as_str()) on:click=move |_| press(action)>
                {words::action(action)}
            </button>
        }
    };
    view! {
        <div class="actions" role="group" aria-label="What to do">{view.actions.iter().copied().map(button).collect_view()}</div>
        {move || wrong.get().map(|wrong| view! { <p class="wrong" role="alert" id="acting-wrong">{wrong}</p> })}
        {move || open.get().map(|action| view! {
            <Form action causes=causes.clone() people=people.clone() busy draft send close=move || {
                open.set(None);
                let button = format!("#do-{}", action.as_str());
                request_animation_frame(move || focus(&button));
            }/>
        })}
    }
}

#[component]
fn Form(
    action: Action,
    causes: Vec<Named>,
    people: Vec<Named>,
    busy: RwSignal<bool>,
    draft: RwSignal<String>,
    send: impl Fn(Act) + Copy + 'static,
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let (cause, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (has_note, has_cause, has_to) = fields(action);
    let must_note = matches!(action, Action::Resolve | Action::Note);
    let label = match action {
        Action::Resolve => "What was done",
        Action::NotNeeded => "Why nothing is needed",
        _ => "Note",
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let given =
            |signal: RwSignal<String>| Some(signal.get_untracked()).filter(|text| !text.trim().is_empty());
        // What was written for another action stays where it is.
        let note = given(draft).filter(|_| has_note);
        send(Act { note, root_cause: given(cause), to: given(to), ..Act::plain(action) });
    };
    let option = |named: Named| view! { <option value=named.id>{named.name}</option> };
    view! {
        <form id="acting" class="card acting" on:submit=submit
            on:keydown=move |event| if event.key() == "Escape" { close() }>
            <h2>{words::action(action)}</h2>
            {has_to.then(|| view! {
                <label for="to">"To"</label>
                <select id="to" required on:change:target=move |event| to.set(event.target().value())>
                    <option value="">"Choose…"</option>
                    {people.into_iter().map(option).collect_view()}
                </select>
            })}
            {has_cause.then(|| view! {
                <label for="cause">"Root cause"</label>
                <select id="cause" required=action == Action::RootCause on:change:target=move |event| cause.set(event.target().value())>
                    <option value="">"Not known"</option>
                    {causes.into_iter().map(option).collect_view()}
                </select>
            })}
            {has_note.then(|| view! {
                <label for="note">{label}{(!must_note).then_some(" (may be left out)")}</label>
                <textarea id="note" rows="4" required=must_note prop:value=draft on:input:target=move |event| draft.set(event.target().value())></textarea>
            })}
            <div class="actions">
                <button class="main" type="submit" aria-disabled=move || busy.get().to_string()>{words::action(action)}</button>
                <button class="plain" type="button" on:click=move |_| close()>"Cancel"</button>
            </div>
        </form>
    }
}
