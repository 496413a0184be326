//! `survey push`, `survey list` and `survey reviews`.

use std::path::Path;

use wire::Survey;

use super::client::{Called, Client, NOTHING, escaped};
use super::source::Source;
use crate::domain::names::is_survey_id;
use crate::domain::reviews::ReviewsReport;
use crate::domain::surveys::check;
use crate::http::{SurveyPushed, SurveySummary};

pub(super) async fn push(client: &Client, file: &Path) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let survey: Survey = source.parse()?;
    // The id is part of the address: without a sound one there is nothing to call.
    if !is_survey_id(&survey.id) {
        let problems = check(&survey, &client.settings.limits, client.settings.public_url.as_deref());
        return Err(source.refused("the survey is not valid; nothing was stored", &problems));
    }
    match client.call::<SurveyPushed>("PUT", &format!("/v1/surveys/{}", survey.id), Some(&survey)).await? {
        Called::Refused(problem) => Err(source.refused(&problem.detail, &problem.fields)),
        Called::Done(SurveyPushed { id, version, changed: true }) => {
            println!("Survey {id}: version {version} is in force.");
            Ok(())
        }
        Called::Done(SurveyPushed { id, version, changed: false }) => {
            println!("Survey {id}: nothing changed, version {version} stays in force.");
            Ok(())
        }
    }
}

pub(super) async fn list(client: &Client) -> anyhow::Result<()> {
    let surveys: Vec<SurveySummary> = client.call("GET", "/v1/surveys", NOTHING).await?.or_error()?;
    println!("{:<24} {:>7} {:>9}  {:<12} NAME", "SURVEY", "VERSION", "QUESTIONS", "LANGUAGES");
    for survey in surveys {
        let languages = survey.languages.join(",");
        println!(
            "{:<24} {:>7} {:>9}  {:<12} {}",
            survey.id, survey.version, survey.questions, languages, survey.name
        );
    }
    Ok(())
}

pub(super) async fn reviews(
    client: &Client,
    id: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> anyhow::Result<()> {
    let days = [("from", from), ("to", to)];
    let days = days.into_iter().filter_map(|(name, day)| Some(format!("{name}={}", escaped(day?))));
    let path = format!("/v1/surveys/{}/reviews?{}", escaped(id), days.collect::<Vec<_>>().join("&"));
    let report: ReviewsReport = client.call("GET", &path, NOTHING).await?.or_error()?;
    println!("{:>9} {:>9} {:>10}  LINK", "PROMOTERS", "PASSIVES", "DETRACTORS");
    for link in report.reviews {
        let followed = link.followed;
        let gone = if link.offered { "" } else { " (no longer offered)" };
        println!(
            "{:>9} {:>9} {:>10}  {}{gone}",
            followed.promoter, followed.passive, followed.detractor, link.url
        );
    }
    Ok(())
}
