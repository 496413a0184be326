//! Pictures of an agent's numbers: small, in the colours of the page. What they show is there in words too.

use leptos::prelude::*;
use wire::report::Point;
use wire::{Category, Nps, Score};

use crate::words::{self, say};

/// How often each score was given: a column each, in the colour of its category.
#[component]
pub(crate) fn Distribution(figures: Nps) -> impl IntoView {
    const WIDTH: f64 = 30.0;
    const GROUND: f64 = 100.0;
    const HIGHEST: f64 = 80.0;
    let most = figures.distribution.iter().copied().max().unwrap_or(0).max(1) as f64;
    let column = |(score, &many): (usize, &u64)| {
        let x = score as f64 * WIDTH;
        let height = HIGHEST * many as f64 / most;
        let category = Score::try_from(score as i64).ok().map(|score| score.category().as_str());
        view! {
            <g data-category=category>
                <rect x=px(x + 4.0) y=px(GROUND - height) width=px(WIDTH - 8.0) height=px(height) rx="2"/>
                {(many > 0).then(|| view! { <text class="many" x=px(x + WIDTH / 2.0) y=px(GROUND - height - 5.0)>{many}</text> })}
                <text x=px(x + WIDTH / 2.0) y=px(GROUND + 15.0)>{score}</text>
            </g>
        }
    };
    let columns = figures.distribution.iter().enumerate().map(column).collect_view();
    let counts = [
        (Category::Detractor, figures.detractors),
        (Category::Passive, figures.passives),
        (Category::Promoter, figures.promoters),
    ];
    let in_words = counts.map(|(category, many)| format!("{}: {many}", (say().categories)(category)));
    let legend = counts.map(|(category, many)| {
        view! {
            <li data-category=category.as_str()><span class="swatch" aria-hidden="true"></span>{(say().categories)(category)}": "{many}</li>
        }
    });
    view! {
        <svg class="chart" viewBox="0 0 330 120" role="img" aria-label=in_words.join(", ")>
            <line class="ground" x1="0" x2="330" y1=px(GROUND) y2=px(GROUND)/>
            {columns}
        </svg>
        <ul class="legend">{legend.into_iter().collect_view()}</ul>
    }
}

const LEFT: f64 = 36.0;
const RIGHT: f64 = 356.0;
const MIDDLE: f64 = 80.0;
/// Up for an NPS of 100.
const UP: f64 = 68.0;

fn height(nps: f64) -> f64 {
    MIDDLE - UP * nps / 100.0
}

/// The NPS of each month with its interval, and the target; the same as a table.
#[component]
pub(crate) fn Trend(points: Vec<Point>, target: Option<f64>) -> impl IntoView {
    let table = view! { <Table points=points.clone()/> };
    if points.iter().all(|point| shown(point).is_none()) {
        return view! { <p class="soft">{say().trend_withheld}</p>{table} }.into_any();
    }
    let step = (RIGHT - LEFT) / points.len() as f64;
    let x = |i: usize| LEFT + (i as f64 + 0.5) * step;
    let scale = [100.0, 0.0, -100.0].map(|nps| {
        view! {
            <line class="ground" x1=px(LEFT) x2=px(RIGHT) y1=px(height(nps)) y2=px(height(nps))/>
            <text class="scale" x=px(LEFT - 6.0) y=px(height(nps) + 3.5)>{words::nps(nps)}</text>
        }
    });
    let goal = target.map(|target| {
        view! { <line class="goal-line" x1=px(LEFT) x2=px(RIGHT) y1=px(height(target)) y2=px(height(target))/> }
    });
    let marks = points.iter().enumerate().filter_map(|(i, point)| {
        let (nps, [low, high]) = shown(point)?;
        Some(view! {
            <line class="chance" x1=px(x(i)) x2=px(x(i)) y1=px(height(high)) y2=px(height(low))/>
            <circle class="dot" cx=px(x(i)) cy=px(height(nps)) r="3.5"/>
        })
    });
    // From each to the next, unless there is a gap.
    let ways = points.iter().zip(points.iter().skip(1)).enumerate().filter_map(|(i, (one, next))| {
        let ((from, _), (to, _)) = shown(one).zip(shown(next))?;
        Some(view! { <line class="way" x1=px(x(i)) y1=px(height(from)) x2=px(x(i + 1)) y2=px(height(to))/> })
    });
    // As many as there is room for, the newest always.
    let every = points.len().div_ceil(5);
    let named = points.iter().enumerate().filter(|(i, _)| (points.len() - 1 - i).is_multiple_of(every));
    let names = named.map(|(i, point)| {
        view! { <text x=px(x(i)) y="168">{words::month(&point.label, "short")}</text> }
    });
    view! {
        <svg class="chart" viewBox="0 0 360 176" role="img" aria-label=say().over_time>
            {scale.into_iter().collect_view()}{goal}
            {ways.collect_view()}{marks.collect_view()}{names.collect_view()}
        </svg>
        {target.map(|target| view! {
            <ul class="legend"><li><span class="swatch dashes" aria-hidden="true"></span>{say().target}": "<bdi dir="ltr">{words::nps(target)}</bdi></li></ul>
        })}
        <p class="soft">{say().trend_explained}</p>
        {table}
    }
    .into_any()
}

/// Score and interval, where there are any and they are not withheld.
fn shown(point: &Point) -> Option<(f64, [f64; 2])> {
    let figures = point.figures.as_ref()?;
    figures.nps.zip(figures.interval)
}

#[component]
fn Table(points: Vec<Point>) -> impl IntoView {
    let row = |point: Point| {
        let many = point.withheld.or(point.figures.as_ref().map(|figures| figures.n)).unwrap_or(0);
        let figures = match shown(&point) {
            Some((nps, [low, high])) => view! {
                <td><bdi dir="ltr">{words::nps(nps)}</bdi></td>
                <td><bdi dir="ltr">{format!("{} … {}", words::nps(low), words::nps(high))}</bdi></td>
            }
            .into_any(),
            None if many > 0 => view! { <td colspan="2" class="soft">{say().too_few}</td> }.into_any(),
            None => view! { <td colspan="2">"–"</td> }.into_any(),
        };
        view! { <tr><th scope="row">{words::month(&point.label, "short")}</th>{figures}<td>{many}</td></tr> }
    };
    view! {
        <details>
            <summary>{say().as_table}</summary>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say().month}</th><th scope="col">"NPS"</th>
                        <th scope="col">{say().interval}</th><th scope="col">{say().answers_head}</th>
                    </tr>
                </thead>
                <tbody>{points.into_iter().rev().map(row).collect_view()}</tbody>
            </table>
        </details>
    }
}

/// A length in a picture.
fn px(length: f64) -> String {
    format!("{length:.1}")
}
