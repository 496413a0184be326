//! What arrives: one router, its routes listed by audience, one handler file for each noun.
//!
//! A handler reads top to bottom: what it was given, what is true (`domain`), where it is kept (`store`) or counted
//! (`facts`), what it answers. Permission is an argument (`caller`), and so is every checked body (`body`); errors are one
//! enum (`error`).
//!
//! **Architecture invariant:** axum is named in this module alone, and this module never names the database.

mod answers;
mod arrivals;
mod asked;
mod asking;
mod assets;
mod body;
mod bounces;
mod browsers;
mod caller;
mod cards;
mod cases;
mod connections;
mod desk;
pub mod embedding;
mod envelope;
mod erasures;
mod error;
mod events;
mod follow_up;
mod forms;
mod health;
mod icon;
mod interactions;
mod invitations;
mod keys;
mod last_score;
mod links;
pub mod local;
mod mails;
mod nps;
mod organisation;
mod output;
mod people;
mod plain;
mod quotations;
mod quotes;
mod responses;
mod reviews;
mod shown;
mod sign_in;
mod signing_secrets;
mod standings;
mod submissions;
mod suppressions;
mod surveys;
mod throttle;
mod timelines;
mod try_mail;
mod try_page;
mod verifications;
mod visitors;
mod webhooks;
mod withdrawals;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::{HeaderName, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Extension, Router};
use jiff::Timestamp;
use tokio::sync::{Semaphore, oneshot, watch};
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::domain::limits::Limits;
use crate::domain::pages::Pages;
use crate::domain::passes::MAX_BYTES as MAX_PASS_BYTES;
use crate::domain::people::Rules;
use crate::domain::phones::Phones;
use crate::facts::{BadQuery, Facts};
use crate::feed::Feed;
use crate::reports::Source;
use crate::settings::Webhooks;
use crate::store::Store;
use crate::verify::Verifier;

use body::BodyLimit;
use browsers::{compression, cors, refuse_methods};
use caller::Security;
use envelope::Envelope;

pub use asking::AskingPushed;
pub use assets::{Versions, desk_is_built, pinned_loader, widget_is_built};
pub use bounces::{BounceOutcome, BounceRead};
pub use caller::Local;
pub use erasures::CustomerErased;
pub use follow_up::FollowUpPushed;
pub use health::keep_up_metrics;
pub use interactions::{
    InteractionDecided, InteractionsDecided, InteractionsRequest, LineDecided, LineRefused, NDJSON,
};
pub use invitations::{InvitationCreated, InvitationsCreated, InvitationsRequest};
pub use keys::{KeyCreatedView, KeyRequest};
pub use mails::{MailPushed, MailSummary, Preview, PreviewRequest};
pub use organisation::OrganisationPushed;
pub use people::{PasswordRequest, PersonInvited, PersonPut, PersonView};
pub use quotations::QuotesPage;
pub use quotes::QuotesWithdrawn;
pub use sign_in::Passwords;
pub use signing_secrets::SigningSecretCreated;
pub use suppressions::{SuppressionRequest, SuppressionsAdded, SuppressionsPage, SuppressionsRequest};
pub use surveys::{SurveyPushed, SurveySummary};
pub use throttle::Throttles;
pub use webhooks::{
    DeliveriesPage, DeliveryView, ReplayBegun, ReplayRequest, WebhookChange, WebhookCreated, WebhookRequest,
    WebhookSecretCreated, WebhookSecretRequest, WebhookView,
};
pub use withdrawals::InvitationsWithdrawn;

/// What tells the time. An argument, so that tests can set it back.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What handlers use; each takes only the part it needs.
#[derive(Clone)]
pub struct App {
    /// Where it is kept.
    pub store: Store,
    /// The numbers.
    pub facts: Arc<Facts>,
    /// The time.
    pub clock: Clock,
    /// How much is taken.
    pub limits: Arc<Limits>,
    /// The collector's own pages.
    pub pages: Arc<Pages>,
    /// The widget's versions.
    pub versions: Versions,
    /// How telephone numbers are read.
    pub phones: Phones,
    /// Places for those who listen to cards.
    pub listeners: Arc<Semaphore>,
    /// Places for those who follow events.
    pub streams: Arc<Semaphore>,
    /// What those hear who follow events.
    pub feed: Arc<Feed>,
    /// How webhooks are sent.
    pub webhooks: Arc<Webhooks>,
    /// How often everybody has come.
    pub throttles: Arc<Throttles>,
    /// Turns at making a report.
    pub reports: Arc<Semaphore>,
    /// Whether the collector is stopping: answers without an end end.
    pub stopping: watch::Sender<bool>,
    /// Whether the numbers are right.
    pub verifier: Verifier,
    /// What is asked of people who sign in.
    pub rules: Arc<Rules>,
    /// Turns at comparing passwords.
    pub passwords: Passwords,
}

