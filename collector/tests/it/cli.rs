//! The command line: the same with a running collector and without one.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::program::{Serving, hearback};
use crate::world::World;

/// The survey of the tests as an author writes it.
pub(crate) const SURVEY: &str = r#"id = "support"
page = "https://company.example/survey.html"
languages = ["en", "ar"]

[[questions]]
id = "nps"
kind = "nps"
text = { en = "Would you recommend us?", ar = "هل توصي بنا؟" }

[[questions]]
id = "why"
kind = "comment"
text = { en = "Why?", ar = "لماذا؟" }

[thanks.promoter]
title = { en = "Wonderful", ar = "شكرًا" }
text = { en = "Thank you.", ar = "شكرًا" }

[thanks.passive]
title = { en = "Thank you", ar = "شكرًا" }
text = { en = "Thank you.", ar = "شكرًا" }

[thanks.detractor]
title = { en = "We are sorry", ar = "شكرًا" }
text = { en = "Thank you.", ar = "شكرًا" }
"#;

/// Runs a command on a directory that no collector has open.
async fn alone(place: &Path, arguments: &[&str]) -> crate::program::Ran {
    let room = ["--min-free-mib", "0", "--min-free-percent", "0"];
    hearback(place, &[arguments, &room].concat()).await
}

/// Runs a command on the directory of a running collector.
pub(crate) async fn beside(world: &World, arguments: &[&str]) -> crate::program::Ran {
    let directory = world.settings.directory.display().to_string();
    hearback(world.place(), &[arguments, &["--directory", &directory]].concat()).await
}

#[tokio::test]
async fn without_a_running_collector_commands_work_on_the_directory() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::write(place.join("survey.toml"), SURVEY).unwrap();
    Serving::start(place, &[]).await.stop().await;
    let push = ["survey", "push", "survey.toml"];
    assert_eq!(alone(place, &push).await.good(), "Survey support: version 1 is in force.\n");
    assert_eq!(
        alone(place, &push).await.good(),
        "Survey support: nothing changed, version 1 stays in force.\n"
    );
    let listed = alone(place, &["survey", "list"]).await.good();
    assert!(listed.contains("support"), "{listed}");
    let link = alone(place, &["invite", "--survey", "support", "--customer", "C-1"]).await.good();
    let token = link.trim().strip_prefix("https://company.example/survey.html?t=").unwrap();

    let serving = Serving::start(place, &[]).await;
    let form = format!("{}/v1/surveys/support/form?token={token}", serving.address);
    assert_eq!(reqwest::get(form).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_directory_without_a_collectors_data_is_taken_for_the_wrong_one_and_nothing_is_made() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::write(place.join("survey.toml"), SURVEY).unwrap();
    fs::create_dir(place.join("empty")).unwrap();
    for command in [
        &["survey", "push", "survey.toml"][..],
        &["survey", "list"],
        &["key", "create", "--name", "x", "--scope", "read"],
        &["invite", "--survey", "support", "--customer", "C-1"],
    ] {
        for directory in ["gone", "empty"] {
            let said = alone(place, &[command, &["--directory", directory]].concat()).await.bad();
            let sentence = format!("there is no Hearback in {directory}: start `hearback serve` there first");
            assert!(said.contains(&sentence) && said.contains("--directory"), "{said}");
        }
    }
    assert!(!place.join("gone").exists());
    assert_eq!(fs::read_dir(place.join("empty")).unwrap().count(), 0);
}

#[tokio::test]
async fn without_a_running_collector_a_command_itself_says_why_nothing_is_written() {
    let place = tempfile::tempdir().unwrap();
    Serving::start(place.path(), &[]).await.stop().await;
    let create = ["key", "create", "--name", "x", "--scope", "read", "--min-free-mib", "1000000000"];
    let said = hearback(place.path(), &create).await.bad();
    assert!(said.contains("less than 1000000000 MiB are free on the disk"), "{said}");
}

