//! German.

use wire::Category;
use wire::cases::{Action, Happened, Promise, State};
use wire::report::Met;

use super::Words;
use crate::place::{Since, Tab};

pub(super) static WORDS: Words = Words {
    skip: "Zum Inhalt springen",
    one_moment: "Einen Moment…",
    sign_out: "Abmelden",
    signed_out: "Sie haben sich abgemeldet.",
    been_signed_out: "Sie wurden abgemeldet.",
    my_numbers: "Meine Zahlen",
    account: "Ihr Konto",
    somebody: "Unbekannt",
    root_cause: "Ursache",
    show: "Anzeigen",
    cancel: "Abbrechen",
    all_follow_ups: "← Alle Fälle",
    score: |score, category| {
        let category = match category {
            Category::Promoter => "Promotor",
            Category::Passive => "Passiv",
            Category::Detractor => "Kritiker",
        };
        format!("{score} von 10, {category}")
    },
    case: |id| format!("Fall {id}"),
    late: |span| format!("{span} überfällig"),
    just_now: "gerade eben",

    unreached: "Der Server ist nicht erreichbar. Sind Sie online?",
    sign_in_refused: "Mit dieser Adresse und diesem Passwort meldet sich niemand an.",
    too_often: "Das waren zu viele Versuche. Bitte warten Sie einige Minuten und versuchen Sie es dann erneut.",
    link_expired: "Dieser Link gilt nicht mehr: Er wurde benutzt, ist abgelaufen, oder es gibt einen neueren. Bitten Sie um einen neuen.",
    no_such_case: "Unter den Fällen, die Sie sehen, gibt es diesen nicht.",
    role_missing: "Ihre Rolle erlaubt das nicht.",
    current_is_wrong: "Das ist nicht Ihr bisheriges Passwort.",
    password_is_weak: "Dieses Passwort würden andere zuerst versuchen: Nehmen Sie ein paar Wörter, die weder mit Ihnen noch miteinander zu tun haben.",
    case_changed: "Jemand war schneller.",
    not_done: |detail| format!("Das ging nicht: {detail}"),

    sign_in: "Anmelden",
    email: "E-Mail-Adresse",
    password: "Passwort",
    forgotten: "Noch kein Passwort, oder vergessen? Wer Hearback in Ihrem Unternehmen betreut, kann Ihnen einen Link senden.",
    signed_in_as: |name| format!("Angemeldet als {name}."),
    set_a_password: "Passwort festlegen",
    set_the_password: "Passwort festlegen",
    welcome: |name| format!("Willkommen, {name}"),
    choose_password: |least| {
        format!(
            "Wählen Sie ein Passwort mit mindestens {least} Zeichen. Ein paar Wörter, die nicht zusammengehören, sind schwer zu \
             erraten und leicht zu merken."
        )
    },
    too_short: |least| format!("Das ist zu kurz: Ein Passwort hat mindestens {least} Zeichen."),
    you_sign_in_with: "Sie melden sich an mit",
    show_password: "Passwort anzeigen",
    password_is_set: "Ihr Passwort ist festgelegt.",
    change_password: "Passwort ändern",
    current_password: "Bisheriges Passwort",
    new_password: "Neues Passwort",
    password_is_changed: "Ihr Passwort ist geändert.",
    others_end: "Überall sonst, wo Sie angemeldet sind, werden Sie abgemeldet.",

    follow_ups: "Fälle",
    refresh: "Aktualisieren",
    cases: |many| match many {
        0 => "Keine Fälle.".to_owned(),
        1 => "1 Fall".to_owned(),
        many => format!("{many} Fälle"),
    },
    new_cases: |many| if many == 1 { "1 neuer Fall".to_owned() } else { format!("{many} neue Fälle") },
    list_changed: "Die Liste hat sich geändert",
    nothing_here: "Hier ist nichts zu tun. Gut gemacht.",
    show_more: "Mehr anzeigen",
    tabs: "Fälle",
    tab: |tab| match tab {
        Tab::Open => "Offen",
        Tab::New => "Neu",
        Tab::Due => "Heute fällig",
        Tab::Overdue => "Überfällig",
        Tab::Closed => "Geschlossen",
    },
    owner: "Zuständig",
    everybody: "Alle",
    any: "Jede",

    state: |state| match state {
        State::New => "Neu",
        State::Acknowledged => "Angenommen",
        State::Contacted => "Gesprochen",
        State::Resolved => "Gelöst",
        State::NoAnswer => "Nicht erreicht",
        State::NotNeeded => "Nicht nötig",
    },
    action: |action| match action {
        Action::Acknowledge => "Annehmen",
        Action::Contact => "Gesprochen",
        Action::Resolve => "Lösen",
        Action::NoAnswer => "Nicht erreicht",
        Action::NotNeeded => "Nicht nötig",
        Action::Reopen => "Wieder öffnen",
        Action::Assign => "Übergeben",
        Action::RootCause => "Ursache",
        Action::Note => "Notiz",
    },
    done: |action| match action {
        Action::Acknowledge => "Angenommen.",
        Action::Contact => "Vermerkt, dass Sie mit dem Kunden gesprochen haben.",
        Action::Resolve => "Gelöst.",
        Action::NoAnswer => "Geschlossen: niemand war zu erreichen.",
        Action::NotNeeded => "Geschlossen: nichts zu tun.",
        Action::Reopen => "Wieder geöffnet.",
        Action::Assign => "Übergeben.",
        Action::RootCause => "Ursache vermerkt.",
        Action::Note => "Notiert.",
    },
    promise: |promise| match promise {
        Promise::Acknowledge => "Annehmen",
        Promise::Contact => "Mit dem Kunden sprechen",
        Promise::Resolve => "Abschließen",
    },
    what_to_do: "Was zu tun ist",
    what_was_done: "Was getan wurde",
    why_not_needed: "Warum nichts nötig ist",
    note: "Notiz",
    may_be_left_out: " (kann entfallen)",
    to: "An",
    choose: "Bitte wählen…",
    not_known: "Nicht bekannt",
    followed_up_by: "Zuständig",
    promised: "Zugesagt",
    kept: "eingehalten",
    was_late: "zu spät",
    by_then: |moment| format!("bis {moment}"),
    answer: "Antwort",
    no_answer_seen: "Es ist keine Antwort zu sehen.",
    what_else: "Was noch bekannt ist",
    given: "Gegeben",
    finished: "Abgeschlossen",
    yes: "ja",
    no: "nein",
    customer: "Kunde",
    nobody_knows: "Niemand weiß, wer es war.",
    known_as: |id| format!("Bekannt als {id}"),
    scores_so_far: "Bisherige Bewertungen",
    its_case: "Fall dazu",
    went_with_customer: "Was hier stand, wurde mit den Kundendaten gelöscht.",
    what_happened: "Was geschah",
    happened: |entry, to| match entry.what {
        Happened::Opened if to.is_empty() => "hat den Fall eröffnet".to_owned(),
        Happened::Opened => format!("hat den Fall eröffnet, nach der Regel „{to}“"),
        Happened::State => format!("hat ihn auf „{to}“ gesetzt"),
        Happened::Assigned => format!("hat ihn an {to} übergeben"),
        Happened::Escalated => match entry.promise {
            Some(missed) => {
                format!("hat ihn nach oben weitergegeben: „{}“ war überfällig", (WORDS.promise)(missed))
            }
            None => "hat ihn nach oben weitergegeben".to_owned(),
        },
        Happened::RootCause => format!("hat die Ursache benannt: {to}"),
        Happened::Note => "hat eine Notiz geschrieben".to_owned(),
        Happened::Answered if entry.erased => "hat eine andere Bewertung vermerkt".to_owned(),
        Happened::Answered => {
            format!(
                "hat eine andere Bewertung vermerkt: {to} statt {}",
                entry.from.as_deref().unwrap_or_default()
            )
        }
        Happened::Reopened => "hat ihn wieder geöffnet".to_owned(),
        Happened::Mailed => format!("hat eine E-Mail an {to} gesendet"),
        Happened::NotMailed => format!("konnte keine E-Mail an {to} senden"),
        Happened::Erased => "hat die Kundendaten gelöscht".to_owned(),
    },
    operator: "Der Betreiber",
    key: |name| format!("{name} (Schlüssel)"),

    numbers: "Zahlen",
    no_such_agent: "Unter denen, deren Zahlen Sie sehen, ist niemand mit diesem Namen.",
    period: "Zeitraum",
    since: |since| match since {
        Since::Quarter => "3 Monate",
        Since::Year => "12 Monate",
        Since::Ever => "Alles",
    },
    answers: |many| if many == 1 { "1 Antwort".to_owned() } else { format!("{many} Antworten") },
    no_answers: "In dieser Zeit hat niemand geantwortet.",
    between: |low, high| {
        format!(
            "Der wahre Wert liegt zwischen {low} und {high}: So weit reicht der Zufall, in 19 von 20 Fällen."
        )
    },
    still_wide: "Das sind wenige Antworten: Jede weitere wird die Zahl noch stark bewegen.",
    target_of: |unit, target| format!("Ziel von {unit}: {target}"),
    met: |met| match met {
        Met::Met => "erreicht",
        Met::NotMet => "nicht erreicht",
        Met::NotCertain => "zu wenige Antworten, um es zu sagen",
    },
    scores: "Bewertungen",
    categories: |category| match category {
        Category::Promoter => "Promotoren (9, 10)",
        Category::Passive => "Passive (7, 8)",
        Category::Detractor => "Kritiker (0 bis 6)",
    },
    over_time: "Monat für Monat",
    trend_explained: "Die Striche zeigen, wie weit der Zufall reicht. Wo sie sich überlappen, hat sich vielleicht nichts geändert.",
    trend_withheld: "Kein Monat hat genug Antworten, um gezeigt zu werden.",
    as_table: "Als Tabelle",
    month: "Monat",
    interval: "Zwischen",
    answers_head: "Antworten",
    too_few: "zu wenige, um sie zu zeigen",
    target: "Ziel",
    comments: "Was geschrieben wurde",
    no_comments: "In dieser Zeit hat niemand etwas geschrieben.",
    open_cases: |many| format!("Offene Fälle: {many}"),
    closed_cases: |many| format!("Geschlossene Fälle: {many}"),
    overdue: |many| format!("{many} überfällig"),
    no_cases: "Keine.",
    newest_of: |shown, all| format!("Das sind {shown} von {all}."),
};
