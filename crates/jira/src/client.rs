//! The client, and the view of one site through it. What can be asked of them is in `api`.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::body::Room;
use crate::listing::Listing;
use crate::policy::Policy;
use crate::remembered::Remembered;
use crate::watch::Watch;
use juncture_clock::Clock;
use juncture_outbound::Http;
use juncture_outbound::forward::Forwarder;
use juncture_outbound::pace::{Pace, Whose};

/// A client of Atlassian's API gateway; cheap to clone, its clones keep one pace.
///
/// One client stands for one OAuth app: Jira counts an hourly quota per app, and what one site's
/// answer tells about it holds for all sites.
#[derive(Clone)]
pub struct Client {
    pub(crate) http: Http,
    pub(crate) api_url: Url,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: Policy,
    pub(crate) pace: Arc<Pace>,
    pub(crate) room: Arc<Room>,
    pub(crate) remembered: Arc<Remembered>,
    pub(crate) forwarder: Forwarder,
    pub(crate) watch: Option<Arc<dyn Watch>>,
}

impl Client {
    /// A client with the default [`Policy`]. `api_url` is `https://api.atlassian.com` or what
    /// stands in for it. `http` should have a connect timeout and follow no redirects: Jira's
    /// API never redirects, and a redirected call would carry its token along.
    #[must_use]
    pub fn new(http: impl Into<Http>, api_url: Url, clock: Arc<dyn Clock>) -> Self {
        let policy = Policy::default();
        Self {
            http: http.into(),
            api_url,
            forwarder: Forwarder::new(clock.clone()),
            clock,
            policy,
            pace: Arc::new(Pace::new(policy.max_in_flight_per_site)),
            room: Arc::default(),
            remembered: Arc::default(),
            watch: None,
        }
    }

    /// The same client, of whose calls somebody is told. It keeps the pace of the one it was made from.
    #[must_use]
    pub fn watched_by(self, watch: Arc<dyn Watch>) -> Self {
        let watch = Some(watch);
        Self { watch, ..self }
    }

    /// The same client with other patience. It shares no pace with the one it was made from.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self {
            policy,
            pace: Arc::new(Pace::new(policy.max_in_flight_per_site)),
            ..self
        }
    }

    /// The same client for another OAuth app. Jira counts the calls of each app apart, so it shares no pace with
    /// the one it was made from.
    #[must_use]
    pub fn of_another_app(&self) -> Self {
        Self {
            pace: Arc::new(Pace::new(self.policy.max_in_flight_per_site)),
            ..self.clone()
        }
    }

    /// The site with this id, as the owner of this token sees it.
    #[must_use]
    pub fn site<'a>(&'a self, site_id: &'a str, token: &'a SecretString) -> Site<'a> {
        Site {
            client: self,
            id: site_id,
            token,
            reader: None,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// One Jira site, seen with one access token.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub(crate) client: &'a Client,
    pub(crate) id: &'a str,
    pub(crate) token: &'a SecretString,
    pub(crate) reader: Option<u128>,
}

/// Who reads: what lists were like is remembered for each by itself, as Jira shows each person what that
/// person may see.
#[derive(Hash)]
pub(crate) enum Reader<'a> {
    /// Whoever the caller knows by this number.
    Known(u128),
    /// Whoever has this access token.
    Holder(&'a str),
}

impl<'a> Site<'a> {
    /// The same site, read by whom `reader` stands for, whatever their token is from hour to hour. A number
    /// stands for one person's grant at one site: who shares one shares what is remembered of lists.
    #[must_use]
    pub fn read_by(self, reader: u128) -> Self {
        let reader = Some(reader);
        Self { reader, ..self }
    }

    pub(crate) fn reader(&self) -> Reader<'a> {
        let holder = || Reader::Holder(self.token.expose_secret());
        self.reader.map_or_else(holder, Reader::Known)
    }

    /// The site's cloud id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// How many calls for one list to have in flight: as many as the site takes.
    pub(crate) fn lanes(&self) -> usize {
        self.client.policy.max_in_flight_per_site.max(1)
    }

    /// A list of the site that begins to be read now.
    pub(crate) fn listing(self) -> Listing<'a> {
        Listing::of(self)
    }

    /// Whether Jira has said that an hourly quota is near its end.
    pub(crate) fn is_quota_low(&self) -> bool {
        let now = self.client.clock.now();
        let pace = &self.client.pace;
        pace.is_quota_low(&pace.of(Whose::Site(self.id), now), now)
    }
}

impl fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
