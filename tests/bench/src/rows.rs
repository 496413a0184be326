//! Generated responses: the same for everybody who counts them.

use std::fmt::Write;

use anyhow::Context;
use hearback::domain::names::AgentId;
use hearback::domain::organisation::{Agent, Membership, Organisation, Unit};
use hearback::domain::responses::Response;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;
use wire::{Answer, Answers, Score, Survey};

/// The attributes, and how many values each has. In the order of names, as a response keeps them. Those of the last are
/// numbers.
pub(crate) const ATTRIBUTES: [(&str, usize); 8] = [
    ("branch", 200),
    ("campaign", 2000),
    ("channel", 3),
    ("country", 50),
    ("product", 8),
    ("region", 20),
    ("stage", 12),
    ("value", 500),
];

/// The answers to the question that takes several.
const REASONS: [&str; 5] = ["clarity", "kindness", "patience", "price", "speed"];

/// A survey with a question of each kind that is counted.
const SURVEY: &str = r#"
id = "support"
languages = ["en"]
questions = [
    { id = "nps", kind = "nps", text = {} },
    { id = "care", kind = "rating", text = {} },
    { id = "why", kind = "choices", text = {}, choices = [
        { id = "clarity", text = {} }, { id = "kindness", text = {} }, { id = "patience", text = {} },
        { id = "price", text = {} }, { id = "speed", text = {} },
    ] },
]
thanks.promoter = { title = {}, text = {} }
thanks.passive = { title = {}, text = {} }
thanks.detractor = { title = {}, text = {} }
"#;

const AGENTS: usize = 2000;
const TEAMS: usize = 12;

/// The first response's time: 2023-01-01T00:00:00Z.
pub(crate) const START: i64 = 1_672_531_200;

/// The time between the first and the last response: three years.
const SPAN: i64 = 3 * 365 * 86_400;

/// Numbers that look random and are the same in every run (SplitMix64; Steele, Lea and Flood, 2014).
pub(crate) struct Random(u64);

impl Random {
    /// Another seed, other numbers.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x5851_f42d_4c95_7f2d))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A score, most of them high, as most are.
    pub(crate) fn score(&mut self) -> u8 {
        const SCORES: [u8; 20] = [10, 10, 10, 10, 10, 10, 9, 9, 9, 9, 8, 8, 8, 8, 7, 7, 6, 5, 3, 0];
        SCORES[self.below(20) as usize]
    }
}

/// Makes responses, one after the other, in the order of their times.
pub(crate) struct Rows {
    random: Random,
    count: usize,
    agents: Vec<AgentId>,
    values: Vec<Vec<String>>,
    /// Every set of up to three reasons.
    reasons: Vec<Answer>,
}

impl Rows {
    /// `count` of them.
    pub(crate) fn new(count: usize) -> anyhow::Result<Self> {
        let value =
            |name: &str, n: usize| if name == "value" { n.to_string() } else { format!("{name}-{n}") };
        let values = ATTRIBUTES.map(|(name, values)| (0..values).map(|n| value(name, n)).collect());
        let sets = (0u32..1 << REASONS.len()).filter(|set| set.count_ones() <= 3);
        let reasons = sets.map(|set| {
            let chosen = REASONS.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            Answer::List(chosen.map(|(_, reason)| (*reason).to_owned()).collect())
        });
        Ok(Self {
            random: Random::new(1),
            count,
            agents: organisation()?.agents.into_iter().map(|agent| agent.id).collect(),
            values: values.into(),
            reasons: reasons.collect(),
        })
    }

    /// A response with everything that does not differ.
    pub(crate) fn blank() -> anyhow::Result<Response> {
        let at = Timestamp::from_second(START)?;
        let answers = [("care", Answer::Number(1)), ("why", Answer::List(Vec::new()))];
        Ok(Response {
            id: Uuid::nil(),
            survey: "support".into(),
            version: 1,
            customer: Some("C".parse()?),
            agent: None,
            attributes: ATTRIBUTES.map(|(name, _)| (name.to_owned(), String::new())).into(),
            language: Some("en".into()),
            answers: Answers::from(answers.map(|(question, answer)| (question.to_owned(), answer))),
            score: None,
            at,
            updated_at: at,
            completed_at: None,
            channel: None,
            device: None,
            submissions: Vec::new(),
            quote: None,
        })
    }

