//! Reports as pictures: trends, distributions and rankings, with their intervals.

use wire::report::{
    Answered, AnswersReport, Asked, Group, NpsReport, Point as TrendPoint, RankingReport, Share,
};

use crate::charts::{
    self, Bar, Distribution, Measure, Outcome, Point, Ranking, Row, Series, Theme, Tone, Trend,
};

/// What a picture is headed with.
pub struct Heading {
    /// What is asked, for people: the survey's name.
    pub survey: Option<String>,
    /// The conditions, as they were asked.
    pub filters: Vec<String>,
}

impl Heading {
    fn subtitle(&self, asked: &Asked) -> String {
        let day = |at: &String| at.get(..10).unwrap_or(at).to_owned();
        let period = match (&asked.from, &asked.to) {
            (Some(from), Some(to)) => Some(format!("{} to before {}", day(from), day(to))),
            (Some(from), None) => Some(format!("from {}", day(from))),
            (None, Some(to)) => Some(format!("before {}", day(to))),
            (None, None) => None,
        };
        let parts = self.survey.iter().cloned().chain(period).chain(self.filters.iter().cloned());
        parts.collect::<Vec<_>>().join(" · ")
    }
}

fn title(by: &[String]) -> String {
    match by {
        [] => "Net Promoter Score".to_owned(),
        by => format!("Net Promoter Score by {}", by.join(" and ")),
    }
}

/// What a group is called.
fn label(keys: &[Option<String>], names: &[Option<String>], rest: bool) -> String {
    if rest {
        return "All others".to_owned();
    }
    let one = |(place, key): (usize, &Option<String>)| {
        let name = names.get(place).and_then(Option::as_ref).or(key.as_ref());
        name.cloned().unwrap_or_else(|| "None".to_owned())
    };
    keys.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
}

/// The trend, where there is one; else the groups side by side; else the distribution of the scores.
pub fn nps(report: &NpsReport, heading: &Heading, theme: Theme) -> String {
    let subtitle = heading.subtitle(&report.asked);
    if let Some(points) = &report.total.trend {
        let series =
            |name: String, points: &[TrendPoint]| Series { name, points: points.iter().map(point).collect() };
        let of_groups = report.groups.iter().filter_map(|group| {
            let points = group.entry.as_ref()?.trend.as_ref()?;
            Some(series(label(&group.key, &group.name, group.rest), points))
        });
        let mut all: Vec<Series> = of_groups.collect();
        if report.by.is_empty() {
            all.push(series("All".to_owned(), points));
        }
        let labels = points.iter().map(|point| point.label.clone()).collect();
        let trend = Trend {
            title: title(&report.by),
            subtitle,
            measure: Measure::nps(),
            labels,
            series: all,
            target: None,
        };
        return charts::trend(&trend, theme);
    }
    if report.by.is_empty() {
        let figures = &report.total.figures;
        let distribution =
            Distribution::nps(title(&[]), subtitle, &figures.distribution, figures.nps, figures.interval);
        return charts::distribution(&distribution, theme);
    }
    let rows = report.groups.iter().map(group).collect();
    let groups = Ranking { title: title(&report.by), subtitle, measure: Measure::nps(), rows, target: None };
    charts::ranking(&groups, theme)
}

fn point(point: &TrendPoint) -> Point {
    let figures = point.figures.as_ref();
    Point {
        n: figures.map(|figures| figures.n).or(point.withheld).unwrap_or_default(),
        value: figures.and_then(|figures| figures.nps),
        interval: figures.and_then(|figures| figures.interval),
    }
}

fn group(group: &Group) -> Row {
    let figures = group.entry.as_ref().map(|entry| &entry.figures);
    Row {
        rank: String::new(),
        name: label(&group.key, &group.name, group.rest),
        n: figures.map(|figures| figures.n).or(group.withheld).unwrap_or_default(),
        value: figures.and_then(|figures| figures.nps),
        interval: figures.and_then(|figures| figures.interval),
        withheld: group.withheld.is_some(),
    }
}

