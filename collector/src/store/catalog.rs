//! The small tables that every request needs, in memory: surveys, organisation, people, API keys, signing secrets.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::watch;
use wire::{FieldProblem, Survey};

use super::asking::InForce;
use super::disk::Disk;
use super::people::{Account, Accounts};
use super::sessions::Sessions;
use super::work_list::WorkList;
use super::{StoreError, keys};
use crate::domain::access::{ApiKey, Scope};
use crate::domain::asking::Rule;
use crate::domain::cases;
use crate::domain::links::LinkSecret;
use crate::domain::mails::{Templates, built_in, built_in_names};
use crate::domain::names::PersonId;
use crate::domain::organisation::Organisation;
use crate::domain::passes::SigningSecret;
use crate::domain::people::People;
use crate::domain::secrets::KeyHash;
use crate::domain::surveys;
use crate::domain::webhooks::{Webhook, WebhookId};

/// The tables. Changed by the writer alone, after each commit.
#[derive(Default)]
pub struct Catalog {
    /// Survey id → its versions, from 1 on.
    pub(super) surveys: BTreeMap<String, Vec<Arc<Survey>>>,
    pub(super) organisation: Arc<Organisation>,
    pub(super) api_keys: HashMap<KeyHash, Arc<ApiKey>>,
    /// Survey id → its signing secrets.
    pub(super) signing_secrets: BTreeMap<String, Vec<Arc<SigningSecret>>>,
    /// Name → mail, the built-in one aside.
    pub(super) mails: BTreeMap<String, Arc<Templates>>,
    pub(super) link_secret: Option<Arc<LinkSecret>>,
    pub(super) asking: Option<Arc<InForce>>,
    pub(super) backlog: u64,
    pub(super) webhooks: BTreeMap<WebhookId, Arc<Webhook>>,
    /// Tells when one of them was changed.
    pub(super) webhook_news: watch::Sender<()>,
    pub(super) accounts: Accounts,
    pub(super) people: Arc<People>,
    pub(super) sessions: Sessions,
    pub(super) follow_up: Option<Arc<cases::InForce>>,
    pub(super) overload: u64,
    pub(super) work_list: Arc<WorkList>,
}

impl Catalog {
    pub(super) fn load(disk: &Disk) -> Result<Self, StoreError> {
        let mut catalog = Self::default();
        for entry in disk.scan::<String>(keys::SURVEYS) {
            let (_, json) = entry?;
            catalog.add_survey(super::surveys::read(&json)?);
        }
        let units = disk.scan(keys::UNITS).map(|entry| Ok(entry?.1)).collect::<Result<_, StoreError>>()?;
        let agents = disk.scan(keys::AGENTS).map(|entry| Ok(entry?.1)).collect::<Result<_, StoreError>>()?;
        let time_zone = disk.get(keys::TIME_ZONE)?;
        catalog.organisation = Arc::new(Organisation { time_zone, units, agents });
        for entry in disk.scan::<ApiKey>(keys::API_KEYS) {
            let (key, api_key) = entry?;
            let hash = key.get(1..).and_then(|hash| hash.try_into().ok());
            let hash = hash.ok_or_else(|| StoreError::Unreadable("the key of an API key".into()))?;
            catalog.api_keys.insert(hash, Arc::new(api_key));
        }
        for entry in disk.scan::<String>(keys::MAILS) {
            let (_, json) = entry?;
            if let Some(templates) = super::mails::read(&json)? {
                catalog.mails.insert(templates.mail.name.clone(), templates);
            }
        }
        catalog.link_secret = disk.get(keys::LINK_SECRET)?.map(Arc::new);
        catalog.asking = disk.get(keys::ASKING)?.map(InForce::read).transpose()?.map(Arc::new);
        catalog.backlog = disk.get(keys::BACKLOG)?.unwrap_or_default();
        let follow_up: Option<String> = disk.get(keys::FOLLOW_UP)?;
        catalog.follow_up = follow_up.map(|json| super::follow_up::read(&json)).transpose()?.map(Arc::new);
        catalog.overload = disk.get(keys::OVERLOAD)?.unwrap_or_default();
        catalog.change_work_list(|list| super::cases::read_all(disk, list))?;
        let accounts = disk.scan::<Account>(keys::PEOPLE).map(|entry| {
            let (_, account) = entry?;
            Ok((account.person.id.clone(), Arc::new(account)))
        });
        let accounts: Accounts = accounts.collect::<Result<_, StoreError>>()?;
        catalog.change_accounts(|all| *all = accounts);
        for entry in disk.scan::<Webhook>(keys::WEBHOOKS) {
            let (_, webhook) = entry?;
            catalog.webhooks.insert(webhook.id, Arc::new(webhook));
        }
        catalog.sessions = super::sessions::load(disk)?;
        for entry in disk.scan::<SigningSecret>(keys::SIGNING_SECRETS) {
            let (key, secret) = entry?;
            let survey = keys::survey_of_secret(&key);
            let survey =
                survey.ok_or_else(|| StoreError::Unreadable("the key of a signing secret".into()))?;
            catalog.add_signing_secret(survey, Arc::new(secret));
        }
        Ok(catalog)
    }