/// What routes hold: one pointer, since axum clones it for each request, more than once.
#[derive(Clone)]
struct Shared(Arc<App>);

macro_rules! parts {
    ($($part:ident: $type:ty),*) => {
        $(impl FromRef<Shared> for $type {
            fn from_ref(Shared(app): &Shared) -> Self {
                app.$part.clone()
            }
        })*
    };
}

parts!(
    store: Store,
    facts: Arc<Facts>,
    clock: Clock,
    limits: Arc<Limits>,
    pages: Arc<Pages>,
    versions: Versions,
    phones: Phones,
    throttles: Arc<Throttles>,
    verifier: Verifier
);

impl FromRef<Shared> for App {
    fn from_ref(Shared(app): &Shared) -> Self {
        App::clone(app)
    }
}

/// Some proxies collect an answer before they pass it on: not one that goes out as it comes.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

impl App {
    /// The newest version of a survey.
    fn survey(&self, id: &str) -> Result<Arc<wire::Survey>, error::Error> {
        self.store.catalog().survey(id).ok_or_else(|| error::Error::UnknownSurvey(id.to_owned()))
    }

    /// Makes a report, on the threads that count: neither those who answer nor those who ask for little are to wait for it. As
    /// many are made at a time as there are threads. Whoever hangs up while waiting is not waited for.
    async fn report<T: Send + 'static>(
        &self,
        make: impl FnOnce(&Source<'_>) -> Result<T, BadQuery> + Send + 'static,
    ) -> Result<T, error::Error> {
        let unmade = || error::Error::Internal("a report was not made to its end".to_owned());
        let turn = Arc::clone(&self.reports).acquire_owned().await.map_err(|_| unmade())?;
        let facts = Arc::clone(&self.facts);
        let organisation = self.store.catalog().organisation();
        let smallest = self.limits.smallest_group;
        let (sender, made) = oneshot::channel();
        self.facts.spawn(move || {
            let made = make(&Source { facts: &facts, organisation: &organisation, smallest });
            drop(turn);
            // Nobody may be waiting any more.
            let _ = sender.send(made);
        });
        Ok(made.await.map_err(|_| unmade())??)
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Hearback", description = "Net Promoter surveys: invitations, submissions and the numbers."),
    modifiers(&Security)
)]
struct Documentation;

