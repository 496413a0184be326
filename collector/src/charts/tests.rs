//! What every picture promises: it can be read by any program, nothing is outside of it, and it says in words what it shows.

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::*;

const SVG: &str = "http://www.w3.org/2000/svg";

fn number(node: &Node<'_, '_>, name: &str) -> Option<f64> {
    node.attribute(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text:?}")))
}

/// Panics if the picture breaks a promise.
fn check(svg: &str) {
    let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
    let root = document.root_element();
    assert_eq!((root.tag_name().namespace(), root.tag_name().name()), (Some(SVG), "svg"));
    assert_eq!(root.attribute("role"), Some("img"));
    let (width, height) = (number(&root, "width").unwrap(), number(&root, "height").unwrap());
    assert!(height < 2000.0, "{height}");
    let inside = |x: f64, y: f64, node: &Node<'_, '_>| {
        assert!((-0.5..=width + 0.5).contains(&x), "x {x} in {:?}", &svg[node.range()]);
        assert!((-0.5..=height + 0.5).contains(&y), "y {y} in {:?}", &svg[node.range()]);
    };
    let words: Vec<&str> = ["title", "desc"]
        .map(|name| {
            root.children()
                .find(|child| child.has_tag_name((SVG, name)))
                .and_then(|node| node.text())
                .unwrap_or_default()
        })
        .into();
    assert!(!words[1].is_empty(), "it says nothing");
    for node in root.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let known = ["svg", "title", "desc", "style", "rect", "line", "path", "circle", "text"];
        assert!(known.contains(&name), "{name}");
        for attribute in node.attributes() {
            assert!(
                !attribute.name().starts_with("on") && !attribute.name().contains("href"),
                "{attribute:?}"
            );
            assert!(
                !attribute.value().contains("NaN") && !attribute.value().contains("inf"),
                "{attribute:?}"
            );
        }
        match name {
            "text" => {
                let (x, y) = (number(&node, "x").unwrap(), number(&node, "y").unwrap());
                let bold = node.attribute("font-weight").is_some();
                let wide =
                    text::width(node.text().unwrap_or_default(), number(&node, "font-size").unwrap(), bold);
                let left = match node.attribute("text-anchor") {
                    Some("end") => x - wide,
                    Some("middle") => x - wide / 2.0,
                    _ => x,
                };
                inside(left, y, &node);
                inside(left + wide, y, &node);
            }
            "line" => {
                inside(number(&node, "x1").unwrap(), number(&node, "y1").unwrap(), &node);
                inside(number(&node, "x2").unwrap(), number(&node, "y2").unwrap(), &node);
            }
            "rect" => {
                let (x, y) = (number(&node, "x").unwrap_or(0.0), number(&node, "y").unwrap_or(0.0));
                inside(x, y, &node);
                inside(x + number(&node, "width").unwrap(), y + number(&node, "height").unwrap(), &node);
            }
            "circle" => inside(number(&node, "cx").unwrap(), number(&node, "cy").unwrap(), &node),
            "path" => {
                let d = node.attribute("d").unwrap().trim_end_matches('Z');
                for point in d.split(['M', 'L']).filter(|point| !point.is_empty()) {
                    let (x, y) = point.split_once(' ').unwrap();
                    inside(x.parse().unwrap(), y.parse().unwrap(), &node);
                }
            }
            _ => {}
        }
    }
}

/// `PICTURES=DIRECTORY cargo nextest run -p hearback pictures` writes them, to be looked at.
#[test]
fn pictures_keep_what_every_picture_promises() {
    for (name, theme) in [("auto", Theme::Auto), ("light", Theme::Light), ("dark", Theme::Dark)] {
        for (sample, svg) in samples::pictures(theme) {
            check(&svg);
            if let Some(directory) = std::env::var_os("PICTURES") {
                let path = std::path::Path::new(&directory).join(format!("{sample}-{name}.svg"));
                std::fs::write(path, svg).unwrap();
            }
        }
    }
}

#[test]
fn only_a_picture_for_any_device_asks_which_it_is() {
    for (theme, asks, ground) in
        [(Theme::Auto, true, "#ffffff"), (Theme::Light, false, "#ffffff"), (Theme::Dark, false, "#16191d")]
    {
        let svg = ranking(&samples::rankings()[0].1, theme);
        assert_eq!(svg.contains("prefers-color-scheme"), asks);
        assert!(svg.contains(&format!("fill=\"{ground}\"></rect>")), "{theme:?}");
    }
}

