//! What is asked, in the words of the facts and in SQL.

use hearback::domain::dates::time_zone;
use hearback::domain::limits::Limits;
use hearback::domain::query::{Calendar, Condition, Dimension, Period};
use hearback::facts::{Ask, Query, Rest, Top};

use crate::rows::ATTRIBUTES;

/// Where hours and days are told: the clocks change there.
const ZONE: &str = "Europe/Berlin";

/// The same in SQL.
const LOCAL: &str = "(given AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin')";

/// What one question may take, milliseconds.
const SOON: f64 = 50.0;

/// What a crosstab of thousands of cells may take.
const CROSSTAB: f64 = 150.0;

/// A question in the words of all.
pub(super) struct Question {
    pub(super) name: String,
    pub(super) ask: Ask,
    pub(super) sql: String,
    /// What it may take, milliseconds.
    pub(super) budget: f64,
    /// Whether rivals tell of responses that are in no group.
    pub(super) tells_none: bool,
}

/// What the facts are asked for.
pub(super) fn ask(by: &[&str], condition: &str, every: Option<Calendar>) -> anyhow::Result<Ask> {
    let by = by.iter().map(|by| Dimension::read(by)).collect::<Result<_, _>>()?;
    let condition = match condition {
        "" => Condition::default(),
        text => Condition::read(text)?,
    };
    let zone = time_zone("UTC").unwrap_or(jiff::tz::TimeZone::UTC);
    let query = Query { condition, zone, ..Query::default() };
    Ok(Ask { query, by, every, most: Limits::default().groups, ..Ask::default() })
}

/// A condition, in the words of both.
type Filter = (&'static str, &'static str);

const PRODUCT: Filter = ("product:product-3", "product = 'product-3'");

const FILTERS: [Filter; 8] = [
    PRODUCT,
    ("campaign:campaign-77", "campaign = 'campaign-77'"),
    ("product:product-3 and channel:channel-1", "product = 'product-3' AND channel = 'channel-1'"),
    ("region:region-1 or product:product-2", "(region = 'region-1' OR product = 'product-2')"),
    ("not channel:channel-0", "NOT channel = 'channel-0'"),
    ("value:100..300", "value >= 100 AND value < 300"),
    ("team:team-7", "team = 'team-7'"),
    (
        "(region:region-1,region-2 or value:400..) and not channel:channel-0",
        "(region IN ('region-1', 'region-2') OR value >= 400) AND NOT channel = 'channel-0'",
    ),
];

const NO_FILTER: Filter = ("", "");

impl Question {
    /// Every question.
    pub(super) fn all() -> anyhow::Result<Vec<Self>> {
        let attributes = ATTRIBUTES.map(|(name, _)| name);
        let mut all = vec![Self::new(&[], NO_FILTER, false)?];
        for by in attributes.into_iter().chain(["agent", "team", "care", "why", "category"]) {
            all.push(Self::new(&[by], NO_FILTER, false)?);
        }
        for by in ["hour", "weekday"] {
            all.push(Self::new(&[by], NO_FILTER, false)?.in_zone());
        }
        all.push(Self::new(&["value:50,100,200"], NO_FILTER, false)?);
        for filter in FILTERS {
            all.push(Self::new(&[], filter, false)?);
            all.push(Self::new(&["region"], filter, false)?);
        }
        all.push(Self::new(&["region"], PRODUCT, false)?.of_june()?);
        all.push(Self::new(&["region", "stage"], PRODUCT, false)?);
        all.push(Self::largest(10)?);
        // Any single `by` with a filter and by the month.
        all.push(Self::new(&[], PRODUCT, true)?);
        for by in
            attributes.into_iter().chain(["agent", "team", "care", "why", "category", "value:50,100,200"])
        {
            let filter = if by == "product" { ("region:region-1", "region = 'region-1'") } else { PRODUCT };
            all.push(Self::new(&[by], filter, true)?);
        }
        for by in ["hour", "weekday"] {
            all.push(Self::new(&[by], PRODUCT, true)?.in_zone());
        }
        for filter in &FILTERS[2..] {
            all.push(Self::new(&["branch"], *filter, true)?);
        }
        all.push(Self::new(&["campaign", "stage"], NO_FILTER, false)?.crosstab());
        all.push(Self::new(&["campaign", "stage"], PRODUCT, false)?.crosstab());
        all.push(Self::new(&["team", "product"], NO_FILTER, true)?.crosstab());
        Ok(all)
    }

