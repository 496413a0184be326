//! Rows as sheets, and back.

use proptest::prelude::*;

use super::given::{response, survey};
use super::*;
use crate::domain::sheets::{ROWS, Sheet};

/// Facts of what is in the sheets of others.
fn by_sheets(facts: &Facts) -> Facts {
    let read = |sheet| facts.sheet(sheet).ok_or("no such sheet");
    Facts::of_sheets(facts.sheets(), 2, read).unwrap().expect("it is what was written")
}

fn shown(facts: &Facts, numbers: &[u64]) -> Vec<Option<Shown>> {
    facts.shown(Table::Responses, numbers)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn sheets_say_what_rows_say(
        responses in prop::collection::vec(response(), 1..600),
        forgotten in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
        place in any::<prop::sample::Index>(),
    ) {
        let (facts, survey) = (Facts::default(), survey());
        // In two segments, with a gap between.
        let number = |nth: usize| (nth + nth % 2 * ROWS) as u64;
        for (nth, response) in responses.iter().enumerate() {
            facts.apply(number(nth), response, Some(&survey));
        }
        forgotten.iter().for_each(|one| facts.change().forget(number(one.index(responses.len()))));
        let read = by_sheets(&facts);
        let numbers: Vec<u64> = (0..2 * ROWS as u64).collect();
        prop_assert_eq!(shown(&read, &numbers), shown(&facts, &numbers));
        prop_assert_eq!(read.len(), facts.len());

        // They go on as the others do.
        let (last, again) = (responses.len(), &responses[0]);
        for facts in [&facts, &read] {
            facts.apply(number(last), again, Some(&survey));
        }
        prop_assert_eq!(shown(&read, &numbers), shown(&facts, &numbers));

        let whole = facts.sheet(Sheet::of(Table::Responses, 0)).unwrap();
        let cut = whole[..place.index(whole.len())].to_vec();
        prop_assert!(Facts::of_sheets([1, 0], 1, |_| Ok::<_, ()>(cut.clone())).unwrap().is_none());
    }
}
