//! English.

use wire::Category;
use wire::cases::{Action, Happened, Promise, State};
use wire::report::Met;

use super::Words;
use crate::place::{Since, Tab};

pub(super) static WORDS: Words = Words {
    skip: "Skip to the content",
    one_moment: "One moment…",
    sign_out: "Sign out",
    signed_out: "You have signed out.",
    been_signed_out: "You have been signed out.",
    my_numbers: "My numbers",
    account: "Your account",
    somebody: "Somebody",
    root_cause: "Root cause",
    show: "Show",
    cancel: "Cancel",
    all_follow_ups: "← All follow-ups",
    score: |score, category| {
        let category = match category {
            Category::Promoter => "promoter",
            Category::Passive => "passive",
            Category::Detractor => "detractor",
        };
        format!("{score} of 10, {category}")
    },
    case: |id| format!("Case {id}"),
    late: |span| format!("{span} late"),
    just_now: "just now",

    unreached: "The collector cannot be reached. Are you online?",
    sign_in_refused: "Nobody signs in with this address and this password.",
    too_often: "That was too often. Please wait a few minutes, then try again.",
    link_expired: "This link works no more: it was used, it has expired, or there is a newer one. Ask for a new one.",
    no_such_case: "There is no such case among those that you see.",
    role_missing: "Your role does not allow this.",
    current_is_wrong: "That is not your password so far.",
    password_is_weak: "Others would try this password first: take a few words that have nothing to do with you or with each other.",
    case_changed: "Somebody was faster.",
    not_done: str::to_owned,

    sign_in: "Sign in",
    email: "E-mail address",
    password: "Password",
    forgotten: "No password yet, or forgotten? Whoever runs Hearback in your company can send you a link.",
    signed_in_as: |name| format!("Signed in as {name}."),
    set_a_password: "Set a password",
    set_the_password: "Set the password",
    welcome: |name| format!("Welcome, {name}"),
    choose_password: |least| {
        format!(
            "Choose a password of at least {least} characters. A few words that do not belong together are hard to guess and easy to \
             keep in mind."
        )
    },
    too_short: |least| format!("That is too short: a password has at least {least} characters."),
    you_sign_in_with: "You sign in with",
    show_password: "Show the password",
    password_is_set: "Your password is set.",
    change_password: "Change the password",
    current_password: "Password so far",
    new_password: "New password",
    password_is_changed: "Your password is changed.",
    others_end: "Wherever else you have signed in, you are signed out.",

    follow_ups: "Follow-ups",
    refresh: "Refresh",
    cases: |many| match many {
        0 => "No cases here.".to_owned(),
        1 => "1 case".to_owned(),
        many => format!("{many} cases"),
    },
    new_cases: |many| if many == 1 { "1 new case".to_owned() } else { format!("{many} new cases") },
    list_changed: "The list has changed",
    nothing_here: "Nothing to follow up here. Well done.",
    show_more: "Show more",
    tabs: "Cases",
    tab: |tab| match tab {
        Tab::Open => "Open",
        Tab::New => "New",
        Tab::Due => "Due today",
        Tab::Overdue => "Overdue",
        Tab::Closed => "Closed",
    },
    owner: "Owner",
    everybody: "Everybody",
    any: "Any",

    state: |state| match state {
        State::New => "New",
        State::Acknowledged => "Acknowledged",
        State::Contacted => "Contacted",
        State::Resolved => "Resolved",
        State::NoAnswer => "No answer",
        State::NotNeeded => "Not needed",
    },
    action: |action| match action {
        Action::Acknowledge => "Acknowledge",
        Action::Contact => "Contacted",
        Action::Resolve => "Resolve",
        Action::NoAnswer => "No answer",
        Action::NotNeeded => "Not needed",
        Action::Reopen => "Open again",
        Action::Assign => "Hand over",
        Action::RootCause => "Root cause",
        Action::Note => "Note",
    },
    done: |action| match action {
        Action::Acknowledge => "Acknowledged.",
        Action::Contact => "Noted that you have talked to the customer.",
        Action::Resolve => "Resolved.",
        Action::NoAnswer => "Closed: nobody answered.",
        Action::NotNeeded => "Closed: nothing to do.",
        Action::Reopen => "Opened again.",
        Action::Assign => "Handed over.",
        Action::RootCause => "Root cause noted.",
        Action::Note => "Noted.",
    },
    promise: |promise| match promise {
        Promise::Acknowledge => "Acknowledge",
        Promise::Contact => "Talk to the customer",
        Promise::Resolve => "Close",
    },
    what_to_do: "What to do",
    what_was_done: "What was done",
    why_not_needed: "Why nothing is needed",
    note: "Note",
    may_be_left_out: " (may be left out)",
    to: "To",
    choose: "Choose…",
    not_known: "Not known",
    followed_up_by: "Followed up by",
    promised: "Promised",
    kept: "kept",
    was_late: "was late",
    by_then: |moment| format!("by {moment}"),
    answer: "Answer",
    no_answer_seen: "There is no answer to be seen.",
    what_else: "What else is known",
    given: "Given",
    finished: "Finished",
    yes: "yes",
    no: "no",
    customer: "Customer",
    nobody_knows: "Nobody knows who it was.",
    known_as: |id| format!("Known as {id}"),
    scores_so_far: "Scores so far",
    its_case: "Its case",
    went_with_customer: "What was written here went with the customer.",
    what_happened: "What happened",
    happened: |entry, to| match entry.what {
        Happened::Opened if to.is_empty() => "opened the case".to_owned(),
        Happened::Opened => format!("opened the case, by the rule “{to}”"),
        Happened::State => format!("set it to {to}"),
        Happened::Assigned => format!("handed it over to {to}"),
        Happened::Escalated => match entry.promise {
            Some(missed) => {
                format!("took it up in the organisation: “{}” was late", (WORDS.promise)(missed))
            }
            None => "took it up in the organisation".to_owned(),
        },
        Happened::RootCause => format!("named the root cause: {to}"),
        Happened::Note => "wrote a note".to_owned(),
        Happened::Answered if entry.erased => "noted another score".to_owned(),
        Happened::Answered => {
            format!("noted another score: {to} instead of {}", entry.from.as_deref().unwrap_or_default())
        }
        Happened::Reopened => "opened it again".to_owned(),
        Happened::Mailed => format!("sent a mail to {to}"),
        Happened::NotMailed => format!("could not send a mail to {to}"),
        Happened::Erased => "erased the customer".to_owned(),
    },
    operator: "The operator",
    key: |name| format!("{name} (key)"),

    numbers: "Numbers",
    no_such_agent: "There is no such agent among those that you see.",
    period: "Period",
    since: |since| match since {
        Since::Quarter => "3 months",
        Since::Year => "12 months",
        Since::Ever => "All",
    },
    answers: |many| if many == 1 { "1 answer".to_owned() } else { format!("{many} answers") },
    no_answers: "Nobody has answered in this time.",
    between: |low, high| {
        format!("The true value is between {low} and {high}: that is how far chance reaches, 19 times in 20.")
    },
    still_wide: "These are few answers: each of the next ones will move the number a lot.",
    target_of: |unit, target| format!("Target of {unit}: {target}"),
    met: |met| match met {
        Met::Met => "reached",
        Met::NotMet => "not reached",
        Met::NotCertain => "too few answers to say",
    },
    scores: "Scores",
    categories: |category| match category {
        Category::Promoter => "Promoters (9, 10)",
        Category::Passive => "Passives (7, 8)",
        Category::Detractor => "Detractors (0 to 6)",
    },
    over_time: "Month by month",
    trend_explained: "The lines say how far chance reaches. Where they overlap, it may be no change at all.",
    trend_withheld: "No month has enough answers to be shown.",
    as_table: "As a table",
    month: "Month",
    interval: "Between",
    answers_head: "Answers",
    too_few: "too few to be shown",
    target: "Target",
    comments: "What customers wrote",
    no_comments: "Nobody has written anything in this time.",
    open_cases: |many| format!("Open cases: {many}"),
    closed_cases: |many| format!("Closed cases: {many}"),
    overdue: |many| format!("{many} overdue"),
    no_cases: "None.",
    newest_of: |shown, all| format!("These are {shown} of {all}."),
};
