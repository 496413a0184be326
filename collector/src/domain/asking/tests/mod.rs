//! Decisions, over a ledger that is a few lists.

mod document;
mod quotas;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::customers::Customer;
use crate::domain::limits::Limits;
use crate::domain::names::CustomerId;
use crate::domain::organisation::Organisation;
use crate::domain::phones::Phones;
use crate::domain::suppressions::{Address, Reason, Suppression};

/// What is known, in memory.
#[derive(Default)]
struct Lists {
    asked: BTreeMap<CustomerId, Vec<Asked>>,
    counters: BTreeMap<Counted, Counter>,
    suppressed: Vec<(Address, Suppression)>,
    customers: BTreeMap<CustomerId, Customer>,
}

impl Ledger for Lists {
    type Error = Infallible;

    fn known(
        &self,
        customer: &CustomerId,
        since: Option<Timestamp>,
    ) -> Result<(Customer, Vec<Asked>), Infallible> {
        let all = self.asked.get(customer).into_iter().flatten();
        let asked = all.filter(|asked| since.is_some_and(|since| asked.at >= since)).cloned().collect();
        Ok((self.customers.get(customer).cloned().unwrap_or_default(), asked))
    }

    fn counter(&self, counted: &Counted) -> Result<Counter, Infallible> {
        Ok(self.counters.get(counted).copied().unwrap_or_default())
    }

    fn suppression(&self, address: &Address, survey: &str) -> Result<Option<Suppression>, Infallible> {
        let is_for = |entry: &Suppression| entry.survey.as_deref().is_none_or(|one| one == survey);
        let found = self.suppressed.iter().find(|(one, entry)| one == address && is_for(entry));
        Ok(found.map(|(_, entry)| entry.clone()))
    }
}

/// A Monday.
const NOON: &str = "2026-03-02T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

static COMPANY: LazyLock<Organisation> = LazyLock::new(|| {
    toml::from_str(
        r#"
        time_zone = "Europe/London"
        units = [
            { id = "care", kind = "department", name = "Care" },
            { id = "north", kind = "team", name = "North", parent = "care" },
            { id = "south", kind = "team", name = "South", parent = "care" },
        ]
        agents = [
            { id = "amira", name = "A", unit = "north" },
            { id = "ben", name = "B", unit = "north", memberships = [{ unit = "south", from = 2026-03-01 }] },
        ]
    "#,
    )
    .unwrap()
});

fn asker(toml: &str, now: Timestamp) -> Asker {
    let document: Asking = toml::from_str(toml).unwrap();
    assert_eq!(wrong(&document), [""; 0], "the document is sound");
    Asker::new(Arc::new(document), &COMPANY, Seed([1; 32]), 0, now)
}

fn wrong(document: &Asking) -> Vec<String> {
    let surveys = BTreeSet::from(["support", "welcome"]);
    let names =
        Names { survey: &|id| surveys.contains(id), mail: &|name| name == "ask", organisation: &COMPANY };
    check(document, &names, &Limits::default()).into_iter().map(|problem| problem.path).collect()
}

fn accepted(interaction: Value, now: Timestamp) -> Accepted {
    let interaction: Interaction = serde_json::from_value(interaction).unwrap();
    let mut all = [interaction.accept(&Limits::default(), Phones::default()).unwrap()];
    locate(&mut all, &COMPANY, now);
    let [accepted] = all;
    accepted
}

fn decided(toml: &str, lists: &Lists, interaction: Value, now: &str) -> Decision {
    let asker = asker(toml, at(now));
    decide(&asker, &accepted(interaction, at(now)), lists).unwrap()
}

/// The rule that asks, or the code of the reason why nobody is asked.
fn said(toml: &str, lists: &Lists, interaction: Value, now: &str) -> String {
    match decided(toml, lists, interaction, now) {
        Decision::Invited(invite) => invite.rule,
        Decision::Skipped(skip) => skip.code().to_owned(),
    }
}

