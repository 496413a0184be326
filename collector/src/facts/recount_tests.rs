//! A recount of a few lines over all responses agrees with every answer of the columns: random surveys, an organisation
//! with moves, conditions, groups and time zones, nights on which the clock changes among them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;
use wire::{Answer, Answers, Score};

use super::*;
use crate::domain::dates::time_zone;
use crate::domain::organisation::Organisation;
use crate::domain::people::Sees;
use crate::domain::query::{Calendar, Condition, Dimension, Period, Value};
use crate::domain::responses::Response;
use crate::domain::visits::{Channel, Device};

mod given;
mod sheets;

use given::{START, ask, organisation, response, survey};

/// What a response has of a key: nothing, one value, or several.
fn values(response: &Response, key: &str, query: &Query) -> Vec<String> {
    let local = query.zone.to_datetime(response.at);
    let unit = |kind: &str| {
        let at = match query.members {
            Members::Then => response.at,
            Members::At(at) => at,
        };
        let organisation = organisation();
        let homes = organisation.homes(kind, at);
        response.agent.as_ref().and_then(|agent| homes.get(agent.as_str()).map(|unit| (*unit).to_owned()))
    };
    let answer = |question: &str| match response.answers.get(question) {
        _ if response.survey != "s0" => Vec::new(),
        Some(Answer::Number(number)) => vec![number.to_string()],
        Some(Answer::List(list)) => list.clone(),
        Some(_) => vec!["given".to_owned()],
        None => Vec::new(),
    };
    let score = response.score;
    let one = match key {
        "survey" => Some(response.survey.clone()),
        "agent" => response.agent.as_ref().map(|agent| agent.as_str().to_owned()),
        "language" => response.language.clone(),
        "category" => score.map(|score| score.category().as_str().to_owned()),
        "score" => score.map(|score| score.get().to_string()),
        "complete" => Some(if response.completed_at.is_some() { "yes" } else { "no" }.to_owned()),
        "hour" => Some(format!("{:02}", local.hour())),
        "weekday" => Some(format!("{:?}", local.weekday()).to_lowercase()),
        "day" => Some(local.date().to_string()),
        "month" => Some(Calendar::Month.label(local)),
        "week" => Some(Calendar::Week.label(local)),
        "quarter" => Some(Calendar::Quarter.label(local)),
        "team" | "company" => unit(key),
        "device" => response.device.map(|device| device.as_str().to_owned()),
        "channel" => Some("link".to_owned()),
        "care" | "why" | "words" => return answer(key),
        attribute => response.attributes.get(attribute).cloned(),
    };
    one.into_iter().collect()
}

fn holds(condition: &Condition, response: &Response, query: &Query) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(part, response, query)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, response, query)),
        Condition::Not(inner) => !holds(inner, response, query),
        Condition::Is(key, wanted) => {
            let has = values(response, &key.name, query);
            wanted.iter().any(|wanted| match wanted {
                Value::Absent => has.is_empty(),
                Value::Text(text) => has.contains(text),
                Value::Range(low, high) => {
                    has.iter().filter_map(|one| one.parse::<f64>().ok()).any(|number| {
                        low.is_none_or(|low| number >= low) && high.is_none_or(|high| number < high)
                    })
                }
            })
        }
    }
}

fn matching<'a>(responses: &'a [Option<Response>], query: &Query) -> Vec<&'a Response> {
    let Query { survey, period, condition, sees, .. } = query;
    let organisation = organisation();
    let all = responses.iter().flatten();
    all.filter(|r| survey.as_ref().is_none_or(|survey| r.survey == *survey))
        .filter(|r| period.from.is_none_or(|from| r.at >= from) && period.to.is_none_or(|to| r.at < to))
        .filter(|r| holds(condition, r, query))
        .filter(|r| sees.interaction(r.agent.as_ref(), r.at, &organisation))
        .collect()
}

fn groups_of(response: &Response, dimension: &Dimension, query: &Query) -> BTreeSet<Option<String>> {
    let mut has: BTreeSet<Option<String>> =
        values(response, &dimension.key.name, query).into_iter().map(Some).collect();
    if !dimension.bands.is_empty() {
        let band = |value: &Option<String>| {
            let number: f64 = value.as_ref()?.parse().ok()?;
            Some(dimension.band(dimension.bands.iter().filter(|bound| **bound <= number).count()))
        };
        has = has.iter().map(band).collect();
    }
    if has.is_empty() {
        has.insert(None);
    }
    has
}

fn slot(response: &Response, measure: &Measure) -> usize {
    match measure {
        Measure::Score => response.score.map_or(15, |score| usize::from(score.get())),
        Measure::Completion => usize::from(response.completed_at.is_some()),
        Measure::Answer(question) => match response.answers.get(question) {
            Some(Answer::Number(number)) if response.survey == "s0" => *number as usize,
            _ => 15,
        },
    }
}

/// Group and part of time → counts.
type Recount = BTreeMap<(Vec<Option<String>>, String), Counts>;