#[test]
fn a_picture_says_in_words_what_it_shows() {
    let said = |svg: &str| {
        let document = Document::parse(svg).unwrap();
        let desc = document.descendants().find(|node| node.has_tag_name((SVG, "desc"))).unwrap();
        desc.text().unwrap().to_owned()
    };
    let point = Point { n: 1204, value: Some(43.25), interval: Some([38.0, 48.0]) };
    let one = Trend {
        title: "T".into(),
        subtitle: "Support".into(),
        measure: Measure::nps(),
        labels: vec!["2026-01".into(), "2026-02".into()],
        series: vec![Series { name: "All".into(), points: vec![point, Point { n: 3, ..Point::default() }] }],
        target: Some(45.0),
    };
    assert_eq!(
        said(&trend(&one, Theme::Auto)),
        "Support. Net Promoter Score. Jan 2026 43.2 (95 % interval 38.0 to 48.0), n 1,204; Feb 2026 not shown, n 3. Target: 45."
    );
    let bars = Distribution::nps("T", "Support", &[1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1], Some(25.0), None);
    let told = said(&distribution(&bars, Theme::Auto));
    assert!(
        told.starts_with("Support. Net Promoter Score: 25.0. 4 responses. 0: 25 % (1); 1: 0 % (0);"),
        "{told}"
    );
    assert!(told.ends_with("Promoters: 50 %. Passives: 25 %. Detractors: 25 %."), "{told}");
    let row = |rank: &str, withheld| Row {
        rank: rank.into(),
        name: "Ada".into(),
        n: 4,
        value: Some(50.0),
        interval: None,
        withheld,
    };
    let rows = Ranking {
        title: "T".into(),
        subtitle: "Support".into(),
        measure: Measure::nps(),
        rows: vec![row("1", false), row("", true)],
        target: None,
    };
    let told = "Support. Net Promoter Score. 1 Ada: 50.0, n 4. Too few responses to rank: Ada.";
    assert_eq!(said(&ranking(&rows, Theme::Auto)), told);
}

#[test]
fn what_is_withheld_is_not_in_the_picture() {
    let rows = vec![
        Row {
            rank: "1".into(),
            name: "Ada".into(),
            n: 90,
            value: Some(12.0),
            interval: None,
            withheld: false,
        },
        Row {
            rank: "2".into(),
            name: "Ben".into(),
            n: 2,
            value: Some(-73.4),
            interval: Some([-91.7, 11.3]),
            withheld: true,
        },
    ];
    let ranking = ranking(
        &Ranking { title: "T".into(), subtitle: String::new(), measure: Measure::nps(), rows, target: None },
        Theme::Auto,
    );
    let few = Distribution::nps("T", "", &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1], None, None);
    let few = distribution(&few, Theme::Auto);
    assert!(few.contains("Too few responses to show.") && !few.contains('%'), "{few}");
    let document = Document::parse(&ranking).unwrap();
    let told: Vec<&str> =
        document.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
    assert!(told.contains(&"12") && told.contains(&"Ben"), "{told:?}");
    for number in ["73", "91", "11"] {
        assert!(
            !told.iter().any(|told| !told.contains('{') && told.contains(number)),
            "{number} in {told:?}"
        );
    }
}

/// Names that people give, and that nobody should.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        any::<String>(),
        "[<>&\"'\u{0}\u{b}\u{fffe}\u{202e}\r\n]{0,8}",
        Just("]]></desc><script>alert(1)</script>".to_owned()),
        "[a-z]{200}",
    ]
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![Just(None), any::<f64>().prop_map(Some), (-120.0..120.0).prop_map(Some)]
}

fn interval() -> impl Strategy<Value = Option<[f64; 2]>> {
    prop_oneof![
        Just(None),
        [-120.0..120.0, -120.0..120.0].prop_map(Some),
        [any::<f64>(), any::<f64>()].prop_map(Some)
    ]
}

fn measure() -> impl Strategy<Value = Measure> {
    prop_oneof![
        Just(Measure::nps()),
        name().prop_map(Measure::share),
        (name(), 2..11).prop_map(|(name, points)| Measure::mean(name, 1.0, f64::from(points))),
    ]
}

prop_compose! {
    fn point()(n in prop_oneof![0..9_u64, any::<u64>()], value in value(), interval in interval()) -> Point {
        // As many as there are people, so that sums stay numbers.
        Point { n: n % 10_000_000_000, value, interval }
    }
}

prop_compose! {
    fn any_trend()(
        title in name(), subtitle in name(), measure in measure(), target in value(),
        labels in prop::collection::vec(prop_oneof![name(), "2026-[01][0-9]"], 0..50),
        series in prop::collection::vec((name(), prop::collection::vec(point(), 0..60)), 0..30),
    ) -> Trend {
        let series = series.into_iter().map(|(name, points)| Series { name, points }).collect();
        Trend { title, subtitle, measure, labels, series, target }
    }
}

prop_compose! {
    fn any_distribution()(
        title in name(), subtitle in name(),
        bars in prop::collection::vec((name(), 0..10_000_000_000_u64), 0..80),
        result in prop::option::of((measure(), value(), interval())),
    ) -> Distribution {
        let tones = [Tone::Detractor, Tone::Passive, Tone::Promoter, Tone::Plain];
        let bars = bars.into_iter().map(|(label, count)| Bar { tone: tones[count as usize % 4], label, count }).collect();
        let result = result.map(|(measure, value, interval)| Outcome { measure, value, interval });
        Distribution { title, subtitle, bars, result }
    }
}

prop_compose! {
    fn any_ranking()(
        title in name(), subtitle in name(), measure in measure(), target in value(),
        rows in prop::collection::vec((name(), name(), point(), any::<bool>()), 0..80),
    ) -> Ranking {
        let row = |(rank, name, point, withheld): (String, String, Point, bool)| {
            Row { rank, name, n: point.n, value: point.value, interval: point.interval, withheld }
        };
        Ranking { title, subtitle, measure, rows: rows.into_iter().map(row).collect(), target }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_trend_is_a_sound_picture(given in any_trend()) {
        check(&trend(&given, Theme::Auto));
    }

    #[test]
    fn any_distribution_is_a_sound_picture(given in any_distribution()) {
        check(&distribution(&given, Theme::Dark));
    }

    #[test]
    fn any_ranking_is_a_sound_picture(given in any_ranking()) {
        check(&ranking(&given, Theme::Light));
    }
}
