//! Reports as tables: a row for each group, or for each of its parts of time.

mod evidence;

use wire::Nps;
use wire::report::{
    Answered, AnsweredEntry, AnswersCompared, AnswersReport, Comparison, DriversReport, Entry, Judged,
    MovedReport, NpsReport, RankingReport, Rates, Share, TargetView, TargetsReport, Verdict,
};

use crate::output::{Cell, Column, Kind, Row, Table};

pub use evidence::{evidence, recovery};

/// What a table is put together from: columns and the cells below them, side by side.
#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

/// One row on its way, with the names of its columns.
#[derive(Default)]
struct Line(Vec<(String, Kind, Cell)>);

impl Line {
    fn put(&mut self, name: impl Into<String>, kind: Kind, cell: impl Into<Cell>) {
        self.0.push((name.into(), kind, cell.into()));
    }

    fn number(&mut self, name: impl Into<String>, number: Option<f64>) {
        self.put(name, Kind::Number, number);
    }

    fn count(&mut self, name: impl Into<String>, count: Option<u64>) {
        self.put(name, Kind::Integer, count.and_then(|count| i64::try_from(count).ok()));
    }

    fn text(&mut self, name: impl Into<String>, text: Option<&str>) {
        self.put(name, Kind::Text, text.map(str::to_owned));
    }

    fn interval(&mut self, name: &str, interval: Option<[f64; 2]>) {
        self.number(format!("{name}low"), interval.map(|ends| ends[0]));
        self.number(format!("{name}high"), interval.map(|ends| ends[1]));
    }

    fn keys(&mut self, by: &[String], keys: &[Option<String>], names: &[Option<String>]) {
        for (place, by) in by.iter().enumerate() {
            self.text(by, keys.get(place).and_then(Option::as_deref));
            self.text(format!("{by}.name"), names.get(place).and_then(Option::as_deref));
        }
    }

    fn nps(&mut self, figures: Option<&Nps>) {
        self.count("n", figures.map(|figures| figures.n));
        self.number("nps", figures.and_then(|figures| figures.nps));
        self.interval("", figures.and_then(|figures| figures.interval));
        self.count("promoters", figures.map(|figures| figures.promoters));
        self.count("passives", figures.map(|figures| figures.passives));
        self.count("detractors", figures.map(|figures| figures.detractors));
        for score in 0..11 {
            self.count(format!("score_{score}"), figures.map(|figures| figures.distribution[score]));
        }
    }

    fn comparison(&mut self, comparison: Option<&Comparison>) {
        self.number("difference", comparison.map(|comparison| comparison.difference));
        self.interval("difference_", comparison.map(|comparison| comparison.interval));
        self.number("p_value", comparison.map(|comparison| comparison.p_value));
    }

    fn judged(&mut self, judged: Option<&Judged>) {
        self.comparison(judged.map(|judged| &judged.comparison));
        self.number("q_value", judged.map(|judged| judged.q_value));
        self.text("verdict", judged.map(|judged| verdict(judged.verdict)));
    }

    fn mean_judged(&mut self, judged: Option<&Judged>) {
        self.number("mean_difference", judged.map(|judged| judged.comparison.difference));
        self.interval("mean_difference_", judged.map(|judged| judged.comparison.interval));
        self.number("mean_p_value", judged.map(|judged| judged.comparison.p_value));
        self.number("mean_q_value", judged.map(|judged| judged.q_value));
        self.text("mean_verdict", judged.map(|judged| verdict(judged.verdict)));
    }

    fn rates(&mut self, rates: Option<&Rates>) {
        self.count("invited", rates.map(|rates| rates.invited));
        self.count("answered", rates.map(|rates| rates.answered));
        self.number("response_rate", rates.and_then(|rates| rates.response_rate));
        self.count("begun", rates.map(|rates| rates.begun));
        self.count("completed", rates.map(|rates| rates.completed));
        self.number("completion_rate", rates.and_then(|rates| rates.completion_rate));
        self.number("median_seconds", rates.and_then(|rates| rates.median_seconds));
        self.interval("invited_", rates.and_then(|rates| rates.interval_of_invited));
    }

    fn target(&mut self, target: Option<&TargetView>) {
        self.number("target", target.map(|target| target.target));
        self.number("distance", target.and_then(|target| target.distance));
        let met = target.map(|target| match target.met {
            wire::report::Met::Met => "met",
            wire::report::Met::NotMet => "not_met",
            wire::report::Met::NotCertain => "not_certain",
        });
        self.text("met", met);
    }

    fn share(&mut self, share: Option<&Share>) {
        self.count("n", share.map(|share| share.n));
        self.count("of", share.map(|share| share.of));
        self.number("percent", share.and_then(|share| share.percent));
        self.interval("", share.and_then(|share| share.interval));
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Higher => "higher",
        Verdict::Lower => "lower",
        Verdict::NotShown => "not_shown",
    }
}

