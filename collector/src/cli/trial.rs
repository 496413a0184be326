//! A dry run of a long CSV: the collector keeps nothing of it, so each part is told what the parts before it have come to. Quotas,
//! quiet periods and repeated ids hold over the whole file so.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};

use jiff::Timestamp;

use crate::domain::asking::{Accepted, Before, Counted, Counter, Interaction, WouldAsk, WouldCount};
use crate::domain::customers::Customer;
use crate::http::{InteractionDecided, InteractionsDecided};

/// Decision and reason.
pub(super) type Kind = (String, String);

/// What a dry run has come to so far: about 150 bytes for each customer who would be asked. Ids stand in it as 64 bits of a hash:
/// among a million, two are the same with a probability of 10⁻⁷.
#[derive(Default)]
pub(super) struct Trial {
    hasher: RandomState,
    kinds: Vec<Kind>,
    /// Hash of an interaction's id → what became of it: the place in `kinds`.
    told: HashMap<u64, u32>,
    /// Hash of a customer's id → when the customer would have been asked.
    invited: HashMap<u64, Vec<Invited>>,
    counted: BTreeMap<Counted, Counter>,
}

struct Invited {
    survey: Box<str>,
    send_at: Timestamp,
    email: Option<Box<str>>,
    phone: Option<Box<str>>,
}

impl Trial {
    /// What became of an interaction that the file told before, by its id.
    pub(super) fn told(&self, interaction: &Interaction) -> Option<&Kind> {
        self.told.get(&self.id(interaction)?).and_then(|kind| self.kinds.get(*kind as usize))
    }

    /// What the collector has to know in order to go on with these.
    pub(super) fn before(&self, accepted: &[Accepted]) -> Before {
        let customers: BTreeMap<&str, &Accepted> =
            accepted.iter().map(|interaction| (interaction.customer().as_str(), interaction)).collect();
        let of = |interaction: &Accepted| {
            let customer = interaction.customer().clone();
            let invited = self.invited.get(&self.hasher.hash_one(customer.as_str())).into_iter().flatten();
            invited
                .map(|invited| WouldAsk {
                    customer: customer.clone(),
                    survey: invited.survey.to_string(),
                    send_at: invited.send_at,
                    email: invited.email.as_deref().map(str::to_owned),
                    phone: invited.phone.as_deref().map(str::to_owned),
                })
                .collect::<Vec<_>>()
        };
        let counted = self.counted.clone().into_iter().map(WouldCount::from).collect();
        Before { invited: customers.into_values().flat_map(of).collect(), counted }
    }

    /// Takes in what became of these.
    pub(super) fn learn(&mut self, told: &[Interaction], accepted: &[Accepted], answer: InteractionsDecided) {
        for ((told, accepted), decided) in told.iter().zip(accepted).zip(&answer.interactions) {
            if let Some(id) = self.id(told) {
                let kind = self.kind(kind_of(decided));
                self.told.insert(id, kind);
            }
            if let (Some(survey), Some(send_at), false) =
                (&decided.survey, decided.send_at, decided.duplicate)
            {
                let Customer { email, phone, .. } = accepted.known().clone();
                let customer = self.hasher.hash_one(accepted.customer().as_str());
                self.invited.entry(customer).or_default().push(Invited {
                    survey: survey.as_str().into(),
                    send_at,
                    email: email.map(Into::into),
                    phone: phone.map(Into::into),
                });
            }
        }
        self.counted.extend(answer.counted.into_iter().map(<(Counted, Counter)>::from));
    }

    fn id(&self, interaction: &Interaction) -> Option<u64> {
        let id = interaction.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        id.map(|id| self.hasher.hash_one(id))
    }

    fn kind(&mut self, kind: Kind) -> u32 {
        let known = self.kinds.iter().position(|known| *known == kind);
        let place = known.unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        place as u32
    }
}

/// By what a row is counted.
pub(super) fn kind_of(decided: &InteractionDecided) -> Kind {
    (decided.decision.clone(), decided.reason.clone().unwrap_or_default())
}
