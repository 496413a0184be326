//! `organisation push` and `organisation show`: TOML, spreadsheets and the tree.

use std::fs;

use serde_json::{Value, json};

use crate::cli::beside;
use crate::program::Ran;
use crate::world::World;

const UNITS: &str = "\u{feff}unit,kind,name,parent,target\ncare,department,Care,,40\nnorth,team,\"North, upper\",care,\nsouth,team,South,care,-2.5\n";
const AGENTS: &str = "agent,name,unit,from,to\nada,Ada,north,,2026-03-01\nada,,south,2026-03-01,\nben,Ben,south,,\ncleo,Cleo,,,\n";

fn write(world: &World, name: &str, text: &str) {
    fs::write(world.place().join(name), text).unwrap();
}

async fn run(world: &World, arguments: &[&str]) -> Ran {
    beside(world, &[&["organisation"], arguments].concat()).await
}

async fn shown(world: &World) -> Value {
    world.get("/v1/organisation").await.expect(200)
}

async fn filled() -> World {
    let world = World::empty(|_| ()).await;
    write(&world, "units.csv", UNITS);
    write(&world, "agents.csv", AGENTS);
    let said = run(&world, &["push", "units.csv", "agents.csv"]).await.good();
    assert_eq!(said, "The organisation has 3 units and 3 agents; 3 units and 3 agents changed.\n");
    world
}

