//! The widget's files, or, from a collector that was built without them, a plain word about it.

use std::io::Read;

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, IF_NONE_MATCH};

use crate::world::{World, send};

struct File {
    headers: reqwest::header::HeaderMap,
    bytes: Vec<u8>,
}

impl File {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn get(world: &World, path: &str, encoding: &str) -> File {
    let request = world.request(Method::GET, path).header(ACCEPT_ENCODING, encoding);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let headers = response.headers().clone();
    File { headers, bytes: response.bytes().await.unwrap().to_vec() }
}

/// The loader and the two files that it loads.
async fn files(world: &World) -> Vec<String> {
    let loader = String::from_utf8(get(world, "/hearback.js", "identity").await.bytes).unwrap();
    assert!(!loader.contains("__GLUE__") && !loader.contains("__WASM__"), "{loader}");
    let named = loader.split("/widget/").skip(1).map(|rest| {
        let name = rest.split(['\'', '"', '`']).next().unwrap_or_default();
        format!("/widget/{name}")
    });
    let files: Vec<String> = std::iter::once("/hearback.js".to_owned()).chain(named).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    files
}

#[tokio::test]
async fn a_collector_without_the_widget_says_so() {
    if hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    for path in ["/hearback.js", "/widget/x.js"] {
        let problem = send(world.request(Method::GET, path)).await.refused(503, "no_widget");
        assert!(problem["detail"].as_str().unwrap().contains("built without the widget"));
    }
}

#[tokio::test]
async fn each_file_comes_as_small_as_the_browser_can_read_it() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    for path in files(&world).await {
        let plain = get(&world, &path, "identity").await;
        let brotli = get(&world, &path, "gzip, deflate, br").await;
        let gzip = get(&world, &path, "gzip, br;q=0").await;
        assert_eq!(plain.header("content-encoding"), "");
        assert_eq!(brotli.header("content-encoding"), "br");
        assert_eq!(gzip.header("content-encoding"), "gzip");
        assert!(brotli.bytes.len() < gzip.bytes.len() && gzip.bytes.len() < plain.bytes.len(), "{path}");

        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&*gzip.bytes).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.bytes);
        unpacked.clear();
        brotli::Decompressor::new(&*brotli.bytes, 4096).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.bytes);
    }
}

#[tokio::test]
async fn each_file_has_its_type_and_may_be_used_by_any_page() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    for path in files(&world).await {
        let file = get(&world, &path, "br").await;
        let kind =
            if path.ends_with(".wasm") { "application/wasm" } else { "text/javascript; charset=utf-8" };
        assert_eq!(file.header("content-type"), kind, "{path}");
        assert_eq!(file.header("access-control-allow-origin"), "*");
        assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
        assert!(file.header("vary").contains("accept-encoding"));
        assert_eq!(file.header("cache-control").contains("immutable"), path != "/hearback.js", "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    for path in files(&world).await {
        let tag = get(&world, &path, "br").await.header("etag").to_owned();
        let ask = |encoding: &str, tag: &str| {
            let request = world.request(Method::GET, &path).header(ACCEPT_ENCODING, encoding);
            send(request.header(IF_NONE_MATCH, tag))
        };
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
            let answer = ask("br", &known).await;
            assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{known}");
            assert_eq!(answer.header("etag"), Some(tag.as_str()));
        }
        assert_eq!(ask("gzip", &tag).await.status, 200, "other bytes have another tag");
        assert_eq!(ask("br", "\"other\"").await.status, 200);
    }
}

#[tokio::test]
async fn only_files_of_the_widget_are_served() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    for name in ["x.js", "hearback.js", "index.html", "..%2FCargo.toml", "%2Fetc%2Fpasswd"] {
        send(world.request(Method::GET, &format!("/widget/{name}"))).await.refused(404, "not_found");
    }
}