    /// The questions whose time is told for few rows and many.
    pub(super) fn typical() -> anyhow::Result<[Self; 4]> {
        Ok([
            Self::new(&[], NO_FILTER, false)?,
            Self::new(&["team"], NO_FILTER, false)?,
            Self::new(&["branch"], PRODUCT, true)?,
            Self::new(&["campaign", "stage"], NO_FILTER, false)?,
        ])
    }

    fn new(by: &[&str], (condition, sql): Filter, monthly: bool) -> anyhow::Result<Self> {
        let mut name = if by.is_empty() { "total".to_owned() } else { format!("by {}", by.join(" × ")) };
        if !condition.is_empty() {
            name = format!("{name}, {condition}");
        }
        if monthly {
            name += ", monthly";
        }
        let mut selected: Vec<String> = by.iter().map(|by| key(by)).collect();
        selected.extend(monthly.then(|| "date_trunc('month', given) AS part".to_owned()));
        let groups: Vec<String> = (1..=selected.len()).map(|place| place.to_string()).collect();
        selected.push("count(*)".to_owned());
        selected.extend(["score >= 9", "score <= 6"].map(|which| format!("count(*) FILTER (WHERE {which})")));
        let teams = by.contains(&"team") || sql.contains("team");
        let mut conditions: Vec<&str> = Vec::new();
        if teams {
            conditions.push("given >= since AND given < until");
        }
        if !sql.is_empty() {
            conditions.push(sql);
        }
        let from = match (by.contains(&"why"), teams) {
            (true, _) => "(SELECT unnest(why) AS reason, * FROM responses) AS each",
            (false, true) => "responses JOIN memberships USING (agent)",
            (false, false) => "responses",
        };
        let clause = |word: &str, parts: &[&str], between: &str| match parts {
            [] => String::new(),
            parts => format!(" {word} {}", parts.join(between)),
        };
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        Ok(Self {
            name,
            ask: ask(by, condition, monthly.then_some(Calendar::Month))?,
            sql: format!(
                "SELECT {} FROM {from}{}{}",
                selected.join(", "),
                clause("WHERE", &conditions, " AND "),
                clause("GROUP BY", &groups, ", ")
            ),
            budget: SOON,
            tells_none: !by.contains(&"why"),
        })
    }

    fn crosstab(mut self) -> Self {
        self.budget = CROSSTAB;
        self
    }

    fn in_zone(mut self) -> Self {
        self.name = format!("{} ({ZONE})", self.name);
        self.ask.query.zone = time_zone(ZONE).unwrap_or(jiff::tz::TimeZone::UTC);
        // Months are those of the zone, too.
        self.sql = self.sql.replace("date_trunc('month', given)", &format!("date_trunc('month', {LOCAL})"));
        self
    }

    fn of_june(mut self) -> anyhow::Result<Self> {
        self.name += ", one month";
        self.ask.query.period = Period::read("2024-06-01..2024-07-01", &self.ask.query.zone)?;
        let june = "WHERE given >= TIMESTAMP '2024-06-01' AND given < TIMESTAMP '2024-07-01' AND ";
        self.sql = self.sql.replace("WHERE ", june).replace(&format!("FILTER ({june}"), "FILTER (WHERE ");
        Ok(self)
    }

    fn largest(groups: usize) -> anyhow::Result<Self> {
        let mut one = Self::new(&["campaign"], NO_FILTER, false)?;
        one.name += &format!(", {groups} largest and the rest");
        one.ask.top = Some(Top { groups, rest: Rest::ByNumber });
        one.sql = format!(
            "WITH ranked AS (SELECT row_number() OVER (ORDER BY n DESC) AS place, * FROM ({}) AS each (campaign, n, p, d)) \
             SELECT CASE WHEN place <= {groups} THEN campaign::text ELSE 'rest' END, sum(n)::bigint, sum(p)::bigint, sum(d)::bigint \
             FROM ranked GROUP BY 1",
            one.sql
        );
        Ok(one)
    }
}

/// What is grouped by, in SQL.
fn key(by: &str) -> String {
    match by {
        "why" => "reason".to_owned(),
        "hour" => format!("extract(hour FROM {LOCAL})"),
        "weekday" => format!("extract(isodow FROM {LOCAL})"),
        "category" => "CASE WHEN score >= 9 THEN 'promoter' WHEN score >= 7 THEN 'passive' ELSE 'detractor' END".to_owned(),
        "value:50,100,200" => "CASE WHEN value < 50 THEN '..50' WHEN value < 100 THEN '50..100' WHEN value < 200 THEN '100..200' ELSE '200..' END".to_owned(),
        by => by.to_owned(),
    }
}
