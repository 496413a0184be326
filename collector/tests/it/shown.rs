//! Reports as tables and pictures.

use reqwest::Method;
use serde_json::json;

use crate::nps::answered;
use crate::world::{World, send};

async fn csv(world: &World, path: &str) -> Vec<Vec<String>> {
    let answer = send(world.with_key(Method::GET, path).header("accept", "text/csv")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(answer.text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn a_report_is_a_table_with_a_row_for_each_group_or_part_of_time() {
    let world = answered().await;
    let rows = csv(&world, "/v1/nps?by=team").await;
    let head: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    assert_eq!(&head[..8], ["team", "team.name", "scope", "n", "nps", "low", "high", "promoters"]);
    let cells: Vec<[&str; 5]> =
        rows[1..].iter().map(|row| [&*row[0], &*row[1], &*row[2], &*row[3], &*row[4]]).collect();
    assert_eq!(
        cells,
        [
            ["", "", "total", "5", "0"],
            ["north", "North", "group", "2", "0"],
            ["south", "South", "group", "1", "100"],
            ["", "", "group", "2", "-50"]
        ]
    );
    let rows = csv(&world, "/v1/nps?every=day&from=2026-03-02&to=2026-03-05").await;
    assert_eq!((rows.len(), &*rows[0][1], &*rows[3][1]), (4, "part", "2026-03-04"));
    for (path, column) in [
        ("/v1/nps/ranking?by=agent", "rank"),
        ("/v1/nps/drivers", "sentence"),
        ("/v1/nps/moved?by=team&from=2026-03-03&to=2026-03-04", "mix"),
    ] {
        let rows = csv(&world, path).await;
        assert!(rows[0].iter().any(|name| name == column), "{path}: {:?}", rows[0]);
        assert!(rows.len() > 1, "{path}");
    }
    let parquet = world.with_key(Method::GET, "/v1/nps?by=team&format=parquet").send().await.unwrap();
    let bytes = parquet.bytes().await.unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let lines = send(world.with_key(Method::GET, "/v1/nps?by=team&format=ndjson")).await.text;
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["scope"], &first["n"]), (&json!("total"), &json!(5)));
}

#[tokio::test]
async fn a_report_that_can_be_drawn_is_a_picture_when_one_is_asked_for() {
    let world = answered().await;
    for (path, words) in [
        ("/v1/nps", "Net Promoter Score"),
        ("/v1/nps?survey=support&by=team&where=region:coast", "region:coast"),
        ("/v1/nps?every=day", "Net Promoter Score"),
        ("/v1/nps/ranking?by=agent", "Amira Haddad"),
    ] {
        let request = world.with_key(Method::GET, path).header("accept", "image/svg+xml");
        let answer = send(request).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/svg+xml")), "{path}");
        assert!(answer.header("content-security-policy").unwrap().contains("sandbox"));
        assert!(answer.text.starts_with("<svg") && answer.text.contains(words), "{path}: {}", answer.text);
    }
    let dark = send(world.with_key(Method::GET, "/v1/nps?format=svg&theme=dark")).await.text;
    let light = send(world.with_key(Method::GET, "/v1/nps?format=svg&theme=light")).await.text;
    assert_ne!(dark, light);
    let request = world.with_key(Method::GET, "/v1/nps/drivers").header("accept", "image/svg+xml");
    send(request).await.refused(406, "not_acceptable");
    let refused = send(world.with_key(Method::GET, "/v1/nps/drivers?format=svg")).await;
    assert_eq!(refused.refused(400, "invalid_query")["fields"][0]["path"], "format");
    let refused = send(world.with_key(Method::GET, "/v1/nps?format=svg&theme=pink")).await;
    assert_eq!(refused.refused(400, "invalid_query")["fields"][0]["path"], "theme");
}