#[tokio::test]
async fn with_a_running_collector_commands_are_its_own() {
    let world = World::empty(|_| ()).await;
    fs::write(world.place().join("survey.toml"), SURVEY).unwrap();
    fs::write(
        world.place().join("company.toml"),
        "units = [{ id = \"north\", kind = \"team\", name = \"North\" }]\nagents = [{ id = \"amira\", name = \"Amira\", unit = \"north\" }]\n",
    )
    .unwrap();
    beside(&world, &["survey", "push", "survey.toml"]).await.good();
    let said = beside(&world, &["organisation", "push", "company.toml"]).await.good();
    assert_eq!(said, "The organisation has 1 unit and 1 agent; 1 unit and 1 agent changed.\n");
    let arguments = [
        "invite",
        "--survey",
        "support",
        "--customer",
        "C-1",
        "--email",
        "c@company.example",
        "--agent",
        "amira",
        "--attribute",
        "region=coast=west",
    ];
    let link = beside(&world, &arguments).await.good();
    let token = link.trim().split("?t=").nth(1).unwrap();
    world.submit(&crate::company::submission(token, json!({"nps": 9}))).await.expect(201);
    let stored = &world.responses().await[0];
    assert_eq!(
        (&stored["agent"], &stored["attributes"]),
        (&json!("amira"), &json!({"channel": "link", "region": "coast=west"}))
    );
    assert_eq!(world.nps("where=team:north").await["n"], 1);
    let shown = world.get("/v1/customers/c@company.example/last-score?by=email").await.expect(200);
    assert_eq!(shown["score"], 9);
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked() {
    let world = World::new().await;
    let made = beside(&world, &["key", "create", "--name", "Desk", "--scope", "read"]).await;
    let id = made.err.split("key revoke ").nth(1).unwrap().split('`').next().unwrap().to_owned();
    let secret = made.good();
    assert!(secret.starts_with("hb_") && secret.lines().count() == 1, "{secret}");
    let list = async || beside(&world, &["key", "list"]).await.good();
    let listed = list().await;
    assert!(listed.contains(&id) && listed.contains("Desk") && !listed.contains(secret.trim()), "{listed}");
    beside(&world, &["key", "revoke", &id]).await.good();
    assert!(!list().await.contains(&id));
    let said = beside(&world, &["key", "revoke", &id]).await.bad();
    assert!(said.contains(&format!("there is no key {id:?}")), "{said}");
    for id in ["two words", "", "../surveys"] {
        let said = beside(&world, &["key", "revoke", id]).await.bad();
        assert!(said.contains(&format!("there is no key {id:?}")), "{said}");
    }
    let said = beside(&world, &["key", "create", "--name", "Desk", "--scope", "root"]).await.bad();
    assert!(said.contains("a scope is read, write or admin"), "{said}");
}

#[tokio::test]
async fn a_survey_with_an_error_is_told_by_line_field_and_reason_and_the_one_in_force_stays() {
    let world = World::new().await;
    let before = world.get("/v1/surveys/support").await.expect(200);
    for (from, to, parts) in [
        // Not TOML at all, a value of the wrong type, a missing key.
        ("languages = [", "languages = ", ["line 3", "survey.toml is not valid"]),
        ("kind = \"comment\"", "kind = \"stars\"", ["line 12", "stars"]),
        ("languages = ", "# languages = ", ["languages", "missing field"]),
        // Sound in itself, but not as a survey: the collector says so.
        ("ar = \"لماذا؟\"", "de = \"Warum?\"", ["line 13: questions[1].text", "no text in \"ar\""]),
        ("\"Wonderful\"", "\"{vip|x}\"", ["line 16: thanks.promoter.title.en", "{vip} is not among"]),
        ("page = ", "# page = ", ["page: the address", "(public_url)"]),
        ("https://company", "company", ["line 2: page", "the full address"]),
        // An id that cannot stand in an address.
        ("\"support\"", "\"My Survey\"", ["line 1: id", "1 to 64 lower-case letters, digits and -"]),
        ("\"support\"", "\"\"", ["line 1: id", "1 to 64 lower-case letters, digits and -"]),
        // Misspelt keys.
        (
            "id = \"support\"",
            "id = \"support\"\nedit_minuets = 5",
            ["line 2: edit_minuets", "there is no such key"],
        ),
        ("kind = \"comment\"", "kind = \"comment\"\nrequird = true", ["line 13: questions", "no such key"]),
    ] {
        assert!(SURVEY.contains(from), "{from}");
        fs::write(world.place().join("survey.toml"), SURVEY.replacen(from, to, 1)).unwrap();
        let said = beside(&world, &["survey", "push", "survey.toml"]).await.bad();
        assert!(parts.iter().all(|part| said.contains(part)), "{to}: {said}");
        assert_eq!(world.get("/v1/surveys/support").await.expect(200), before, "{to}");
    }
    let said = beside(&world, &["survey", "push", "gone.toml"]).await.bad();
    assert!(said.contains("cannot read gone.toml"), "{said}");
}

#[tokio::test]
async fn an_organisation_with_an_error_is_told_by_line_and_the_one_before_stays() {
    let world = World::new().await;
    let before = world.get("/v1/organisation").await.expect(200);
    let units = "[[units]]\nid = \"a\"\nkind = \"team\"\nname = \"A\"\nparent = \"b\"\n";
    for (text, parts) in [
        (units.to_owned(), ["line 5: units[0].parent", "there is no unit b"]),
        (units.replace("\"b\"", "\"a\""), ["line 5: units[0].parent", "a is above itself"]),
        (units.replace("parent", "perent"), ["line 5", "perent"]),
    ] {
        fs::write(world.place().join("company.toml"), &text).unwrap();
        let said = beside(&world, &["organisation", "push", "company.toml"]).await.bad();
        assert!(parts.iter().all(|part| said.contains(part)), "{text}: {said}");
        assert_eq!(world.get("/v1/organisation").await.expect(200), before);
    }
}

#[tokio::test]
async fn an_invitation_that_is_refused_names_every_reason() {
    let world = World::new().await;
    let arguments = ["invite", "--survey", "support", "--customer", "C-1", "--email", "x", "--phone", "y"];
    let said = beside(&world, &arguments).await.bad();
    assert!(said.contains("invitations[0].email") && said.contains("invitations[0].phone"), "{said}");
    world.get("/v1/customers/C-1/last-score").await.refused(404, "not_found");
    let said = beside(&world, &["invite", "--survey", "suport", "--customer", "C-1"]).await.bad();
    assert!(said.contains("there is no survey \"suport\""), "{said}");
    let said = beside(&world, &["invite", "--survey", "support"]).await.bad();
    assert!(said.contains("--customer"), "{said}");
}