/// Every route, by audience.
pub fn router(app: App) -> Router {
    let submissions = OpenApiRouter::new()
        .routes(routes!(submissions::submit).map(refuse_methods))
        // A pass is not stored: it does not take the room of answers (`submissions::Sent`).
        .layer(DefaultBodyLimit::max(app.limits.submission_bytes + MAX_PASS_BYTES))
        .layer(Extension(BodyLimit(app.limits.submission_bytes)));
    let throttled = from_fn_with_state(Arc::clone(&app.throttles), throttle::by_address);
    // Customers' browsers, on the company's pages.
    let public = OpenApiRouter::new()
        .routes(routes!(forms::form).map(refuse_methods))
        .routes(routes!(forms::thanks).map(refuse_methods))
        .routes(routes!(reviews::follow).map(refuse_methods))
        .merge(submissions)
        .layer(compression())
        .layer(throttled.clone())
        .layer(cors(app.store.clone(), Arc::clone(&app.pages)));
    let files = Router::new()
        .route("/hearback.js", get(assets::loader))
        .route("/{name}", get(assets::pinned).fallback(error::no_route))
        .route("/widget/{name}", get(assets::program))
        .layer(CorsLayer::new().allow_origin(AllowOrigin::any()));
    // Customers whose browsers run no script. A field takes up to three times the room in a form that it takes in JSON;
    // what is in it is measured again.
    let pages = Router::new()
        .route("/s/", get(plain::arrive).post(plain::find))
        .route("/s/{token}", get(plain::show).post(plain::answer))
        .route("/u/{token}", get(plain::show_leave).post(plain::leave))
        .route("/k/{sealed}", get(plain::show_acknowledge).post(plain::acknowledge))
        .route("/o/{survey}", get(plain::show_open).post(plain::answer_open))
        .route("/s/style.css", get(plain::bare_style))
        .route("/s/style/{file}", get(plain::style))
        .layer(DefaultBodyLimit::max(4 * app.limits.submission_bytes));
    // Customers who follow the link in a mail, and programs that do.
    let mails = Router::new()
        .route("/m/{token}", get(arrivals::follow))
        .route("/m/{token}/{link}", get(arrivals::follow_one));
    let pages = pages
        .merge(mails)
        .layer(from_fn_with_state(Arc::clone(&app.throttles), throttle::by_address_of_page));
    // Web designers.
    let trial = Router::new()
        .route("/try/{survey}", get(try_page::page))
        .route("/try/{survey}/one", get(try_page::one))
        .route("/try/{survey}/mail/{mail}", get(try_mail::page))
        .route("/try/{survey}/mail/{mail}/one", get(try_mail::one))
        .route("/try/page.css", get(try_page::page_css))
        .route("/try/page.js", get(try_page::page_js))
        .route("/try/one.css", get(try_page::one_css))
        .route("/try/one.js", get(try_page::one_js));
    // Other systems, with a key.
    let systems = OpenApiRouter::new()
        .routes(routes!(surveys::list))
        .routes(routes!(surveys::show, surveys::push))
        .routes(routes!(signing_secrets::list, signing_secrets::create))
        .routes(routes!(signing_secrets::revoke))
        .routes(routes!(organisation::show, organisation::push, organisation::change))
        .routes(routes!(asking::show, asking::push))
        .routes(routes!(asking::set_backlog))
        .routes(routes!(follow_up::show, follow_up::push))
        .merge(cases::routes())
        .routes(routes!(interactions::create))
        .routes(routes!(suppressions::list, suppressions::add, suppressions::remove))
        .routes(routes!(invitations::create))
        .routes(routes!(timelines::list, withdrawals::all_open))
        .routes(routes!(withdrawals::by_token))
        .routes(routes!(withdrawals::by_number))
        .routes(routes!(withdrawals::by_interaction))
        .routes(routes!(mails::list))
        .routes(routes!(mails::show, mails::push, mails::remove))
        .routes(routes!(mails::preview))
        .routes(routes!(bounces::read))
        .routes(routes!(responses::list))
        .routes(routes!(quotations::list))
        .routes(routes!(reviews::report))
        .routes(routes!(quotes::of_customer))
        .routes(routes!(quotes::of_response))
        .routes(routes!(events::stream))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::show, webhooks::change, webhooks::remove))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(webhooks::replay))
        .routes(routes!(webhooks::test))
        .routes(routes!(nps::report))
        .routes(routes!(standings::moved))
        .routes(routes!(standings::drivers))
        .routes(routes!(standings::ranking))
        .routes(routes!(standings::targets))
        .routes(routes!(answers::report))
        .routes(routes!(erasures::erase))
        .routes(routes!(links::create))
        .routes(routes!(links::revoke))
        .routes(routes!(verifications::show, verifications::begin))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(people::list))
        .routes(routes!(people::put, people::remove))
        .routes(routes!(people::invite))
        .routes(routes!(people::set_password))
        .layer(DefaultBodyLimit::max(app.limits.body_bytes))
        .layer(Extension(BodyLimit(app.limits.body_bytes)));
    // The same, but nothing around that a request without a body has no use for: what an agent waits for.
    let screens = OpenApiRouter::new().routes(routes!(last_score::last_score));
    // Whoever has a link to a last score: any page may show it.
    let cards = Router::new()
        .route("/c/{signed}", get(cards::show))
        .route("/c/{signed}/events", get(cards::events))
        .layer(throttled)
        .layer(CorsLayer::new().allow_origin(AllowOrigin::any()));
    // Operators.
    let operators = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));

    let time = Duration::from_secs(app.limits.request_seconds);
    let (api, document) = OpenApiRouter::with_openapi(Documentation::openapi())
        .merge(public)
        .merge(systems)
        .merge(screens)
        .merge(sign_in::routes())
        .split_for_parts();
    let document = document.to_json().unwrap_or_default();
    api.merge(files)
        .merge(desk::routes())
        .merge(pages)
        .merge(trial)
        .merge(cards)
        .merge(operators)
        .route(
            "/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], document) }),
        )
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::no_method)
        .layer(Envelope { time })
        .with_state(Shared(Arc::new(app)))
}

/// Serves the router to at most `connections` connections at once until `shutdown`, then finishes what was accepted.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    connections: usize,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    connections::serve(listener, router, connections, shutdown).await;
}

/// Serves the router to whoever may open the socket file: those callers need no key.
pub async fn serve_local(
    listener: tokio::net::UnixListener,
    router: Router,
    connections: usize,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    connections::serve(listener, router.layer(Extension(Local)), connections, shutdown).await;
}
