//! Who is where when: a walk of a few lines agrees with every stay, at any moment.

use jiff::tz::TimeZone;
use jiff::{ToSpan, civil};
use proptest::prelude::*;

use super::*;
use crate::domain::organisation::Unit;

fn organisation(toml: &str) -> Organisation {
    toml::from_str(toml).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const COMPANY: &str = r#"
    time_zone = "Europe/London"
    units = [
        { id = "co", kind = "company", name = "Co" },
        { id = "care", kind = "department", name = "Care", parent = "co" },
        { id = "north", kind = "team", name = "North", parent = "care" },
        { id = "south", kind = "team", name = "South", parent = "care" },
    ]
"#;

fn company(agents: &str) -> Organisation {
    organisation(&format!("{COMPANY}\nagents = [{agents}]"))
}

#[test]
fn an_agent_belongs_to_every_level_above() {
    let company = company(
        r#"{ id = "a1", name = "A", unit = "north" }, { id = "a2", name = "B", unit = "care" }, { id = "a3", name = "C" }"#,
    );
    for moment in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        assert_eq!(company.homes("team", moment), BTreeMap::from([("a1", "north")]));
        assert_eq!(company.homes("department", moment), BTreeMap::from([("a1", "care"), ("a2", "care")]));
        assert_eq!(company.homes("company", moment).len(), 2);
        assert_eq!(company.homes("shift", moment).len(), 0);
    }
}

#[test]
fn a_move_takes_effect_with_the_first_moment_of_its_day_where_the_company_is() {
    let company = company(
        r#"{ id = "a", name = "A", unit = "north", memberships = [{ unit = "south", from = 2026-06-01, to = 2026-07-01 }] }"#,
    );
    let (from, to) = (at("2026-05-31T23:00:00Z"), at("2026-06-30T23:00:00Z"));
    let stay = |unit, from, to| Stay { unit, from, to };
    let expected =
        [stay("north", Timestamp::MIN, from), stay("south", from, to), stay("north", to, Timestamp::MAX)];
    assert_eq!(company.stays("team")["a"], expected);
    assert_eq!(company.homes("team", from - 1.nanosecond())["a"], "north");
    assert_eq!(company.homes("team", from)["a"], "south");
    assert_eq!(company.homes("team", to)["a"], "north");
    // On the level above nothing moved.
    assert_eq!(company.stays("department")["a"], [stay("care", Timestamp::MIN, Timestamp::MAX)]);
}

#[test]
fn between_two_memberships_an_agent_may_be_nowhere() {
    let company = company(
        r#"{ id = "a", name = "A", memberships = [{ unit = "north", from = 2026-01-01, to = 2026-02-01 }, { unit = "north", from = 2026-03-01, to = 9999-12-31 }] }"#,
    );
    assert_eq!(company.homes("team", at("2026-01-31T23:59:59Z"))["a"], "north");
    assert_eq!(company.homes("team", at("2026-02-15T00:00:00Z")).get("a"), None);
    assert_eq!(company.homes("team", Timestamp::MAX)["a"], "north", "9999-12-31 is no end");
    assert_eq!(company.stays("team")["a"].len(), 2);
}

#[test]
fn the_organisation_of_a_day_has_the_agents_of_that_day() {
    let company = company(
        r#"{ id = "a", name = "A", unit = "north", memberships = [{ unit = "south", from = 2026-06-01, to = 2026-07-01 }] },
           { id = "b", name = "B", memberships = [{ unit = "care", to = 2026-06-01 }] }, { id = "c", name = "C" }"#,
    );
    let then = |date| -> Vec<String> {
        let day = company.at(date);
        assert_eq!((day.check(), &day.units, &day.time_zone), (vec![], &company.units, &company.time_zone));
        let tell = |agent: &Agent| {
            let spans = agent.spans();
            let told = spans.iter().map(|span| format!(" {} {}", span.unit, span.period()));
            agent.id.to_string() + &told.collect::<String>()
        };
        day.agents.iter().map(tell).collect()
    };
    assert_eq!(then(civil::date(2026, 5, 31)), ["a north to 2026-06-01", "b care to 2026-06-01", "c"]);
    assert_eq!(then(civil::date(2026, 6, 1)), ["a south from 2026-06-01 to 2026-07-01", "c"]);
    assert_eq!(then(civil::date(2026, 7, 1)), ["a north from 2026-07-01", "c"]);
}

const KINDS: [&str; 3] = ["area", "department", "team"];

/// Days on which clocks were changed: at one o'clock, at midnight, over midnight, and by a whole day.
const ZONES: [(Option<&str>, civil::Date); 6] = [
    (None, civil::date(2026, 3, 29)),
    (Some("Europe/London"), civil::date(2026, 10, 25)),
    (Some("Africa/Cairo"), civil::date(2026, 4, 24)),
    (Some("America/Havana"), civil::date(2026, 11, 1)),
    (Some("America/St_Johns"), civil::date(2006, 10, 29)),
    (Some("Pacific/Apia"), civil::date(2011, 12, 30)),
];

