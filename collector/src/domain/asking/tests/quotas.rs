//! How many, when, and fewer as follow-up falls behind.

use super::*;

/// 50 a day, weekdays, 9 to 17 where the customer is, spread.
#[test]
fn a_quota_is_kept_and_spread_over_what_is_left_of_the_customers_day() {
    let document = format!(
        "{RULE}[[quota]]\nname = \"q\"\nper_day = 50\ndays = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\"]\nhours = \"09:00..17:00\"\nspread = true"
    );
    let mut lists = Lists::default();
    let mut sent = Vec::new();
    for n in 0..60 {
        let interaction = json!({"customer": format!("C-{n}"), "time_zone": "Asia/Kathmandu"});
        // 8:15 in Kathmandu.
        match decided(&document, &lists, interaction, "2026-03-02T02:30:00Z") {
            Decision::Invited(invite) => {
                sent.push(invite.send_at);
                lists.counters.extend(invite.counted);
            }
            Decision::Skipped(skip) => {
                assert_eq!((skip.code(), sent.len()), ("quota_used_up", 50));
            }
        }
    }
    assert_eq!(sent.len(), 50);
    assert_eq!(sent[0], at("2026-03-02T03:15:00Z"), "nine o'clock there");
    let gaps: Vec<_> = sent.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect();
    assert!(gaps.iter().all(|gap| gap.abs_diff(8 * 3600 / 50) <= 1), "{gaps:?}");
    assert!(sent[49] < at("2026-03-02T11:15:00Z"));
    // Elsewhere it is another day of the week: Sunday evening, and the mail waits for Monday.
    let interaction = json!({"customer": "C-99", "time_zone": "America/Los_Angeles"});
    match decided(&document, &Lists::default(), interaction, "2026-03-02T02:30:00Z") {
        Decision::Invited(invite) => assert_eq!(invite.send_at, at("2026-03-02T17:00:00Z")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_agent_and_team_has_a_quota_of_its_own() {
    let document = format!(
        "{RULE}[[quota]]\nname = \"agents\"\nby = \"agent\"\nper_day = 1\n[[quota]]\nname = \"teams\"\nby = \"team\"\nwhere = \"not vip:yes\"\nper_day = 2"
    );
    let mut lists = Lists::default();
    let mut ask = |agent: &str, vip: &str| {
        let interaction = json!({"customer": "C-1", "agent": agent, "attributes": {"vip": vip}});
        match decided(&document, &lists, interaction, NOON) {
            Decision::Invited(invite) => {
                lists.counters.extend(invite.counted);
                "asked".to_owned()
            }
            Decision::Skipped(Skip::QuotaUsedUp { quota, of, .. }) => {
                format!("{quota} {}", of.unwrap_or_default())
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(ask("amira", "no"), "asked");
    assert_eq!(ask("amira", "no"), "agents amira");
    assert_eq!(ask("ben", "no"), "asked", "of another team");
    assert_eq!(ask("x", "no"), "asked");
    assert_eq!(ask("y", "no"), "asked");
    assert_eq!(ask("z", "no"), "teams ", "those of no team are two already");
    assert_eq!(ask("z", "yes"), "asked", "the quota is not for them");
}

#[test]
fn out_of_hours_a_customer_waits_or_is_passed_over() {
    let quota = |outside: &str, delay: &str| {
        format!(
            "{RULE}delay = \"{delay}\"\n[[quota]]\nname = \"q\"\nhours = \"09:00..17:00\"\noutside = \"{outside}\""
        )
    };
    let late = "2026-03-02T16:50:00Z";
    let customer = json!({"customer": "C-1"});
    assert_eq!(said(&quota("skip", "20m"), &Lists::default(), customer.clone(), late), "outside_hours");
    assert_eq!(said(&quota("skip", "5m"), &Lists::default(), customer.clone(), late), "r");
    match decided(&quota("wait", "20m"), &Lists::default(), customer.clone(), late) {
        Decision::Invited(invite) => assert_eq!(invite.send_at, at("2026-03-03T09:00:00Z")),
        other => panic!("{other:?}"),
    }
    // Two that are never open together.
    let never = format!(
        "{RULE}[[quota]]\nname = \"a\"\nhours = \"09:00..10:00\"\n[[quota]]\nname = \"b\"\nhours = \"10:00..11:00\""
    );
    assert_eq!(said(&never, &Lists::default(), customer, late), "outside_hours");
}

#[test]
fn as_follow_up_falls_behind_fewer_are_asked_and_at_last_nobody() {
    let document: Asking =
        toml::from_str(&format!("[backlog]\nslow_from = 100\nstop_at = 300\n{RULE}share = 0.5")).unwrap();
    let document = Arc::new(document);
    let count = |open: u64| {
        let asker = Asker::new(Arc::clone(&document), &COMPANY, Seed([1; 32]), open, at(NOON));
        let mut codes = BTreeMap::<&str, usize>::new();
        for n in 0..4000 {
            let interaction = accepted(json!({"customer": format!("C-{n}")}), at(NOON));
            let code = match decide(&asker, &interaction, &Lists::default()).unwrap() {
                Decision::Invited(_) => "asked",
                Decision::Skipped(skip) => skip.code(),
            };
            *codes.entry(code).or_default() += 1;
        }
        codes
    };
    let all = count(100);
    assert_eq!(all.len(), 2);
    // The standard deviation of a half of 4000 is 32, that of a quarter 27.
    assert!(all["asked"].abs_diff(2000) < 190, "{all:?}");
    let half = count(200);
    assert!(half["asked"].abs_diff(1000) < 165, "{half:?}");
    assert_eq!(half["asked"] + half["backlog"], all["asked"]);
    assert_eq!(half["not_sampled"], all["not_sampled"]);
    assert_eq!(count(300).get("asked"), None);
}
