//! Cases as they are shown.

use std::sync::Arc;

use jiff::Timestamp;
use wire::Score;
use wire::cases::{
    Attribute, CaseSummary, CaseView, Contact, Counts, Named, OwnerCount, PastScore, Promise, PromiseView,
    ResponseOfCase, RootCauseCount, State, TrailEntry,
};

use crate::domain::cases::{Case, CaseId, Entry, InForce, Staff, Who, allowed, said};
use crate::domain::customers::Customer;
use crate::domain::names::{AgentId, PersonId, UnitId};
use crate::store::{Catalog, Counted, Detail, ListedCase, Store};

/// The beginning of a comment that a list shows, characters.
const BEGINNING: usize = 200;

/// Where the names of things are found.
pub(super) struct Names {
    staff: Staff,
    in_force: Option<Arc<InForce>>,
    languages: Vec<String>,
    keys: Vec<(String, String)>,
    now: Timestamp,
}

impl Names {
    /// The company as it is now, in the first of these languages that there are words in.
    pub(super) fn new(store: &Store, languages: Vec<String>, now: Timestamp) -> Self {
        let catalog = store.catalog();
        let staff = Staff { people: catalog.people(), organisation: catalog.organisation() };
        let keys = keys(&catalog);
        Self { staff, in_force: catalog.follow_up(), languages, keys, now }
    }

    pub(super) fn person(&self, id: &str) -> Named {
        let person = id.parse::<PersonId>().ok().and_then(|id| self.staff.people.get(&id));
        named(id, person.map(|person| person.name.as_str()))
    }

    fn agent(&self, id: &AgentId) -> Named {
        let agent = self.staff.organisation.agent(id.as_str());
        named(id.as_str(), agent.map(|agent| agent.name.as_str()))
    }

    fn unit(&self, id: &UnitId) -> Named {
        let unit = self.staff.organisation.unit(id.as_str());
        named(id.as_str(), unit.map(|unit| unit.name.as_str()))
    }

    fn root_cause(&self, id: &str) -> Named {
        let languages = self.languages();
        named(id, self.in_force.as_ref().and_then(|in_force| in_force.root_cause(id, &languages)))
    }

    fn languages(&self) -> Vec<&str> {
        self.languages.iter().map(String::as_str).chain(["en"]).collect()
    }

    /// Who did something, with a name for people.
    pub(super) fn who(&self, who: &Who) -> Option<Named> {
        let id = who.id()?;
        Some(match who {
            Who::Key(_) => {
                let key = self.keys.iter().find(|(key, _)| key == id);
                named(id, key.map(|(_, name)| name.as_str()))
            }
            _ => self.person(id),
        })
    }

    /// A case on the list.
    pub(super) fn summary(&self, listed: &ListedCase) -> CaseSummary {
        let ListedCase { id, case, response, customer } = listed;
        let comment = response.as_ref().and_then(|(response, survey)| response.comment(survey.as_ref()?));
        let due = case.next_due();
        CaseSummary {
            id: id.0,
            state: case.state,
            score: case.score,
            category: case.score.map(Score::category),
            customer: case.customer.as_ref().map(|customer| customer.to_string()),
            first_name: customer.as_ref().and_then(|customer| customer.first_name.clone()),
            comment: comment.map(beginning),
            survey: case.survey.clone(),
            agent: case.agent.as_ref().map(|agent| self.agent(agent)),
            unit: case.unit.as_ref().map(|unit| self.unit(unit)),
            owner: self.person(case.owner.as_str()),
            rule: case.rule.clone(),
            root_cause: case.root_cause.as_deref().map(|cause| self.root_cause(cause)),
            opened_at: case.opened_at.to_string(),
            due_at: due.map(|(_, at)| at.to_string()),
            due: due.map(|(promise, _)| promise),
            overdue: case.is_overdue(self.now),
            escalations: case.escalations,
        }
    }

