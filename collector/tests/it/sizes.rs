//! What the customer waits for: every byte to the first question, and how the survey comes small.

use std::io::Read;

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, ORIGIN};
use serde_json::{Value, json};

use crate::assets::program;
use crate::world::{Answer, World, send};

/// The most that a browser downloads until the first question of the example is there.
const MOST: usize = 60_000;

/// `cargo nextest run --no-capture first_question` prints the figures.
#[tokio::test]
async fn everything_to_the_first_question_is_at_most_60_kilobytes() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/survey.toml"));
    let survey: Value = toml::from_str(&example.unwrap()).unwrap();
    world.put("/v1/surveys/support", &survey).await.expect(201);
    let token = world.invite(json!({"customer": "C-1", "first_name": "Ana", "language": "en"})).await;
    let mut sum = 0;
    for (what, path) in [
        ("loader", "/hearback.js".to_owned()),
        ("program", program(&world).await),
        ("survey", format!("/v1/surveys/support/form?token={token}&language=en")),
    ] {
        let request = world.request(Method::GET, &path).header(ACCEPT_ENCODING, "gzip, deflate, br, zstd");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-encoding"], "br", "{path}");
        let bytes = answer.bytes().await.unwrap().len();
        println!("{bytes:7} bytes  {what}");
        sum += bytes;
    }
    println!("{sum:7} bytes  to the first question, of {MOST}");
    assert!(sum <= MOST, "{sum} bytes");
}

fn ask(world: &World, method: Method, path: &str, encoding: &str) -> impl Future<Output = Answer> {
    let request = world.request(method, path).header(ACCEPT_ENCODING, encoding);
    send(request.header(ORIGIN, "https://company.example"))
}

#[tokio::test]
async fn a_form_and_thanks_come_compressed_and_stay_what_they_are() {
    let world = World::new().await;
    let token = world.invite(json!({"customer": "C-1"})).await;
    for path in [
        format!("/v1/surveys/support/form?token={token}"),
        "/v1/surveys/support/thanks?category=promoter".into(),
    ] {
        let plain = ask(&world, Method::GET, &path, "identity").await;
        assert_eq!(plain.header("content-encoding"), None);
        let request = world.request(Method::GET, &path).header(ACCEPT_ENCODING, "gzip, br");
        let brotli = request.header(ORIGIN, "https://company.example").send().await.unwrap();
        assert_eq!(brotli.headers()["content-encoding"], "br");
        let vary: Vec<_> = brotli.headers().get_all("vary").iter().map(|it| it.to_str().unwrap()).collect();
        let vary = vary.join(", ");
        assert!(vary.contains("accept-encoding") && vary.contains("origin"), "{vary}");
        assert_eq!(brotli.headers()["access-control-allow-origin"], "https://company.example");
        assert_eq!(brotli.headers()["cache-control"], "no-store");
        let bytes = brotli.bytes().await.unwrap();
        assert!(bytes.len() < plain.text.len(), "{path}: {} of {}", bytes.len(), plain.text.len());
        let mut unpacked = String::new();
        brotli::Decompressor::new(&*bytes, 4096).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.text);
        let head = ask(&world, Method::HEAD, &path, "br").await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
    }
    let refused = ask(&world, Method::GET, "/v1/surveys/support/form?token=x", "identity").await;
    refused.refused(400, "malformed_token");
    let request =
        world.request(Method::GET, "/v1/surveys/support/form?token=x").header(ACCEPT_ENCODING, "gzip");
    let refused = request.send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["content-encoding"]),
        (400, &"gzip".parse().unwrap())
    );
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&*refused.bytes().await.unwrap()).read_to_string(&mut unpacked).unwrap();
    assert!(unpacked.contains("malformed_token"), "{unpacked}");
}
