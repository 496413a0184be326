//! `asking`, `interactions` and `suppressions` on the command line.

use std::fs;

use serde_json::json;

use crate::cli::beside;
use crate::world::World;

const DOCUMENT: &str =
    "[quiet]\ndays = 30\n\n[[rule]]\nname = \"any\"\nsurvey = \"support\"\nwhere = \"not region:island\"\n";

async fn world() -> World {
    let world = World::new().await;
    fs::write(world.place().join("asking.toml"), DOCUMENT).unwrap();
    let said = beside(&world, &["asking", "push", "asking.toml"]).await.good();
    assert_eq!(said, "It is in force: 1 rules, 0 quotas.\n");
    world
}

#[tokio::test]
async fn a_document_with_a_mistake_is_told_its_line() {
    let world = world().await;
    fs::write(world.place().join("asking.toml"), DOCUMENT.replace("not region", "not score")).unwrap();
    let said = beside(&world, &["asking", "push", "asking.toml"]).await.bad();
    assert!(
        said.contains("line 7: rule[0].where: score: it is not known before there is an answer"),
        "{said}"
    );
    let shown = beside(&world, &["asking", "show"]).await.good();
    fs::write(world.place().join("again.toml"), shown).unwrap();
    let said = beside(&world, &["asking", "push", "again.toml"]).await.good();
    assert_eq!(said, "Nothing changed: 1 rules, 0 quotas.\n");
}

#[tokio::test]
async fn a_csv_is_not_taken_without_a_document() {
    let world = World::new().await;
    fs::write(world.place().join("calls.csv"), "customer\nC-1\n").unwrap();
    let said = beside(&world, &["interactions", "--csv", "calls.csv"]).await.bad();
    assert!(said.contains("nobody was asked: there is no asking document"), "{said}");
}

#[tokio::test]
async fn a_csv_of_interactions_comes_back_with_what_became_of_each() {
    let world = world().await;
    let mut csv = "\u{feff}id;customer;outcome;region\n".to_owned();
    // More than go in one call.
    for n in 0..4500 {
        let region = if n % 3 == 0 { "island" } else { "coast" };
        csv += &format!("I-{n};C-{};resolved;{region}\n", n % 4000);
    }
    fs::write(world.place().join("calls.csv"), csv).unwrap();
    let tried = beside(&world, &["interactions", "--csv", "calls.csv", "--dry-run"]).await.good();
    assert!(tried.contains("column outcome: outcome\ncolumn region: attribute region\n"), "{tried}");
    assert!(tried.contains("     1500 skipped no_rule"), "{tried}");
    assert_eq!(world.get("/v1/customers/C-1/last-score").await.status, 404, "nobody was asked");

    let told = beside(&world, &["interactions", "--csv", "calls.csv", "--out", "links.csv"]).await;
    for part in ["1500 skipped no_rule", "skipped asked_recently", "invited"] {
        assert!(told.err.contains(part), "{}", told.err);
    }
    let read = || {
        let mut reader = ::csv::Reader::from_path(world.place().join("links.csv")).unwrap();
        assert_eq!(
            reader.headers().unwrap(),
            vec!["id", "customer", "outcome", "region", "decision", "reason", "send_at", "link"]
        );
        reader.records().map(Result::unwrap).collect::<Vec<::csv::StringRecord>>()
    };
    let rows = read();
    assert_eq!(rows.len(), 4500);
    for (n, row) in rows.iter().enumerate() {
        assert_eq!(row[0], format!("I-{n}"));
        assert_eq!(
            &row[4] == "invited",
            row[7].starts_with("https://company.example/survey.html?t="),
            "{row:?}"
        );
    }
    // A run that broke off is repeated: each row has the same answer, and the same link.
    beside(&world, &["interactions", "--csv", "calls.csv", "--out", "links.csv"]).await.good();
    assert_eq!(read(), rows);
}

