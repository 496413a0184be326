//! Drivers as their users read them, and figures that other programs give.

use super::*;
use crate::domain::statistics::simulations::tally;

fn names(values: &[(&str, Tally)]) -> Vec<(String, Tally)> {
    values.iter().map(|(value, tally)| ((*value).to_owned(), *tally)).collect()
}

fn one(values: Values<'_>) -> Driver {
    drivers(&[Candidate { key: "product", values }], 5).remove(0)
}

fn near(got: f64, expected: f64, what: &str) {
    assert!((got - expected).abs() < 5e-4, "{what}: {got} for {expected}");
}

#[test]
fn a_value_that_stands_out_is_told_with_its_interval() {
    let values = names(&[
        ("fibre", tally(250, 100, 62)),
        ("dsl", tally(600, 500, 400)),
        ("cable", tally(200, 170, 130)),
    ]);
    let driver = one(Values::Names(&values));
    assert_eq!(
        driver.sentence,
        "Customers whose product is fibre score 32 points higher than the rest (95 % interval 24 to 40; n 412 of 2,412)."
    );
    assert_eq!(driver.best.unwrap().value, "fibre");
    assert_eq!(driver.values, 3);
}

#[test]
fn of_two_values_the_better_is_told() {
    let values = names(&[("dsl", tally(100, 100, 100)), ("fibre", tally(200, 50, 50))]);
    let driver = one(Values::Names(&values));
    assert!(
        driver.sentence.starts_with("Customers whose product is fibre score 50 points higher"),
        "{}",
        driver.sentence
    );
    assert_eq!(
        (driver.best.unwrap().value, driver.worst.unwrap().value),
        ("fibre".to_owned(), "dsl".to_owned())
    );
}

#[test]
fn where_nothing_is_shown_nothing_is_said() {
    let values = names(&[("dsl", tally(11, 10, 9)), ("fibre", tally(12, 9, 9))]);
    let driver = one(Values::Names(&values));
    assert_eq!(driver.sentence, "No link shown between product and the score (n 60).");
    assert!(!driver.shown && driver.standout.is_none());
}

#[test]
fn too_few_answers_are_told_as_such() {
    for values in [
        names(&[]),
        names(&[("dsl", tally(2, 0, 0)), ("fibre", tally(0, 0, 2))]),
        names(&[("dsl", tally(90, 20, 9))]),
    ] {
        let driver = one(Values::Names(&values));
        assert!(
            driver.link.is_none() && driver.sentence.starts_with("Too few different answers"),
            "{}",
            driver.sentence
        );
    }
    let unanimous = names(&[("dsl", tally(50, 0, 0)), ("fibre", tally(60, 0, 0))]);
    assert!(one(Values::Names(&unanimous)).link.is_none());
    assert!(one(Values::Numbers(&[(3.0, tally(50, 20, 10))])).link.is_none());
    assert!(one(Values::Numbers(&[(f64::NAN, tally(50, 20, 10)), (1.0, tally(1, 1, 1))])).link.is_none());
}

#[test]
fn a_small_group_is_never_named() {
    let values =
        names(&[("fibre", tally(500, 20, 20)), ("dsl", tally(200, 200, 200)), ("the one", tally(0, 0, 4))]);
    let driver = one(Values::Names(&values));
    assert_eq!(driver.worst.unwrap().value, "dsl");
    assert_ne!(driver.standout.unwrap().value, "the one");
}

/// NumPy, step by step: r = 0.600415; s = 0.0774914, the influence function's (Fisher's is
/// 0.0712470), t = 1.972017.
#[test]
fn a_rating_that_goes_with_the_score() {
    let values = [
        (1.0, tally(2, 8, 20)),
        (2.0, tally(5, 15, 15)),
        (3.0, tally(10, 20, 10)),
        (4.0, tally(25, 15, 5)),
        (5.0, tally(40, 8, 2)),
    ];
    let driver = one(Values::Numbers(&values));
    let link = driver.link.unwrap();
    near(link.strength, 0.600_415, "r");
    near(link.interval[0], 0.4937, "low");
    near(link.interval[1], 0.6893, "high");
    assert_eq!(
        driver.sentence,
        "The higher product, the higher the score (correlation 0.60, 95 % interval 0.49 to 0.69; n 200)."
    );
    let turned: Vec<_> = values.iter().map(|(value, tally)| (-value, *tally)).collect();
    let turned = one(Values::Numbers(&turned));
    near(turned.link.unwrap().strength, -0.600_415, "turned round");
    assert!(turned.sentence.contains("the lower the score (correlation −0."), "{}", turned.sentence);
}

/// By hand: η² = 0.088959; ε² = 1 − 0.911041 × 59/57 = 0.056993. 20,000 deals of the same answers by lot gave an η² as large 1498 times.
#[test]
fn the_strength_of_names() {
    let values = names(&[("a", tally(12, 6, 2)), ("b", tally(8, 8, 9)), ("c", tally(5, 7, 3))]);
    let link = one(Values::Names(&values)).link.unwrap();
    near(link.strength, 0.238_731, "√ε²");
    assert!((link.p_value - 0.0749).abs() < 0.01, "{}", link.p_value);
}

/// Two promoters against eight detractors, each with a value of its own: one deal in 45.
#[test]
fn a_perfect_order_of_few_is_no_more_certain_than_chance_allows() {
    let values = names(&[("a", tally(2, 0, 0)), ("b", tally(0, 0, 8))]);
    let link = one(Values::Names(&values)).link.unwrap();
    near(link.p_value, 1.0 / 45.0, "p");
    assert!(link.strength <= 1.0 && link.interval[0] < 0.95, "{link:?}");
}

/// A thousand values with three answers each: η² would be a third, and there is nothing.
#[test]
fn many_values_explain_nothing_by_their_number() {
    let values: Vec<_> = (0..1000)
        .map(|i| (format!("v{i}"), if i % 2 == 0 { tally(2, 1, 0) } else { tally(1, 1, 1) }))
        .collect();
    let driver = one(Values::Names(&values));
    assert!(!driver.shown && driver.link.unwrap().strength < 0.05, "{:?}", driver.link);
}

#[test]
fn shown_links_come_first_and_the_strongest_of_them() {
    let strong = names(&[("a", tally(90, 5, 5)), ("b", tally(20, 20, 60))]);
    let weak = names(&[("a", tally(300, 200, 100)), ("b", tally(200, 200, 200))]);
    let few = names(&[("a", tally(4, 1, 1)), ("b", tally(3, 2, 2))]);
    let none = names(&[("a", tally(1, 0, 0))]);
    let all = [("none", &none), ("few", &few), ("weak", &weak), ("strong", &strong)];
    let candidates = all.map(|(key, values)| Candidate { key, values: Values::Names(values) });
    let order: Vec<String> = drivers(&candidates, 5).into_iter().map(|driver| driver.key).collect();
    assert_eq!(order, ["strong", "weak", "few", "none"]);
}
