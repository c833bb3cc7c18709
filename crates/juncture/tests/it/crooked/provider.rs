//! What is said of the crooked provider to the server: a dialect, an app, and what a grant opens.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use juncture_server::failure::Failure;
use juncture_server::oauth::{Expiry, OAuthApp, Profile, RefreshTokens};
use juncture_server::provider::{Account, Choice, Choices, FreshGrant, Provider, ProviderName};

use super::host::{CLIENT_ID, CLIENT_SECRET, Host};
use crate::support::BASE_URL;

/// What it is called.
pub(super) const NAME: &str = "crooked";

/// Where it sends customers back to.
pub(super) const CALLBACK: &str = "/api/frontend/oauth/authorization-callback/crooked";

/// What a grant opens.
#[derive(Clone)]
pub(super) enum Opens {
    Nothing,
    One(&'static str),
    Several(Vec<&'static str>),
    NothingYet(&'static str),
    /// What was kept under this name.
    Kept(&'static str),
}

pub(super) struct Crooked {
    profile: Profile,
    app: OAuthApp,
    opens: Mutex<Opens>,
    knows_who: AtomicBool,
}

/// The dialect of RFC 6749 at a host, where access tokens live for as long as is told and refresh tokens
/// rotate.
pub(super) fn plain(host: &Host) -> Profile {
    let at_host = |path| host.url.join(path).unwrap();
    let refresh = RefreshTokens::Rotating {
        replay: None,
        kills_old_access: false,
    };
    Profile::new(
        at_host("/authorize"),
        at_host("/token"),
        Expiry::Given,
        refresh,
    )
}

impl Crooked {
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            profile,
            app: OAuthApp {
                client_id: CLIENT_ID.to_owned(),
                client_secret: CLIENT_SECRET.into(),
                scopes: vec!["read".to_owned(), "write".to_owned()],
                redirect_uri: format!("{BASE_URL}{CALLBACK}").parse().unwrap(),
            },
            opens: Mutex::new(Opens::Nothing),
            knows_who: AtomicBool::new(true),
        }
    }

    /// From now on nobody is told who has consented.
    pub(super) fn forget_who(&self) {
        self.knows_who.store(false, Ordering::SeqCst);
    }

    /// From now on everybody is told who asks.
    pub(super) fn remember_who(&self) {
        self.knows_who.store(true, Ordering::SeqCst);
    }

    /// From now on grants open this.
    pub(super) fn open(&self, opens: Opens) {
        *self.opens.lock().unwrap() = opens;
    }
}

fn choice(name: &str) -> Choice {
    Choice {
        id: format!("id-of-{name}"),
        name: name.to_owned(),
        url: Some(format!("https://{name}.example.com")),
        avatar_url: None,
    }
}

#[async_trait]
impl Provider for Crooked {
    fn name(&self) -> ProviderName {
        ProviderName::new(NAME)
    }

    fn words(&self) -> (&'static str, &'static str) {
        ("Crooked", "workspace")
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn app(&self) -> Option<&OAuthApp> {
        Some(&self.app)
    }

    async fn account(
        &self,
        _: &FreshGrant<'_>,
        choice: Option<&Choice>,
    ) -> Result<Option<Account>, Failure> {
        if !self.knows_who.load(Ordering::SeqCst) {
            return Err(Failure::Internal("it was asked, and failed".into()));
        }
        Ok(Some(Account {
            id: "17".to_owned(),
            name: choice.map(|choice| format!("Ada of {}", choice.name)),
            email: Some("ada@example.com".to_owned()),
        }))
    }

    async fn choices(&self, grant: &FreshGrant<'_>) -> Result<Choices, Failure> {
        let opens = self.opens.lock().unwrap().clone();
        Ok(match opens {
            Opens::Nothing => Choices::None,
            Opens::One(name) => Choices::One(choice(name)),
            Opens::Several(names) => Choices::Many(names.into_iter().map(choice).collect()),
            Opens::NothingYet(what) => Choices::Waiting(what.to_owned()),
            Opens::Kept(name) => {
                let kept = grant.kept.get(name).expect("it was kept");
                Choices::One(choice(kept.as_str().unwrap()))
            }
        })
    }
}