/// Quotas, quiet periods, repeated ids and what earlier rows tell of a customer, each over more than one call.
#[tokio::test]
async fn a_dry_run_of_a_long_csv_says_what_will_become_of_it() {
    let world = world().await;
    let document = "[quiet]\ndays = 30\n\n[[rule]]\nname = \"any\"\nsurvey = \"support\"\nmail = \"invitation\"\ndelay = \"1d\"\n\n\
        [[quota]]\nname = \"all\"\nper_day = 2100\n";
    fs::write(world.place().join("asking.toml"), document).unwrap();
    beside(&world, &["asking", "push", "asking.toml"]).await.good();
    let mut csv = "id,customer,email\n".to_owned();
    for n in 0..4500 {
        let customer = n % 2200;
        let email = if n < 2200 { format!("c{customer}@x.example") } else { String::new() };
        csv += &format!("I-{},C-{customer},{email}\n", n % 4400);
    }
    fs::write(world.place().join("calls.csv"), csv).unwrap();
    let tried = beside(&world, &["interactions", "--csv", "calls.csv", "--dry-run"]).await.good();
    let told = beside(&world, &["interactions", "--csv", "calls.csv", "--out", "links.csv"]).await;
    let counts = |text: &str| -> Vec<String> {
        let counted = text.lines().filter(|line| line.contains("invited") || line.contains("skipped"));
        counted.map(|line| line.trim().to_owned()).collect()
    };
    assert_eq!(
        counts(&told.err),
        [
            "2200 invited",
            "2100 skipped asked_recently",
            "100 skipped no_address",
            "100 skipped quota_used_up"
        ]
    );
    assert_eq!(counts(&tried), counts(&told.err));
}

#[tokio::test]
async fn a_bad_row_of_interactions_is_told_by_line_and_column_and_nobody_is_asked() {
    let world = world().await;
    let csv = "customer,email,time_zone,order value\nC-1,c1@x.example,,\nC-2,nobody,Mars,5\n";
    fs::write(world.place().join("calls.csv"), csv).unwrap();
    let said = beside(&world, &["interactions", "--csv", "calls.csv", "--out", "links.csv"]).await.bad();
    for part in [
        "line 3, column email:",
        "line 3, column time_zone:",
        "line 3, column order value:",
        "nobody was asked",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!world.place().join("links.csv").exists());
    assert_eq!(world.get("/v1/customers/C-1/last-score").await.status, 404);
    for (csv, part) in [
        ("email\nx@y.example\n", "there is no column \"customer\""),
        ("customer,link\nC-1,x\n", "a column \"link\" already"),
        ("customer,customer\nC-1,x\n", "there twice"),
        ("customer\n", "has no rows"),
    ] {
        fs::write(world.place().join("calls.csv"), csv).unwrap();
        let said = beside(&world, &["interactions", "--csv", "calls.csv"]).await.bad();
        assert!(said.contains(part), "{csv}: {said}");
    }
}

#[tokio::test]
async fn a_suppression_list_is_imported_as_it_was_exported() {
    let world = world().await;
    let csv = "email,phone,customer,survey,reason,at\na@x.example,,,,,2026-01-01T00:00:00Z\n,+49 30 1234567,,support,bounced,\n,,C-7,,complained,\n";
    fs::write(world.place().join("list.csv"), csv).unwrap();
    let said = beside(&world, &["suppressions", "import", "list.csv"]).await.good();
    assert_eq!(said, "3 are on the suppression list.\n");
    let list = beside(&world, &["suppressions", "export"]).await.good();
    assert!(list.contains("a@x.example,,,,listed,2026-01-01T00:00:00Z\n"), "{list}");
    assert!(list.contains(",+49301234567,,support,bounced,2026-03-02T09:00:00Z\n"), "{list}");
    let body = json!({"survey": "support", "invitations": [{"customer": "C-7"}]});
    let made = world.post("/v1/invitations", &body).await.expect(201);
    assert_eq!(made["invitations"][0]["reason"], "suppressed");

    let other = World::new().await;
    fs::write(other.place().join("list.csv"), &list).unwrap();
    beside(&other, &["suppressions", "import", "list.csv"]).await.good();
    assert_eq!(beside(&other, &["suppressions", "export"]).await.good(), list);
    fs::write(other.place().join("list.csv"), "email\na@x.example\nnobody\n").unwrap();
    let said = beside(&other, &["suppressions", "import", "list.csv"]).await.bad();
    assert!(said.contains("line 3, column email: an e-mail address has an @"), "{said}");
}
