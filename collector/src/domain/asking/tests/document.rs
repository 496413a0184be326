//! Whether a document is sound.

use super::*;

#[test]
fn everything_wrong_with_a_document_is_named_with_its_place() {
    let document: Asking = toml::from_str(
        r#"
        time_zone = "Mars/Olympus"
        quiet = { days = 4000, per_year = 0, surveys = { gone = 5 } }
        reminders = { most = 0, after_days = 90 }
        backlog = { slow_from = 5, stop_at = 5 }
        [[rule]]
        name = "A b"
        survey = "gone"
        where = "score:9 or"
        share = 1.5
        mail = "gone"
        delay = "soon"
        [[rule]]
        name = "x"
        survey = "support"
        outcome = " "
        where = "score:9"
        delay = "40d"
        [[rule]]
        name = "x"
        survey = "support"
        where = "unit.gone:x"
        [[quota]]
        name = "q"
        spread = true
        [[quota]]
        name = "r"
        by = "answer.why"
        per_day = 5
        hours = "17:00..9:00"
        days = ["monday", "monday"]
        where = "hour:09"
    "#,
    )
    .unwrap();
    assert_eq!(
        wrong(&document),
        [
            "time_zone",
            "quiet.days",
            "quiet.surveys.gone",
            "quiet.per_year",
            "rule[0].name",
            "rule[2].name",
            "rule[0].survey",
            "rule[0].mail",
            "rule[0].where",
            "rule[0].share",
            "rule[0].delay",
            "rule[1].outcome",
            "rule[1].where",
            "rule[1].delay",
            "rule[2].where",
            "quota[0].per_day",
            "quota[0]",
            "quota[1].where",
            "quota[1].by",
            "quota[1].hours",
            "quota[1].days[1]",
            "reminders.most",
            "reminders.after_days",
            "backlog.stop_at",
        ]
    );
}

#[test]
fn the_example_is_sound() {
    let document: Asking = toml::from_str(include_str!("../../../../../examples/asking.toml")).unwrap();
    let organisation = toml::from_str(include_str!("../../../../../examples/organisation.toml")).unwrap();
    let names = Names { survey: &|id| id == "support", mail: &|_| false, organisation: &organisation };
    assert_eq!(check(&document, &names, &Limits::default()), []);
    let again: Asking = toml::from_str(&toml::to_string(&document).unwrap()).unwrap();
    assert_eq!(again, document, "what is shown can be pushed");
}
