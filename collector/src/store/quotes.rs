//! Consent to be quoted, taken back.

use jiff::Timestamp;
use uuid::Uuid;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::events::{About, Event, What};
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::quotes;
use crate::domain::responses::Response;
use crate::domain::secrets::TokenHash;

/// Whose words are not to be quoted any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quoted {
    /// Whoever answered by this invitation.
    Invitation(TokenHash),
    /// This customer, in whichever answer.
    Customer(CustomerId),
    /// The response with this sequence number and id.
    Response(u64, Uuid),
}

impl Store {
    /// Takes back that words may be quoted; returns in how many responses they could be.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn withdraw_quotes(&self, quoted: Quoted, now: Timestamp) -> Result<usize, StoreError> {
        self.write(Size::Small, move |transaction| {
            let mut withdrawn = 0;
            for sequence in transaction.answers_of(&quoted)? {
                let found: Option<Response> = transaction.get(&keys::response(sequence))?;
                let Some(mut response) = found.filter(|found| match &quoted {
                    Quoted::Response(_, id) => found.id == *id,
                    Quoted::Invitation(_) | Quoted::Customer(_) => true,
                }) else {
                    continue;
                };
                if quotes::withdraw(&mut response, now) {
                    withdrawn += 1;
                    transaction.announce(Event::new(What::ResponseUpdated, now, About::Response(sequence)));
                    transaction.put_response(sequence, response)?;
                }
            }
            Ok(withdrawn)
        })
        .await
    }
}

impl Transaction<'_> {
    /// The sequence numbers of the responses that may be meant.
    fn answers_of(&self, quoted: &Quoted) -> Result<Vec<u64>, StoreError> {
        let invitations = match quoted {
            Quoted::Response(sequence, _) => return Ok(vec![*sequence]),
            Quoted::Invitation(token) => vec![*token],
            Quoted::Customer(customer) => {
                self.asked(customer, Timestamp::MIN)?.into_iter().map(|(_, token, _)| token).collect()
            }
        };
        let mut found = Vec::new();
        for token in invitations {
            let invitation: Option<Invitation> = self.get(&keys::invitation(&token))?;
            found.extend(invitation.and_then(|invitation| invitation.response));
        }
        Ok(found)
    }
}
