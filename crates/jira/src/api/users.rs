//! People.

use std::collections::HashSet;

use serde::Deserialize;

use super::offsets::List;
use super::{Bare, null_as_empty};
use crate::call::{Call, Endpoint};
use crate::client::Site;
use crate::error::Error;

const MYSELF: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/myself");
const USER: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/user");
const BULK: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/user/bulk");
const SEARCH: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/user/search");
const ASSIGNABLE: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/user/assignable/search");

/// As far as Jira looks in a search for people, and so the most that it finds.
const MOST_FOUND: usize = 1_000;

/// How many accounts are read by id at once: so many ids of the longest kind fit into an address.
const BULK_SIZE: usize = 40;

/// An Atlassian account, as far as its owner shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id of the account on every Atlassian site; `unknown` for some deleted ones.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub account_id: String,
    /// The name to show; empty if Jira withholds even that.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub display_name: String,
    /// Absent unless the owner shows it.
    pub email_address: Option<String>,
    /// Whether the account is in use.
    pub active: Option<bool>,
    /// `atlassian` for people, `app` for programs, `customer` for those of a help desk.
    pub account_type: Option<String>,
    /// The zone of the profile, such as `Europe/Berlin`. JQL reads dates in it.
    pub time_zone: Option<String>,
    /// The language of the profile, such as `de_DE`.
    pub locale: Option<String>,
    /// The account's picture.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub avatar_urls: AvatarUrls,
}

/// Where to find one picture in its four sizes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AvatarUrls {
    /// 16 by 16 pixels.
    #[serde(rename = "16x16")]
    pub x16: Option<String>,
    /// 24 by 24 pixels.
    #[serde(rename = "24x24")]
    pub x24: Option<String>,
    /// 32 by 32 pixels.
    #[serde(rename = "32x32")]
    pub x32: Option<String>,
    /// 48 by 48 pixels.
    #[serde(rename = "48x48")]
    pub x48: Option<String>,
}

impl AvatarUrls {
    /// The largest picture there is.
    #[must_use]
    pub fn largest(&self) -> Option<&str> {
        let by_size = [&self.x48, &self.x32, &self.x24, &self.x16];
        by_size.into_iter().find_map(|url| url.as_deref())
    }
}

/// What somebody may be assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignable<'a> {
    /// New issues of the project with this id or key.
    Project(&'a str),
    /// The issue with this id or key.
    Issue(&'a str),
}

impl Site<'_> {
    /// The token's owner (`GET /rest/api/3/myself`). Needs `read:jira-user`. The call to check a connection with: it
    /// refuses a dead token where lists may just be empty.
    pub async fn myself(&self) -> Result<User, Error> {
        let call = MYSELF.call(&self.client.api_url, &[self.id])?;
        self.client.fetch(self.id, call, self.token).await
    }

    /// The account with this id (`GET /rest/api/3/user`). Needs `read:jira-user`.
    pub async fn user(&self, account_id: &str) -> Result<User, Error> {
        let call = USER
            .call(&self.client.api_url, &[self.id])?
            .query("accountId", account_id);
        self.client.fetch(self.id, call, self.token).await
    }

    /// The accounts with these ids (`GET /rest/api/3/user/bulk`), in Jira's order. Those that Jira does
    /// not know, or does not show, are just missing. Needs `read:jira-user`.
    pub async fn users_by_id(&self, account_ids: &[&str]) -> Result<Vec<User>, Error> {
        let (site, listing) = (*self, self.listing());
        let mut users = Vec::new();
        for ids in account_ids.chunks(BULK_SIZE) {
            let call = move |start_at: usize| {
                let call = BULK
                    .call(&site.client.api_url, &[site.id])?
                    .query("startAt", &start_at.to_string())
                    .query("maxResults", &BULK_SIZE.to_string());
                Ok(ids
                    .iter()
                    .fold(call, |call, id| call.query("accountId", id)))
            };
            let id = |user: &User| user.account_id.clone();
            let found = List::new(listing.clone(), BULK_SIZE, id, call);
            users.extend(found.whole().await?);
        }
        Ok(users)
    }

    /// The accounts in use of which a word of the name or the address begins with `query`
    /// (`GET /rest/api/3/user/search`), `most` at most. Needs `read:jira-user`.
    ///
    /// ```no_run
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let found = site.search_users("ada@example.com", 2).await?;
    /// if let [only] = &found[..] {
    ///     tracing::info!(only.account_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Jira looks no further than the thousandth account, and who may not browse users finds nobody.
    /// An address that its owner hides is found if it is whole, and still not shown. Jira
    /// limits these searches for the whole site: do not send one for each letter that somebody types.
    pub async fn search_users(&self, query: &str, most: usize) -> Result<Vec<User>, Error> {
        let call = SEARCH
            .call(&self.client.api_url, &[self.id])?
            .query("query", query);
        self.find(call, most).await
    }

    /// The accounts that may be assigned to it, whose names or addresses fit `query` as in
    /// [`search_users`](Site::search_users) if there is one, `most` at most
    /// (`GET /rest/api/3/user/assignable/search`). Needs `read:jira-user`.
    ///
    /// Jira takes the first thousand accounts and gives those of them that may be assigned.
    pub async fn assignable_users(
        &self,
        to: Assignable<'_>,
        query: Option<&str>,
        most: usize,
    ) -> Result<Vec<User>, Error> {
        let call = ASSIGNABLE.call(&self.client.api_url, &[self.id])?;
        let call = match to {
            Assignable::Project(id_or_key) => call.query("project", id_or_key),
            Assignable::Issue(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
                call.query("issueId", id)
            }
            Assignable::Issue(key) => call.query("issueKey", key),
        };
        let call = match query {
            Some(query) => call.query("query", query),
            None => call,
        };
        self.find(call, most).await
    }

    /// What a search for people finds, each once, `most` at most.
    ///
    /// The answer may be short because Jira has left some out or because it gives no more at a time,
    /// and does not say which. So it is asked for what is behind those that came until nobody new
    /// comes.
    async fn find(&self, search: Call, most: usize) -> Result<Vec<User>, Error> {
        let most = most.min(MOST_FOUND);
        let (listing, mut known) = (self.listing(), HashSet::new());
        let mut users: Vec<User> = Vec::new();
        let mut start_at = 0;
        while users.len() < most && start_at < MOST_FOUND {
            let call = (search.clone())
                .query("startAt", &start_at.to_string())
                .query("maxResults", &most.to_string());
            let Bare::<MOST_FOUND, User>(found) = listing.fetch(call).await?;
            start_at += found.len();
            let before = users.len();
            let is_new = |user: &User| known.insert(user.account_id.clone());
            users.extend(found.into_iter().filter(is_new));
            if users.len() == before {
                break;
            }
        }
        users.truncate(most);
        Ok(users)
    }
}