    pub(super) fn add_survey(&mut self, survey: Survey) {
        self.surveys.entry(survey.id.clone()).or_default().push(Arc::new(survey));
    }

    pub(super) fn add_signing_secret(&mut self, survey: String, secret: Arc<SigningSecret>) {
        self.signing_secrets.entry(survey).or_default().push(secret);
    }

    pub(super) fn add_mail(&mut self, templates: Templates) {
        self.mails.insert(templates.mail.name.clone(), Arc::new(templates));
    }

    /// A mail by its name: one that was pushed, or a built-in one.
    pub fn mail(&self, name: &str) -> Option<Arc<Templates>> {
        self.mails.get(name).cloned().or_else(|| built_in(name))
    }

    /// Whether somebody wrote this mail.
    pub fn is_pushed(&self, mail: &str) -> bool {
        self.mails.contains_key(mail)
    }

    /// Every mail, by name.
    pub fn mails(&self) -> Vec<Arc<Templates>> {
        let mut mails: BTreeMap<_, _> =
            self.mails.iter().map(|(name, mail)| (name.as_str(), Arc::clone(mail))).collect();
        for name in built_in_names() {
            if !mails.contains_key(name) {
                mails.extend(built_in(name).map(|mail| (name, mail)));
            }
        }
        mails.into_values().collect()
    }

    /// Which rules send this mail and which surveys thank by it, each with its place in the document.
    pub(super) fn users_of_mail(&self, mail: &str) -> Vec<FieldProblem> {
        let rules = self.asking.iter().flat_map(|asking| asking.document.rules.iter().enumerate());
        let rules = rules.filter(|(_, rule)| rule.mail.as_deref() == Some(mail));
        let used = |(i, rule): (usize, &Rule)| {
            let detail = format!("the rule {:?} of the asking document sends it", rule.name);
            FieldProblem::new(format!("rule[{i}].mail"), detail)
        };
        let mut users: Vec<FieldProblem> = rules.map(used).collect();
        for survey in self.surveys.values().filter_map(|versions| versions.last()) {
            let thanks = survey.thanks.named().into_iter();
            let used = thanks.filter(|(_, thanks)| thanks.mail.as_deref() == Some(mail));
            users.extend(used.map(|(name, _)| {
                let detail = format!("the survey {:?} thanks by it", survey.id);
                FieldProblem::new(format!("thanks.{name}.mail"), detail)
            }));
        }
        users
    }

    /// A survey's signing secrets, oldest first.
    pub fn signing_secrets(&self, survey: &str) -> Vec<Arc<SigningSecret>> {
        let mut secrets = self.signing_secrets.get(survey).cloned().unwrap_or_default();
        secrets.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        secrets
    }

    /// What links to last scores are sealed with; nothing, before there was one.
    pub fn link_secret(&self) -> Option<Arc<LinkSecret>> {
        self.link_secret.clone()
    }

    /// The asking document in force; nothing, before there was one.
    pub fn asking(&self) -> Option<Arc<InForce>> {
        self.asking.clone()
    }