/// The ranking, with the places each may have.
pub fn ranking(report: &RankingReport, heading: &Heading, theme: Theme) -> String {
    let places = |[best, worst]: [u64; 2]| match best == worst {
        true => best.to_string(),
        false => format!("{best}–{worst}"),
    };
    let named = |key: &Option<String>, name: &Option<String>| {
        label(std::slice::from_ref(key), std::slice::from_ref(name), false)
    };
    let ranked = report.groups.iter().map(|standing| Row {
        rank: places(standing.ranked.places),
        name: named(&standing.ranked.key, &standing.ranked.name),
        n: standing.ranked.figures.n,
        value: standing.ranked.figures.nps,
        interval: standing.ranked.figures.interval,
        withheld: false,
    });
    let withheld = report.withheld.iter().map(|group| Row {
        name: named(&group.key, &group.name),
        n: group.n,
        withheld: true,
        ..Row::default()
    });
    let subtitle = heading.subtitle(&report.asked);
    let by = [report.by.clone()];
    let rows = ranked.chain(withheld).collect();
    let ranking = Ranking { title: title(&by), subtitle, measure: Measure::nps(), rows, target: None };
    charts::ranking(&ranking, theme)
}

/// The trend of the share of the satisfied, or of those to whom it was easy, where there is one; else how often each answer was given.
pub fn answers(report: &AnswersReport, heading: &Heading, theme: Theme) -> String {
    let subtitle = heading.subtitle(&report.asked);
    let (what, measure) = match &*report.kind {
        "ces" => ("Effort", Measure::share("Found it easy (5 to 7)")),
        "rating" => ("Satisfaction", Measure::share("Satisfied (the two best answers)")),
        _ => ("Answers", Measure::share("Share of those who answered")),
    };
    let title = format!("{what}: {}", report.question);
    if let Some(points) = report.total.trend.as_ref().filter(|_| report.total.answered.choices.is_none()) {
        let series = |name: String, points: &[wire::report::AnsweredPoint]| Series {
            name,
            points: points
                .iter()
                .map(|point| share(point.answered.as_ref().and_then(main), point.withheld))
                .collect(),
        };
        let of_groups = report.groups.iter().filter_map(|group| {
            let points = group.entry.as_ref()?.trend.as_ref()?;
            Some(series(label(&group.key, &group.name, group.rest), points))
        });
        let mut all: Vec<Series> = of_groups.collect();
        if report.by.is_empty() {
            all.push(series("All".to_owned(), points));
        }
        let labels = points.iter().map(|point| point.label.clone()).collect();
        return charts::trend(&Trend { title, subtitle, measure, labels, series: all, target: None }, theme);
    }
    let answered = &report.total.answered;
    let bar = |label: String, count: u64| Bar { label, count, tone: Tone::Plain };
    let bars = match (
        &answered.choices,
        answered.csat.as_ref().map(|csat| &csat.rating).or(answered.ces.as_ref().map(|ces| &ces.rating)),
    ) {
        (Some(choices), _) => {
            choices.iter().map(|choice| bar(choice.value.clone(), choice.share.n)).collect()
        }
        (None, Some(rating)) => rating
            .distribution
            .iter()
            .enumerate()
            .map(|(place, n)| bar((place + 1).to_string(), *n))
            .collect(),
        (None, None) => Vec::new(),
    };
    let result =
        main(answered).map(|share| Outcome { measure, value: share.percent, interval: share.interval });
    charts::distribution(&Distribution { title, subtitle, bars, result }, theme)
}

/// The figure that a question comes to.
fn main(answered: &Answered) -> Option<Share> {
    answered.csat.as_ref().map(|csat| csat.satisfied).or(answered.ces.as_ref().map(|ces| ces.easy))
}

fn share(share: Option<Share>, withheld: Option<u64>) -> Point {
    Point {
        n: share.map(|share| share.of).or(withheld).unwrap_or_default(),
        value: share.and_then(|share| share.percent),
        interval: share.and_then(|share| share.interval),
    }
}
