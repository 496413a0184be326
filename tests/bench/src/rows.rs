//! Generated responses: the same for everybody who counts them.

use std::fmt::Write;

use anyhow::Context;
use hearback::domain::names::AgentId;
use hearback::domain::organisation::{Agent, Organisation, Unit};
use hearback::domain::responses::Response;
use jiff::Timestamp;
use uuid::Uuid;
use wire::{Answers, Score};

/// The attributes, and how many values each has. In the order of names, as a response keeps them.
pub(crate) const ATTRIBUTES: [(&str, usize); 8] = [
    ("branch", 200),
    ("campaign", 2000),
    ("channel", 3),
    ("country", 50),
    ("product", 8),
    ("region", 20),
    ("stage", 12),
    ("tier", 5),
];

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
}

impl Rows {
    /// `count` of them.
    pub(crate) fn new(count: usize) -> anyhow::Result<Self> {
        let values = ATTRIBUTES.map(|(name, values)| (0..values).map(|n| format!("{name}-{n}")).collect());
        Ok(Self {
            random: Random::new(1),
            count,
            agents: organisation()?.agents.into_iter().map(|agent| agent.id).collect(),
            values: values.into(),
        })
    }

    /// A response with everything that does not differ.
    pub(crate) fn blank() -> anyhow::Result<Response> {
        let at = Timestamp::from_second(START)?;
        Ok(Response {
            id: Uuid::nil(),
            survey: "support".into(),
            version: 1,
            customer: Some("C".parse()?),
            agent: None,
            attributes: ATTRIBUTES.map(|(name, _)| (name.to_owned(), String::new())).into(),
            language: None,
            answers: Answers::new(),
            score: None,
            at,
            updated_at: at,
            completed_at: None,
            submissions: Vec::new(),
        })
    }

    /// Makes the response the n-th.
    pub(crate) fn fill(&mut self, n: usize, response: &mut Response) -> anyhow::Result<()> {
        let agent = self.random.below(AGENTS as u64) as usize;
        response.agent = Some(self.agents[agent].clone());
        for (value, known) in response.attributes.values_mut().zip(&self.values) {
            value.clone_from(&known[self.random.below(known.len() as u64) as usize]);
        }
        let score = self.random.score();
        response.score = Some(Score::try_from(score).map_err(anyhow::Error::msg)?);
        let seconds = SPAN as i128 * n as i128 / self.count as i128;
        response.at = Timestamp::from_second(START + seconds as i64)?;
        Ok(())
    }
}

/// The first line of the CSV: the columns' names.
pub(crate) fn head() -> String {
    ATTRIBUTES.iter().fold("seconds,score,agent".to_owned(), |head, (name, _)| head + "," + name)
}

/// Writes the response as a line of the CSV.
pub(crate) fn line(response: &Response, line: &mut String) -> anyhow::Result<()> {
    let score = response.score.context("a row without a score")?.get();
    let agent = response.agent.as_ref().context("a row without an agent")?;
    write!(line, "{},{score},{agent}", response.at.as_second())?;
    for value in response.attributes.values() {
        line.push(',');
        line.push_str(value);
    }
    line.push('\n');
    Ok(())
}

/// The agents and their teams.
pub(crate) fn organisation() -> anyhow::Result<Organisation> {
    let unit = |n: usize| {
        anyhow::Ok(Unit {
            id: format!("team-{n}").parse()?,
            kind: "team".into(),
            name: format!("Team {n}"),
            parent: None,
            target: None,
        })
    };
    let agent = |n: usize| {
        anyhow::Ok(Agent {
            id: format!("agent-{n}").parse()?,
            name: format!("Agent {n}"),
            unit: Some(format!("team-{}", n % TEAMS).parse()?),
            memberships: Vec::new(),
        })
    };
    Ok(Organisation {
        time_zone: None,
        units: (0..TEAMS).map(unit).collect::<Result<_, _>>()?,
        agents: (0..AGENTS).map(agent).collect::<Result<_, _>>()?,
    })
}
