//! Invitations, found by the hash of their token, and what they tell about customers.

use jiff::Timestamp;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::asking::{Skip, by_hand};
use crate::domain::customers::Customer;
use crate::domain::events::{self, About, Event};
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::outbox::Outgoing;
use crate::domain::responses::Response;
use crate::domain::secrets::{Token, TokenHash};
use crate::domain::timeline::{Step, What};

/// From so many invitations on, others are not to wait for them.
const MANY: usize = 64;

/// An invitation to be kept.
pub struct Invited {
    /// The secret of its link.
    pub token: Token,
    /// The invitation.
    pub invitation: Invitation,
    /// What it tells about the customer.
    pub customer: Customer,
    /// The mail that it is sent by, if this system sends it.
    pub mailing: Option<Mailing>,
}

/// Which invitations are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one with this token.
    Token(TokenHash),
    /// The one of this customer with this number.
    Number(CustomerId, u64),
    /// All of this customer that can still be answered and were not.
    OpenOf {
        /// The customer.
        customer: CustomerId,
        /// Only those to this survey.
        survey: Option<String>,
    },
}

/// That an invitation is to be sent by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailing {
    /// The mail's name.
    pub mail: String,
    /// When.
    pub send_at: Timestamp,
}

impl Store {
    /// Keeps these invitations, all or none; but for customers who may not be asked. Returns the number of each, or why it is not
    /// kept.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn invite(&self, invited: Vec<Invited>) -> Result<Vec<Result<u64, Skip>>, StoreError> {
        let size = if invited.len() > MANY { Size::Large } else { Size::Small };
        let asking = self.catalog().asking();
        self.write(size, move |transaction| {
            let document = asking.as_ref().map(|asking| &*asking.document);
            let mut made = Vec::with_capacity(invited.len());
            for one in invited {
                let Invitation { customer, survey, created_at, .. } = &one.invitation;
                let skip = match customer {
                    Some(id) => by_hand(document, transaction, id, &one.customer, survey, *created_at)?,
                    None => None,
                };
                made.push(match skip {
                    Some(skip) => Err(skip),
                    None => {
                        let at = one.mailing.as_ref().map_or(*created_at, |mailing| mailing.send_at);
                        Ok(transaction.invite(one, at)?)
                    }
                });
            }
            Ok(made)
        })
        .await
    }

    /// Takes invitations back: their links work no more, and what is still to be sent is not. Returns how many there were that
    /// were meant; of what was taken back before, or answered, nothing changes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn withdraw(&self, which: Which, now: Timestamp) -> Result<usize, StoreError> {
        self.write(Size::Small, move |transaction| {
            let found = transaction.meant(&which)?;
            let open = |invitation: &Invitation| {
                invitation.response.is_none() && !invitation.withdrawn && invitation.expires_at > now
            };
            let found: Vec<_> = match which {
                Which::OpenOf { .. } => {
                    found.into_iter().filter(|(_, invitation)| open(invitation)).collect()
                }
                Which::Token(_) | Which::Number(..) => found,
            };
            let count = found.len();
            let stays = |invitation: &Invitation| invitation.withdrawn || invitation.response.is_some();
            for (token, mut invitation) in found.into_iter().filter(|(_, invitation)| !stays(invitation)) {
                invitation.expires_at = invitation.expires_at.min(now);
                invitation.withdrawn = true;
                transaction.put(keys::invitation(&token), &invitation)?;
                transaction.take_back(&token)?;
                transaction.note(token, Step::new(now, What::Withdrawn))?;
            }
            Ok(count)
        })
        .await
    }

    /// The invitation with this token, and the response it led to.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn invitation(
        &self,
        token: TokenHash,
    ) -> Result<Option<(Invitation, Option<Response>)>, StoreError> {
        self.read(move |disk| {
            let Some(invitation) = disk.get::<Invitation>(&keys::invitation(&token))? else {
                return Ok(None);
            };
            let response = match invitation.response {
                Some(sequence) => disk.get(&keys::response(sequence))?,
                None => None,
            };
            Ok(Some((invitation, response)))
        })
        .await
    }
}

impl Transaction<'_> {
    /// The invitations that are meant, as far as they are there.
    fn meant(&self, which: &Which) -> Result<Vec<(TokenHash, Invitation)>, StoreError> {
        let customer = match which {
            Which::Token(token) => {
                let found: Option<Invitation> = self.get(&keys::invitation(token))?;
                return Ok(found.map(|invitation| (*token, invitation)).into_iter().collect());
            }
            Which::Number(customer, _) | Which::OpenOf { customer, .. } => customer,
        };
        let mut found = Vec::new();
        for (_, token, _) in self.asked(customer, Timestamp::MIN)? {
            found.extend(
                self.get(&keys::invitation(&token))?.map(|invitation: Invitation| (token, invitation)),
            );
        }
        found.retain(|(_, invitation)| match which {
            Which::Number(_, number) => invitation.number == Some(*number),
            Which::OpenOf { survey: Some(survey), .. } => invitation.survey == *survey,
            _ => true,
        });
        Ok(found)
    }

    /// Keeps an invitation, with all that finds it, and returns its number; `at` is when the customer is asked.
    pub(super) fn invite(&mut self, invited: Invited, at: Timestamp) -> Result<u64, StoreError> {
        let Invited { token, mut invitation, customer, mailing } = invited;
        let hash = token.hash();
        let number: u64 = self.get(keys::NEXT_INVITATION)?.unwrap_or_default();
        self.put(keys::NEXT_INVITATION.to_vec(), &(number + 1))?;
        invitation.number = Some(number);
        self.put(keys::invitation(&hash), &invitation)?;
        self.ask(&hash, &invitation, &customer, at)?;
        if let Some(Mailing { mail, send_at }) = mailing {
            self.note(hash, Step::new(invitation.created_at, What::Queued))?;
            self.send_later(hash, send_at, Outgoing::invitation(token, mail, send_at))?;
        }
        self.announce(Event::new(
            events::What::InvitationCreated,
            invitation.created_at,
            About::Invitation(hash),
        ));
        self.tell_of_invitation(hash, invitation, false);
        Ok(number)
    }
}
