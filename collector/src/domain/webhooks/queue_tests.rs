//! The order of messages, by hand and with whatever may happen.

use proptest::prelude::*;

use super::*;

fn line(n: u8) -> TokenHash {
    TokenHash([n; 16])
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn schedule() -> Schedule {
    Schedule([10, 100, 1000].map(SignedDuration::from_secs).to_vec())
}

fn queue(most: usize) -> Queue {
    Queue::new(schedule(), most, &Progress::default(), [])
}

fn started(queue: &mut Queue, second: i64) -> Vec<u64> {
    std::iter::from_fn(|| queue.start(at(second))).map(|start| start.number).collect()
}

fn refused() -> Failure {
    Failure { is_down: false, retry_after: None, detail: "400".into() }
}

fn gone() -> Failure {
    Failure { is_down: true, ..refused() }
}

#[test]
fn messages_about_one_customer_go_one_after_the_other_and_others_beside_them() {
    let mut queue = queue(8);
    for (number, customer) in [(0, 1), (1, 1), (2, 2), (3, 1)] {
        assert_eq!(queue.add(line(customer), number, Source::Log), None);
    }
    assert_eq!(started(&mut queue, 0), [0, 2]);
    assert_eq!(queue.first_open(), Some(0));
    queue.succeeded(line(1), at(0));
    assert_eq!((started(&mut queue, 0), queue.first_open()), (vec![1], Some(1)));
    queue.succeeded(line(1), at(0));
    queue.succeeded(line(2), at(0));
    assert_eq!((started(&mut queue, 0), queue.first_open()), (vec![3], Some(3)));
}

#[test]
fn a_message_that_is_refused_holds_up_its_own_line_and_no_other() {
    let mut queue = queue(8);
    queue.add(line(1), 0, Source::Log);
    queue.add(line(1), 1, Source::Log);
    started(&mut queue, 0);
    let (changes, fate) = queue.failed(line(1), &refused(), at(0));
    assert!(matches!(fate, Fate::Again(due) if (8..=12).contains(&due.as_second())));
    assert!(matches!(&changes[..], [Change::Park(_, 0, first), Change::Park(_, 1, _)] if first.tries == 1));
    assert_eq!(queue.first_open(), None, "what is parked is written down elsewhere");
    assert!(matches!(queue.add(line(1), 2, Source::Log), Some(Change::Park(_, 2, _))));
    queue.add(line(2), 3, Source::Log);
    assert_eq!(started(&mut queue, 7), [3]);
    assert_eq!(started(&mut queue, 12), [0]);
    assert_eq!(queue.succeeded(line(1), at(12)), [Change::Unpark(line(1), 0)]);
    assert_eq!(started(&mut queue, 12), [1]);
}

#[test]
fn a_message_that_is_never_taken_does_not_keep_an_endpoint_down() {
    let mut queue = queue(8);
    queue.add(line(1), 0, Source::Log);
    started(&mut queue, 0);
    queue.failed(line(1), &refused(), at(0));
    queue.add(line(2), 1, Source::Log);
    assert_eq!(started(&mut queue, 1), [1]);
    queue.failed(line(2), &gone(), at(1));
    assert_eq!(started(&mut queue, 14), [0]);
    queue.failed(line(1), &refused(), at(14));
    assert_eq!(started(&mut queue, 140), [1]);
    queue.succeeded(line(2), at(140));
    assert!(queue.down().is_none());
}

#[test]
fn an_endpoint_that_is_down_is_asked_by_one_message_and_then_everything_follows_in_order() {
    let mut queue = queue(3);
    for n in 0..4 {
        queue.add(line(n as u8), n, Source::Log);
    }
    assert_eq!(started(&mut queue, 0), [0, 1, 2]);
    (0..3).for_each(|n| drop(queue.failed(line(n), &gone(), at(0))));
    assert!(queue.down().is_some() && !queue.has_room());
    assert!(started(&mut queue, 7).is_empty());
    assert_eq!(started(&mut queue, 12), [3], "one, although others wait: the one that was never sent");
    queue.failed(line(3), &gone(), at(12));
    assert!(started(&mut queue, 80).is_empty());
    assert_eq!(started(&mut queue, 140), [0]);
    queue.succeeded(line(0), at(140));
    assert!(queue.down().is_none() && queue.has_room());
    assert_eq!(started(&mut queue, 140), [1, 2, 3]);
}

#[test]
fn an_endpoint_that_refuses_everybody_is_down_too() {
    let mut queue = queue(8);
    for n in 0..6 {
        queue.add(line(n as u8), n, Source::Log);
    }
    started(&mut queue, 0);
    (0..4).for_each(|n| drop(queue.failed(line(n), &refused(), at(0))));
    assert!(queue.down().is_none());
    queue.failed(line(4), &refused(), at(0));
    assert!(queue.down().is_some());
}

#[test]
fn an_endpoint_that_takes_nothing_for_as_long_as_is_tried_is_dead() {
    for failure in [gone(), refused()] {
        let mut queue = queue(8);
        queue.add(line(1), 0, Source::Log);
        let mut now = 0;
        let fates: Vec<Fate> = std::iter::from_fn(|| {
            queue.start(at(now))?;
            let (_, fate) = queue.failed(line(1), &failure, at(now));
            now = if let Fate::Again(due) = fate { due.as_second() + 1 } else { i64::MAX / 2_000_000_000 };
            Some(fate)
        })
        .take(4)
        .collect();
        assert!(
            matches!(fates[..], [Fate::Again(_), Fate::Again(_), Fate::Again(_), Fate::Dead]),
            "{fates:?}"
        );
    }
}

#[test]
fn a_message_that_alone_is_never_taken_is_given_up_and_the_next_of_its_line_goes() {
    let mut queue = queue(8);
    queue.add(line(1), 0, Source::Log);
    queue.add(line(1), 1, Source::Log);
    let mut now = 0;
    loop {
        assert_eq!(started(&mut queue, now), [0]);
        let (changes, fate) = queue.failed(line(1), &refused(), at(now));
        let Fate::Again(due) = fate else {
            assert_eq!((fate, changes), (Fate::GivenUp, vec![Change::Unpark(line(1), 0)]));
            break;
        };
        queue.add(line(2), now as u64 + 10, Source::Log);
        started(&mut queue, now);
        queue.succeeded(line(2), at(now));
        now = due.as_second() + 1;
    }
    assert_eq!(started(&mut queue, now), [1]);
}

#[test]
fn an_endpoint_that_asks_to_be_left_alone_is() {
    let mut queue = queue(8);
    queue.add(line(1), 0, Source::Log);
    started(&mut queue, 0);
    let busy = Failure { retry_after: Some(SignedDuration::from_secs(500)), ..gone() };
    assert_eq!(queue.failed(line(1), &busy, at(0)).1, Fate::Again(at(500)));
    assert!(started(&mut queue, 499).is_empty());
    queue.ask_now(at(499));
    assert_eq!(started(&mut queue, 499), [0], "but for a person who asks");
}

/// What is on the disk: where the log goes on, and what is parked.
#[derive(Default)]
struct Disk {
    next: u64,
    parked: BTreeMap<(TokenHash, u64), Parked>,
}

impl Disk {
    fn write(&mut self, queue: &Queue, next: u64, changes: Vec<Change>) {
        self.next = queue.first_open().unwrap_or(next);
        for change in changes {
            match change {
                Change::Park(line, number, parked) => drop(self.parked.insert((line, number), parked)),
                Change::Unpark(line, number) => drop(self.parked.remove(&(line, number))),
            }
        }
    }
}

proptest! {
    /// Whatever fails and whenever the process is killed: everything arrives, and for the first time in order.
    #[test]
    fn everything_arrives_in_the_order_of_its_line(
        customers in proptest::collection::vec(0..4_u8, 1..40),
        luck in proptest::collection::vec(0..8_u8, 400),
        most in 1..5_usize,
    ) {
        let mut disk = Disk::default();
        let mut arrived: Vec<u64> = Vec::new();
        let mut luck = luck.into_iter();
        let (mut now, mut rounds) = (0, 0);
        let progress = |disk: &Disk| Progress { next: disk.next, ..Progress::default() };
        let patient = || Schedule(vec![SignedDuration::from_secs(10); 1000]);
        let mut queue = Queue::new(patient(), most, &Progress::default(), []);
        let mut next = 0_u64;
        loop {
            rounds += 1;
            prop_assert!(rounds < 5000, "it comes to an end");
            let mut changes = Vec::new();
            while queue.has_room() && (next as usize) < customers.len() {
                changes.extend(queue.add(line(customers[next as usize]), next, Source::Log));
                next += 1;
            }
            let under_way: Vec<Start> = std::iter::from_fn(|| queue.start(at(now))).collect();
            let lines: HashSet<_> = under_way.iter().map(|start| start.line).collect();
            prop_assert!(lines.len() == under_way.len() && under_way.len() <= most);
            for start in under_way {
                prop_assert_eq!(line(customers[start.number as usize]), start.line);
                match luck.next().unwrap_or_default() {
                    1 => changes.extend(queue.failed(start.line, &refused(), at(now)).0),
                    2 => changes.extend(queue.failed(start.line, &gone(), at(now)).0),
                    3 => {
                        // It arrives, and the process is killed before that is written down.
                        arrived.push(start.number);
                        changes.clear();
                        let parked = disk.parked.iter().map(|((line, number), parked)| (*line, *number, parked.clone()));
                        queue = Queue::new(patient(), most, &progress(&disk), parked);
                        next = disk.next;
                        break;
                    }
                    _ => {
                        arrived.push(start.number);
                        changes.extend(queue.succeeded(start.line, at(now)));
                    }
                }
            }
            disk.write(&queue, next, changes);
            if next as usize == customers.len() && queue.lines.is_empty() {
                break;
            }
            now += 700;
        }
        let mut first = BTreeSet::new();
        let order: Vec<u64> = arrived.into_iter().filter(|number| first.insert(*number)).collect();
        prop_assert_eq!(order.len(), customers.len(), "everything arrives");
        for customer in 0..4 {
            let of: Vec<u64> = order.iter().copied().filter(|n| customers[*n as usize] == customer).collect();
            prop_assert!(of.is_sorted(), "{customer}: {of:?}");
        }
        prop_assert_eq!((disk.next, disk.parked.len()), (customers.len() as u64, 0));
    }
}