    /// One case, with all that is known of it.
    pub(super) fn case(&self, detail: &Detail) -> CaseView {
        let Detail { listed, trail, history } = detail;
        let case = &listed.case;
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let causes = self.in_force.iter().flat_map(|in_force| &in_force.document.root_causes);
        CaseView {
            case: self.summary(listed),
            acknowledged_at: text(case.acknowledged_at),
            contacted_at: text(case.contacted_at),
            closed_at: text(case.closed_at),
            promises: Promise::ALL.iter().filter_map(|promise| self.promise(case, *promise)).collect(),
            response: self.response(listed),
            contact: listed.customer.as_ref().map(contact),
            history: history
                .iter()
                .map(|(past, case)| PastScore {
                    score: past.score,
                    at: past.at.to_string(),
                    case: case.map(|CaseId(id)| id),
                })
                .collect(),
            trail: trail.iter().enumerate().map(|(number, entry)| self.entry(number, entry)).collect(),
            actions: allowed(case.state),
            root_causes: causes.map(|cause| self.root_cause(&cause.id)).collect(),
            assignees: self.assignees(case),
        }
    }

    fn assignees(&self, case: &Case) -> Vec<Named> {
        let Some(in_force) = self.in_force.as_ref().filter(|_| case.state.is_open()) else {
            return Vec::new();
        };
        let people = self.staff.assignees(case, &in_force.document, self.now).into_iter();
        people.map(|person| named(person.id.as_str(), Some(&person.name))).collect()
    }

    fn promise(&self, case: &Case, promise: Promise) -> Option<PromiseView> {
        let (by, done) = case.promised(promise)?;
        let kept = match done {
            Some(done) => Some(done <= by),
            None => (by <= self.now).then_some(false),
        };
        Some(PromiseView { promise, by: by.to_string(), done_at: done.map(|done| done.to_string()), kept })
    }

    fn response(&self, listed: &ListedCase) -> Option<ResponseOfCase> {
        let (response, survey) = listed.response.as_ref()?;
        let attribute = |(name, value): (&str, &str)| Attribute { name: name.into(), value: value.into() };
        Some(ResponseOfCase {
            id: response.id.to_string(),
            at: response.at.to_string(),
            complete: response.completed_at.is_some(),
            language: response.language.clone(),
            attributes: response.known().map(attribute).collect(),
            answers: survey
                .as_ref()
                .map(|survey| said(response, survey, &self.languages()))
                .unwrap_or_default(),
        })
    }

    fn entry(&self, number: usize, entry: &Entry) -> TrailEntry {
        TrailEntry {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            at: entry.at.to_string(),
            by: entry.who.by(),
            who: self.who(&entry.who),
            what: entry.what,
            from: entry.from.clone(),
            to: entry.to.clone(),
            promise: entry.promise,
            note: entry.note.clone(),
            erased: entry.erased,
        }
    }

    /// How many cases there are of each kind.
    pub(super) fn counts(&self, counted: Counted) -> Counts {
        let open = State::ALL.iter().filter(|state| state.is_open()).map(|state| counted.of(*state)).sum();
        let all: u64 = counted.states.iter().sum();
        let owner = |(id, open, overdue): &(String, u64, u64)| OwnerCount {
            owner: self.person(id),
            open: *open,
            overdue: *overdue,
        };
        let cause =
            |(id, cases): &(String, u64)| RootCauseCount { root_cause: self.root_cause(id), cases: *cases };
        Counts {
            new: counted.of(State::New),
            acknowledged: counted.of(State::Acknowledged),
            contacted: counted.of(State::Contacted),
            open,
            due: counted.due,
            overdue: counted.overdue,
            closed: all - open,
            by_owner: counted.owners.iter().map(owner).collect(),
            by_root_cause: counted.root_causes.iter().map(cause).collect(),
        }
    }
}

fn keys(catalog: &Catalog) -> Vec<(String, String)> {
    catalog.api_keys().iter().map(|key| (key.id.clone(), key.name.clone())).collect()
}

fn named(id: &str, name: Option<&str>) -> Named {
    Named { id: id.to_owned(), name: name.unwrap_or(id).to_owned() }
}

fn contact(customer: &Customer) -> Contact {
    let Customer { email, phone, first_name, .. } = customer.clone();
    Contact { first_name, email, phone }
}

fn beginning(comment: &str) -> String {
    let mut characters = comment.chars();
    let mut beginning: String = characters.by_ref().take(BEGINNING).collect();
    if characters.next().is_some() {
        beginning.push('…');
    }
    beginning
}
