//! Random responses and questions.

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;
use wire::{Answer, Answers, Score, Survey};

use super::*;

/// 2026-03-28T00:00:00Z: the clocks of Europe go forward the night after.
pub(super) const START: i64 = 1_774_656_000;

/// Until the end of October, when they have gone back.
pub(super) const SPAN: i64 = 218 * 86_400;

pub(super) fn survey() -> Survey {
    serde_json::from_value(serde_json::json!({
        "id": "s0", "languages": ["en"],
        "questions": [
            {"id": "nps", "kind": "nps", "text": {}},
            {"id": "care", "kind": "rating", "text": {}},
            {"id": "why", "kind": "choices", "text": {}, "choices": [{"id": "price", "text": {}}, {"id": "speed", "text": {}}]},
            {"id": "words", "kind": "comment", "text": {}}
        ],
        "thanks": {"promoter": {"title": {}, "text": {}}, "passive": {"title": {}, "text": {}}, "detractor": {"title": {}, "text": {}}}
    }))
    .unwrap()
}

/// One agent stays, one moves, one comes late and goes, one is in none.
pub(super) fn organisation() -> Organisation {
    toml::from_str(
        r#"
        time_zone = "Europe/Berlin"
        units = [
            { id = "co", kind = "company", name = "Co" },
            { id = "north", kind = "team", name = "North", parent = "co" },
            { id = "south", kind = "team", name = "South", parent = "co" },
            { id = "apart", kind = "team", name = "Apart" },
        ]
        agents = [
            { id = "a0", name = "A", unit = "north" },
            { id = "a1", name = "B", unit = "south", memberships = [
                { unit = "north", from = 2026-03-29, to = 2026-06-01 }, { unit = "apart", from = 2026-10-25 },
            ] },
            { id = "a2", name = "C", memberships = [{ unit = "apart", from = 2026-05-01, to = 2026-09-01 }] },
        ]
        "#,
    )
    .unwrap()
}

prop_compose! {
    pub(super) fn response()(
        survey in 0u8..2,
        agent in prop::option::weighted(0.9, 0u8..4),
        region in prop::option::weighted(0.8, 0u16..400),
        value in prop::option::weighted(0.7, -20i64..220),
        score in prop::option::weighted(0.9, 0u8..11),
        // Half of them in the nights on which the clock changes.
        at in prop_oneof![0..SPAN, 86_400i64..100_000, 210 * 86_400..SPAN],
        took in prop::option::weighted(0.7, 0i64..100_000),
        care in prop::option::weighted(0.6, 1i64..6),
        why in prop::collection::btree_set(prop::sample::select(vec!["price", "speed", "other"]), 0..3),
        words in prop::option::of(Just("Thanks")),
        device in prop::option::of(prop::sample::select(vec![Device::Phone, Device::Desktop])),
    ) -> Response {
        let at = Timestamp::from_second(START + at).unwrap();
        let mut answers = Answers::new();
        answers.extend(care.map(|care| ("care".to_owned(), Answer::Number(care))));
        if !why.is_empty() {
            answers.insert("why".to_owned(), Answer::List(why.into_iter().map(str::to_owned).collect()));
        }
        answers.extend(words.map(|words| ("words".to_owned(), Answer::Text(words.to_owned()))));
        let told = [("region", region.map(|n| format!("r{n}"))), ("value", value.map(|n| n.to_string()))];
        Response {
            id: Uuid::nil(),
            survey: format!("s{survey}"),
            version: 1,
            customer: Some("C".parse().unwrap()),
            agent: agent.map(|agent| format!("a{agent}").parse().unwrap()),
            attributes: told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
            language: (survey == 0).then(|| "en".to_owned()),
            answers,
            score: score.map(|score| Score::try_from(score).unwrap()),
            at,
            updated_at: at,
            completed_at: took.map(|took| at + jiff::SignedDuration::from_secs(took)),
            channel: Some(Channel::Link),
            device,
            quote: None,
            submissions: Vec::new(),
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let tests = [
        "agent:a1",
        "team:north",
        "team:absent",
        "company:co",
        "region:r7,r8",
        "region:absent",
        "category:promoter,passive",
        "score:3..9",
        "survey:s1",
        "language:en",
        "complete:no",
        "hour:2",
        "hour:1..4",
        "weekday:sunday",
        "month:2026-10",
        "day:2026-03-29,2026-10-25",
        "value:0..50",
        "value:..-5",
        "care:4..",
        "why:price",
        "why:absent",
        "words:given",
        "device:phone",
        "channel:link",
        "agent:nobody",
        "attribute.nothing:x",
        "attribute.nothing:absent",
        "quarter:2026-Q2",
    ];
    let leaf = prop::sample::select(tests.to_vec()).prop_map(|text| Condition::read(text).unwrap());
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn dimension() -> impl Strategy<Value = Dimension> {
    let keys = [
        "agent",
        "team",
        "company",
        "region",
        "survey",
        "language",
        "category",
        "score",
        "score:7,9",
        "complete",
        "hour",
        "hour:9,17",
        "weekday",
        "day",
        "week",
        "month",
        "quarter",
        "value:0,50,100",
        "care",
        "care:4",
        "why",
        "words",
        "device",
        "unit.team",
        "attribute.nothing",
    ];
    prop::sample::select(keys.to_vec()).prop_map(|text| Dimension::read(text).unwrap())
}

fn sees() -> impl Strategy<Value = Sees> {
    let units = ["co", "north", "south", "apart", "gone"].map(|unit| unit.parse().unwrap());
    prop_oneof![
        3 => Just(Sees::All),
        2 => prop::sample::subsequence(units.to_vec(), 0..3).prop_map(Sees::Units),
        1 => prop::sample::select(vec!["a0", "a1", "a3", "nobody"]).prop_map(|agent| Sees::Agent(agent.parse().unwrap())),
    ]
}

prop_compose! {
    pub(super) fn ask()(
        sees in sees(),
        survey in prop::option::weighted(0.3, Just("s0".to_owned())),
        ends in prop::option::weighted(0.5, (0..SPAN, 1..SPAN)),
        condition in prop::option::weighted(0.7, condition()),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
        members in prop::option::weighted(0.3, 0..SPAN),
        measure in prop::sample::select(vec![Measure::Score, Measure::Completion, Measure::Answer("care".to_owned())]),
        by in prop::collection::vec(dimension(), 0..4),
        every in prop::option::of(prop::sample::select(vec![Calendar::Day, Calendar::Week, Calendar::Month, Calendar::Quarter])),
    ) -> Ask {
        let moment = |second: i64| Timestamp::from_second(START + second).unwrap();
        let (from, to) = ends.map(|(from, length)| (moment(from), moment(from + length))).unzip();
        let members = members.map_or(Members::Then, |at| Members::At(moment(at)));
        let query = Query {
            survey,
            period: Period { from, to },
            updated_since: None,
            condition: condition.unwrap_or_default(),
            zone: time_zone(zone).unwrap(),
            members,
            sees,
        };
        Ask { query, measure, by, every, most: 1 << 20, ..Ask::default() }
    }
}