#[tokio::test]
async fn two_sheets_are_an_organisation_and_the_tree_shows_it() {
    let world = filled().await;
    assert_eq!(
        shown(&world).await,
        json!({
            "units": [
                {"id": "care", "kind": "department", "name": "Care", "parent": null, "target": 40.0},
                {"id": "north", "kind": "team", "name": "North, upper", "parent": "care"},
                {"id": "south", "kind": "team", "name": "South", "parent": "care", "target": -2.5}
            ],
            "agents": [
                {"id": "ada", "name": "Ada", "unit": null, "memberships": [
                    {"unit": "north", "to": "2026-03-01"}, {"unit": "south", "from": "2026-03-01"}
                ]},
                {"id": "ben", "name": "Ben", "unit": "south"},
                {"id": "cleo", "name": "Cleo", "unit": null}
            ]
        })
    );
    insta::assert_snapshot!(run(&world, &["show"]).await.good(), @r"
    Care (department care, target 40)
      North, upper (team north)
        - Ada (ada), to 2026-03-01
      South (team south, target -2.5)
        - Ada (ada), from 2026-03-01
        - Ben (ben)
    In no unit
      - Cleo (cleo)
    ");
    insta::assert_snapshot!(run(&world, &["show", "--at", "2026-03-01"]).await.good(), @r"
    Care (department care, target 40)
      North, upper (team north)
      South (team south, target -2.5)
        - Ada (ada), from 2026-03-01
        - Ben (ben)
    In no unit
      - Cleo (cleo)
    ");
    let said = run(&world, &["show", "--at", "March"]).await.bad();
    assert!(said.contains("\"March\" is not a date such as 2026-01-31"), "{said}");
}

#[tokio::test]
async fn what_is_printed_can_be_pushed_again() {
    let world = filled().await;
    let formula = json!({"id": "dora", "name": "=HYPERLINK(\"http://x\")", "unit": "north"});
    let mut organisation = shown(&world).await;
    organisation["time_zone"] = json!("Europe/London");
    organisation["agents"].as_array_mut().unwrap().push(formula);
    world.put("/v1/organisation", &organisation).await.expect(200);
    let before = shown(&world).await;
    let print = async |format: &str| run(&world, &["show", "--format", format]).await.good();
    write(&world, "all.toml", &print("toml").await);
    write(&world, "u.csv", &print("units-csv").await);
    write(&world, "a.csv", &print("agents-csv").await);
    let agents = fs::read_to_string(world.place().join("a.csv")).unwrap();
    assert!(agents.contains("dora,\"'=HYPERLINK(\"\"http://x\"\")\",north,,"), "{agents}");
    for files in [&["all.toml"][..], &["u.csv", "a.csv"], &["u.csv", "--change"], &["a.csv", "--change"]] {
        let said = run(&world, &[&["push"], files].concat()).await.good();
        assert_eq!(said, "The organisation has 3 units and 4 agents; none of them changed.\n", "{files:?}");
        assert_eq!(shown(&world).await, before, "{files:?}");
    }
}

#[tokio::test]
async fn a_sheet_changes_what_it_names_and_leaves_the_rest() {
    let world = filled().await;
    write(&world, "new.csv", "unit,kind,name,parent\nnorth,team,North,\nwest,team,West,care\n");
    let said = run(&world, &["push", "--change", "new.csv"]).await.good();
    assert_eq!(said, "The organisation has 4 units and 3 agents; 2 units and 0 agents changed.\n");
    write(&world, "new.csv", "agent,unit,from\nben,west,2026-07-01\nada,,2026-08-01\n");
    run(&world, &["push", "--change", "new.csv"]).await.good();
    // A list of who is where today: those who are there already stay, with all that was before.
    write(&world, "today.csv", "agent,name,unit\nada,Ada L.,west\nben,Ben,west\ncleo,Cleo,\n");
    let said = run(&world, &["push", "--change", "today.csv", "--from", "2026-07-15"]).await.good();
    assert_eq!(said, "The organisation has 4 units and 3 agents; 0 units and 1 agent changed.\n");
    insta::assert_snapshot!(run(&world, &["show"]).await.good(), @r"
    Care (department care, target 40)
      South (team south, target -2.5)
        - Ada L. (ada), from 2026-03-01 to 2026-07-15
        - Ben (ben), to 2026-07-01
      West (team west)
        - Ada L. (ada), from 2026-07-15 to 2026-08-01
        - Ben (ben), from 2026-07-01
    North (team north)
      - Ada L. (ada), to 2026-03-01
    In no unit
      - Cleo (cleo)
    ");
}

#[tokio::test]
async fn a_spreadsheet_may_write_semicolons_or_tabs() {
    let world = filled().await;
    let before = shown(&world).await;
    for between in [";", "\t"] {
        write(
            &world,
            "units.csv",
            &UNITS.replace(',', between).replace(&format!("North{between}"), "North,"),
        );
        write(&world, "agents.csv", &AGENTS.replace(',', between));
        run(&world, &["push", "units.csv", "agents.csv"]).await.good();
        assert_eq!(shown(&world).await, before);
    }
}

#[tokio::test]
async fn a_change_in_toml_moves_and_removes() {
    let world = filled().await;
    let change =
        "remove_agents = [\"ben\"]\n\n[[moves]]\nagent = \"ada\"\nunit = \"north\"\nfrom = 2026-05-01\n";
    write(&world, "change.toml", change);
    let said = run(&world, &["push", "--change", "change.toml"]).await.good();
    assert_eq!(said, "The organisation has 3 units and 3 agents; 0 units and 2 agents changed.\n");
    for (text, parts) in [
        (change.replace("north", "nrth"), ["change.toml", "line 5: moves[0].unit: there is no unit nrth"]),
        (change.replace("2026-05-01", "2026-05-01T10:00:00Z"), ["change.toml is not valid", "line 6"]),
        (change.replace("moves", "movs"), ["change.toml", "movs"]),
    ] {
        let before = shown(&world).await;
        write(&world, "change.toml", &text);
        let said = run(&world, &["push", "--change", "change.toml"]).await.bad();
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
        assert_eq!(shown(&world).await, before);
    }
}

#[tokio::test]
async fn a_mistake_in_a_sheet_is_told_by_line_and_column_and_changes_nothing() {
    let world = filled().await;
    let before = shown(&world).await;
    for (text, parts) in [
        // Cells that say nothing.
        (
            "unit,kind,name,parent,target\nx,team,X,,many\n,team,Y,,\n",
            &[
                "x.csv, line 2, column target: \"many\" is not a number",
                "x.csv, line 3, column unit: must not be empty",
            ][..],
        ),
        (
            "agent,name,unit,from,to\nada,Ada,north,1.3.2026,\nada,Eda,,,\n",
            &[
                "line 2, column from: \"1.3.2026\" is not a date",
                "line 3, column name: ada is called \"Ada\" in line 2",
                "line 3, column unit: a membership is in a unit",
            ],
        ),
        ("agent,unit,from\nada,north,\n", &["line 2, column from: the first day is needed"]),
        // Parts that do not fit the organisation.
        (
            "unit,kind,name,parent,target\nx,team,X,,\ny,Team,Y,gone,101\n",
            &[
                "x.csv, line 3, column kind: \"Team\"",
                "line 3, column parent: there is no unit gone",
                "line 3, column target: 101: a target is an NPS",
            ],
        ),
        (
            "unit,kind,name,parent\ncare,department,Care,north\n",
            &["line 2, column parent: care is above itself"],
        ),
        (
            "agent,name,unit,from,to\nben,Ben,north,,\nada,Ada,north,,2026-04-02\nben,Ben,gone,2026-01-01,\nada,Ada,south,2026-04-01,\n",
            &[
                "line 4, column unit: there is no unit gone",
                "line 4: ben has two homes at once from 2026-01-01 on: north (always) and gone (from 2026-01-01)",
                "line 5: ada has two homes at once from 2026-04-01 on: north (to 2026-04-02) and south (from 2026-04-01)",
            ],
        ),
        (
            "agent,unit,from\nzoe,north,2026-01-01\nada,gone,2026-01-01\n",
            &["line 2, column agent: there is no agent zoe", "line 3, column unit: there is no unit gone"],
        ),
        // Columns that are not known.
        ("agent,name,unit,form\nada,Ada,north,2026-01-01\n", &["x.csv, line 1: there is no column \"form\""]),
        (
            "name,parent\nx,y\n",
            &[
                "x.csv, line 1: the columns are those of neither units, agents nor moves",
                "unit,kind,name,parent,target or agent,name,unit,from,to or agent,unit,from",
            ],
        ),
        ("agent,name,unit,unit\n", &["line 1: the column \"unit\" is there twice"]),
        ("agent,name,unit\n", &["x.csv has no rows"]),
    ] {
        write(&world, "x.csv", text);
        let said = run(&world, &["push", "--change", "x.csv"]).await.bad();
        assert!(parts.iter().all(|part| said.contains(part)), "{text}\n{said}");
        assert_eq!(shown(&world).await, before, "{text}");
    }
}

#[tokio::test]
async fn half_an_organisation_does_not_take_the_place_of_all_of_it() {
    let world = filled().await;
    let before = shown(&world).await;
    write(&world, "moves.csv", "agent,unit,from\nada,north,2026-07-01\n");
    write(&world, "company.toml", "units = []\n");
    for (arguments, part) in [
        (&["units.csv"][..], "push both files together, or one of them with --change"),
        (&["agents.csv"], "push both files together, or one of them with --change"),
        (&["moves.csv"], "moves are for --change alone"),
        (&["units.csv", "company.toml"], "TOML and CSV cannot be pushed together"),
        (&["company.toml", "company.toml"], "of TOML one file can be pushed at a time"),
        (&["company.toml", "--change", "--from", "2026-01-01"], "--from is for a CSV"),
        (&["agents.csv", "--from", "2026-01-01"], "--change"),
        (
            &["agents.csv", "--change", "--from", "2026-01-01"],
            "it has dates of its own: push it without --from",
        ),
        (&["gone.csv", "--change"], "cannot read gone.csv"),
    ] {
        let said = run(&world, &[&["push"], arguments].concat()).await.bad();
        assert!(said.contains(part), "{arguments:?}: {said}");
        assert_eq!(shown(&world).await, before, "{arguments:?}");
    }
}
