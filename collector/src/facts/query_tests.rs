//! A recount of a few lines over all responses agrees with every answer of the columns.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;
use wire::{Answers, Score};

use super::*;
use crate::domain::responses::Response;

fn organisation() -> Organisation {
    toml::from_str(
        r#"
        units = [
            { id = "co", kind = "company", name = "Co" },
            { id = "north", kind = "team", name = "North", parent = "co" },
            { id = "south", kind = "team", name = "South", parent = "co" },
        ]
        agents = [{ id = "a0", name = "A", unit = "north" }, { id = "a1", name = "B", unit = "south" }, { id = "a2", name = "C", unit = "north" }]
        "#,
    )
    .unwrap()
}

#[derive(Clone, Debug)]
struct Given {
    survey: u8,
    agent: Option<u8>,
    region: Option<u16>,
    score: Option<u8>,
    at: i64,
    updated: i64,
}

fn given() -> impl Strategy<Value = Given> {
    (
        0u8..2,
        prop::option::of(0u8..4),
        prop::option::of(0u16..400),
        prop::option::weighted(0.9, 0u8..11),
        0i64..100,
        0i64..100,
    )
        .prop_map(|(survey, agent, region, score, at, updated)| Given {
            survey,
            agent,
            region,
            score,
            at,
            updated,
        })
}

fn response(given: &Given) -> Response {
    let at = Timestamp::from_second(given.at).unwrap();
    Response {
        id: Uuid::nil(),
        survey: format!("s{}", given.survey),
        version: 1,
        customer: Some("C".parse().unwrap()),
        agent: given.agent.map(|agent| format!("a{agent}").parse().unwrap()),
        attributes: given
            .region
            .map(|region| ("region".to_owned(), format!("r{region}")))
            .into_iter()
            .collect(),
        language: None,
        answers: Answers::new(),
        score: given.score.map(|score| Score::try_from(score).unwrap()),
        at,
        updated_at: Timestamp::from_second(given.updated).unwrap(),
        completed_at: None,
        submissions: Vec::new(),
    }
}

fn value(response: &Response, key: &str) -> Option<String> {
    let agent = response.agent.as_ref().map(|agent| agent.as_str().to_owned());
    match key {
        "agent" => agent,
        "survey" => Some(response.survey.clone()),
        "team" | "company" => agent.and_then(|agent| {
            organisation().homes(key, Timestamp::MAX).get(agent.as_str()).map(|unit| (*unit).to_owned())
        }),
        "category" => response.score.map(|score| score.category().as_str().to_owned()),
        _ => response.attributes.get(key).cloned(),
    }
}

fn recount<'a>(responses: &'a [Response], query: &Query) -> Vec<&'a Response> {
    responses
        .iter()
        .filter(|r| query.survey.as_ref().is_none_or(|survey| r.survey == *survey))
        .filter(|r| query.from.is_none_or(|from| r.at >= from) && query.to.is_none_or(|to| r.at < to))
        .filter(|r| query.updated_since.is_none_or(|since| r.updated_at >= since))
        .filter(|r| query.filters.iter().all(|filter| value(r, &filter.key).as_ref() == Some(&filter.value)))
        .collect()
}

fn tally<'a>(responses: impl IntoIterator<Item = &'a Response>) -> Tally {
    let mut tally = Tally::default();
    responses.into_iter().filter_map(|response| response.score).for_each(|score| tally.add(score));
    tally
}

fn filter() -> impl Strategy<Value = Filter> {
    let pairs = vec![
        ("agent", "a1"),
        ("team", "north"),
        ("region", "r7"),
        ("category", "promoter"),
        ("survey", "s1"),
        ("agent", "nobody"),
    ];
    prop::sample::select(pairs).prop_map(|(key, value)| Filter { key: key.into(), value: value.into() })
}

fn query() -> impl Strategy<Value = Query> {
    let time = || prop::option::of((0i64..100).prop_map(|second| Timestamp::from_second(second).unwrap()));
    (prop::option::of(Just("s0".to_owned())), time(), time(), time(), prop::collection::vec(filter(), 0..3))
        .prop_map(|(survey, from, to, updated_since, filters)| Query {
            survey,
            from,
            to,
            updated_since,
            filters,
        })
}

proptest! {
    #[test]
    fn every_group_and_total_is_what_a_recount_gives(
        givens in prop::collection::vec(given(), 0..300),
        changes in prop::collection::vec((any::<prop::sample::Index>(), given()), 0..30),
        query in query(),
        by in prop::sample::select(vec!["agent", "survey", "team", "company", "region"]),
    ) {
        let facts = Facts::default();
        // One response has the attribute, so that asking for it is never an error.
        let first = Given { survey: 0, agent: None, region: Some(7), score: Some(10), at: 50, updated: 50 };
        let mut responses: Vec<Response> = std::iter::once(&first).chain(&givens).map(response).collect();
        responses.iter().enumerate().for_each(|(row, response)| facts.apply(row as u64, response));
        for (index, given) in &changes {
            let row = index.index(responses.len()).max(1).min(responses.len() - 1);
            if row > 0 {
                responses[row] = response(given);
                facts.apply(row as u64, &responses[row]);
            }
        }

        let matching = recount(&responses, &query);
        let total = tally(matching.iter().copied()).nps();
        prop_assert_eq!(facts.report(&query, None, 0, &organisation()).unwrap(), (total.clone(), Vec::new()));

        let mut expected: BTreeMap<Option<String>, Tally> = BTreeMap::new();
        for response in &matching {
            if let Some(score) = response.score {
                expected.entry(value(response, by)).or_default().add(score);
            }
        }
        // As many groups as there are, and however many more: the same.
        for most in [expected.len(), 10_000] {
            let (of_groups, groups) = facts.report(&query, Some(by), most, &organisation()).unwrap();
            prop_assert_eq!(&of_groups, &total);
            let got: BTreeMap<Option<String>, Nps> = groups.into_iter().map(|group| (group.key, group.figures)).collect();
            prop_assert_eq!(got, expected.iter().map(|(key, tally)| (key.clone(), tally.nps())).collect());
        }
        if let Some(most) = expected.len().checked_sub(1) {
            let refused = facts.report(&query, Some(by), most, &organisation()).unwrap_err();
            prop_assert!(matches!(refused, BadQuery::TooManyGroups { .. }), "{refused}");
        }

        let rows = facts.find(&query, 3, 20, &organisation()).unwrap();
        let position = |wanted: &Response| responses.iter().position(|r| std::ptr::eq(r, wanted)).unwrap() as u64;
        let all: Vec<u64> = matching.iter().map(|r| position(r)).filter(|row| *row >= 3).take(20).collect();
        prop_assert_eq!(rows, all);
    }
}

#[test]
fn an_unknown_name_is_told_with_the_known_ones() {
    let error = Facts::default().report(&Query::default(), Some("prodct"), 9, &organisation()).unwrap_err();
    assert_eq!(error.to_string(), "nothing is known by \"prodct\"; known are agent, survey, company, team");
}
