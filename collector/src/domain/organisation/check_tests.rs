//! What is wrong is named.

use super::*;
use crate::domain::organisation::Membership;

fn organisation(toml: &str) -> Organisation {
    toml::from_str(toml).unwrap()
}

fn said(organisation: &Organisation) -> Vec<String> {
    organisation.check().into_iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect()
}

const COMPANY: &str = r#"
    time_zone = "Europe/London"
    units = [
        { id = "co", kind = "company", name = "Co", target = 40 },
        { id = "care", kind = "department", name = "Care", parent = "co", target = -12.5 },
        { id = "north", kind = "team", name = "North", parent = "care" },
    ]
    agents = [{ id = "a1", name = "A", unit = "north" }, { id = "a2", name = "B", unit = "care" }, { id = "a3", name = "C" }]
"#;

#[test]
fn a_name_can_be_shown_to_people() {
    for name in ["", " ", "A\nB", "A\u{1b}[31m", &"x".repeat(257)] {
        let mut company = organisation(COMPANY);
        company.units[1].name = name.into();
        company.agents[2].name = name.into();
        let paths: Vec<String> = company.check().into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["units[1].name", "agents[2].name"], "{name:?}");
    }
    let mut company = organisation(COMPANY);
    company.agents[0].name = "أ".repeat(128);
    assert_eq!(company.check(), []);
}

#[test]
fn more_than_one_step_can_replace_is_refused_with_the_limit() {
    let mut company = organisation(COMPANY);
    company.agents = vec![company.agents[0].clone(); MOST];
    assert_eq!(said(&company), [": 100003 units, agents and memberships, more than 100000"]);
    company.agents.truncate(1);
    let membership = Membership { unit: "north".parse().unwrap(), from: None, to: None };
    company.agents[0].memberships = vec![membership; MOST - 3];
    assert_eq!(said(&company), [": 100001 units, agents and memberships, more than 100000"]);
}

#[test]
fn circles_unknown_parents_and_doubles_are_named() {
    let broken = organisation(
        r#"
        units = [
            { id = "a", kind = "team", name = "A", parent = "b" },
            { id = "b", kind = "team", name = "B", parent = "a" },
            { id = "c", kind = "agent", name = "C", parent = "nowhere" },
            { id = "c", kind = "team", name = "C", parent = "a" },
        ]
        agents = [{ id = "x", name = "X", unit = "gone" }, { id = "x", name = "X" }]
    "#,
    );
    assert_eq!(
        said(&broken),
        [
            "units[0].parent: a is above itself",
            "units[1].parent: b is above itself",
            "units[2].kind: \"agent\": lower-case letters, digits and _, and none of agent, survey, language, category, score, complete, hour, weekday, day, week, month, quarter, year",
            "units[2].parent: there is no unit nowhere",
            "units[3].id: c stands here twice",
            "agents[0].unit: there is no unit gone",
            "agents[1].id: x stands here twice",
        ]
    );
}

#[test]
fn a_target_is_an_nps_and_a_time_zone_is_one() {
    let mut company = organisation(COMPANY);
    assert_eq!(company.check(), []);
    company.units[0].target = Some(100.1);
    company.units[1].target = Some(-101.0);
    company.units[2].target = Some(f64::NAN);
    company.time_zone = Some("Mars/Olympus".into());
    assert_eq!(
        said(&company),
        [
            "time_zone: \"Mars/Olympus\" is not a time zone of the IANA database, such as Europe/London",
            "units[0].target: 100.1: a target is an NPS, from -100 to 100",
            "units[1].target: -101: a target is an NPS, from -100 to 100",
            "units[2].target: NaN: a target is an NPS, from -100 to 100",
        ]
    );
}

/// What is wrong with one agent of these memberships.
fn of_memberships(toml: &str) -> Vec<String> {
    let mut company = organisation(COMPANY);
    company.agents = organisation(&format!("agents = [{{ id = \"a1\", name = \"A\", {toml} }}]")).agents;
    said(&company)
}

#[test]
fn two_homes_at_once_are_named_with_their_dates() {
    let said = of_memberships(
        r#"memberships = [
            { unit = "care", from = 2026-03-01 },
            { unit = "north", from = 2026-01-01, to = 2026-03-02 },
            { unit = "co", to = 2026-01-01 },
        ]"#,
    );
    let expected = "agents[0].memberships[0]: a1 has two homes at once from 2026-03-01 on: \
                    north (from 2026-01-01 to 2026-03-02) and care (from 2026-03-01)";
    assert_eq!(said, [expected]);

    // The long one overlaps both of those after it, and they do not overlap each other.
    let said = of_memberships(
        r#"memberships = [{ unit = "care" }, { unit = "north", from = 2026-01-01, to = 2026-02-01 },
            { unit = "co", from = 2026-03-01 }]"#,
    );
    assert_eq!(
        said,
        [
            "agents[0].memberships[1]: a1 has two homes at once from 2026-01-01 on: care (always) and north (from 2026-01-01 to 2026-02-01)",
            "agents[0].memberships[2]: a1 has two homes at once from 2026-03-01 on: care (always) and co (from 2026-03-01)",
        ]
    );
}

#[test]
fn memberships_may_follow_each_other_leave_gaps_and_stand_beside_a_unit() {
    let sound = [
        r#"memberships = [{ unit = "north", to = 2026-03-01 }, { unit = "care", from = 2026-03-01 }]"#,
        r#"memberships = [{ unit = "north", to = 2026-03-01 }, { unit = "care", from = 2026-06-01, to = 2026-07-01 }]"#,
        r#"unit = "care", memberships = [{ unit = "north", from = 2026-03-01, to = 2026-04-01 }]"#,
        "memberships = []",
    ];
    for memberships in sound {
        assert_eq!(of_memberships(memberships), [""; 0], "{memberships}");
    }
}

#[test]
fn a_membership_has_a_unit_and_ends_after_it_begins() {
    let said = of_memberships(
        r#"memberships = [{ unit = "gone", to = 2026-01-01 }, { unit = "north", from = 2026-03-01, to = 2026-03-01 },
            { unit = "care", from = 2026-05-01, to = 2026-04-01 }]"#,
    );
    assert_eq!(
        said,
        [
            "agents[0].memberships[0].unit: there is no unit gone",
            "agents[0].memberships[1].to: it ends on 2026-03-01, which is not after 2026-03-01, when it begins",
            "agents[0].memberships[2].to: it ends on 2026-04-01, which is not after 2026-05-01, when it begins",
        ]
    );
}
