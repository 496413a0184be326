//! The desk's page and files, as a browser gets them.

use reqwest::Method;
use reqwest::header::ACCEPT_ENCODING;

use crate::world::{World, send};

/// The most that a browser downloads before somebody can sign in.
const MOST: usize = 230_000;

#[tokio::test]
async fn the_desk_is_one_page_that_may_do_what_it_needs_and_no_more() {
    let world = World::empty(|_| ()).await;
    let page = async |path: &str| send(world.request(Method::GET, path)).await;
    if !hearback::http::desk_is_built() {
        page("/desk/").await.refused(503, "no_desk");
        return;
    }
    let first = page("/desk/").await;
    for path in ["/desk/", "/desk", "/desk/cases/7", "/desk/agents/amira", "/desk/account", "/desk/welcome"] {
        let answer = page(path).await;
        assert_eq!((answer.status, &answer.text), (200, &first.text), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
             img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }
    let mut sum = first.text.len();
    let files = first.text.split('"').filter(|part| part.starts_with("/desk/desk-"));
    for file in files {
        let request = world.request(Method::GET, file).header(ACCEPT_ENCODING, "br, gzip");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{file}");
        assert_eq!(answer.headers()["content-encoding"], "br");
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let expected = ["text/javascript", "application/wasm", "text/css"];
        assert!(expected.iter().any(|expected| kind.starts_with(expected)), "{kind}");
        sum += answer.bytes().await.unwrap().len();
    }
    assert!((100_000..=MOST).contains(&sum), "{sum} bytes");
    page("/desk/desk-0000000000000000.js").await.refused(404, "not_found");
}
