//! The widget's files, or, from a collector that was built without them, a plain word about it.

use std::fs;
use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use sha2::{Digest, Sha384};

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

/// The loader, by both its names, and the program that it loads.
async fn files(world: &World) -> [String; 3] {
    let (pinned, _) = hearback::http::pinned_loader().unwrap();
    ["/hearback.js".into(), format!("/{pinned}"), program(world).await]
}

/// Where the loader says that its program is.
pub(crate) async fn program(world: &World) -> String {
    let loader = String::from_utf8(get(world, "/hearback.js", "identity").await.bytes).unwrap();
    for mark in ["__GLUE__", "__WASM__", "__INTEGRITY__"] {
        assert!(!loader.contains(mark), "{mark} is left");
    }
    let (_, rest) = loader.split_once("widget-").unwrap();
    let (version, _) = rest.split_once(".wasm").unwrap();
    format!("/widget/widget-{version}.wasm")
}

/// What a browser makes of a file to compare it with a tag's `integrity`.
fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

#[tokio::test]
async fn a_collector_without_the_widget_says_so() {
    if hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    for path in ["/hearback.js", "/hearback-0123456789abcdef.js", "/widget/widget-0123456789abcdef.wasm"] {
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
    let secret = world.settings.directory.join("widget/widget-secret");
    fs::write(secret, "not for everybody").unwrap();
    for name in ["x.js", "hearback.js", "widget-secret", "widget-..%2F..%2Fcollector.sock", "%2Fetc%2Fpasswd"]
    {
        send(world.request(Method::GET, &format!("/widget/{name}"))).await.refused(404, "not_found");
    }
    for name in ["x.js", "index.html", "..%2Fcollector.sock"] {
        send(world.request(Method::GET, &format!("/{name}"))).await.refused(404, "no_route");
        send(world.request(Method::POST, &format!("/{name}"))).await.refused(404, "no_route");
    }
}

#[tokio::test]
async fn the_loader_knows_its_program_and_a_tag_can_know_the_loader() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    let (pinned, hash) = hearback::http::pinned_loader().unwrap();
    let loader = get(&world, &format!("/{pinned}"), "identity").await.bytes;
    assert_eq!(integrity(&loader), hash);
    assert_eq!(loader, get(&world, "/hearback.js", "identity").await.bytes);
    let program = get(&world, &program(&world).await, "identity").await.bytes;
    assert!(String::from_utf8(loader).unwrap().contains(&integrity(&program)));
}

#[tokio::test]
async fn a_version_that_pages_are_pinned_to_is_served_for_ever() {
    if !hearback::http::widget_is_built() {
        return;
    }
    let world = World::empty(|_| ()).await;
    let kept = world.settings.directory.join("widget");
    // What a collector serves it also keeps, for the ones after it.
    let (pinned, _) = hearback::http::pinned_loader().unwrap();
    for path in [format!("/{pinned}"), program(&world).await] {
        for (encoding, ending) in [("identity", ""), ("br", ".br"), ("gzip", ".gz")] {
            let name = path.rsplit('/').next().unwrap();
            let served = get(&world, &path, encoding).await.bytes;
            assert!(fs::read(kept.join(format!("{name}{ending}"))).unwrap() == served, "{name}{ending}");
        }
    }
    // And so did one before it.
    for (path, kind) in [
        ("/hearback-00000000000000aa.js", "text/javascript; charset=utf-8"),
        ("/widget/widget-00000000000000aa.wasm", "application/wasm"),
    ] {
        let name = path.rsplit('/').next().unwrap();
        let problem = send(world.request(Method::GET, path)).await.refused(404, "not_found");
        assert!(problem["detail"].as_str().unwrap().contains("hearback embed SURVEY --pinned"), "{problem}");
        fs::write(kept.join(name), "older").unwrap();
        fs::write(kept.join(format!("{name}.br")), "smaller").unwrap();
        for (encoding, bytes, content_encoding) in
            [("identity", "older", ""), ("br", "smaller", "br"), ("gzip", "older", "")]
        {
            let file = get(&world, path, encoding).await;
            assert_eq!(file.bytes, bytes.as_bytes());
            assert_eq!(file.header("content-encoding"), content_encoding);
            assert_eq!(file.header("content-type"), kind);
            assert_eq!(file.header("access-control-allow-origin"), "*");
            assert!(file.header("cache-control").contains("immutable"));
        }
    }
}