    /// How many cases wait to be followed up: as other systems say, and above what the people here can have.
    pub fn backlog(&self) -> u64 {
        let throttles = |in_force: &Arc<cases::InForce>| in_force.document.capacity.throttle;
        let here = if self.follow_up.as_ref().is_some_and(throttles) { self.overload } else { 0 };
        self.backlog + here
    }

    /// The follow-up document in force; nothing, before there was one.
    pub fn follow_up(&self) -> Option<Arc<cases::InForce>> {
        self.follow_up.clone()
    }

    /// All cases, as they are listed. Who holds it sees none that come later.
    pub fn work_list(&self) -> Arc<WorkList> {
        Arc::clone(&self.work_list)
    }

    pub(super) fn change_work_list<T>(&mut self, change: impl FnOnce(&mut WorkList) -> T) -> T {
        change(Arc::make_mut(&mut self.work_list))
    }

    /// Every webhook, the oldest first.
    pub fn webhooks(&self) -> Vec<Arc<Webhook>> {
        let mut webhooks: Vec<_> = self.webhooks.values().cloned().collect();
        webhooks.sort_by_key(|webhook| (webhook.created_at, webhook.id));
        webhooks
    }

    /// A webhook.
    pub fn webhook(&self, id: WebhookId) -> Option<Arc<Webhook>> {
        self.webhooks.get(&id).cloned()
    }

    /// Tells when a webhook was made, changed or removed.
    pub fn webhook_news(&self) -> watch::Receiver<()> {
        self.webhook_news.subscribe()
    }

    /// The newest version of a survey.
    pub fn survey(&self, id: &str) -> Option<Arc<Survey>> {
        self.surveys.get(id).and_then(|versions| versions.last()).cloned()
    }

    /// One version of a survey.
    pub fn survey_version(&self, id: &str, version: u32) -> Option<Arc<Survey>> {
        self.surveys.get(id)?.iter().find(|survey| survey.version == version).cloned()
    }

    /// The same, for as long as the tables are held.
    pub(super) fn version(&self, id: &str, version: u32) -> Option<&Survey> {
        self.surveys.get(id)?.iter().find(|survey| survey.version == version).map(|survey| &**survey)
    }

    /// Every version of this survey, or of all of them, by id; the newest first.
    pub fn survey_versions(&self, id: Option<&str>) -> Vec<Arc<Survey>> {
        let wanted = self.surveys.iter().filter(|(survey, _)| id.is_none_or(|id| id == *survey));
        wanted.flat_map(|(_, versions)| versions.iter().rev()).cloned().collect()
    }

    /// The newest version of every survey, by id.
    pub fn surveys(&self) -> Vec<Arc<Survey>> {
        self.surveys.values().filter_map(|versions| versions.last()).cloned().collect()
    }

    /// Whether some survey may be shown on pages of this origin.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.surveys
            .values()
            .filter_map(|versions| versions.last())
            .any(|survey| surveys::allows_origin(survey, origin))
    }

    /// The organisation.
    pub fn organisation(&self) -> Arc<Organisation> {
        Arc::clone(&self.organisation)
    }

    /// Everybody who works with Hearback.
    pub fn people(&self) -> Arc<People> {
        Arc::clone(&self.people)
    }

    /// A person with the password's hash.
    pub fn account(&self, id: &PersonId) -> Option<Arc<Account>> {
        self.accounts.get(id).cloned()
    }

    /// Whether the API key with this hash has this scope; nothing, if there is no such key.
    pub fn key_allows(&self, hash: &KeyHash, scope: Scope) -> Option<bool> {
        self.api_keys.get(hash).map(|key| key.scopes.contains(&scope))
    }

    /// The API key with this hash.
    pub fn api_key(&self, hash: &KeyHash) -> Option<Arc<ApiKey>> {
        self.api_keys.get(hash).cloned()
    }

    /// Every API key, oldest first.
    pub fn api_keys(&self) -> Vec<Arc<ApiKey>> {
        let mut keys: Vec<_> = self.api_keys.values().cloned().collect();
        keys.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        keys
    }
}
