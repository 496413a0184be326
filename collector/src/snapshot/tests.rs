//! Whatever happens to responses, snapshots and the process: the numbers are those of a count of everything.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::erasures::Erasure;
use crate::store::patiently;

mod sheets;
pub(crate) mod world;

use keeper::{Keeper, When};
use world::{Step, World, moment, options, runtime, same, step, verified};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_happens_the_numbers_are_those_of_a_count_of_everything(steps in prop::collection::vec(step(), 1..30)) {
        runtime().block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.step(step).await;
            }
            prop_assert_eq!(verified(&world).await.differences, Vec::<String>::new());
            let live = Arc::clone(&world.opened().facts);
            let anew = world.counted_anew();
            same(&live, &anew)?;
            world.restart();
            same(&world.opened().facts, &anew)?;
            prop_assert_eq!(verified(&world).await.different, 0);
            world.close();
            Ok::<_, TestCaseError>(())
        })?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_a_store_that_is_written_to_is_of_use() {
    let mut world = World::new().await;
    let who: Vec<(u8, u16)> = (0..600).map(|n| ((n % 6) as u8, n)).collect();
    world.invite(&who).await;
    let (store, facts, path) = (world.store().clone(), Arc::clone(&world.opened().facts), world.path());
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let writing = tokio::task::spawn_blocking(move || {
        let mut marks = Vec::new();
        while !stopped.load(Ordering::Relaxed) || marks.is_empty() {
            let (of, _) = keeper::write(&store, &facts, &path).unwrap();
            store.trim(of.mark).unwrap();
            marks.push(of.mark);
        }
        marks
    });
    let tokens = world.tokens.clone();
    for (n, (_, token)) in tokens.iter().enumerate() {
        world.answer(token, Some((n % 11) as u8), None, n % 2 == 0, (n % 90) as u8).await;
    }
    stop.store(true, Ordering::Relaxed);
    let marks = writing.await.unwrap();
    assert!(marks.len() > 1 && marks.first() != marks.last(), "nothing was written meanwhile: {marks:?}");

    let anew = world.counted_anew();
    world.restart();
    let from = world.opened().from.map(|from| from.mark);
    assert_eq!(from, marks.last().copied(), "the snapshot was used");
    same(&world.opened().facts, &anew).unwrap();
    world.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_another_store_or_of_another_time_is_not_used() {
    let mut one = World::new().await;
    let mut other = World::new().await;
    for world in [&mut one, &mut other] {
        // As many commits, with other responses.
        world.invite(&[(1, 1), (2, 2)]).await;
    }
    let tokens = [one.tokens[0].1.clone(), other.tokens[0].1.clone()];
    one.answer(&tokens[0], Some(9), None, true, 1).await;
    other.answer(&tokens[1], Some(1), None, true, 1).await;
    one.step(&Step::Snapshot { trim: false }).await;
    other.step(&Step::Snapshot { trim: true }).await;
    fs::copy(one.path(), other.path()).unwrap();
    other.restart();
    assert_eq!(other.opened().from, None, "of another store");
    assert!(!other.path().exists(), "and never looked at again");

    // A backup from before, put back under a snapshot from after.
    one.close();
    let backup = tempfile::tempdir().unwrap();
    copy(&one.directory.path().join("store"), &backup.path().join("store"));
    one.restart();
    let token = one.tokens[1].1.clone();
    one.answer(&token, Some(3), None, true, 2).await;
    one.step(&Step::Snapshot { trim: true }).await;
    fs::copy(one.path(), path(backup.path())).unwrap();
    let back = open(&options(backup.path())).unwrap();
    assert_eq!((back.from, back.facts.len()), (None, 1));
    back.store.close();
    one.close();
    other.close();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_not_written_into_the_room_that_is_kept_free() {
    let mut world = World::new().await;
    world.invite(&[(1, 1)]).await;
    world.close();
    let full = Options { min_free_bytes: u64::MAX / 2, ..options(world.directory.path()) };
    let opened = patiently(|| open(&full));
    let refused = keeper::write(&opened.store, &opened.facts, &world.path()).map(drop).unwrap_err();
    assert!(refused.to_string().contains("free on the disk"), "{refused}");
    assert!(!world.path().exists());
    opened.store.close();
}

/// What nobody has any more is not in the file that is written next, not even as a value or a name.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_forgotten_the_next_snapshot_has_nothing() {
    let mut world = World::new().await;
    world.invite(&[(1, 1), (2, 2)]).await;
    let token = world.tokens[0].1.clone();
    world.answer(&token, Some(9), None, true, 1).await;
    let holds = |world: &World, text: &str| {
        let bytes = fs::read(world.path()).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    world.step(&Step::Snapshot { trim: true }).await;
    assert!(holds(&world, "of C-1") && holds(&world, "of C-2") && holds(&world, "care_of_1"));
    let facts = Arc::clone(&world.opened().facts);
    facts.change().forget(0);
    facts.change().forget_invitation(0);
    world.step(&Step::Snapshot { trim: true }).await;
    assert!(!holds(&world, "of C-1") && holds(&world, "of C-2") && !holds(&world, "care_of_1"));
    let thawed = read(&world.path()).unwrap().unwrap().1;
    same(&facts, &thawed).unwrap();
    world.close();
}

/// Killed after an erasure, before the next snapshot: what was to go is in the file that the next start begins with.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_before_a_kill_does_not_stay_in_the_file() {
    let mut world = World::new().await;
    world.invite(&[(1, 1), (2, 2)]).await;
    let token = world.tokens[0].1.clone();
    world.answer(&token, Some(9), None, true, 1).await;
    world.step(&Step::Snapshot { trim: false }).await;
    let how = Erasure { keep_scores: true, without: vec!["contract".into()], at: moment(3) };
    world.store().erase("C-1".parse().unwrap(), how).await.unwrap();
    world.restart();
    let holds = |text: &str| {
        let bytes = fs::read(world.path()).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    assert!(holds("of C-1") && world.opened().from.is_some(), "or this proves nothing");
    let Opened { store, facts, from, .. } = world.opened();
    let seldom = When { pause: Duration::from_secs(3600), changes: 1_000_000 };
    let keeper =
        Keeper::start(world.directory.path(), store.clone(), Arc::clone(facts), *from, seldom).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while holds("of C-1") {
        assert!(Instant::now() < deadline, "it stays");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(holds("of C-2"));
    drop(keeper);
    world.close();
}
