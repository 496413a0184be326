//! What is done with a case: buttons, and the little form that some of them open.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::cases::{Act, Action, CaseView, Happened, Named};

use crate::api;
use crate::app::{Desk, focus_soon};
use crate::form::{Refused, Sending, Submit};
use crate::words::{self, say};

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
    let sending = Sending::new();
    let wrong = sending.wrong;
    let desk = expect_context::<Desk>();
    let (id, state) = (view.case.id, view.case.state);
    let send = move |act: Act| {
        spawn_local(async move {
            let action = act.action;
            let act = Act { expected: Some(state), ..act };
            let answer = sending.call("POST", &format!("/v1/cases/{id}/actions"), &act).await;
            match answer {
                None => {}
                Some(Ok(view)) => {
                    desk.said.set((say().done)(action).to_owned());
                    draft.set(String::new());
                    case.set(Some(view));
                    focus_soon("h1");
                }
                Some(Err(failure)) if failure.problem.code == "case_changed" => {
                    wrong.set(desk.failed(&failure));
                    // Somebody was faster: here is what they made of it.
                    if let Ok(view) = api::get::<CaseView>(&format!("/v1/cases/{id}")).await {
                        desk.said.set(faster(&view));
                        case.set(Some(view));
                        focus_soon("h1");
                    }
                }
                Some(Err(failure)) => wrong.set(desk.failed(&failure)),
            }
        });
    };
    let press = move |action: Action| {
        wrong.set(None);
        if action == Action::Acknowledge {
            send(Act::plain(action));
        } else {
            open.set(Some(action));
            focus_soon("#acting select, #acting textarea");
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
        <div class="actions" role="group" aria-label=say().what_to_do>{view.actions.iter().copied().map(button).collect_view()}</div>
        <Refused sending/>
        {move || open.get().map(|action| view! {
            <Form action causes=causes.clone() people=people.clone() sending draft send close=move || {
                open.set(None);
                let button = format!("#do-{}", action.as_str());
                focus_soon(button);
            }/>
        })}
    }
}

/// Who has done something meanwhile, and what: the last in the trail.
fn faster(view: &CaseView) -> String {
    let state = words::state(view.case.state);
    let changes = |what| matches!(what, Happened::State | Happened::Reopened);
    let by = view.trail.iter().rev().find(|entry| changes(entry.what)).map(words::by);
    let by = by.map(|by| format!(" · {by}")).unwrap_or_default();
    format!("{} {state}{by}", say().case_changed)
}

#[component]
fn Form(
    action: Action,
    causes: Vec<Named>,
    people: Vec<Named>,
    sending: Sending,
    draft: RwSignal<String>,
    send: impl Fn(Act) + Copy + 'static,
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let (cause, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (has_note, has_cause, has_to) = fields(action);
    let must_note = matches!(action, Action::Resolve | Action::Note);
    let label = match action {
        Action::Resolve => say().what_was_done,
        Action::NotNeeded => say().why_not_needed,
        _ => say().note,
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
                <label for="to">{say().to}</label>
                <select id="to" required on:change:target=move |event| to.set(event.target().value())>
                    <option value="">{say().choose}</option>
                    {people.into_iter().map(option).collect_view()}
                </select>
            })}
            {has_cause.then(|| view! {
                <label for="cause">{say().root_cause}</label>
                <select id="cause" required=action == Action::RootCause on:change:target=move |event| cause.set(event.target().value())>
                    <option value="">{say().not_known}</option>
                    {causes.into_iter().map(option).collect_view()}
                </select>
            })}
            {has_note.then(|| view! {
                <label for="note">{label}{(!must_note).then_some(say().may_be_left_out)}</label>
                <textarea id="note" rows="4" required=must_note prop:value=draft on:input:target=move |event| draft.set(event.target().value())></textarea>
            })}
            <div class="actions">
                <Submit sending name=words::action(action)/>
                <button class="plain" type="button" on:click=move |_| close()>{say().cancel}</button>
            </div>
        </form>
    }
}
