//! What is not known of a connection yet, and is for show: who has consented, and what people call what was
//! picked. It is asked for beside a refresh, which has just shown that the grant works; so once an hour at most.

use std::sync::Arc;
use std::time::Duration;

use juncture_clock::Clock;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::connection::{Chosen, Connection};
use crate::oauth::TokenPair;
use crate::provider::{Account, Choice, Choices, FreshGrant, Provider, ProviderName, Providers};
use crate::store::connections::{self, AccountRow, ChoiceRow};
use crate::store::{self, Store};

/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it takes.
pub(super) struct Means {
    pub(super) store: Store,
    pub(super) providers: Arc<Providers>,
    pub(super) clock: Arc<dyn Clock>,
}

/// Asks for what is not known of a connection whose tokens have just been replaced by `pair`; none if all is
/// known.
pub(super) fn what_is_missing(
    means: Means,
    connection: &Connection,
    pair: &TokenPair,
) -> Option<impl Future<Output = ()> + Send + use<>> {
    let is_nameless = (connection.choice.as_ref()).is_some_and(|choice| choice.name.is_empty());
    let lacks_account = connection.account.is_none();
    let wanted = (is_nameless || lacks_account).then(|| Wanted {
        id: connection.id,
        version: connection.token_version + 1,
        provider: connection.provider,
        choice: connection.choice.clone(),
        is_nameless,
        lacks_account,
    })?;
    let pair = pair.clone();
    let scopes = (pair.scopes.clone()).or_else(|| connection.granted_scopes.clone());
    let learning = async move {
        let learnt = tokio::select! {
            biased;
            learnt = wanted.ask(&means.providers, &pair, scopes.as_deref()) => learnt,
            () = means.clock.deadline(PATIENCE) => return,
        };
        if let Err(error) = wanted.save(&means.store, &learnt).await {
            tracing::debug!(connection_id = %wanted.id, %error, "what was learnt is not stored");
        }
    };
    Some(learning.in_current_span())
}

/// What is wanted of a connection.
struct Wanted {
    id: Uuid,
    /// The version of the tokens by which it is asked.
    version: i64,
    provider: ProviderName,
    choice: Option<Chosen>,
    is_nameless: bool,
    lacks_account: bool,
}

/// What has been told.
#[derive(Default)]
struct Learnt {
    account: Option<Account>,
    choice: Option<Choice>,
}

impl Wanted {
    async fn ask(&self, providers: &Providers, pair: &TokenPair, scopes: Option<&str>) -> Learnt {
        let Some(provider) = providers.get(self.provider.as_str()) else {
            return Learnt::default();
        };
        let grant = FreshGrant {
            access_token: &pair.access_token,
            kept: &pair.kept,
            scopes,
        };
        let choice = if self.is_nameless {
            self.name(provider, &grant).await
        } else {
            None
        };
        let known = choice
            .clone()
            .or_else(|| self.choice.clone().map(of_chosen));
        let account = if self.lacks_account {
            let told = provider.account(&grant, known.as_ref()).await;
            told.unwrap_or_else(|error| {
                tracing::debug!(connection_id = %self.id, %error, "it is not known who has consented");
                None
            })
        } else {
            None
        };
        Learnt { account, choice }
    }

    /// What was picked, as the provider calls it now.
    async fn name(&self, provider: &dyn Provider, grant: &FreshGrant<'_>) -> Option<Choice> {
        let picked = self.choice.as_ref()?;
        let offered = match provider.choices(grant).await.ok()? {
            Choices::One(only) => vec![only],
            Choices::Many(several) => several,
            Choices::None | Choices::Waiting(_) => Vec::new(),
        };
        offered.into_iter().find(|offered| offered.id == picked.id)
    }

    async fn save(&self, store: &Store, learnt: &Learnt) -> store::Result<()> {
        if learnt.account.is_none() && learnt.choice.is_none() {
            return Ok(());
        }
        let account = learnt.account.as_ref().map(|account| AccountRow {
            id: &account.id,
            name: account.name.as_deref(),
            email: account.email.as_deref(),
        });
        let choice = learnt.choice.as_ref().map(|choice| ChoiceRow {
            id: &choice.id,
            name: &choice.name,
            url: choice.url.as_deref(),
        });
        let mut tx = store.begin_write().await?;
        connections::learn(&mut tx, self.id, self.version, account, choice).await?;
        tx.commit().await
    }
}

fn of_chosen(chosen: Chosen) -> Choice {
    Choice {
        id: chosen.id,
        name: chosen.name,
        url: chosen.url,
        avatar_url: None,
    }
}
