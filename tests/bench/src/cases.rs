//! The work list of a lead among many cases, open and closed, with its counts.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use hearback::domain::cases::{CaseId, FollowUp, Who};
use hearback::domain::limits::Limits;
use hearback::domain::organisation::Organisation;
use hearback::domain::people::Person;
use hearback::store::ActError;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use wire::cases::{Act, Action};

use crate::Places;
use crate::fill::{self, Filling};
use crate::http;
use crate::process::Server;
use crate::report::{Budget, figure, median, note, quantile, title};

/// How much to measure.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Cases, of which one in ten is open
    #[arg(long, default_value_t = 1_000_000)]
    cases: usize,
    /// How often each list is asked for
    #[arg(long, default_value_t = 200)]
    repeats: usize,
}

/// Milliseconds for the list of a lead.
const BUDGET: f64 = 20.0;

const TEAMS: usize = 200;
const DEPARTMENTS: usize = 20;
const AGENTS: usize = 2000;

/// Cases written at a time.
const CHUNK: usize = 10_000;

/// Prints how long the work lists of a team's lead, of a department's and of all take, over HTTP.
pub(crate) fn measure(places: &Places, options: &Options) -> anyhow::Result<()> {
    let cases = options.cases;
    title(&format!("The work list, of {cases} cases in {TEAMS} teams, one in ten of them open"));
    let (directory, filling) = fill::fresh(places, "cases")?;
    let begun = Instant::now();
    filling.follow_up(cases)?;
    let key = filling.key()?;
    filling.close();
    let seconds = begun.elapsed().as_secs_f64();
    note(&format!("made in {seconds:.0} s: each with its response, its trail, and a mail to its owner"));

    let server = Server::collector(places, &directory)?;
    figure("start, all cases read", server.start.as_secs_f64(), "s", Budget::None);
    let authorization = format!("authorization: Bearer {key}");
    for (name, query, budget) in [
        ("a team's lead: open cases and counts", "unit=team-7", Budget::AtMost(BUDGET)),
        ("a team's lead: what is overdue", "unit=team-7&due=overdue", Budget::AtMost(BUDGET)),
        ("a department's lead", "unit=department-7", Budget::AtMost(BUDGET)),
        ("everybody's, open", "state=open", Budget::AtMost(BUDGET)),
        ("everybody's, open and closed", "state=all", Budget::AtMost(BUDGET)),
    ] {
        let (times, matching) = ask(server.address, query, &authorization, options.repeats)?;
        figure(&format!("{name} ({matching} match): half within"), median(times.clone()), "ms", Budget::None);
        figure("  95 of 100 within", quantile(times, 0.95), "ms", budget);
    }
    figure("memory of the collector", server.resident_bytes()? as f64 / 1e6, "MB", Budget::None);
    server.stop()?;
    Ok(fs::remove_dir_all(&directory)?)
}

/// The times of as many requests, one after the other, in milliseconds; and how many cases match.
fn ask(address: SocketAddr, query: &str, key: &str, repeats: usize) -> anyhow::Result<(Vec<f64>, u64)> {
    let path = format!("/v1/cases?{query}");
    let mut times = Vec::with_capacity(repeats);
    let mut matching = 0;
    for _ in 0..repeats {
        let begun = Instant::now();
        let answer = http::get(address, &path, &[key])?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        let page: Value = serde_json::from_slice(&answer.body)?;
        matching = page["matching"].as_u64().context("no list")?;
        ensure!(
            matching > 0 && page["cases"].as_array().is_some_and(|cases| !cases.is_empty()),
            "an empty list"
        );
    }
    Ok((times, matching))
}