const RULE: &str = "[[rule]]\nname = \"r\"\nsurvey = \"support\"\n";

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = r#"
        [[rule]]
        name = "complaint"
        survey = "support"
        outcome = "complaint"
        share = 0.0
        [[rule]]
        name = "new"
        survey = "welcome"
        journey = "onboarding"
        [[rule]]
        name = "south"
        survey = "support"
        where = "team:south and not region:island and language:en,de"
        [[rule]]
        name = "dear"
        survey = "support"
        where = "unit.department:care value:100.."
    "#
    .replace("care value", "care and value");
    for (interaction, rule) in [
        (json!({"outcome": "complaint", "journey": "onboarding"}), "not_sampled"),
        (json!({"outcome": "resolved", "journey": "onboarding"}), "new"),
        (json!({"agent": "ben", "language": "de"}), "south"),
        (json!({"agent": "ben", "language": "fr"}), "no_rule"),
        (
            json!({"agent": "ben", "language": "de", "attributes": {"region": "island", "value": "250"}}),
            "dear",
        ),
        (json!({"agent": "amira", "attributes": {"value": "99.5"}}), "no_rule"),
        (json!({"agent": "amira", "attributes": {"value": "100"}}), "dear"),
        (json!({"agent": "nobody", "attributes": {"value": "100"}}), "no_rule"),
    ] {
        let mut whole = json!({"customer": "C-1"});
        whole.as_object_mut().unwrap().extend(interaction.as_object().unwrap().clone());
        assert_eq!(said(&rules, &Lists::default(), whole.clone(), NOON), rule, "{whole}");
    }
}

#[test]
fn a_mail_needs_an_address_and_one_known_before_will_do() {
    let rule = format!("{RULE}mail = \"ask\"");
    let mut lists = Lists::default();
    assert_eq!(said(&rule, &lists, json!({"customer": "C-1"}), NOON), "no_address");
    assert_eq!(said(RULE, &lists, json!({"customer": "C-1"}), NOON), "r");
    assert_eq!(said(&rule, &lists, json!({"customer": "C-1", "email": "a@b.example"}), NOON), "r");
    let known = Customer { email: Some("a@b.example".into()), ..Customer::default() };
    lists.customers.insert("C-1".parse().unwrap(), known);
    assert_eq!(said(&rule, &lists, json!({"customer": "C-1"}), NOON), "r");
}

#[test]
fn who_took_leave_is_not_asked_by_whichever_address() {
    let mut lists = Lists::default();
    let entry = |address: Address, survey: Option<&str>, reason| {
        let (kind, survey) = (address.kind().to_owned(), survey.map(str::to_owned));
        (address, Suppression { address: None, kind, survey, reason, at: at(NOON) })
    };
    lists.suppressed = vec![
        entry(Address::Email("a@b.example".into()), None, Reason::Unsubscribed),
        entry(Address::Phone("+49301234567".into()), Some("welcome"), Reason::Listed),
        entry(Address::Phone("+49307654321".into()), Some("support"), Reason::Listed),
        entry(Address::Customer("C-9".parse().unwrap()), None, Reason::Bounced),
    ];
    for (interaction, code) in [
        (json!({"customer": "C-1", "email": "A@b.example"}), "unsubscribed"),
        (json!({"customer": "C-1", "phone": "+49 30 1234567"}), "r"),
        (json!({"customer": "C-1", "phone": "+49 30 7654321"}), "suppressed"),
        (json!({"customer": "C-9"}), "bounced"),
        (json!({"customer": "C-1"}), "r"),
    ] {
        assert_eq!(said(RULE, &lists, interaction.clone(), NOON), code, "{interaction}");
    }
    // By hand too, whatever the document says of quiet periods, and without one.
    let customer = "C-9".parse().unwrap();
    let skip = by_hand(None, &lists, &customer, &Customer::default(), "support", at(NOON)).unwrap();
    assert_eq!(skip.map(|skip| skip.code()), Some("bounced"));
}

