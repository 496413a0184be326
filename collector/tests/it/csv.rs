//! `invite --csv`: every row or none, and a bad row is told by its line and column.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, Uri};
use serde_json::json;
use tokio::net::UnixListener;

use crate::company::submission;
use crate::program::{Ran, hearback};
use crate::world::World;

async fn invite(world: &World, csv: &str, more: &[&str]) -> Ran {
    fs::write(world.place().join("customers.csv"), csv).unwrap();
    let directory = world.settings.directory.display().to_string();
    let arguments = ["invite", "--survey", "support", "--csv", "customers.csv", "--directory", &directory];
    hearback(world.place(), &[&arguments, more].concat()).await
}

async fn is_unknown(world: &World, customer: &str) {
    world.get(&format!("/v1/customers/{customer}/last-score")).await.refused(404, "not_found");
}

#[tokio::test]
async fn the_csv_comes_back_with_links() {
    let world = World::new().await;
    let csv = "\u{feff}customer,email, agent ,region,note\nC-1,c1@company.example,amira,coast,\"one, \"\"two\"\"\"\nC-2,,,,\n";
    let said = invite(&world, csv, &["--out", "links.csv"]).await;
    assert!(said.err.contains("2 customers are invited"), "{}", said.err);
    assert_eq!(said.good(), "");
    let written = fs::read_to_string(world.place().join("links.csv")).unwrap();
    let mut reader = ::csv::Reader::from_reader(written.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["customer", "email", "agent", "region", "note", "link"]);
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(&rows[0][4], "one, \"two\"");
    for row in &rows {
        let token = row[5].strip_prefix("https://company.example/survey.html?t=").unwrap();
        world.submit(&submission(token, serde_json::json!({"nps": 9}))).await.expect(201);
    }
    let stored = &world.responses().await[0];
    assert_eq!(
        stored["attributes"],
        serde_json::json!({"channel": "link", "region": "coast", "note": "one, \"two\""})
    );
    assert_eq!(stored["agent"], "amira");

    let printed = invite(&world, "customer\nC-3\n", &[]).await.good();
    assert!(printed.starts_with("customer,link\nC-3,https://company.example/survey.html?t="), "{printed}");
}