    /// Makes the response the n-th.
    pub(crate) fn fill(&mut self, n: usize, response: &mut Response) -> anyhow::Result<()> {
        let agent = self.random.below(AGENTS as u64) as usize;
        response.agent = Some(self.agents[agent].clone());
        for (value, known) in response.attributes.values_mut().zip(&self.values) {
            value.clone_from(&known[self.random.below(known.len() as u64) as usize]);
        }
        if let Some(answer) = response.answers.get_mut("care") {
            *answer = Answer::Number(self.random.below(5) as i64 + 1);
        }
        if let Some(answer) = response.answers.get_mut("why") {
            answer.clone_from(&self.reasons[self.random.below(self.reasons.len() as u64) as usize]);
        }
        let score = self.random.score();
        response.score = Some(Score::try_from(score).map_err(anyhow::Error::msg)?);
        let seconds = SPAN as i128 * n as i128 / self.count as i128;
        response.at = Timestamp::from_second(START + seconds as i64)?;
        response.updated_at = response.at;
        // Seven in ten finish.
        let took = 20 + self.random.below(300) as i64;
        let finished = self.random.below(10) < 7;
        response.completed_at =
            finished.then(|| Timestamp::from_second(START + seconds as i64 + took)).transpose()?;
        Ok(())
    }
}

/// What they answer.
pub(crate) fn survey() -> anyhow::Result<Survey> {
    Ok(toml::from_str(SURVEY)?)
}

/// The columns that have few texts, and which.
pub(crate) fn enumerations() -> Vec<(&'static str, Vec<String>)> {
    let values = |name, values| (name, (0..values).map(|n| format!("{name}-{n}")).collect());
    let texts = ATTRIBUTES.into_iter().filter(|(name, _)| *name != "value");
    let mut all: Vec<_> =
        texts.chain([("agent", AGENTS), ("team", TEAMS)]).map(|(n, v)| values(n, v)).collect();
    all.push(("why", REASONS.map(str::to_owned).into()));
    all
}

/// The first line of the CSV: the columns' names.
pub(crate) fn head() -> String {
    let attributes = ATTRIBUTES.iter().fold(String::new(), |names, (name, _)| names + name + ",");
    format!("given,score,agent,{attributes}care,why")
}

/// Writes the response as a line of the CSV, as PostgreSQL writes lists and times.
pub(crate) fn line(response: &Response, line: &mut String) -> anyhow::Result<()> {
    let score = response.score.context("a row without a score")?.get();
    let agent = response.agent.as_ref().context("a row without an agent")?;
    write!(line, "{},{score},{agent}", response.at)?;
    for value in response.attributes.values() {
        line.push(',');
        line.push_str(value);
    }
    for answer in response.answers.values() {
        match answer {
            Answer::Number(number) => write!(line, ",{number}")?,
            Answer::Text(text) => write!(line, ",{text}")?,
            Answer::List(list) => write!(line, ",\"{{{}}}\"", list.join(","))?,
            Answer::Flag(flag) => write!(line, ",{flag}")?,
        }
    }
    line.push('\n');
    Ok(())
}

/// The agents and their teams. One in three has moved, and one in nine a second time.
pub(crate) fn organisation() -> anyhow::Result<Organisation> {
    let team = |n: usize| anyhow::Ok(format!("team-{}", n % TEAMS).parse()?);
    let unit = |n: usize| {
        anyhow::Ok(Unit {
            id: team(n)?,
            kind: "team".into(),
            name: format!("Team {n}"),
            parent: None,
            target: None,
        })
    };
    let moved = |n: usize, from: Date, to: Option<Date>| {
        anyhow::Ok(Membership { unit: team(n)?, from: Some(from), to })
    };
    let agent = |n: usize| {
        // On a day of 2024, and of the year after.
        let day = date(2024, (n % 12) as i8 + 1, (n % 28) as i8 + 1);
        let next = day.tomorrow()?.with().year(2025).build()?;
        let memberships = match n % 9 {
            0 => vec![moved(n + 5, day, Some(next))?, moved(n + 7, next, None)?],
            3 | 6 => vec![moved(n + 5, day, None)?],
            _ => Vec::new(),
        };
        anyhow::Ok(Agent {
            id: format!("agent-{n}").parse()?,
            name: format!("Agent {n}"),
            unit: Some(team(n)?),
            memberships,
        })
    };
    Ok(Organisation {
        time_zone: Some("Europe/Berlin".into()),
        units: (0..TEAMS).map(unit).collect::<Result<_, _>>()?,
        agents: (0..AGENTS).map(agent).collect::<Result<_, _>>()?,
    })
}
