//! What came of following up, as rows: one for each step of each group; and the two sides that are compared.

use wire::evidence::{Evidence, EvidenceReport, Lengths, RecoveryReport, Side, Wait};

use super::{Line, Part, Rows, scope};
use crate::output::{Kind, Table};

/// A row for each promise, of all cases, of each part of time, of each person and each unit; and one for each root cause.
pub fn evidence(report: &EvidenceReport) -> Table {
    let mut rows = Rows::default();
    let mut add = |name: &str,
                   group: Option<&str>,
                   withheld: Option<u64>,
                   part: Part<'_>,
                   evidence: Option<&Evidence>| {
        let begin = |what: Option<&str>| {
            let mut line = Line::default();
            scope(&mut line, name, withheld, part);
            line.text("group", group);
            line.text("what", what);
            line.count("cases", evidence.map(|evidence| evidence.n).or(withheld));
            line
        };
        let Some(evidence) = evidence else { return rows.push(waited(begin(None), None)) };
        for wait in &evidence.waits {
            rows.push(waited(begin(Some(wait.promise.as_str())), Some(wait)));
        }
        for cause in &evidence.root_causes {
            let mut line = begin(Some("root_cause"));
            line.text("root_cause", Some(&cause.root_cause.name));
            line.share(Some(&cause.share));
            rows.push(padded(line));
        }
    };
    add("total", None, None, None, Some(&report.total));
    for part in &report.parts {
        let time = Some((&*part.label, &*part.from, &*part.to));
        add("part", None, None, time, Some(&part.evidence));
    }
    for (name, groups) in [("owner", &report.owners), ("unit", &report.units)] {
        for group in groups {
            let of = group.group.as_ref().map(|group| &*group.name);
            add(name, of, group.withheld, None, group.evidence.as_ref());
        }
    }
    rows.table("case-evidence")
}

fn waited(mut line: Line, wait: Option<&Wait>) -> Line {
    line.text("root_cause", None);
    line.share(wait.map(|wait| &wait.kept.share));
    lengths(&mut line, wait);
    line
}

/// Of a root cause nothing was waited for.
fn padded(mut line: Line) -> Line {
    lengths(&mut line, None);
    line
}

fn lengths(line: &mut Line, wait: Option<&Wait>) {
    line.count("done", wait.map(|wait| wait.done));
    line.count("waiting", wait.map(|wait| wait.waiting));
    line.count("closed_without", wait.map(|wait| wait.closed_without));
    line.count("late", wait.map(|wait| wait.kept.late));
    line.count("overdue", wait.map(|wait| wait.kept.overdue));
    line.count("not_yet_due", wait.map(|wait| wait.kept.not_yet_due));
    let mut one = |name: &str, lengths: Option<&Lengths>| {
        line.number(format!("{name}median_hours"), lengths.and_then(|it| it.median_hours));
        line.number(format!("{name}median_low"), lengths.and_then(|it| it.median_interval[0]));
        line.number(format!("{name}median_high"), lengths.and_then(|it| it.median_interval[1]));
        line.number(format!("{name}p90_hours"), lengths.and_then(|it| it.p90_hours));
    };
    one("", wait.map(|wait| &wait.elapsed));
    one("working_", wait.and_then(|wait| wait.working.as_ref()));
}

/// A row for each side, and one for what is between them.
pub fn recovery(report: &RecoveryReport) -> Table {
    let mut rows = Rows::default();
    let mut side = |name: &str, side: Option<&Side>| {
        let mut line = Line::default();
        line.text("scope", Some(name));
        line.count("withheld", side.and_then(|side| side.withheld));
        line.number("first_nps", side.and_then(|side| side.first.as_ref()?.nps));
        line.nps(side.and_then(|side| side.next.as_ref()));
        line.number("moved_up", side.and_then(|side| side.moved_up.as_ref()?.percent));
        line.number("mean_change", side.and_then(|side| side.mean_change));
        line.number("median_days", side.and_then(|side| side.median_days));
        line.number("answered_again", side.and_then(|side| side.answered_again.percent));
        let comparison = match name {
            "difference" => report.difference.as_ref(),
            "adjusted" => report.adjusted.as_ref().map(|adjusted| &adjusted.comparison),
            "moved_up" => report.moved_up.as_ref(),
            "answered_again" => report.answered_again.as_ref(),
            _ => None,
        };
        line.comparison(comparison);
        let caveats = report.caveats.iter().map(|caveat| caveat.sentence.clone()).collect();
        let caveats = (name == "difference").then_some(crate::output::Cell::List(caveats));
        line.put("caveats", Kind::List, caveats.unwrap_or(crate::output::Cell::Absent));
        rows.push(line);
    };
    side("followed_up", Some(&report.followed_up));
    side("not_followed_up", Some(&report.not_followed_up));
    for name in ["difference", "adjusted", "moved_up", "answered_again"] {
        side(name, None);
    }
    rows.table("case-recovery")
}