impl Rows {
    fn push(&mut self, line: Line) {
        if self.columns.is_empty() {
            self.columns = line.0.iter().map(|(name, kind, _)| Column::new(name, *kind)).collect();
        }
        self.rows.push(line.0.into_iter().map(|(_, _, cell)| cell).collect());
    }

    /// Leaves out what this report was not asked for.
    fn table(mut self, name: &str) -> Table {
        let used: Vec<bool> = (0..self.columns.len())
            .map(|place| self.rows.iter().any(|row| row[place] != Cell::Absent))
            .collect();
        let keep = |place: &mut usize| {
            *place += 1;
            used[*place - 1]
        };
        let mut place = 0;
        self.columns.retain(|_| keep(&mut place));
        for row in &mut self.rows {
            let mut place = 0;
            row.retain(|_| keep(&mut place));
        }
        Table::new(name, self.columns, self.rows)
    }
}

/// A part of time.
type Part<'a> = Option<(&'a str, &'a str, &'a str)>;

fn scope(line: &mut Line, scope: &str, withheld: Option<u64>, part: Part<'_>) {
    line.text("scope", Some(scope));
    line.text("part", part.map(|(label, _, _)| label));
    line.text("from", part.map(|(_, from, _)| from));
    line.text("to", part.map(|(_, _, to)| to));
    line.count("withheld", withheld);
}

/// The total and each group; where there are trends, each part of time of them.
pub fn nps(report: &NpsReport) -> Table {
    let mut rows = Rows::default();
    let mut add = |name: &str,
                   keys: &[Option<String>],
                   names: &[Option<String>],
                   withheld: Option<u64>,
                   entry: Option<&Entry>| {
        let mut line = |withheld, part: Part<'_>, figures: Option<&Nps>, rates: Option<&Rates>, judged| {
            let mut line = Line::default();
            line.keys(&report.by, keys, names);
            scope(&mut line, name, withheld, part);
            line.nps(figures);
            line.judged(judged);
            line.rates(rates);
            rows.push(line);
        };
        match entry.and_then(|entry| entry.trend.as_ref()) {
            Some(points) => {
                for point in points {
                    let part = Some((&*point.label, &*point.from, &*point.to));
                    let judged = point.comparison.as_ref().map(|compared| &compared.judged);
                    line(point.withheld, part, point.figures.as_ref(), point.rates.as_ref(), judged);
                }
            }
            None => {
                let judged =
                    entry.and_then(|entry| entry.comparison.as_ref()).map(|compared| &compared.judged);
                let rates = entry.and_then(|entry| entry.rates.as_ref());
                line(withheld, None, entry.map(|entry| &entry.figures), rates, judged);
            }
        }
    };
    add("total", &[], &[], None, Some(&report.total));
    for group in &report.groups {
        let scope = if group.rest { "rest" } else { "group" };
        add(scope, &group.key, &group.name, group.withheld, group.entry.as_ref());
    }
    rows.table("nps")
}

/// Each group's part in the change.
pub fn moved(report: &MovedReport) -> Table {
    let mut rows = Rows::default();
    for part in report.movement.iter().flat_map(|movement| &movement.contributions) {
        let mut line = Line::default();
        let (key, name) = (std::slice::from_ref(&part.key), std::slice::from_ref(&part.name));
        line.keys(std::slice::from_ref(&report.by), key, name);
        line.text("scope", Some(if part.rest { "rest" } else { "group" }));
        line.number("rate", Some(part.rate));
        line.number("mix", Some(part.mix));
        line.number("total", Some(part.total));
        for (when, figures) in [("before", &part.before), ("after", &part.after)] {
            line.count(format!("{when}_n"), Some(figures.n));
            line.number(format!("{when}_nps"), figures.nps);
        }
        line.judged(part.change.as_ref());
        rows.push(line);
    }
    rows.table("nps-moved")
}

/// Each attribute and answer, and how it goes with the score.
pub fn drivers(report: &DriversReport) -> Table {
    let mut rows = Rows::default();
    for driver in &report.drivers {
        let mut line = Line::default();
        line.text("key", Some(&driver.key));
        line.put("shown", Kind::Boolean, driver.shown);
        line.number("strength", driver.link.map(|link| link.strength));
        line.interval("", driver.link.map(|link| link.interval));
        line.number("p_value", driver.link.map(|link| link.p_value));
        line.number("q_value", driver.link.map(|link| link.q_value));
        line.count("n", Some(driver.n));
        line.count("values", Some(driver.values));
        for (name, extreme) in [("best", &driver.best), ("worst", &driver.worst)] {
            line.text(name, extreme.as_ref().map(|extreme| &*extreme.value));
            line.number(format!("{name}_nps"), extreme.as_ref().and_then(|extreme| extreme.figures.nps));
        }
        line.text("sentence", Some(&driver.sentence));
        rows.push(line);
    }
    rows.table("nps-drivers")
}