impl Filling {
    /// So many cases: each of one response, nine in ten closed with one of five root causes.
    fn follow_up(&self, cases: usize) -> anyhow::Result<()> {
        let store = self.store();
        self.wait(async {
            store.replace_organisation(organisation()?).await?;
            for (id, unit) in (0..TEAMS)
                .map(|n| (format!("lead-{n}"), format!("team-{n}")))
                .chain((0..DEPARTMENTS).map(|n| (format!("head-{n}"), format!("department-{n}"))))
            {
                let email = format!("{id}@company.example");
                let person = json!({"id": id, "name": id, "email": email, "role": "lead", "units": [unit]});
                let person: Person = serde_json::from_value(person)?;
                store.put_person(person, 1000).await?;
            }
            store.push_follow_up(document()?).await?;
            anyhow::Ok(())
        })?;
        for from in (0..cases).step_by(CHUNK) {
            self.open_and_close(from, CHUNK.min(cases - from))?;
        }
        Ok(())
    }

    fn open_and_close(&self, from: usize, count: usize) -> anyhow::Result<()> {
        let (store, survey) = (self.store(), self.survey());
        // The oldest are a year old, and the newest of this moment.
        let at = self.now() - SignedDuration::from_hours(24 * 365 - (from / CHUNK) as i64 % (24 * 365));
        let limits = Arc::new(Limits::default());
        self.wait(async {
            let mut answers = JoinSet::new();
            for n in from..from + count {
                let mut invited = self.invitation(n, at)?;
                invited.invitation.agent = Some(format!("agent-{}", n % AGENTS).parse()?);
                let (checked, store, survey) =
                    (self.submission(n as u64)?, store.clone(), Arc::clone(&survey));
                let invite = Some((invited.invitation, invited.customer));
                answers.spawn(async move {
                    store.record(invited.token.hash(), invite, checked, survey, at).await
                });
            }
            while let Some(answer) = answers.join_next().await {
                answer??;
            }
            let mut closed = JoinSet::new();
            for n in (from..from + count).filter(|n| n % 10 != 0) {
                let act = Act {
                    note: Some("Called back, and put it right.".into()),
                    root_cause: Some(format!("cause-{}", n % 5)),
                    ..Act::plain(Action::Resolve)
                };
                let following = store.following().context("no follow-up document")?;
                let (store, limits) = (store.clone(), Arc::clone(&limits));
                let later = at + SignedDuration::from_hours(5);
                closed.spawn(async move {
                    store.act(CaseId(n as u64 + 1), act, Who::Operator, following, limits, later).await
                });
            }
            while let Some(closed) = closed.join_next().await {
                closed?.map_err(|error: ActError| anyhow::anyhow!("{error:?}"))?;
            }
            anyhow::Ok(())
        })
    }
}

fn organisation() -> anyhow::Result<Organisation> {
    let departments = (0..DEPARTMENTS).map(
        |n| json!({"id": format!("department-{n}"), "kind": "department", "name": format!("Department {n}")}),
    );
    let teams = (0..TEAMS).map(|n| {
        let parent = format!("department-{}", n % DEPARTMENTS);
        json!({"id": format!("team-{n}"), "kind": "team", "name": format!("Team {n}"), "parent": parent})
    });
    let agents = (0..AGENTS).map(|n| {
        json!({"id": format!("agent-{n}"), "name": format!("Agent {n}"), "unit": format!("team-{}", n % TEAMS)})
    });
    let units: Vec<Value> = departments.chain(teams).collect();
    Ok(serde_json::from_value(json!({"units": units, "agents": agents.collect::<Vec<_>>()}))?)
}

fn document() -> anyhow::Result<FollowUp> {
    let cause = |n: usize| json!({"id": format!("cause-{n}"), "text": {"en": format!("Cause {n}")}});
    let causes: Vec<Value> = (0..5).map(cause).collect();
    Ok(serde_json::from_value(json!({
        "fallback": "head-0",
        "hours": {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "hours": "09:00..17:00"},
        "promises": {"acknowledge_hours": 4, "contact_hours": 8, "resolve_hours": 40},
        "mail": {"send": false},
        "rule": [{"name": "all"}],
        "root_cause": causes
    }))?)
}
