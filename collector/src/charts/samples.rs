//! Pictures as companies would ask for them, and as nobody would.

use wire::Tally;

use super::*;

/// Numbers that look random and are the same in every run.
struct Random(fastrand::Rng);

impl Random {
    /// Scores of a company about whose NPS this is, as counts.
    fn tally(&mut self, n: u64, nps: f64) -> Tally {
        let promoters = 0.5 + nps / 250.0;
        let detractors = promoters - nps / 100.0;
        let mut tally = Tally::default();
        for _ in 0..n {
            let draw = self.0.f64();
            let score = if draw < promoters {
                9 + u8::from(self.0.f64() < 0.6)
            } else if draw < 1.0 - detractors {
                7 + u8::from(self.0.f64() < 0.6)
            } else {
                self.0.u8(0..7)
            };
            tally.0[usize::from(score)] += 1;
        }
        tally
    }

    fn point(&mut self, n: u64, nps: f64) -> Point {
        let figures = self.tally(n, nps).nps();
        Point { n, value: figures.nps, interval: figures.interval }
    }

    fn n(&mut self, about: u64) -> u64 {
        self.0.u64(about * 7 / 10..about * 13 / 10 + 1)
    }
}

fn random(seed: u64) -> Random {
    Random(fastrand::Rng::with_seed(seed))
}

fn months(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{}-{:02}", 2025 + (n + 9) / 12, (n + 9) % 12 + 1)).collect()
}

fn series(name: &str, points: Vec<Point>) -> Series {
    Series { name: name.into(), points }
}

fn of(title: &str, labels: Vec<String>, series: Vec<Series>) -> Trend {
    Trend {
        title: title.into(),
        subtitle: "Support, October 2025 to September 2026".into(),
        measure: Measure::nps(),
        labels,
        series,
        target: None,
    }
}

/// Each with its name.
pub(super) fn trends() -> Vec<(&'static str, Trend)> {
    let mut r = random(1);
    let year = (0..12)
        .map(|n| {
            let about = r.n(310);
            r.point(about, 28.0 + 1.6 * f64::from(n))
        })
        .collect();
    let mut year = of("Net Promoter Score by month", months(12), vec![series("All", year)]);
    year.target = Some(45.0);

    let weeks: Vec<String> =
        (0..36).map(|n| format!("{}-W{:02}", 2025 + (n + 40) / 52, (n + 40) % 52 + 1)).collect();
    let teams = [("Lines and Faults", 46.0, 0.3), ("Billing", 30.0, -0.2), ("Moving Home", 12.0, 0.5)];
    let teams = teams.map(|(name, from, by)| {
        let points = (0..36).map(|n| {
            let about = r.n(75);
            r.point(about, from + by * f64::from(n))
        });
        series(name, points.collect())
    });
    let weeks = of("Three teams by week", weeks, teams.into());

    let four = ["North", "East", "South", "West"].map(|name| {
        let points = (0..8).map(|_| {
            let about = r.n(400);
            r.point(about, 35.0)
        });
        series(name, points.collect())
    });
    let four = of("Four regions that are hardly apart", months(8), four.into());

    let many = (1..=24).map(|n| {
        let points = (0..12).map(|_| {
            let about = r.n(90);
            r.point(about, f64::from(n) * 2.0)
        });
        series(&format!("Team {n} of the north"), points.collect())
    });
    let mut many = of("Twenty-four teams by month", months(12), many.collect());
    many.target = Some(40.0);

    let gaps = (0..12).map(|n| match n {
        3 | 4 => Point { n: 3, ..Point::default() },
        8 | 10 => Point::default(),
        _ => r.point(24, -20.0),
    });
    let gaps = of("A small team, with gaps", months(12), vec![series("Small", gaps.collect())]);

    let days = (1..=28).map(|day| format!("2026-02-{day:02}")).collect();
    let days = of(
        "By day",
        days,
        vec![series(
            "All",
            (0..28)
                .map(|_| {
                    let about = r.n(1500);
                    r.point(about, 52.0)
                })
                .collect(),
        )],
    );

    let mut rating = of("Satisfaction by quarter", (1..=4).map(|n| format!("2026-Q{n}")).collect(), vec![]);
    rating.measure = Measure::mean("Mean of five stars", 1.0, 5.0);
    let stars = |n: i32| Point {
        n: 812,
        value: Some(4.1 + 0.06 * f64::from(n)),
        interval: Some([4.04 + 0.06 * f64::from(n), 4.16 + 0.06 * f64::from(n)]),
    };
    rating.series = vec![series("All", (0..4).map(stars).collect())];

    let long =
        "Customer Care for Private Customers in the North and the Islands, Second Line, Evening Shift "
            .repeat(3);
    let names =
        [&*long, "أميرة حداد من فريق الشمال للدعم الفني", "東京サポートセンター第一チーム夜間担当グループ"];
    let names = names.map(|name| series(name, (0..6).map(|_| r.point(200, 30.0)).collect()));
    let mut names = of(&long, months(6), names.into());
    names.subtitle = long.clone();

    vec![
        ("trend-year", year),
        ("trend-weeks", weeks),
        ("trend-four", four),
        ("trend-many", many),
        ("trend-gaps", gaps),
        ("trend-days", days),
        ("trend-rating", rating),
        ("trend-names", names),
        ("trend-one", of("One month", months(1), vec![series("All", vec![random(2).point(41, 30.0)])])),
        ("trend-none", of("Nothing yet", months(12), vec![series("All", vec![])])),
        ("trend-empty", of("Nothing at all", vec![], vec![])),
        (
            "trend-few",
            of("Too few", months(3), vec![series("All", vec![Point { n: 2, ..Point::default() }])]),
        ),
    ]
}