/// A sound organisation about a day, with agents who come, move, pause and go in the days around it.
fn organisations() -> impl Strategy<Value = (Organisation, civil::Date)> {
    let units = prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), 0..3usize), 1..8);
    // Each agent's days in order; with each a unit from then on, or none.
    let unit = || prop::option::weighted(0.7, any::<prop::sample::Index>());
    let days = prop::collection::btree_map(-4i64..5, unit(), 0..6);
    let agents = prop::collection::vec((unit(), unit(), days, any::<bool>()), 0..6);
    (units, agents, prop::sample::select(&ZONES[..])).prop_map(|(units, agents, (zone, day))| {
        let mut made: Vec<Unit> = Vec::new();
        for (i, (parent, root, kind)) in units.iter().enumerate() {
            let parent = (!root && i > 0).then(|| made[parent.index(i)].id.clone());
            let id = format!("u{i}").parse().unwrap();
            made.push(Unit { id, kind: KINDS[*kind].into(), name: "U".into(), parent, target: None });
        }
        let unit = |index: &prop::sample::Index| made[index.index(made.len())].id.clone();
        let agents = agents.iter().enumerate().map(|(i, (always, first, days, shuffled))| {
            let mut begins = vec![(None, first)];
            begins.extend(days.iter().map(|(days, unit)| (Some(day + days.days()), unit)));
            let ends = begins.iter().skip(1).map(|(begin, _)| *begin).chain([None]);
            let membership = |((from, index), to): (&(_, &Option<_>), _)| {
                index.as_ref().map(|index| Membership { unit: unit(index), from: *from, to })
            };
            let mut memberships: Vec<_> = begins.iter().zip(ends).filter_map(membership).collect();
            if *shuffled {
                memberships.reverse();
            }
            let id = format!("a{i}").parse().unwrap();
            Agent { id, name: "A".into(), unit: always.as_ref().map(unit), memberships }
        });
        let agents = agents.collect();
        (Organisation { time_zone: zone.map(str::to_owned), units: made, agents }, day)
    })
}

/// The first minute at which it is this date or later.
fn begins(date: civil::Date, zone: &TimeZone) -> Timestamp {
    let mut minute = date.to_zoned(TimeZone::UTC).unwrap().timestamp() - 36.hours();
    while minute.to_zoned(zone.clone()).date() < date {
        minute += 1.minute();
    }
    minute
}

/// Where an agent is, by walking. `begun` keeps the days that were looked for before.
fn walk<'a>(
    organisation: &'a Organisation,
    agent: &'a Agent,
    kind: &str,
    at: Timestamp,
    begun: &mut HashMap<civil::Date, Timestamp>,
) -> Option<&'a str> {
    let zone = organisation.zone();
    let mut begins = |date| *begun.entry(date).or_insert_with(|| begins(date, &zone));
    let holds = |membership: &&Membership| {
        membership.from.is_none_or(|from| begins(from) <= at)
            && membership.to.is_none_or(|to| at < begins(to))
    };
    let member = agent.memberships.iter().find(holds).map(|membership| &membership.unit);
    let mut above = member.or(agent.unit.as_ref());
    loop {
        let unit = organisation.unit(above?.as_str())?;
        if unit.kind == kind {
            return Some(unit.id.as_str());
        }
        above = unit.parent.as_ref();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn stays_say_what_a_walk_finds(
        (organisation, day) in organisations(),
        minutes in prop::collection::vec(-6 * 24 * 60i64..6 * 24 * 60, 1..20),
        kind in prop::sample::select(&KINDS[..]),
    ) {
        prop_assert_eq!(organisation.check(), []);
        let stays = organisation.stays(kind);
        let noon = day.to_zoned(TimeZone::UTC).unwrap().timestamp() + 12.hours();
        let mut moments: Vec<Timestamp> = minutes.iter().map(|minutes| noon + minutes.minutes()).collect();
        for stays in stays.values() {
            prop_assert!(!stays.is_empty());
            prop_assert!(stays.iter().all(|stay| stay.from < stay.to));
            for pair in stays.windows(2) {
                prop_assert!(pair[0].to < pair[1].from || (pair[0].to == pair[1].from && pair[0].unit != pair[1].unit));
            }
            // The moments around each change.
            let ends = stays.iter().flat_map(|stay| [stay.from, stay.to]);
            let inner = ends.filter(|end| *end != Timestamp::MIN && *end != Timestamp::MAX);
            moments.extend(inner.flat_map(|end| [end - 1.second(), end]));
        }
        let mut begun = HashMap::new();
        for at in moments {
            let homes = organisation.homes(kind, at);
            for agent in &organisation.agents {
                let id = agent.id.as_str();
                let stay = stays.get(id).and_then(|stays| stays.iter().find(|stay| stay.holds(at)));
                let walked = walk(&organisation, agent, kind, at, &mut begun);
                prop_assert_eq!(stay.map(|stay| stay.unit), walked, "{} at {}", id, at);
                prop_assert_eq!(homes.get(id).copied(), stay.map(|stay| stay.unit));
            }
        }
    }

    #[test]
    fn the_organisation_of_a_day_is_the_whole_one_on_that_day(
        (organisation, day) in organisations(),
        kind in prop::sample::select(&KINDS[..]),
        days in -5i64..6,
    ) {
        let date = day + days.days();
        let that_day = organisation.at(date);
        prop_assert_eq!(that_day.check(), []);
        let at = begins(date, &organisation.zone());
        // A day that was left out of the calendar has no moment of its own.
        if at.to_zoned(organisation.zone()).date() == date {
            prop_assert_eq!(that_day.homes(kind, at), organisation.homes(kind, at));
        }
    }
}
