//! Whatever answers in the collector's place, a proxy in trouble or a hotel's sign-in page: nothing is taken for an
//! acknowledgement, and the customer is told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use axum::Router;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::pages::{SurveyPage, ThanksPage};
use crate::world::{EVIE, World, until};

/// How long the one that is asked too often wants to be left alone: longer than the widget would wait by itself.
const RETRY_AFTER: Duration = Duration::from_secs(9);

/// When each submission came.
type Seen = Arc<Mutex<Vec<Instant>>>;

const CORS: [(header::HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
];

/// Listens in the place of a collector that was killed, until it is aborted.
async fn stand_in(world: &World, router: Router) -> Result<JoinHandle<std::io::Result<()>>> {
    let listener = TcpListener::bind(world.collector.origin().replace("http://", "")).await?;
    Ok(tokio::spawn(axum::serve(listener, router).into_future()))
}

/// A server in trouble, then one that is asked too often, then the sign-in page of a network.
fn impostor(seen: Seen) -> Router {
    let answer = async move |method: Method| -> Response {
        if method != Method::POST {
            return (CORS, "").into_response();
        }
        let before = {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.push(Instant::now());
            seen.len() - 1
        };
        match before {
            0 => (StatusCode::INTERNAL_SERVER_ERROR, CORS, "oops").into_response(),
            1 => {
                let retry_after = RETRY_AFTER.as_secs().to_string();
                (StatusCode::TOO_MANY_REQUESTS, CORS, [(header::RETRY_AFTER, retry_after)]).into_response()
            }
            _ => (CORS, [(header::CONTENT_TYPE, "text/html")], "<title>Welcome! Sign in</title>")
                .into_response(),
        }
    };
    Router::new().fallback(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_collector_can_acknowledge_an_answer() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.collector.kill();
    let seen = Seen::default();
    let server = stand_in(&world, impostor(seen.clone())).await?;

    page.answer(6, "From a hotel").await?;
    let times = until("three submissions", async || {
        let times = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((times.len() >= 3).then_some(times))
    })
    .await?;
    page.until_kept().await?;
    assert!(page.status().await?.contains("is kept on this device"), "{}", page.status().await?);
    assert_eq!((page.chosen().await?, page.written().await?), (Some(6), "From a hotel".to_owned()));
    let waited = times[2] - times[1];
    ensure!(waited >= RETRY_AFTER, "it was asked to wait {RETRY_AFTER:?}, and waited {waited:?}");

    server.abort();
    let _ = server.await;
    world.collector.start(&[]).await?;
    page.send().await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 6, "why": "From a hotel"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_is_given_up_and_tried_again() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.collector.kill();
    let silent = async |method: Method| {
        if method == Method::POST {
            std::future::pending::<()>().await;
        }
        (CORS, "")
    };
    let server = stand_in(&world, Router::new().fallback(silent)).await?;
    page.answer(8, "Is anybody there?").await?;
    // It waits for half a minute: phones are slow.
    tokio::time::sleep(Duration::from_secs(20)).await;
    page.until_kept().await?;
    assert!(page.status().await?.contains("is kept on this device"), "{}", page.status().await?);

    server.abort();
    let _ = server.await;
    world.collector.start(&[]).await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 8, "why": "Is anybody there?"}));
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_asleep_sends_what_it_kept_when_it_wakes_up() -> Result<()> {
    let mut world = World::new().await?;
    let page = SurveyPage::open(&world.browser, &world.invite(EVIE).await?).await?;
    world.collector.kill();
    page.answer(9, "Good night").await?;
    page.until_kept().await?;
    let sleep = json!({"state": "frozen"});
    world.browser.devtools("Page.setWebLifecycleState", sleep).await?;
    world.collector.start(&[]).await?;
    // Longer than it would wait, awake, before it tries again.
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.api.responses().await?.len(), 0, "it was not asleep");

    world.browser.devtools("Page.setWebLifecycleState", json!({"state": "active"})).await?;
    ThanksPage::arrived(&world.browser).await?;
    assert_eq!(world.api.only_response().await?["answers"], json!({"nps": 9, "why": "Good night"}));
    world.finish_after_trouble().await
}