pub(super) fn distributions() -> Vec<(&'static str, Distribution)> {
    let subtitle = "Support, third quarter of 2026";
    let tally = random(3).tally(1204, 43.0);
    let figures = tally.nps();
    let nps = Distribution::nps(
        "How likely customers are to recommend us",
        subtitle,
        &tally.0,
        figures.nps,
        figures.interval,
    );
    let few = Distribution::nps("Few", subtitle, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2], None, None);
    let none = Distribution::nps("None", subtitle, &[0; 11], None, None);
    let bar = |label: &str, count| Bar { label: label.into(), count, tone: Tone::Plain };
    let reasons = [
        ("The technician was late or did not come", 412),
        ("Price", 283),
        ("The fault came back", 161),
        ("أخرى", 44),
        (
            "A reason that somebody described in very many words when the survey was made, and never shortened",
            12,
        ),
        ("Never mind", 0),
    ];
    let reasons = Distribution {
        title: "What went wrong".into(),
        subtitle: subtitle.into(),
        bars: reasons.map(|(label, count)| bar(label, count)).into(),
        result: None,
    };
    let stars = [("1 star", 21), ("2 stars", 34), ("3 stars", 88), ("4 stars", 301), ("5 stars", 410)];
    let measure = Measure::share("Satisfied (4 or 5 stars)");
    let stars = Distribution {
        title: "Stars".into(),
        subtitle: subtitle.into(),
        bars: stars.map(|(label, count)| bar(label, count)).into(),
        result: Some(Outcome { measure, value: Some(83.3), interval: Some([80.6, 85.6]) }),
    };
    vec![
        ("distribution-nps", nps),
        ("distribution-few", few),
        ("distribution-none", none),
        ("distribution-reasons", reasons),
        ("distribution-stars", stars),
    ]
}

pub(super) fn rankings() -> Vec<(&'static str, Ranking)> {
    let names = [
        "Amelia Hart",
        "Ben Okafor",
        "Carla Nunes",
        "Dmitri Volkov",
        "Eun-ji Park",
        "Fatima Zahra",
        "Giulia Conti",
        "Hiro Tanaka",
        "Ines Duarte",
        "أميرة حداد",
        "Kofi Mensah",
        "Lena Vogel",
        "Mateo Rojas",
        "Nadia Haddad",
        "Oskar Lind",
        "Priya Nair",
        "Quentin Roy",
        "Rosa Keller",
        "Sven Dahl",
        "Tomás Ó Briain-Fitzgerald of the Evening Shift",
        "Uma Rao",
        "Viktor Nagy",
        "Wen Li",
        "Xenia Petrou",
        "Yusuf Demir",
    ];
    let mut r = random(4);
    let mut rows: Vec<Row> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let about = r.n(140);
            let point = r.point(about, 62.0 - 3.4 * place as f64);
            Row {
                name: (*name).into(),
                n: point.n,
                value: point.value,
                interval: point.interval,
                ..Row::default()
            }
        })
        .collect();
    rows.sort_by(|a, b| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
    for (n, row) in [4, 2, 1].into_iter().zip(rows.iter_mut().rev()) {
        *row = Row { name: row.name.clone(), n, withheld: true, ..Row::default() };
    }
    let ranks = ["1", "2–4", "2–4", "2–4", "5–6", "5–6", "7–13", "14–15", "16–21", "22"];
    let ranks = ranks.iter().flat_map(|rank| {
        let times = match *rank {
            "7–13" => 7,
            "14–15" => 2,
            "16–21" => 6,
            _ => 1,
        };
        std::iter::repeat_n(*rank, times)
    });
    rows.iter_mut().zip(ranks).for_each(|(row, rank)| row.rank = rank.into());
    let of = |title: &str, rows: Vec<Row>, target| Ranking {
        title: title.into(),
        subtitle: "Support, third quarter of 2026, all teams".into(),
        measure: Measure::nps(),
        rows,
        target,
    };
    let many = (1..=70).map(|n| {
        let point = r.point(60, 50.0 - f64::from(n));
        Row {
            rank: n.to_string(),
            name: format!("Agent {n}"),
            n: point.n,
            value: point.value,
            interval: point.interval,
            withheld: false,
        }
    });
    let few = vec![Row { name: "Amelia Hart".into(), n: 3, withheld: true, ..Row::default() }];
    let one = vec![Row {
        rank: "1".into(),
        name: "Only".into(),
        n: 12_345,
        value: Some(-8.0),
        interval: None,
        withheld: false,
    }];
    vec![
        ("ranking-agents", of("Net Promoter Score by agent", rows.clone(), Some(35.0))),
        ("ranking-free", of("Without a target", rows[..6].to_vec(), None)),
        ("ranking-many", of("Seventy agents", many.collect(), None)),
        ("ranking-few", of("Too few", few, None)),
        ("ranking-one", of("One", one, None)),
        ("ranking-none", of("Nobody", vec![], Some(35.0))),
    ]
}

/// Every sample as a picture.
pub(super) fn pictures(theme: Theme) -> Vec<(&'static str, String)> {
    let trends = trends().into_iter().map(|(name, given)| (name, trend(&given, theme)));
    let distributions = distributions().into_iter().map(|(name, given)| (name, distribution(&given, theme)));
    let rankings = rankings().into_iter().map(|(name, given)| (name, ranking(&given, theme)));
    trends.chain(distributions).chain(rankings).collect()
}
