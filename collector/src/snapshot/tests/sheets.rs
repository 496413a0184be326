//! A start without a snapshot, from what the store keeps of the numbers.

use super::*;
use crate::domain::sheets::{Sheet, Table};
use crate::store::Opening;

/// Two customers who were invited, the first of whom has answered; sheets of that, and no snapshot.
async fn with_sheets() -> World {
    let mut world = World::new().await;
    world.invite(&[(1, 1), (2, 2)]).await;
    let token = world.tokens[0].1.clone();
    world.answer(&token, Some(9), Some(3), true, 1).await;
    assert!(world.sheets(usize::MAX).await);
    assert!(!world.path().exists());
    world
}

/// The same as a count of everything, in which nothing is read of sheets.
fn as_counted(world: &mut World) {
    let anew = world.counted_anew();
    world.restart();
    same(&world.opened().facts, &anew).unwrap();
}

fn holds(world: &mut World, text: &str) -> bool {
    world.close();
    let opening = patiently(|| Opening::begin(&options(world.directory.path())));
    let counts = opening.sheets().unwrap().unwrap().counts;
    let found = Sheet::all(counts).any(|sheet| {
        let bytes = opening.sheet(sheet).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    });
    drop(opening);
    world.restart();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_snapshot_a_start_reads_sheets_and_what_has_changed_since() {
    let mut world = with_sheets().await;
    let (first, second) = (world.tokens[0].1.clone(), world.tokens[1].1.clone());
    world.answer(&first, Some(2), None, true, 2).await;
    world.answer(&second, Some(10), None, false, 3).await;
    world.invite(&[(3, 3)]).await;
    as_counted(&mut world);
    let began = world.opened().sheets.expect("the sheets were read");
    assert_eq!(began.changes, 4, "two responses, an invitation answered, and one that is new");
    assert_eq!(verified(&world).await.different, 0);
    world.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_that_were_not_all_written_are_as_good_as_those_before() {
    let mut world = with_sheets().await;
    let second = world.tokens[1].1.clone();
    world.answer(&second, Some(10), None, true, 3).await;
    assert!(!world.sheets(1).await, "stopped after the first");
    as_counted(&mut world);
    assert!(world.opened().sheets.is_some());
    world.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_is_damaged_is_not_used() {
    for table in [Table::Responses, Table::Invitations] {
        let mut world = with_sheets().await;
        world.store().damage_sheet(Sheet { table, place: 0 }).await;
        as_counted(&mut world);
        assert!(world.opened().sheets.is_none());
        world.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_who_was_erased_nothing_is_in_the_sheets_that_are_written_next() {
    for keep_scores in [true, false] {
        let mut world = with_sheets().await;
        let second = world.tokens[1].1.clone();
        world.answer(&second, Some(10), None, true, 2).await;
        assert!(world.sheets(usize::MAX).await);
        assert!(holds(&mut world, "of C-1") && holds(&mut world, "of C-2") && holds(&mut world, "care_of_1"));
        let without = vec!["contract".into(), "care_of_1".into()];
        let how = Erasure { keep_scores, without, at: moment(3) };
        world.store().erase("C-1".parse().unwrap(), how).await.unwrap();
        assert!(world.sheets(usize::MAX).await);
        assert!(
            !holds(&mut world, "of C-1") && holds(&mut world, "of C-2") && !holds(&mut world, "care_of_1")
        );
        as_counted(&mut world);
        assert!(world.opened().sheets.is_some());
        world.close();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_sheets_with_changes_are_written_again() {
    let mut world = with_sheets().await;
    let second = world.tokens[1].1.clone();
    assert!(world.sheets(0).await, "none, as long as nothing changes");
    world.invite(&[(3, 3)]).await;
    assert!(!world.sheets(0).await && world.sheets(1).await, "of invitations alone");
    world.answer(&second, Some(10), None, true, 3).await;
    assert!(!world.sheets(1).await && world.sheets(2).await, "of both");
    world.close();
}

/// The journal is kept for whichever is older, file or sheets.
#[tokio::test(flavor = "multi_thread")]
async fn the_keeper_writes_sheets_and_keeps_the_journal_for_them() {
    let mut world = World::new().await;
    world.invite(&[(1, 1), (2, 2)]).await;
    let (first, second) = (world.tokens[0].1.clone(), world.tokens[1].1.clone());
    world.answer(&first, Some(9), None, true, 1).await;
    let often = When { pause: Duration::ZERO, changes: 1 };
    let Opened { store, facts, from, .. } = world.opened();
    let directory = world.directory.path().to_owned();
    let keeper = Keeper::start(&directory, store.clone(), Arc::clone(facts), *from, often).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while world.store().sheets().unwrap().is_none() {
        assert!(Instant::now() < deadline, "no sheets are written");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.answer(&second, Some(9), None, true, 1).await;
    // Writes the file once more, and no sheets.
    tokio::task::spawn_blocking(|| keeper.stop()).await.unwrap();
    fs::remove_file(world.path()).unwrap();
    as_counted(&mut world);
    assert!(world.opened().sheets.is_some_and(|sheets| sheets.changes <= 2));
    world.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_were_found_wrong_are_counted_again_at_the_next_start() {
    let mut world = with_sheets().await;
    world.opened().facts.change().forget(0);
    world.step(&Step::Snapshot { trim: false }).await;
    assert!(world.sheets(usize::MAX).await);
    world.restart();
    assert!(
        world.opened().facts.is_empty() && verified(&world).await.different > 0,
        "or this proves nothing"
    );
    let Opened { store, facts, from, .. } = world.opened();
    let seldom = When { pause: Duration::from_secs(3600), changes: 1_000_000 };
    let keeper =
        Keeper::start(world.directory.path(), store.clone(), Arc::clone(facts), *from, seldom).unwrap();
    tokio::task::spawn_blocking(|| keeper.stop()).await.unwrap();
    assert!(!world.path().exists());
    assert_eq!(world.opened().store.bytes_in_sheets(), 0, "whoever is erased from now on is in none of them");
    as_counted(&mut world);
    assert_eq!((world.opened().sheets, world.opened().facts.len()), (None, 1));
    world.close();
}
