//! What a provider is: facts and a few functions. Generic code never asks which one it has before it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use crate::failure::Failure;
use crate::oauth::{Kept, OAuthApp, Profile};
use crate::store::{self, Tx};

/// The lower-case name of a registered provider: path segment, column value and prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderName(&'static str);

impl ProviderName {
    /// The name `name`, which is in lower case and may stand in a path as it is.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

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

/// Something that a customer may connect, such as a site or a workspace.
#[derive(Debug, Clone)]
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

/// What a grant allows to connect.
#[derive(Debug)]
pub enum Choices {
    /// There is nothing to choose: the grant itself is what is connected.
    None,
    /// One thing, which nobody need be asked about: the customer has chosen it at the provider.
    One(Choice),
    /// One of these, or there is none: the customer is shown a page.
    Many(Vec<Choice>),
    /// Nothing yet: somebody must do something at the provider first, and this sentence says what. The
    /// customer is told so, and may try again.
    Waiting(String),
}

/// Something within a [`Choice`] that a caller may select, such as a project of a site.
#[derive(Debug, Clone)]
pub struct Part {
    /// What the provider calls it.
    pub id: String,
    /// What else it is found by.
    pub key: String,
    /// What people call it.
    pub name: String,
}

impl Part {
    /// Whether it is called like this, by its id or by its key.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.id == text || self.key == text
    }
}

/// Who has consented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the provider calls them; it does not change.
    pub id: String,
    /// What people call them.
    pub name: Option<String>,
    /// Their e-mail address, where it is told.
    pub email: Option<String>,
}

/// A grant fresh from consent, as far as a provider needs it to tell what it opens.
#[derive(Debug)]
pub struct FreshGrant<'a> {
    /// For calls.
    pub access_token: &'a SecretString,
    /// What was told with it, and never again.
    pub kept: &'a Kept,
    /// The scopes that were granted, by spaces, if it was told.
    pub scopes: Option<&'a str>,
}

/// A product that customers connect. Most of it is data; what is not is asked for by generic code.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Its name.
    fn name(&self) -> ProviderName;

    /// What people call it, and what a [`Choice`] is there.
    fn words(&self) -> (&'static str, &'static str);

    /// Its dialect of OAuth.
    fn profile(&self) -> &Profile;

    /// The app of the environment by which it knows us, if there is one: projects may have their own.
    fn app(&self) -> Option<&OAuthApp>;

    /// The scopes that an app asks for which says none.
    fn default_scopes(&self) -> &[String] {
        self.app().map_or(&[], |app| &app.scopes)
    }

    /// What a grant allows to connect.
    async fn choices(&self, grant: &FreshGrant<'_>) -> Result<Choices, Failure>;

    /// Who has consented, if the provider tells and somebody asks; `choice` is what is being connected. It is
    /// for show: nobody waits for it long, and a connection is made without it. It is asked again after each
    /// refresh until it is known.
    async fn account(
        &self,
        _grant: &FreshGrant<'_>,
        _choice: Option<&Choice>,
    ) -> Result<Option<Account>, Failure> {
        Ok(None)
    }

    /// Whether the customer sees the page of choices whatever there is to choose: then nobody asks for
    /// the choices before.
    fn always_asks(&self) -> bool {
        false
    }

    /// Where to send the customer when the connection is made.
    fn done_url(&self) -> Option<&Url> {
        None
    }

    /// Saves the choice of a new or renewed connection in a table of the provider's own, if it has one.
    async fn save_choice(
        &self,
        _tx: &mut Tx,
        _id: Uuid,
        _choice: &Choice,
        _now: Timestamp,
    ) -> store::Result<()> {
        Ok(())
    }

    /// What a [`Part`] is called, where there is such a thing.
    fn part(&self) -> Option<&'static str> {
        None
    }

    /// The parts of a choice that a grant opens.
    async fn parts(&self, _grant: &FreshGrant<'_>, _choice: &Choice) -> Result<Vec<Part>, Failure> {
        Ok(Vec::new())
    }

    /// Selects a part for a connection whose choice is saved.
    async fn select_part(
        &self,
        _tx: &mut Tx,
        _id: Uuid,
        _part: &Part,
        _now: Timestamp,
    ) -> store::Result<()> {
        Ok(())
    }

    /// What callers have selected in what was chosen, by connection, where there is such a thing.
    async fn selections(
        &self,
        _tx: &mut Tx,
        _ids: &[Uuid],
    ) -> store::Result<HashMap<Uuid, String>> {
        Ok(HashMap::new())
    }

    /// Whether calls have shown that what was chosen is no longer open to the grant.
    async fn is_choice_lost(&self, _tx: &mut Tx, _id: Uuid) -> store::Result<bool> {
        Ok(false)
    }
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
