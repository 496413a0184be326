//! What other systems see: the collector's API, with a key.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire::Nps;
use wire::report::NpsReport;

pub(crate) struct Api {
    client: reqwest::Client,
    origin: String,
    key: String,
}

impl Api {
    pub(super) fn new(origin: &str, key: &str) -> Self {
        Self { client: reqwest::Client::new(), origin: origin.to_owned(), key: key.to_owned() }
    }

    /// Every response, complete or not.
    pub(crate) async fn responses(&self) -> Result<Vec<Value>> {
        let page: Value = self.get("/v1/responses?limit=1000").await?;
        Ok(page["responses"].as_array().cloned().unwrap_or_default())
    }

    /// The response, of which there must be exactly one.
    pub(crate) async fn only_response(&self) -> Result<Value> {
        let mut responses = self.responses().await?;
        ensure!(responses.len() == 1, "one response is expected, not {}: {responses:#?}", responses.len());
        responses.pop().context("there is one")
    }

    /// The NPS of one team, by its unit's id.
    pub(crate) async fn nps_of_team(&self, team: &str) -> Result<Nps> {
        let report: NpsReport = self.get("/v1/nps?survey=support&by=team").await?;
        let said = format!("{report:?}");
        let group = report.groups.into_iter().find(|group| group.key == [Some(team.to_owned())]);
        let figures = group.and_then(|group| group.entry).map(|entry| entry.figures);
        figures.with_context(|| format!("no team {team} in {said}"))
    }

    /// What a customer said last.
    pub(crate) async fn last_score(&self, customer: &str) -> Result<Value> {
        self.get(&format!("/v1/customers/{customer}/last-score")).await
    }

    /// Status of the form that this link opens.
    pub(crate) async fn form_status(&self, link: &str) -> Result<u16> {
        let token = link.split("t=").nth(1).unwrap_or_default();
        let address = format!("{}/v1/surveys/support/form?token={token}", self.origin);
        Ok(self.client.get(address).send().await?.status().as_u16())
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(self.client.get(format!("{}{path}", self.origin))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        self.call(self.client.request(method, format!("{}{path}", self.origin)).json(body)).await
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let response = request.bearer_auth(&self.key).send().await?;
        let status = response.status();
        let text = response.text().await?;
        ensure!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).with_context(|| text)
    }
}
