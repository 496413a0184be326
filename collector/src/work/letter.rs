//! One customer's mail: what is known when it is due, and whether it is still to be sent.

use jiff::Timestamp;
use lettre::Message;

use super::Post;
use super::message::About;
use crate::domain::mails::{Link, Words};
use crate::domain::outbox::{Kind, MailId, Outgoing, ToCustomer};
use crate::domain::surveys::link;
use crate::store::{Due, StoreError};

/// What is to be done with an entry that is due.
pub(super) enum Letter {
    /// To be sent, under this name.
    Ready(Box<Message>, String),
    /// Not to be sent, for this reason.
    Pointless(String),
    /// It was taken back.
    Gone,
}

impl Post {
    /// Writes the mail, as the customer, the survey and the mail are now.
    pub(super) async fn letter(&self, due: &Due, now: Timestamp) -> Result<Letter, StoreError> {
        let mail = match &due.outgoing {
            Outgoing::Case(mail) => return self.case_letter(due, mail, now).await,
            Outgoing::Invitation(mail) => mail,
        };
        let Some(addressee) = self.store.addressee(due).await? else { return Ok(Letter::Gone) };
        Ok(match self.compose(due, mail, &addressee, now) {
            Ok((message, name)) => Letter::Ready(Box::new(message), name),
            Err(why) => Letter::Pointless(why),
        })
    }

    fn compose(
        &self,
        due: &Due,
        outgoing: &ToCustomer,
        addressee: &crate::store::Addressee,
        now: Timestamp,
    ) -> Result<(Message, String), String> {
        let invitation = addressee.invitation.as_ref().ok_or("there is no such invitation any more")?;
        let thanked = match outgoing.kind {
            Kind::Thanks => Some(addressee.complete.as_ref().ok_or("there is no answer any more")?),
            Kind::Invitation | Kind::Reminder(_) if addressee.answered => {
                return Err("the customer has answered already".into());
            }
            Kind::Invitation | Kind::Reminder(_) => None,
        };
        if addressee.suppressed {
            return Err("the customer is on the suppression list".into());
        }
        if thanked.is_none() && invitation.expires_at <= now {
            return Err("the invitation has expired".into());
        }
        let email = addressee.email.as_deref().ok_or("no e-mail address is known of the customer")?;
        let catalog = self.store.catalog();
        let survey = catalog.survey(&invitation.survey).ok_or("there is no such survey any more")?;
        let mail = catalog.mail(&outgoing.mail);
        let mail = mail.ok_or_else(|| format!("there is no mail {:?} any more", outgoing.mail))?;
        let organisation = catalog.organisation();
        drop(catalog);

        let token = outgoing.token.reveal();
        let agent = invitation.agent.as_ref().and_then(|id| organisation.agent(id.as_str()));
        let unsubscribe = self.pages.unsubscribe_link(&token);
        let words = Words {
            first_name: invitation.first_name.as_deref().filter(|name| !name.trim().is_empty()),
            agent: agent.map(|agent| agent.name.as_str()),
            attributes: &invitation.attributes,
            survey: &survey,
            // Thanks are said in the language that was answered in.
            language: thanked
                .and_then(|response| response.language.as_deref())
                .or(invitation.language.as_deref()),
            score: thanked.and_then(|response| response.score),
            // Without a public address nobody reaches the collector: the link leads straight to the company's page.
            link: match &self.pages.public_url {
                Some(url) => Link::noted(url, &token),
                None => link(&survey, &token, None).into(),
            },
            unsubscribe_link: unsubscribe.clone(),
        };
        let rendered = mail.render(&words)?;
        let id = MailId { invitation: due.id, kind: outgoing.kind }.to_string();
        let about = About { to: email, id: id.clone(), unsubscribe, now };
        let message = self.sender.write(&mail.mail, &rendered, &about).map_err(|why| why.to_string())?;
        Ok((message, id))
    }
}
