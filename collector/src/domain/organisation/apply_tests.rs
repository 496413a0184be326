//! A change is done whole, or not at all, and it is told why.

use serde_json::{Value, json};

use super::*;

/// Noon of 15 June 2026.
fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

fn company() -> Organisation {
    toml::from_str(
        r#"
        units = [
            { id = "co", kind = "company", name = "Co" },
            { id = "care", kind = "department", name = "Care", parent = "co", target = 40 },
            { id = "north", kind = "team", name = "North", parent = "care" },
            { id = "south", kind = "team", name = "South", parent = "care" },
            { id = "empty", kind = "team", name = "Empty", parent = "care" },
        ]
        agents = [
            { id = "ada", name = "Ada", unit = "north" },
            { id = "ben", name = "Ben", memberships = [{ unit = "north", to = 2026-02-01 }, { unit = "south", from = 2026-02-01 }] },
        ]
    "#,
    )
    .unwrap()
}

fn change(change: Value) -> Change {
    serde_json::from_value(change).unwrap()
}

fn changed(what: Value) -> Organisation {
    let after = company().changed(&change(what.clone()), now()).unwrap();
    assert_eq!(after.check(), []);
    assert_eq!(after.changed(&change(what), now()).unwrap(), after, "the same twice changes nothing more");
    after
}

fn refused(what: Value) -> Vec<String> {
    let problems = company().changed(&change(what), now()).unwrap_err();
    problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect()
}

fn told(organisation: &Organisation, agent: &str) -> Vec<String> {
    let spans = organisation.agent(agent).unwrap().spans();
    spans.iter().map(|span| format!("{} {}", span.unit, span.period())).collect()
}

#[test]
fn what_is_left_out_stays_as_it_is() {
    assert_eq!(changed(json!({})), company());
    let after = changed(json!({
        "time_zone": "Europe/London",
        "units": [{"id": "care", "name": "Customer Care"}, {"id": "north", "parent": null, "target": -5}],
        "agents": [{"id": "ben", "name": "Benedict"}]
    }));
    let care = after.unit("care").unwrap();
    assert_eq!(
        (care.name.as_str(), care.kind.as_str(), care.target),
        ("Customer Care", "department", Some(40.0))
    );
    let north = after.unit("north").unwrap();
    assert_eq!((north.name.as_str(), &north.parent, north.target), ("North", &None, Some(-5.0)));
    assert_eq!(after.agent("ben").unwrap().name, "Benedict");
    assert_eq!(told(&after, "ben"), told(&company(), "ben"));
    assert_eq!(after.time_zone.as_deref(), Some("Europe/London"));

    let after = changed(json!({"units": [{"id": "care", "target": null}]}));
    assert_eq!(after.unit("care").unwrap().target, None);
}

#[test]
fn where_an_agent_is_said_to_be_takes_the_place_of_all_that_was_said() {
    let after = changed(json!({"agents": [{"id": "ben", "unit": "north"}]}));
    assert_eq!(told(&after, "ben"), ["north always"]);
    let after =
        changed(json!({"agents": [{"id": "ada", "memberships": [{"unit": "south", "from": "2026-05-01"}]}]}));
    assert_eq!(told(&after, "ada"), ["south from 2026-05-01"]);
    let after = changed(json!({"agents": [{"id": "ben", "unit": null}]}));
    assert_eq!(told(&after, "ben"), [""; 0]);
}

#[test]
fn new_units_and_agents_come_and_agents_move_into_them_at_once() {
    let after = changed(json!({
        "units": [
            {"id": "night", "kind": "team", "name": "Night", "parent": "sales"},
            {"id": "sales", "kind": "department", "name": "Sales", "parent": "co"}
        ],
        "agents": [{"id": "cleo", "name": "Cleo"}],
        "moves": [
            {"agent": "ada", "unit": "south", "from": "2026-09-01"},
            {"agent": "cleo", "unit": "night", "from": "2026-07-01"},
            {"agent": "ada", "unit": "night", "from": "2026-07-01"},
            {"agent": "ben", "unit": null, "from": "2026-08-01"}
        ]
    }));
    assert_eq!(told(&after, "cleo"), ["night from 2026-07-01"]);
    let ada = ["north to 2026-07-01", "night from 2026-07-01 to 2026-09-01", "south from 2026-09-01"];
    assert_eq!(told(&after, "ada"), ada);
    assert_eq!(told(&after, "ben"), ["north to 2026-02-01", "south from 2026-02-01 to 2026-08-01"]);
}

#[test]
fn an_agent_who_is_removed_stays_known_and_today_is_the_last_day() {
    let after = changed(json!({"remove_agents": ["ada", "ben"]}));
    assert_eq!(told(&after, "ada"), ["north to 2026-06-16"]);
    assert_eq!(told(&after, "ben"), ["north to 2026-02-01", "south from 2026-02-01 to 2026-06-16"]);
    let next_week = now() + jiff::SignedDuration::from_hours(7 * 24);
    let again = after.changed(&change(json!({"remove_agents": ["ada"]})), next_week).unwrap();
    assert_eq!(again, after, "sent again later it changes nothing");
    let back = after
        .changed(&change(json!({"moves": [{"agent": "ada", "unit": "south", "from": "2026-10-01"}]})), now());
    assert_eq!(told(&back.unwrap(), "ada"), ["north to 2026-06-16", "south from 2026-10-01"]);

    // Today is a day of the company's.
    let mut far = company();
    far.time_zone = Some("Pacific/Auckland".into());
    let after = far.changed(&change(json!({"remove_agents": ["ada"]})), now()).unwrap();
    assert_eq!(told(&after, "ada"), ["north to 2026-06-17"]);
}

