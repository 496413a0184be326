//! Groups too small to show.
//!
//! A group of fewer than `smallest` answers could give away what one person said. One that is withheld alone could be worked out
//! from the total and the others, and so could a few that hold less than `smallest` together; so the next smallest ones are
//! withheld too until that is no longer so (complementary suppression; A. Hundepool and others, "Statistical Disclosure
//! Control", Wiley 2012). A total of fewer than `smallest` is for the caller to withhold.

/// Which of these groups, given by their numbers of answers, are not shown. Empty ones are: they say nothing about anybody.
pub fn withhold(sizes: &[u64], smallest: u64) -> Vec<bool> {
    let mut withheld: Vec<bool> = sizes.iter().map(|n| (1..smallest).contains(n)).collect();
    let mut hidden: Vec<u64> = sizes.iter().copied().filter(|n| (1..smallest).contains(n)).collect();
    if hidden.is_empty() {
        return withheld;
    }
    let mut others: Vec<usize> =
        (0..sizes.len()).filter(|place| sizes[*place] > 0 && !withheld[*place]).collect();
    others.sort_by_key(|place| sizes[*place]);
    for place in others {
        if hidden.len() >= 2 && hidden.iter().sum::<u64>() >= smallest {
            break;
        }
        withheld[place] = true;
        hidden.push(sizes[place]);
    }
    withheld
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_single_small_group_takes_the_next_smallest_along() {
        assert_eq!(withhold(&[40, 3, 7, 12, 0], 5), [false, true, true, false, false]);
    }

    #[test]
    fn two_that_hide_each_other_need_no_third() {
        assert_eq!(withhold(&[40, 3, 4, 12], 5), [false, true, true, false]);
    }

    #[test]
    fn two_that_are_too_few_together_take_a_third_along() {
        assert_eq!(withhold(&[40, 1, 2, 12], 5), [false, true, true, true]);
    }

    #[test]
    fn nothing_is_withheld_where_all_are_large_or_empty() {
        assert_eq!(withhold(&[5, 0, 900], 5), [false; 3]);
        assert_eq!(withhold(&[1, 2], 0), [false; 2]);
    }

    proptest! {
        /// Whoever knows the total and all that is shown learns nothing about fewer than `smallest` people.
        #[test]
        fn what_is_shown_gives_no_small_group_away(sizes in prop::collection::vec(0u64..30, 0..12), smallest in 0u64..10) {
            let withheld = withhold(&sizes, smallest);
            let hidden: Vec<u64> = sizes.iter().zip(&withheld).filter(|(_, it)| **it).map(|(n, _)| *n).collect();
            prop_assert!(sizes.iter().zip(&withheld).all(|(n, it)| *it || *n == 0 || *n >= smallest));
            prop_assert!(hidden.iter().all(|n| *n > 0));
            let all: u64 = sizes.iter().sum();
            if !hidden.is_empty() && hidden.iter().sum::<u64>() < all {
                prop_assert!(hidden.len() >= 2 && hidden.iter().sum::<u64>() >= smallest);
            }
        }
    }
}