/// Who stands where; those that are withheld last.
pub fn ranking(report: &RankingReport) -> Table {
    let mut rows = Rows::default();
    let by = std::slice::from_ref(&report.by);
    let mut add =
        |key: &Option<String>, name: &Option<String>, standing: Option<&wire::report::Standing>, withheld| {
            let mut line = Line::default();
            let ranked = standing.map(|standing| &standing.ranked);
            line.count("rank", ranked.map(|ranked| ranked.rank));
            line.count("best_place", ranked.map(|ranked| ranked.places[0]));
            line.count("worst_place", ranked.map(|ranked| ranked.places[1]));
            line.count("ties", ranked.map(|ranked| ranked.ties));
            line.keys(by, std::slice::from_ref(key), std::slice::from_ref(name));
            line.count("withheld", withheld);
            line.nps(ranked.map(|ranked| &ranked.figures));
            line.target(standing.and_then(|standing| standing.target.as_ref()));
            rows.push(line);
        };
    for standing in &report.groups {
        add(&standing.ranked.key, &standing.ranked.name, Some(standing), None);
    }
    for withheld in &report.withheld {
        add(&withheld.key, &withheld.name, None, Some(withheld.n));
    }
    rows.table("nps-ranking")
}

/// Each unit against its target.
pub fn targets(report: &TargetsReport) -> Table {
    let mut rows = Rows::default();
    for unit in &report.units {
        let mut line = Line::default();
        line.text("unit", Some(&unit.unit));
        line.text("kind", Some(&unit.kind));
        line.text("name", Some(&unit.name));
        line.count("withheld", unit.withheld);
        line.target(unit.target.as_ref());
        line.nps(unit.figures.as_ref());
        rows.push(line);
    }
    rows.table("nps-targets")
}

/// The answers to a question, in all and by group; where there are trends, each part of time of them; of choices, a row each.
pub fn answers(report: &AnswersReport) -> Table {
    let mut rows = Rows::default();
    let mut add = |name: &str,
                   keys: &[Option<String>],
                   names: &[Option<String>],
                   withheld: Option<u64>,
                   entry: Option<&AnsweredEntry>| {
        let mut line =
            |withheld, part: Part<'_>, answered: Option<&Answered>, compared: Option<&AnswersCompared>| {
                for (option, share, rating) in figures(answered) {
                    let mut line = Line::default();
                    line.keys(&report.by, keys, names);
                    scope(&mut line, name, withheld, part);
                    line.text("option", option);
                    line.share(share);
                    line.number("mean", rating.and_then(|rating| rating.mean));
                    line.interval("mean_", rating.and_then(|rating| rating.interval));
                    for value in 1..=10 {
                        let count = rating.and_then(|rating| rating.distribution.get(value - 1)).copied();
                        line.count(format!("value_{value}"), count);
                    }
                    line.judged(compared.and_then(|compared| of_share(compared, option)));
                    line.mean_judged(compared.and_then(|compared| compared.mean.as_ref()));
                    rows.push(line);
                }
            };
        match entry.and_then(|entry| entry.trend.as_ref()) {
            Some(points) => {
                for point in points {
                    let part = Some((&*point.label, &*point.from, &*point.to));
                    line(point.withheld, part, point.answered.as_ref(), point.comparison.as_ref());
                }
            }
            None => line(
                withheld,
                None,
                entry.map(|entry| &entry.answered),
                entry.and_then(|entry| entry.comparison.as_ref()),
            ),
        }
    };
    add("total", &[], &[], None, Some(&report.total));
    for group in &report.groups {
        let scope = if group.rest { "rest" } else { "group" };
        add(scope, &group.key, &group.name, group.withheld, group.entry.as_ref());
    }
    rows.table(&format!("answers-{}", report.question))
}

/// How the share of an option differs, or, where there are none, the share that the question comes to.
fn of_share<'a>(compared: &'a AnswersCompared, option: Option<&str>) -> Option<&'a Judged> {
    match option {
        None => compared.share.as_ref(),
        Some(option) => {
            compared.options.iter().find(|of| of.value == option).map(|compared| &compared.judged)
        }
    }
}

/// The main figure of a rating, or each option's; with the mean, where there is one.
fn figures(answered: Option<&Answered>) -> Vec<(Option<&str>, Option<&Share>, Option<&wire::report::Mean>)> {
    let Some(answered) = answered else {
        return vec![(None, None, None)];
    };
    match (&answered.csat, &answered.ces, &answered.choices) {
        (Some(csat), _, _) => vec![(None, Some(&csat.satisfied), Some(&csat.rating))],
        (_, Some(ces), _) => vec![(None, Some(&ces.easy), Some(&ces.rating))],
        (_, _, Some(choices)) => {
            choices.iter().map(|choice| (Some(&*choice.value), Some(&choice.share), None)).collect()
        }
        _ => vec![(None, None, None)],
    }
}