fn recount(responses: &[&Response], ask: &Ask) -> Recount {
    let mut counts = Recount::new();
    for response in responses {
        let part = ask.every.map(|every| every.label(ask.query.zone.to_datetime(response.at)));
        let mut keys = vec![Vec::new()];
        for dimension in &ask.by {
            let has = groups_of(response, dimension, &ask.query);
            keys = keys
                .iter()
                .flat_map(|key| has.iter().map(move |one| [&key[..], std::slice::from_ref(one)].concat()))
                .collect();
        }
        for key in keys {
            counts.entry((key, part.clone().unwrap_or_default())).or_default()
                [slot(response, &ask.measure)] += 1;
        }
    }
    counts
}

fn by_part(counted: &Counted, groups: &[(Vec<Option<String>>, &Vec<Counts>)]) -> Recount {
    let label = |place: usize| counted.parts.get(place).map(|part| part.label.clone()).unwrap_or_default();
    let mut counts = Recount::new();
    for (key, of_parts) in groups {
        for (place, of_part) in
            of_parts.iter().enumerate().filter(|(_, counts)| counts.iter().any(|n| *n > 0))
        {
            counts.insert((key.clone(), label(place)), *of_part);
        }
    }
    counts
}

/// The facts of these responses, some of which were something else before, or are gone.
fn facts(
    responses: &[Response],
    changed: &[(prop::sample::Index, Option<Response>)],
) -> (Facts, Vec<Option<Response>>) {
    let facts = Facts::default();
    let survey = survey();
    let apply = |row: usize, response: &Response| {
        facts.apply(row as u64, response, (response.survey == "s0").then_some(&survey));
    };
    // One response has each attribute and each answer, so that asking for them is never an error.
    let mut first = responses[0].clone();
    first.survey = "s0".into();
    first.attributes.extend([("region".into(), "r7".into()), ("value".into(), "3".into())]);
    first.device = Some(Device::Phone);
    let answers = [
        ("care", Answer::Number(3)),
        ("why", Answer::List(vec!["price".into()])),
        ("words", Answer::Text("x".into())),
    ];
    first.answers.extend(answers.map(|(question, answer)| (question.to_owned(), answer)));
    let mut all: Vec<Option<Response>> =
        std::iter::once(&first).chain(responses).cloned().map(Some).collect();
    all.iter().flatten().enumerate().for_each(|(row, response)| apply(row, response));
    for (index, response) in changed {
        let row = 1 + index.index(responses.len());
        match response {
            Some(response) => apply(row, response),
            None => facts.change().forget(row as u64),
        }
        all[row].clone_from(response);
    }
    (facts, all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_group_part_and_total_is_what_a_recount_gives(
        responses in prop::collection::vec(response(), 1..150),
        changed in prop::collection::vec((any::<prop::sample::Index>(), prop::option::of(response())), 0..20),
        asks in prop::collection::vec(ask(), 6),
    ) {
        let (facts, all) = facts(&responses, &changed);
        prop_assert_eq!(facts.len(), all.iter().flatten().count());
        for ask in &asks {
            let matching = matching(&all, &ask.query);
            let counted = match facts.count(ask, &organisation()) {
                Err(BadQuery::TooManyGroups { groups, .. }) if groups > 1 << 20 => continue,
                counted => counted.unwrap(),
            };
            let ungrouped = Ask { by: Vec::new(), ..ask.clone() };
            prop_assert_eq!(
                by_part(&counted, &[(Vec::new(), &counted.total)]),
                recount(&matching, &ungrouped),
                "{:?}", ask
            );
            let groups: Vec<_> = counted.groups.iter().map(|group| {
                (group.key.iter().map(|key| key.value().map(str::to_owned)).collect(), &group.counts)
            }).collect();
            if !ask.by.is_empty() {
                prop_assert_eq!(by_part(&counted, &groups), recount(&matching, ask), "{:?}", ask);
            }

            let rows = facts.find(&ask.query, 3, 20, &organisation()).unwrap();
            let place = |wanted: &Response| all.iter().position(|r| r.as_ref().is_some_and(|r| std::ptr::eq(r, wanted)));
            let expected: Vec<u64> = matching.iter().filter_map(|r| place(r)).map(|row| row as u64).filter(|row| *row >= 3).take(20).collect();
            prop_assert_eq!(rows, expected);

            let mut took: Vec<i64> = matching.iter().filter_map(|r| {
                Some((r.completed_at?.as_second() - r.at.as_second()).min(i64::from(u16::MAX) - 1))
            }).collect();
            took.sort_unstable();
            let middle = took.len() / 2;
            let median = match took.len() {
                0 => None,
                n if n % 2 == 0 => Some((took[middle - 1] + took[middle]) as f64 / 2.0),
                _ => Some(took[middle] as f64),
            };
            prop_assert_eq!(facts.medians(ask, &organisation()).unwrap().total, median);
        }
    }

    #[test]
    fn the_largest_and_the_rest_are_all(
        responses in prop::collection::vec(response(), 1..150),
        ask in ask(),
        largest in 1usize..4,
        rest in prop::sample::select(vec![Rest::ByNumber, Rest::ByImpact]),
    ) {
        // Nobody is in several groups, or the sum would be more than the whole.
        let by = ask.by.iter().filter(|by| by.key.name != "why").take(1).cloned().collect();
        let whole = Ask { by, measure: Measure::Score, ..ask };
        let (facts, _) = facts(&responses, &[]);
        let all = facts.count(&whole, &organisation()).unwrap();
        let top = Ask { top: Some(Top { groups: largest, rest }), ..whole.clone() };
        let some = facts.count(&top, &organisation()).unwrap();
        prop_assert_eq!(&some.total, &all.total);
        if whole.by.is_empty() {
            return Ok(());
        }
        let valued = |counted: &Counted| counted.groups.iter().filter(|group| group.key[0].value().is_some()).count();
        let scored = |group: &&Group| group.counts.iter().any(|counts| counts[..11].iter().any(|n| *n > 0));
        let with_scores = all.groups.iter().filter(|group| group.key[0].value().is_some()).filter(scored).count();
        prop_assert!(valued(&some) <= largest.max(valued(&all).min(largest)));
        prop_assert_eq!(some.groups.iter().filter(|group| group.key[0].value().is_some()).filter(scored).count(), with_scores.min(largest));
        let sum = |counted: &Counted| {
            let mut sum = Counts::default();
            for counts in counted.groups.iter().flat_map(|group| &group.counts) {
                sum[..11].iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
            }
            sum
        };
        prop_assert_eq!(sum(&some), sum(&all));
        for group in &some.groups {
            if group.key[0] != Key::Rest {
                let same = all.groups.iter().find(|other| other.key == group.key).unwrap();
                prop_assert_eq!(&same.counts, &group.counts);
            }
        }
    }
}

#[test]
fn things_with_an_order_come_in_it_and_others_by_their_number() {
    let at = |second: i64, region: &str, score: u8| {
        let mut response = Response {
            id: Uuid::nil(),
            survey: "s1".into(),
            version: 1,
            customer: None,
            agent: None,
            attributes: BTreeMap::from([("region".into(), region.into())]),
            language: None,
            answers: Answers::new(),
            score: Some(Score::try_from(score).unwrap()),
            at: Timestamp::from_second(START + second).unwrap(),
            updated_at: Timestamp::from_second(START).unwrap(),
            completed_at: None,
            channel: None,
            device: None,
            quote: None,
            submissions: Vec::new(),
        };
        if region.is_empty() {
            response.attributes.clear();
        }
        response
    };
    let facts = Facts::default();
    let rows = [
        at(90 * 86_400, "b", 1),
        at(0, "b", 2),
        at(0, "a", 3),
        at(0, "b", 3),
        at(0, "", 1),
        at(0, "", 1),
        at(0, "", 1),
        at(0, "", 1),
    ];
    rows.iter().enumerate().for_each(|(row, response)| facts.apply(row as u64, response, None));
    let keys = |by: &str| {
        let ask = Ask { by: vec![Dimension::read(by).unwrap()], most: 100, ..Ask::default() };
        let counted = facts.count(&ask, &Organisation::default()).unwrap();
        let key = |group: &Group| group.key[0].value().unwrap_or("-").to_owned();
        counted.groups.iter().map(key).collect::<Vec<_>>()
    };
    assert_eq!(keys("month"), ["2026-03", "2026-06"]);
    assert_eq!(keys("region"), ["b", "a", "-"], "absent last, though it has most");
    assert_eq!(keys("score"), ["1", "2", "3"]);
}

#[test]
fn what_cannot_be_answered_is_told() {
    let told = |ask: Ask| Facts::default().count(&ask, &organisation()).unwrap_err().to_string();
    let by = |text: &str| Ask { by: vec![Dimension::read(text).unwrap()], most: 9, ..Ask::default() };
    let error = told(by("prodct"));
    assert!(
        error.starts_with("nothing is known by \"prodct\"; known are agent, survey, language"),
        "{error}"
    );
    assert!(error.ends_with("company, team"), "{error}");
    assert_eq!(told(by("team:1,2")), "\"team\" has no numbers that could fall in bands");
    let condition = Condition::read("category:promotor").unwrap();
    let query = Query { condition, ..Query::default() };
    assert_eq!(
        told(Ask { query, ..Ask::default() }),
        "category is never \"promotor\"; it is one of promoter, passive, detractor"
    );
    let long = Period {
        from: Some(Timestamp::from_second(0).unwrap()),
        to: Some(Timestamp::from_second(START).unwrap()),
    };
    let query = Query { period: long, ..Query::default() };
    let error = told(Ask { query, every: Some(Calendar::Hour), most: 1000, ..Ask::default() });
    assert!(error.contains("more than 1000 of every hour") && error.contains("limits.groups"), "{error}");
}
