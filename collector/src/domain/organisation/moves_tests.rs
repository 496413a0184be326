//! Moves, in any order and more than once.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn agent(memberships: &str) -> Agent {
    toml::from_str(&format!("id = \"a\"\nname = \"A\"\n{memberships}")).unwrap()
}

fn unit(id: &str) -> UnitId {
    id.parse().unwrap()
}

fn told(agent: &Agent) -> Vec<String> {
    agent.spans().iter().map(|span| format!("{} {}", span.unit, span.period())).collect()
}

#[test]
fn a_move_ends_what_runs_and_begins_what_is_next() {
    let mut moved = agent("unit = \"north\"");
    assert!(moved.enter(Some(&unit("south")), date(2026, 3, 1)));
    assert_eq!(told(&moved), ["north to 2026-03-01", "south from 2026-03-01"]);
    assert_eq!(moved.unit, None, "said once, by memberships alone");
    let before = moved.clone();
    assert!(!moved.enter(Some(&unit("south")), date(2026, 3, 1)), "the same twice");
    assert!(!moved.enter(Some(&unit("south")), date(2026, 5, 1)), "there already");
    assert_eq!(moved, before);

    // Heard of late: what came after it stays.
    assert!(moved.enter(Some(&unit("west")), date(2026, 2, 1)));
    assert_eq!(
        told(&moved),
        ["north to 2026-02-01", "west from 2026-02-01 to 2026-03-01", "south from 2026-03-01"]
    );
    // Corrected: it was another unit.
    assert!(moved.enter(Some(&unit("south")), date(2026, 2, 1)));
    assert_eq!(told(&moved), ["north to 2026-02-01", "south from 2026-02-01"]);
}

#[test]
fn an_agent_leaves_and_comes_back() {
    let mut moved = agent("memberships = [{ unit = \"north\", from = 2026-01-01 }]");
    assert!(moved.enter(None, date(2026, 3, 1)));
    assert!(!moved.enter(None, date(2026, 3, 1)));
    assert_eq!(told(&moved), ["north from 2026-01-01 to 2026-03-01"]);
    assert!(moved.enter(Some(&unit("north")), date(2026, 6, 1)));
    assert!(moved.enter(Some(&unit("south")), date(2026, 5, 1)));
    assert_eq!(
        told(&moved),
        [
            "north from 2026-01-01 to 2026-03-01",
            "south from 2026-05-01 to 2026-06-01",
            "north from 2026-06-01"
        ]
    );
    assert!(moved.leave(date(2026, 5, 15)));
    assert!(!moved.leave(date(2026, 5, 15)) && !moved.leave(date(2026, 8, 1)));
    assert_eq!(told(&moved), ["north from 2026-01-01 to 2026-03-01", "south from 2026-05-01 to 2026-05-15"]);
    assert!(moved.leave(date(2025, 1, 1)));
    assert_eq!(told(&moved), [""; 0]);
}

#[test]
fn who_moves_leaves_when_it_was_said_before() {
    let mut moved = agent("memberships = [{ unit = \"north\", from = 2026-01-01, to = 2026-07-01 }]");
    assert!(moved.enter(Some(&unit("south")), date(2026, 3, 1)));
    assert_eq!(told(&moved), ["north from 2026-01-01 to 2026-03-01", "south from 2026-03-01 to 2026-07-01"]);
}

fn moves() -> impl Strategy<Value = Vec<(i8, Option<usize>)>> {
    // On different days: two on one day are refused.
    let days = prop::collection::btree_map(1i8..25, prop::option::weighted(0.8, 0..3usize), 0..8);
    days.prop_map(|days| days.into_iter().collect())
}

proptest! {
    #[test]
    fn moves_in_the_order_of_days_leave_each_day_with_the_last_of_them(moves in moves(), first in prop::option::of(0..3usize)) {
        let units = ["u0", "u1", "u2"].map(unit);
        let mut moved = agent("");
        moved.unit = first.map(|unit| units[unit].clone());
        for round in 0..2 {
            for (day, to) in &moves {
                let changed = moved.enter(to.map(|unit| &units[unit]), date(2026, 1, *day));
                prop_assert!(round == 0 || !changed, "the second time nothing changes");
            }
        }
        for day in 1..26 {
            let last = moves.iter().rev().find(|(begin, _)| *begin <= day).map_or(first, |(_, unit)| *unit);
            let spans = moved.spans();
            let there: Vec<&UnitId> =
                spans.iter().filter(|span| span.holds(date(2026, 1, day))).map(|span| span.unit).collect();
            prop_assert_eq!(there, last.map(|unit| &units[unit]).into_iter().collect::<Vec<_>>(), "{}", day);
        }
        let gone = date(2026, 1, 12);
        let before = moved.clone();
        moved.leave(gone);
        for day in 1..26 {
            let day = date(2026, 1, day);
            let there = |agent: &Agent| agent.spans().iter().find(|span| span.holds(day)).map(|span| span.unit.clone());
            prop_assert_eq!(there(&moved), there(&before).filter(|_| day < gone));
        }
    }
}
