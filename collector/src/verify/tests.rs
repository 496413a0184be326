//! That a verification finds nothing means something.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::*;
use crate::snapshot::tests::world::{Step, World, verified};

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_finds_each_difference_and_names_it() {
    let mut world = World::new().await;
    world.invite(&[(1, 1), (2, 2), (3, 3), (4, 4)]).await;
    let tokens = world.tokens.clone();
    for (_, token) in &tokens[..3] {
        world.answer(token, Some(9), Some(3), true, 1).await;
    }
    let report = verified(&world).await;
    assert_eq!((report.responses, report.invitations, report.changed, report.different), (3, 4, 0, 0));
    let by_region = |of: &str| {
        let grouping =
            report.groupings.iter().find(|g| g.of == of && g.by.as_deref() == Some("attribute.region"));
        grouping.map(|grouping| grouping.compared)
    };
    assert_eq!((by_region("responses"), by_region("invitations")), (Some(3), Some(4)));

    let facts = Arc::clone(&world.opened().facts);
    let stored = world.store().responses(vec![0, 1, 2]).await.unwrap();
    let mut other = stored[0].1.clone();
    other.score = None;
    other.attributes.insert("region".into(), "elsewhere".into());
    facts.apply(0, &other, Some(&world.survey));
    facts.change().forget(1);
    facts.apply(7, &stored[2].1, Some(&world.survey));
    facts.change().forget_invitation(3);
    let report = verified(&world).await;
    for said in [
        "response 0: score is 9 in the store and nothing in the numbers; attribute.region is \"r1\" in the store and \"elsewhere\" in the numbers",
        "response 1: it is in the store and not in the numbers",
        "response 7: it is in the numbers and not in the store",
        "responses with attribute.region \"elsewhere\" in 2026-03: ",
        "responses with attribute.region \"r2\" in 2026-03: ",
        "responses in 2026-03: ",
        "invitation 3: it is in the store and not in the numbers",
        "invitations with agent \"a1\" in ",
    ] {
        assert!(
            report.differences.iter().any(|difference| difference.starts_with(said)),
            "{said} in {:#?}",
            report.differences
        );
    }
    assert_eq!(report.different, report.differences.len() as u64);
    world.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_finds_nothing_wrong_while_answers_come_in() {
    let mut world = World::new().await;
    let who: Vec<(u8, u16)> = (0..400).map(|n| ((n % 6) as u8, n)).collect();
    world.invite(&who).await;
    let tokens = world.tokens.clone();
    let (store, facts) = (world.store().clone(), Arc::clone(&world.opened().facts));
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let verifying = tokio::spawn(async move {
        let mut reports = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            let verifier = Verifier::default();
            verifier.begin(store.clone(), Arc::clone(&facts)).unwrap();
            while verifier.state().unwrap().running {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            reports.push(verifier.state().unwrap().report.unwrap());
        }
        reports
    });
    for (n, (_, token)) in tokens.iter().enumerate() {
        world.answer(token, Some((n % 11) as u8), None, n % 2 == 0, (n % 90) as u8).await;
        if n % 50 == 0 {
            world.step(&Step::Snapshot { trim: true }).await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    let reports = verifying.await.unwrap();
    assert!(reports.iter().any(|report| report.changed > 0), "nothing was written meanwhile");
    for report in reports {
        assert_eq!(report.differences, Vec::<String>::new());
    }
    world.close();
}
