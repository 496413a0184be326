//! For operators: is it alive, does it take answers, what does it do.

use std::convert::Infallible;
use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::Clock;
use super::error::Error;
use crate::store::Store;

/// `GET /healthz`: the process runs.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: answers are taken.
pub(super) async fn ready(State(store): State<Store>) -> Result<&'static str, Error> {
    store.ready()?;
    Ok("ready\n")
}

/// `GET /metrics`: Prometheus text.
pub(super) async fn metrics(
    State(store): State<Store>,
    State(facts): State<std::sync::Arc<crate::facts::Facts>>,
    State(clock): State<Clock>,
) -> Result<String, Error> {
    // Before it is there, what is measured goes nowhere.
    let recorder =
        recorder().ok_or_else(|| Error::Internal("another metrics recorder is installed".into()))?;
    ::metrics::gauge!("hearback_responses").set(facts.len() as f64);
    ::metrics::gauge!("hearback_facts_bytes").set(facts.row_bytes() as f64);
    ::metrics::gauge!("hearback_dictionary_bytes").set(facts.dictionary_bytes() as f64);
    ::metrics::gauge!("hearback_last_scores_in_memory").set(f64::from(u8::from(store.has_last_scores())));
    ::metrics::gauge!("hearback_last_score_bytes").set(store.last_score_bytes() as f64);
    let now = clock();
    let (list, backlog) = {
        let catalog = store.catalog();
        (catalog.work_list(), catalog.backlog())
    };
    let counted = tokio::task::spawn_blocking(move || list.open(now)).await;
    let (open, overdue) = counted.map_err(|_| Error::Internal("cases could not be counted".into()))?;
    ::metrics::gauge!("hearback_cases_open").set(open as f64);
    ::metrics::gauge!("hearback_cases_overdue").set(overdue as f64);
    ::metrics::gauge!("hearback_backlog").set(backlog as f64);
    ::metrics::gauge!("hearback_mails_waiting").set(store.waiting().await? as f64);
    Ok(recorder.render())
}

/// Keeps the memory of what was measured bounded, also while nobody asks for it: for ever.
pub async fn keep_up_metrics() -> Infallible {
    loop {
        if let Some(recorder) = recorder() {
            recorder.run_upkeep();
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

/// The process has one recorder, however many servers run in it.
pub(super) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| install_recorder().ok()).as_ref()
}

fn install_recorder() -> Result<PrometheusHandle, BuildError> {
    const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
    const SIZES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_size".into()), &SIZES)?
        .install_recorder()
}