#[test]
fn a_unit_goes_when_nothing_would_miss_it() {
    let after = changed(json!({"remove_units": ["empty", "never-was"]}));
    assert_eq!(after.units.len(), 4);
    assert_eq!(
        refused(json!({"remove_units": ["care", "north", "south", "empty"]})),
        [
            "remove_units[1]: north cannot go: ada has a membership in it (always), and 1 more",
            "remove_units[2]: south cannot go: ben has a membership in it (from 2026-02-01)",
        ]
    );
    assert_eq!(refused(json!({"remove_units": ["co"]})), ["remove_units[0]: co cannot go: care is below it"]);
    assert_eq!(
        refused(json!({"remove_units": ["empty"], "units": [{"id": "empty", "target": 1}]})),
        ["remove_units[0]: empty is put by the same change"]
    );
    // Where an agent was is kept, and so is the unit.
    assert_eq!(
        refused(json!({"remove_units": ["north"], "agents": [{"id": "ada", "unit": "south"}]})),
        ["remove_units[0]: north cannot go: ben has a membership in it (to 2026-02-01)"]
    );
    let agents = json!([{"id": "ada", "unit": "south"}, {"id": "ben", "unit": "south"}]);
    assert_eq!(changed(json!({"remove_units": ["north"], "agents": agents})).units.len(), 4);
    // With those below it, and in any order.
    let units = json!([{"id": "x", "kind": "area", "name": "X"}, {"id": "y", "kind": "team", "name": "Y", "parent": "x"}]);
    let more = changed(json!({"units": units}));
    assert_eq!(more.changed(&change(json!({"remove_units": ["x", "y"]})), now()).unwrap(), company());
}

#[test]
fn what_cannot_be_done_is_named_by_its_place_in_the_change() {
    assert_eq!(
        refused(json!({
            "time_zone": "Nowhere",
            "units": [
                {"id": "co", "parent": "north"}, {"id": "new"}, {"id": "care", "target": 101}, {"id": "care"},
                {"id": "south", "parent": "gone"}
            ],
            "agents": [
                {"id": "cleo"}, {"id": "ben", "memberships": [{"unit": "north", "from": "2026-01-01"}, {"unit": "care"}]},
                {"id": "ben", "name": "B"}, {"id": "dora", "name": "D", "unit": "gone"}
            ],
        })),
        [
            "units[1].kind: new is new, and a new unit needs it",
            "units[1].name: new is new, and a new unit needs it",
            "units[3].id: care stands here twice",
            "agents[0].name: cleo is new, and a new agent needs it",
            "agents[2].id: ben stands here twice",
            "time_zone: \"Nowhere\" is not a time zone of the IANA database, such as Europe/London",
            "units[0].parent: co is above itself",
            "units[2].target: 101: a target is an NPS, from -100 to 100",
            "units[2].parent: care is above itself",
            "units[4].parent: there is no unit gone",
            "agents[1].memberships[0]: ben has two homes at once from 2026-01-01 on: care (always) and north (from 2026-01-01)",
            "agents[3].unit: there is no unit gone",
        ]
    );
}

#[test]
fn moves_and_removals_that_cannot_be_are_named() {
    assert_eq!(
        refused(json!({
            "moves": [
                {"agent": "ada", "unit": "south", "from": "2026-07-01"},
                {"agent": "zoe", "unit": "gone", "from": "2026-07-01"},
                {"agent": "ada", "unit": "care", "from": "2026-07-01"},
                {"agent": "ben", "unit": "empty", "from": "2026-07-01"},
                {"agent": "ada", "unit": "south", "from": "2026-07-01"}
            ],
            "remove_agents": ["ben", "zoe"],
            "remove_units": ["empty"]
        })),
        [
            "moves[1].agent: there is no agent zoe",
            "moves[1].unit: there is no unit gone",
            "moves[2]: ada has two homes at once from 2026-07-01 on: south (moves[0]) and care",
            "moves[3].unit: empty is removed by the same change",
            "remove_agents[0]: ben is put or moved by the same change",
            "remove_agents[1]: there is no agent zoe",
        ]
    );
    for (missing, what) in [
        (json!({"agent": "ada", "from": "2026-07-01"}), "missing field `unit`"),
        (json!({"agent": "ada", "unit": "south"}), "missing field `from`"),
        (json!({"agent": "ada", "unit": "south", "from": "July"}), "is not a date such as 2026-01-31"),
    ] {
        let error = serde_json::from_value::<Change>(json!({"moves": [missing]})).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn what_was_wrong_before_is_no_reason_to_refuse_a_change() {
    let mut company = company();
    company.units[0].kind = "Not A Kind".into();
    let moved = company
        .changed(&change(json!({"moves": [{"agent": "ada", "unit": "south", "from": "2026-07-01"}]})), now());
    assert_eq!(told(&moved.unwrap(), "ada"), ["north to 2026-07-01", "south from 2026-07-01"]);
    let problems =
        company.changed(&change(json!({"units": [{"id": "co", "name": "C"}]})), now()).unwrap_err();
    assert_eq!(problems[0].path, "units[0].kind");
}

#[test]
fn a_change_may_not_make_it_too_large() {
    let agents: Vec<Value> = (0..100_000).map(|n| json!({"id": format!("x{n}"), "name": "X"})).collect();
    assert_eq!(
        refused(json!({"agents": agents})),
        [": 100009 units, agents and memberships, more than 100000"]
    );
}
