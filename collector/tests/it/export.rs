//! All responses as one file: CSV, NDJSON, Parquet.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use hyper::body::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Row;
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use crate::company::{self, submission, survey};
use crate::world::{Answer, PATIENCE, World, send};

/// A company that also asks what for, with two answers.
async fn answered() -> World {
    let world = World::new().await;
    let mut asks = survey();
    let choice = |id: &str| json!({"id": id, "text": {"en": id, "ar": id}});
    asks["questions"].as_array_mut().unwrap().push(json!({
        "id": "what", "kind": "choices", "text": {"en": "What for?", "ar": "?"}, "choices": [choice("price"), choice("speed")],
        "other": {"en": "Something else", "ar": "?"}
    }));
    world.put("/v1/surveys/support", &asks).await.expect(201);
    let first =
        json!({"customer": "C-1", "agent": "amira", "attributes": {"region": "north", "product": "=1+1"}});
    let token = world.invite(first).await;
    let answers =
        json!({"nps": 9, "why": "+good, \"really\"", "what": ["price", "other"], "what_other": "-"});
    world.submit(&submission(&token, answers)).await.expect(201);
    world.advance(60);
    let token = world.invite(json!({"customer": "C-2", "attributes": {"region": "south"}})).await;
    world.submit(&company::begun(&token, json!({"nps": 3}))).await.expect(201);
    world
}

async fn accept(world: &World, path: &str, accept: &str) -> Answer {
    send(world.with_key(Method::GET, path).header(ACCEPT, accept)).await
}

fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn customers(answer: &Answer) -> Vec<String> {
    lines(answer).iter().map(|line| line["customer"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn responses_as_csv_are_a_table_that_no_spreadsheet_runs() {
    let world = answered().await;
    let answer = accept(&world, "/v1/responses?survey=support&from=2026-03-01", "text/csv").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let name = "attachment; filename=\"responses-support-from-2026-03-01.csv\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    assert_eq!(answer.header("vary"), Some("accept"));
    let ids: Vec<String> =
        world.responses().await.iter().map(|response| crate::world::text(&response["id"])).collect();
    let expected = format!(
        "id,survey,version,customer,agent,language,score,category,complete,at,updated_at,completed_at,\
         attribute.channel,attribute.product,attribute.region,answer.nps,answer.why,answer.what,answer.what_other\r\n\
         {},support,2,C-1,amira,,9,promoter,true,2026-03-02T09:00:00Z,2026-03-02T09:00:00Z,2026-03-02T09:00:00Z,\
         link,'=1+1,north,9,\"'+good, \"\"really\"\"\",price; other,'-\r\n\
         {},support,2,C-2,,,3,detractor,false,2026-03-02T10:00:00Z,2026-03-02T10:00:00Z,,link,,south,3,,,\r\n",
        ids[0], ids[1]
    );
    assert_eq!(answer.text, expected);
    assert_eq!(world.get("/v1/responses?survey=support&format=csv").await.text, expected);
    let excel = world.get("/v1/responses?survey=support&format=excel").await;
    assert_eq!(excel.text, format!("\u{feff}{expected}"));
    assert_eq!(excel.header("content-disposition"), Some("attachment; filename=\"responses-support.csv\""));
}

#[tokio::test]
async fn a_line_of_ndjson_is_what_an_element_of_a_page_is() {
    let world = answered().await;
    let answer = accept(&world, "/v1/responses", "application/x-ndjson").await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(lines(&answer), world.responses().await);
    assert_eq!(lines(&answer)[0]["answers"]["what"], json!(["price", "other"]));
}

#[tokio::test]
async fn responses_as_parquet_have_types() {
    let world = answered().await;
    let answer = world.with_key(Method::GET, "/v1/responses?format=parquet").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/vnd.apache.parquet");
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"responses.parquet\"");
    let file = SerializedFileReader::new(Bytes::from(answer.bytes().await.unwrap().to_vec())).unwrap();
    let told =
        |row: Row| row.get_column_iter().map(|(name, field)| (name.clone(), field.to_string())).collect();
    let rows: Vec<BTreeMap<String, String>> =
        file.get_row_iter(None).unwrap().map(|row| told(row.unwrap())).collect();
    assert_eq!(rows.len(), 2);
    for (name, value) in [
        ("score", "9"),
        ("complete", "true"),
        ("at", "2026-03-02 09:00:00.000 +00:00"),
        ("attribute.product", "\"=1+1\""),
        ("answer.what", "[\"price\", \"other\"]"),
        ("answer.why", "\"+good, \"really\"\""),
    ] {
        assert_eq!(rows[0][name], value, "{name}");
    }
    assert_eq!((&*rows[1]["answer.why"], &*rows[1]["completed_at"]), ("null", "null"));
}

#[tokio::test]
async fn columns_are_those_of_the_survey_and_stand_there_without_rows_too() {
    let world = answered().await;
    let mut other = survey();
    other["id"] = json!("sales");
    other["questions"][1]["id"] = json!("because");
    world.put("/v1/surveys/sales", &other).await.expect(201);
    let head = |answer: Answer| answer.text.lines().next().unwrap().to_owned();
    let all = head(world.get("/v1/responses?format=csv").await);
    assert!(all.ends_with("attribute.product,attribute.region,answer.nps,answer.because,answer.why,answer.what,answer.what_other"), "{all}");
    let sales = world.get("/v1/responses?format=csv&survey=sales").await;
    assert!(sales.text.ends_with("completed_at,answer.nps,answer.because\r\n"), "{}", sales.text);
    let none = head(world.get("/v1/responses?format=csv&survey=support&from=2030-01-01").await);
    let some = head(world.get("/v1/responses?format=csv&survey=support").await);
    assert_eq!(none, some, "files of two periods fit below each other");
}

#[tokio::test]
async fn a_file_holds_what_matches_and_says_where_the_next_one_begins() {
    let world = answered().await;
    let first = world.get("/v1/responses?format=ndjson").await;
    assert_eq!(first.header("hearback-next"), Some("2"));
    assert_eq!(customers(&first), ["C-1", "C-2"]);
    world.story(json!({"customer": "C-3"}), 9).await;
    let next = world.get("/v1/responses?format=ndjson&cursor=2").await;
    assert_eq!((customers(&next), next.header("hearback-next")), (vec!["C-3".to_owned()], Some("3")));
    let none = world.get("/v1/responses?format=ndjson&cursor=3").await;
    assert_eq!((customers(&none), none.header("hearback-next")), (vec![], Some("3")));
    let limited = world.get("/v1/responses?format=ndjson&limit=2").await;
    assert_eq!((customers(&limited).len(), limited.header("hearback-next")), (2, None));
    assert_eq!(customers(&world.get("/v1/responses?format=ndjson&where=region:south").await), ["C-2"]);
    assert_eq!(
        customers(&world.get("/v1/responses?format=ndjson&updated_since=2026-03-02T09:30:00Z").await),
        ["C-2", "C-3"]
    );
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_with_what_can() {
    let world = answered().await;
    let problem = accept(&world, "/v1/responses", "text/html").await.refused(406, "not_acceptable");
    let detail = problem["detail"].as_str().unwrap();
    for known in [
        "application/json",
        "application/x-ndjson",
        "text/csv",
        "application/vnd.apache.parquet",
        "?format=json, ndjson, csv, excel, parquet",
    ] {
        assert!(detail.contains(known), "{known} in {detail}");
    }
    let problem = world.get("/v1/responses?format=xml").await.refused(400, "invalid_query");
    assert_eq!(
        problem["fields"][0],
        json!({"path": "format", "detail": "\"xml\" is none of json, ndjson, csv, excel, parquet"})
    );
    world.get("/v1/responses?format=svg").await.refused(400, "invalid_query");
    world.get("/v1/responses?format=csv&where=colour:red").await.refused(400, "invalid_query");
    world.get("/v1/responses?format=csv&survey=none").await.refused(404, "not_found");
    world.get("/v1/responses?format=csv&limit=0").await.refused(400, "invalid_query");
    send(world.request(Method::GET, "/v1/responses?format=csv")).await.refused(401, "key_missing");
}

#[tokio::test]
async fn a_file_is_whole_while_answers_arrive() {
    let world = World::new().await;
    let invitations: Vec<Value> = (0..400).map(|n| json!({"customer": format!("C-{n}")})).collect();
    let made = world
        .post("/v1/invitations", &json!({"survey": "support", "invitations": invitations}))
        .await
        .expect(201);
    let token = |n: usize| crate::world::text(&made["invitations"][n]["token"]);
    let submissions: Vec<Value> = (0..400).map(|n| submission(&token(n), json!({"nps": 9}))).collect();
    let arriving = async {
        for some in submissions.chunks(20) {
            for answer in world.submit_all(some).await {
                answer.expect(201);
            }
        }
    };
    let asking = async {
        let mut files = Vec::new();
        while files.last().is_none_or(|known: &usize| *known < 400) {
            let file = world.get("/v1/responses?format=ndjson").await;
            let customers = customers(&file);
            assert_eq!(
                file.header("hearback-next"),
                Some(&*customers.len().to_string()),
                "all that there were"
            );
            let different: BTreeSet<&String> = customers.iter().collect();
            assert_eq!(different.len(), customers.len(), "none twice");
            files.push(customers.len());
        }
        assert!(files.is_sorted());
    };
    tokio::join!(arriving, asking);
}

/// Asks as a proxy does that knows only HTTP/1.0, where nothing but the end of the connection tells that of a file.
#[tokio::test]
async fn a_file_that_breaks_off_is_not_taken_for_whole() {
    let mut world = World::new().await;
    // Each kilobytes, and all of them more than the sockets hold.
    let attributes: Value =
        (0..30).map(|n| (format!("a{n}"), json!("x".repeat(250)))).collect::<serde_json::Map<_, _>>().into();
    let invitations: Vec<Value> =
        (0..1000).map(|n| json!({"customer": format!("C-{n}"), "attributes": attributes})).collect();
    let made = world
        .post("/v1/invitations", &json!({"survey": "support", "invitations": invitations}))
        .await
        .expect(201);
    let token = |n: usize| crate::world::text(&made["invitations"][n]["token"]);
    let submissions: Vec<Value> = (0..1000).map(|n| submission(&token(n), json!({"nps": 9}))).collect();
    for some in submissions.chunks(100) {
        for answer in world.submit_all(some).await {
            answer.expect(201);
        }
    }
    let ask = || {
        let (address, key) = (world.address(), world.key.clone());
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let head = format!("Host: x\r\nAuthorization: Bearer {key}");
            write!(stream, "GET /v1/responses?format=csv HTTP/1.0\r\n{head}\r\n\r\n").unwrap();
            stream.read_exact(&mut [0; 16]).unwrap();
            stream
        })
    };
    let rest = |mut stream: TcpStream| {
        tokio::task::spawn_blocking(move || {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).map(|_| String::from_utf8(rest).unwrap())
        })
    };
    let whole = rest(ask().await.unwrap()).await.unwrap().unwrap();
    assert_eq!(whole.lines().filter(|line| line.contains(",support,")).count(), 1000);
    let broken = ask().await.unwrap();
    world.stop().await.unwrap();
    let error = rest(broken).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
}
