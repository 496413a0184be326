//! At start: everything there is, told to those who count it.

use super::disk::Disk;
use super::{Catalog, Event, OnEvent, StoreError, keys};
use crate::domain::invitations::Invitation;
use crate::domain::responses::Response;

/// Tells `on_event` of every response there is, in order, and then of every invitation, in none.
pub(super) fn replay(disk: &Disk, catalog: &Catalog, on_event: &mut OnEvent) -> Result<(), StoreError> {
    // By sequence number.
    let mut scored: Vec<bool> = Vec::new();
    for entry in disk.scan::<Response>(keys::RESPONSES) {
        let (key, response) = entry?;
        let sequence =
            keys::sequence_of(&key).ok_or_else(|| StoreError::Unreadable("the key of a response".into()))?;
        let survey = catalog.survey_version(&response.survey, response.version);
        on_event(Event::Responded(sequence, &response, survey.as_deref()));
        let place = sequence as usize;
        if scored.len() <= place {
            scored.resize(place + 1, false);
        }
        scored[place] = response.score.is_some();
    }
    for entry in disk.scan::<Invitation>(keys::INVITATIONS) {
        let (_, invitation) = entry?;
        let answered =
            invitation.response.is_some_and(|response| scored.get(response as usize) == Some(&true));
        if let Some(number) = invitation.number {
            on_event(Event::Invited(number, &invitation, answered));
        }
    }
    Ok(())
}
