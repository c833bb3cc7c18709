//! What a provider is: facts and a few functions. Generic code never asks which one it has before it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

use crate::failure::Failure;
use crate::oauth::OAuthFacts;
use crate::store::{self, Tx};

/// The lower-case name of a registered provider: path segment, column value and prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderName(pub(crate) &'static str);

impl ProviderName {
    /// The name as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a customer may pick after consent: at Jira, a site.
#[derive(Debug)]
pub struct Choice {
    /// What the provider calls it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where people find it.
    pub url: Option<String>,
    /// Its picture.
    pub avatar_url: Option<String>,
}

/// A product that customers connect.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its name.
    fn name(&self) -> ProviderName;

    /// What people call it, and what a [`Choice`] is there: `("Jira", "site")`.
    fn words(&self) -> (&'static str, &'static str);

    /// Its OAuth.
    fn oauth(&self) -> &OAuthFacts;

    /// What a grant allows to connect.
    async fn choices(&self, token: &SecretString) -> Result<Vec<Choice>, Failure>;

    /// Where to send the customer when the connection is made.
    fn done_url(&self) -> Option<&url::Url>;

    /// Saves the choice of a new or renewed connection in the provider's own table.
    async fn save_choice(
        &self,
        tx: &mut Tx,
        id: Uuid,
        choice: &str,
        now: Timestamp,
    ) -> store::Result<()>;

    /// Whether calls have shown that what was chosen is no longer open to the grant.
    async fn is_choice_lost(&self, tx: &mut Tx, id: Uuid) -> store::Result<bool>;
}

/// The registered providers.
pub struct Providers {
    all: Vec<Arc<dyn Provider>>,
}

impl Providers {
    /// These.
    #[must_use]
    pub fn new(all: Vec<Arc<dyn Provider>>) -> Self {
        Self { all }
    }

    /// The provider with exactly this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&dyn Provider> {
        let found = self
            .all
            .iter()
            .find(|provider| provider.name().as_str() == name);
        found.map(AsRef::as_ref)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Provider> {
        self.all.iter().map(AsRef::as_ref)
    }
}