#[tokio::test]
async fn a_bad_row_is_told_by_line_and_column_and_nobody_is_invited() {
    let world = World::new().await;
    // The second row takes two lines.
    let csv = "customer,email,language,region\nC-1,c1@company.example,en,coast\nC-2,,,\"two\nlines\"\nC-3,nobody,xx,x\n";
    let said = invite(&world, csv, &["--out", "links.csv"]).await.bad();
    for part in [
        "customers.csv: ",
        "nobody was invited",
        "line 3, column region: contains control characters",
        "line 5, column email: an e-mail address has an @",
        "line 5, column language: the survey has no \"xx\"",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    for customer in ["C-1", "C-2", "C-3"] {
        is_unknown(&world, customer).await;
    }
    assert!(!world.place().join("links.csv").exists());
}

#[tokio::test]
async fn a_csv_of_another_shape_is_refused_as_a_whole() {
    let world = World::new().await;
    for (csv, parts) in [
        ("", ["line 1", "there is no column \"customer\""]),
        ("id,email\nC-1,x\n", ["line 1", "there is no column \"customer\""]),
        ("customer,region,region\nC-1,a,b\n", ["line 1", "\"region\" is there twice"]),
        ("customer,link\nC-1,a\n", ["line 1", "\"link\" already"]),
        ("customer,region\nC-1,a\nC-2\n", ["line: 3", "nobody was invited"]),
        ("customer,email\n", ["has no rows", "nobody was invited"]),
        ("customer,Region\nC-1,a\n", ["line 2, column Region", "nobody was invited"]),
        ("customer\n\"\"\n", ["line 2, column customer", "must not be empty"]),
    ] {
        let said = invite(&world, csv, &[]).await.bad();
        assert!(parts.iter().all(|part| said.contains(part)), "{csv:?}: {said}");
        is_unknown(&world, "C-1").await;
    }
}

#[tokio::test]
async fn all_rows_are_checked_before_the_first_call_however_many_it_takes() {
    let world = World::with(|settings| settings.limits.invitations_per_call = 2).await;
    let few = ["--limit-invitations-per-call", "2"];
    let bad = "customer,email\nC-1,\nC-2,\nC-3,\nC-4,\nC-5,nobody\n";
    let said = invite(&world, bad, &few).await.bad();
    assert!(said.contains("line 6, column email"), "{said}");
    is_unknown(&world, "C-1").await;
    let links = invite(&world, &bad.replace("nobody", ""), &few).await.good();
    assert_eq!(links.lines().count(), 6);
    world.get("/v1/customers/C-5/last-score").await.expect(200);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_told_before_anybody_is_invited() {
    let world = World::new().await;
    let said = invite(&world, "customer\nC-1\n", &["--out", "gone/links.csv"]).await.bad();
    assert!(said.contains("cannot write gone/links.csv; nobody was invited"), "{said}");
    is_unknown(&world, "C-1").await;
    // A file that is there stays as it is until there are links.
    fs::write(world.place().join("links.csv"), "long before\n".repeat(99)).unwrap();
    invite(&world, "customer\n\"\"\n", &["--out", "links.csv"]).await.bad();
    assert!(fs::read_to_string(world.place().join("links.csv")).unwrap().starts_with("long before"));
    invite(&world, "customer\nC-1\n", &["--out", "links.csv"]).await.good();
    assert_eq!(fs::read_to_string(world.place().join("links.csv")).unwrap().lines().count(), 2);
}

/// A collector that takes two customers in one call, and answers the second call like this.
async fn breaking(status: u16, code: &str) -> (tempfile::TempDir, Ran, String) {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    fs::create_dir(&data).unwrap();
    let (links, seen) = (place.path().join("links.csv"), place.path().join("seen.csv"));
    let calls = Arc::new(AtomicUsize::new(0));
    let problem = json!({"code": code, "detail": "it went wrong"});
    let answer = async move |uri: Uri| {
        let made = |n: usize| json!({"id": n, "customer": "C", "token": "t", "link": format!("https://c.example/{n}"), "expires_at": "2026-03-02T09:00:00Z"});
        if uri.query() == Some("check=true") {
            return (StatusCode::OK, json!({"invitations": []}).to_string());
        }
        if calls.fetch_add(1, Ordering::SeqCst) == 0 {
            return (StatusCode::CREATED, json!({"invitations": [made(1), made(2)]}).to_string());
        }
        fs::copy(&links, &seen).unwrap();
        (StatusCode::from_u16(status).unwrap(), problem.to_string())
    };
    let socket = UnixListener::bind(hearback::socket_path(&data)).unwrap();
    let server = tokio::spawn(async { axum::serve(socket, Router::new().fallback(answer)).await });
    fs::write(place.path().join("customers.csv"), "customer\nC-1\nC-2\nC-3\nC-4\nC-5\n").unwrap();
    let arguments = ["invite", "--survey", "s", "--csv", "customers.csv", "--out", "links.csv"];
    let few = ["--limit-invitations-per-call", "2", "--directory", "data"];
    let ran = hearback(place.path(), &[&arguments[..], &few].concat()).await;
    server.abort();
    let seen = fs::read_to_string(place.path().join("seen.csv")).unwrap();
    (place, ran, seen)
}

#[tokio::test]
async fn links_that_were_made_are_written_before_the_next_call_is_made() {
    let (place, ran, seen) = breaking(503, "unavailable").await;
    assert_eq!(seen, "customer,link\nC-1,https://c.example/1\nC-2,https://c.example/2\n");
    assert_eq!(fs::read_to_string(place.path().join("links.csv")).unwrap(), seen);
    let said = ran.bad();
    let truth =
        "it went wrong; 2 customers are invited and have their links; from line 4 on nobody was invited";
    assert!(said.contains(truth), "{said}");
}

#[tokio::test]
async fn of_a_call_that_broke_off_it_is_said_that_its_outcome_is_not_known() {
    // The second has no answer that can be read.
    for (status, code) in [(504, "timeout"), (200, "odd")] {
        let (_, ran, _) = breaking(status, code).await;
        let said = ran.bad();
        for part in [
            "2 customers are invited and have their links; ",
            "it is not known whether the 2 customers from line 4 on are invited: they have no links; ",
            "from line 6 on nobody was invited",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}
