//! The mail that tells somebody of a case.

use jiff::{SignedDuration, Timestamp};
use lettre::Message;

use super::Post;
use super::letter::Letter;
use super::message::About;
use crate::domain::cases::{Acknowledgement, InForce, Sees, Staff};
use crate::domain::mails::owner::{Told, owner_mail};
use crate::domain::outbox::ToPerson;
use crate::domain::people::Person;
use crate::domain::secrets::random;
use crate::store::{Detail, Due, StoreError};

impl Post {
    /// Writes the mail, as the case is now.
    pub(super) async fn case_letter(
        &self,
        due: &Due,
        mail: &ToPerson,
        now: Timestamp,
    ) -> Result<Letter, StoreError> {
        if !self.store.is_still_due(due).await? {
            return Ok(Letter::Gone);
        }
        let pointless = |why: &str| Ok(Letter::Pointless(why.to_owned()));
        let Some(detail) = self.store.case(mail.case, Sees::All).await? else {
            return pointless("there is no such case any more");
        };
        if !detail.listed.case.state.is_open() {
            return pointless("the case is closed already");
        }
        let Some(following) = self.store.following() else {
            return pointless("there is no follow-up document");
        };
        let Some(person) = following.staff.active(mail.person.as_str()).cloned() else {
            return pointless("there is no such person any more, or the person is not active");
        };
        let acknowledge = self.acknowledge_link(mail, &following.in_force, now).await?;
        Ok(
            match self.tell(
                due,
                mail,
                &detail,
                (&person, &following.staff, &following.in_force),
                acknowledge,
                now,
            ) {
                Ok((message, name)) => Letter::Ready(Box::new(message), name),
                Err(why) => Letter::Pointless(why),
            },
        )
    }

    /// The link that acknowledges without signing in, if the collector can be reached.
    async fn acknowledge_link(
        &self,
        mail: &ToPerson,
        in_force: &InForce,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let Some(url) = &self.pages.public_url else { return Ok(None) };
        let secret = self.store.link_secret(now).await?;
        let days = SignedDuration::from_hours(24 * i64::from(in_force.document.mail.link_days));
        let expires_at = now.saturating_add(days).unwrap_or(now);
        let nonce = random().map_err(|error| StoreError::Stopped(error.to_string().into()))?;
        let link = Acknowledgement { case: mail.case, person: mail.person.clone(), expires_at };
        Ok(Some(format!("{url}/k/{}", link.seal(&secret, nonce))))
    }

    fn tell(
        &self,
        due: &Due,
        mail: &ToPerson,
        detail: &Detail,
        (person, staff, in_force): (&Person, &Staff, &InForce),
        acknowledge: Option<String>,
        now: Timestamp,
    ) -> Result<(Message, String), String> {
        let desk = self.pages.public_url.as_deref().map(|url| format!("{url}/desk/cases/{}", mail.case));
        let listed = &detail.listed;
        let history: Vec<_> = detail.history.iter().map(|(past, _)| (past.score, past.at)).collect();
        let told = Told {
            id: mail.case,
            case: &listed.case,
            response: listed.response.as_ref().map(|(response, survey)| (response, survey.as_deref())),
            first_name: listed.customer.as_ref().and_then(|customer| customer.first_name.as_deref()),
            history: &history,
            trail: &detail.trail,
            staff,
            in_force,
            person,
            desk,
            acknowledge,
            now,
        };
        let (document, rendered) = owner_mail(&told)?;
        let id: String = due.id.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let id = format!("{id}.{}", mail.entries);
        let about = About { to: &person.email, id: id.clone(), unsubscribe: None, now };
        let message = self.sender.write(&document, &rendered, &about).map_err(|why| why.to_string())?;
        Ok((message, id))
    }
}