#[test]
fn quiet_periods_end_to_the_second() {
    let document = format!("[quiet]\ndays = 30\nsurveys = {{ support = 90 }}\n{RULE}");
    let asked = |survey: &str, when: Timestamp| {
        let asked = Asked { survey: survey.into(), at: when };
        Lists { asked: [("C-1".parse().unwrap(), vec![asked])].into(), ..Lists::default() }
    };
    let second = SignedDuration::from_secs(1);
    for (survey, ago, code) in [
        ("welcome", days(30) - second, "asked_recently"),
        ("welcome", days(30), "r"),
        ("support", days(30), "asked_recently"),
        ("support", days(90) - second, "asked_recently"),
        ("support", days(90), "r"),
        // A mail that is to be sent yet, and a clock that was put back.
        ("welcome", -days(3), "asked_recently"),
    ] {
        let lists = asked(survey, at(NOON) - ago);
        assert_eq!(said(&document, &lists, json!({"customer": "C-1"}), NOON), code, "{survey} {ago}");
        assert_eq!(said(&document, &lists, json!({"customer": "C-2"}), NOON), "r");
    }
    let lists = asked("support", at("2026-02-18T12:00:00Z"));
    match decided(&document, &lists, json!({"customer": "C-1"}), NOON) {
        Decision::Skipped(skip) => assert_eq!(skip.until(), Some(at("2026-05-19T12:00:00Z"))),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nobody_is_asked_more_often_in_a_year_than_the_document_says() {
    let document = format!("[quiet]\nper_year = 2\n{RULE}");
    let asked = |ago: &[i64]| {
        let one = |ago: &i64| Asked { survey: "welcome".into(), at: at(NOON) - days(*ago) };
        let all = ago.iter().map(one).collect();
        Lists { asked: [("C-1".parse().unwrap(), all)].into(), ..Lists::default() }
    };
    let until = |ago: &[i64]| match decided(&document, &asked(ago), json!({"customer": "C-1"}), NOON) {
        Decision::Skipped(Skip::AskedOftenEnough { until, times: 2 }) => Some(until),
        Decision::Invited(_) => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(until(&[1]), None);
    assert_eq!(until(&[365, 1]), None);
    assert_eq!(until(&[364, 1]), Some(at(NOON) + days(1)));
    assert_eq!(until(&[300, 200, 100]), Some(at(NOON) + days(165)), "two of the three must be over");
}

/// One way of asking: the minute, the customer, the survey's rule, and whether it is by hand.
fn request() -> impl Strategy<Value = (i64, u8, bool, bool)> {
    (0_i64..200 * 24 * 60, 0_u8..3, any::<bool>(), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In whichever order they come, even if the clock goes back: between two times that a customer is asked there is a quiet period.
    #[test]
    fn nobody_is_asked_twice_within_a_quiet_period(requests in proptest::collection::vec(request(), 1..60), delay in 0..20_i64) {
        let document = format!(
            "[quiet]\ndays = 20\nsurveys = {{ support = 50 }}\nper_year = 5\n[[rule]]\nname = \"w\"\nsurvey = \"welcome\"\njourney = \"onboarding\"\ndelay = \"{delay}d\"\n{RULE}[[quota]]\nname = \"q\"\nhours = \"09:00..10:00\""
        );
        let mut lists = Lists::default();
        for (minute, customer, welcome, hand) in requests {
            let now = at(NOON) + SignedDuration::from_mins(minute);
            let asker = asker(&document, now);
            let id: CustomerId = format!("C-{customer}").parse().unwrap();
            let survey = if welcome { "welcome" } else { "support" };
            let when = if hand {
                let document: Asking = toml::from_str(&document).unwrap();
                let skip = by_hand(Some(&document), &lists, &id, &Customer::default(), survey, now).unwrap();
                skip.is_none().then_some(now)
            } else {
                let interaction = json!({"customer": id.as_str(), "journey": if welcome { "onboarding" } else { "support" }});
                match decide(&asker, &accepted(interaction, now), &lists).unwrap() {
                    Decision::Invited(invite) => Some(invite.send_at),
                    Decision::Skipped(_) => None,
                }
            };
            if let Some(at) = when {
                lists.asked.entry(id).or_default().push(Asked { survey: survey.into(), at });
            }
        }
        for asked in lists.asked.values_mut() {
            asked.sort_by_key(|asked| asked.at);
            for (i, one) in asked.iter().enumerate() {
                for other in &asked[i + 1..] {
                    let least = if one.survey == "support" && other.survey == "support" { 50 } else { 20 };
                    prop_assert!(other.at.duration_since(one.at) >= days(least), "{one:?} {other:?}");
                }
                if let Some(sixth) = asked.get(i + 5) {
                    prop_assert!(sixth.at.duration_since(one.at) >= days(365));
                }
            }
        }
    }
}
