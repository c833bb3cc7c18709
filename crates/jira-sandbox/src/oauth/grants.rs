//! Who allowed what, and every code and token that came of it.
//!
//! One grant per account, whatever the app: a later consent replaces the scopes and adds the site, for
//! tokens that are out already, too. Tokens belong to families, one for each consent, and to the app of
//! that; a family dies when a refresh token of it is used again outside of the leeway.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::mint::{ACCESS_TOKEN_LENGTH, CODE_LENGTH, REFRESH_TOKEN_LENGTH, mint};
use crate::options::Switches;

/// How long a code lives.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How long a refresh token lives unused.
const INACTIVITY: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How long a family lives.
const ABSOLUTE_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Every grant, code and token.
#[derive(Serialize, Deserialize)]
pub(crate) struct Grants {
    by_account: BTreeMap<String, Grant>,
    codes: HashMap<String, Code>,
    families: Vec<Family>,
    access_tokens: HashMap<String, AccessToken>,
    refresh_tokens: HashMap<String, RefreshToken>,
    /// Everything ever issued, in order.
    pub(crate) issued: Issued,
    #[serde(skip)]
    rng: Rng,
}

/// Every secret the sandbox gave out, for tests that look for leaks.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Issued {
    codes: Vec<String>,
    access_tokens: Vec<String>,
    refresh_tokens: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Grant {
    scopes: Vec<String>,
    sites: Vec<String>,
}

/// An app, and where it wants people back.
#[derive(Clone, Copy)]
pub(super) struct Client<'a> {
    pub(super) id: &'a str,
    pub(super) redirect_uri: &'a str,
}

#[derive(Serialize, Deserialize)]
struct Code {
    account_id: String,
    client_id: String,
    redirect_uri: String,
    site: Option<String>,
    issued_at: Timestamp,
    is_spent: bool,
}

#[derive(Serialize, Deserialize)]
struct Family {
    account_id: String,
    client_id: String,
    /// The site chosen at the consent, to which a site-restricted token is bound.
    site: Option<String>,
    consented_at: Timestamp,
    end: Option<End>,
}

/// Why a family was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum End {
    /// The person took the grant back.
    Revoked,
    /// A refresh token was used again outside of the leeway.
    Reused,
}

#[derive(Serialize, Deserialize)]
struct AccessToken {
    family: usize,
    expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct RefreshToken {
    family: usize,
    issued_at: Timestamp,
    first_used_at: Option<Timestamp>,
}

/// What the token endpoint hands out.
pub(super) struct Pair {
    pub(super) access_token: String,
    /// Only with `offline_access`.
    pub(super) refresh_token: Option<String>,
    pub(super) scopes: Vec<String>,
    /// How long the access token works, in seconds.
    pub(super) expires_in: u32,
}

/// What the token endpoint would make of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefreshTokenState {
    /// Accepted: it was never used.
    Unused,
    /// Accepted: it was used, and the leeway lasts.
    WithinLeeway,
    /// Refused: it was used, and the leeway is over. To use it again ends its family.
    UsedUp,
    /// Refused: it was never issued.
    Unknown,
    /// Refused: the person took the grant back.
    Revoked,
    /// Refused: a token of its family was used again outside of the leeway.
    FamilyReused,
    /// Refused: it lay unused for too long.
    Idle,
    /// Refused: its family has reached the longest life.
    TooOld,
}

impl RefreshTokenState {
    /// Whether the token endpoint would exchange it.
    pub(crate) fn is_accepted(self) -> bool {
        matches!(self, Self::Unused | Self::WithinLeeway)
    }
}

/// What a valid access token allows.
pub(crate) struct Access {
    /// The app that it was given to.
    pub(crate) client_id: String,
    pub(crate) account_id: String,
    pub(crate) scopes: Vec<String>,
    /// Cloud ids.
    pub(crate) sites: Vec<String>,
}

/// Why an access token allows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// It was never issued, or its hour is over.
    Unknown,
    /// The person took the grant back.
    Revoked,
}

/// Why a code is refused.
pub(super) enum CodeRefusal {
    Invalid,
    OtherRedirect,
}

impl Grants {
    /// No grants yet.
    pub(crate) fn new() -> Self {
        Self {
            by_account: BTreeMap::new(),
            codes: HashMap::new(),
            families: Vec::new(),
            access_tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            issued: Issued::default(),
            rng: Rng::new(),
        }
    }

    /// Whether every token that was read has its family.
    pub(crate) fn is_whole(&self) -> bool {
        let access = self.access_tokens.values().map(|token| token.family);
        let refresh = self.refresh_tokens.values().map(|token| token.family);
        access
            .chain(refresh)
            .all(|family| family < self.families.len())
    }

    /// Records a consent and returns its code.
    pub(super) fn consent(
        &mut self,
        account_id: &str,
        scopes: Vec<String>,
        site: Option<String>,
        client: Client<'_>,
        now: Timestamp,
    ) -> String {
        let grant = self
            .by_account
            .entry(account_id.to_owned())
            .or_insert_with(|| Grant {
                scopes: Vec::new(),
                sites: Vec::new(),
            });
        grant.scopes = scopes;
        if let Some(site) = &site
            && !grant.sites.contains(site)
        {
            grant.sites.push(site.clone());
        }
        let code = mint("code", account_id, CODE_LENGTH, &mut self.rng);
        self.issued.codes.push(code.clone());
        self.codes.insert(
            code.clone(),
            Code {
                account_id: account_id.to_owned(),
                client_id: client.id.to_owned(),
                redirect_uri: client.redirect_uri.to_owned(),
                site,
                issued_at: now,
                is_spent: false,
            },
        );
        code
    }

    /// Exchanges a code, once, within ten minutes.
    pub(super) fn redeem(
        &mut self,
        code: &str,
        client: Client<'_>,
        switches: &Switches,
        now: Timestamp,
    ) -> Result<Pair, CodeRefusal> {
        let entry = self.codes.get_mut(code).ok_or(CodeRefusal::Invalid)?;
        let is_expired = now >= entry.issued_at + CODE_LIFETIME;
        let is_foreign = entry.client_id != client.id;
        if entry.is_spent
            || is_expired
            || is_foreign
            || !self.by_account.contains_key(&entry.account_id)
        {
            return Err(CodeRefusal::Invalid);
        }
        if entry.redirect_uri != client.redirect_uri {
            return Err(CodeRefusal::OtherRedirect);
        }
        entry.is_spent = true;
        self.families.push(Family {
            account_id: entry.account_id.clone(),
            client_id: entry.client_id.clone(),
            site: entry.site.clone(),
            consented_at: entry.issued_at,
            end: None,
        });
        self.issue(self.families.len() - 1, switches, now)
            .ok_or(CodeRefusal::Invalid)
    }

    /// Exchanges a refresh token, or `None` when it is unknown, expired, revoked or used before.
    pub(super) fn rotate(
        &mut self,
        token: &str,
        client_id: &str,
        switches: &Switches,
        now: Timestamp,
    ) -> Option<Pair> {
        let state = self.inspect(token, switches, now);
        let entry = self.refresh_tokens.get_mut(token)?;
        let family = entry.family;
        // RFC 6749 §6: a refresh token is bound to the client that it was issued to.
        if self.families[family].client_id != client_id {
            return None;
        }
        if state == RefreshTokenState::UsedUp {
            self.families[family].end = Some(End::Reused);
        }
        if !state.is_accepted() {
            return None;
        }
        entry.first_used_at.get_or_insert(now);
        self.issue(family, switches, now)
    }

    /// What would become of a refresh token now, without using it.
    pub(crate) fn inspect(
        &self,
        token: &str,
        switches: &Switches,
        now: Timestamp,
    ) -> RefreshTokenState {
        let Some(entry) = self.refresh_tokens.get(token) else {
            return RefreshTokenState::Unknown;
        };
        let family = &self.families[entry.family];
        let leeway = SignedDuration::from_secs(i64::from(switches.leeway_seconds));
        match (family.end, entry.first_used_at) {
            (Some(End::Revoked), _) => RefreshTokenState::Revoked,
            (Some(End::Reused), _) => RefreshTokenState::FamilyReused,
            _ if switches.absolute_expiry && now >= family.consented_at + ABSOLUTE_LIFETIME => {
                RefreshTokenState::TooOld
            }
            _ if now >= entry.issued_at + INACTIVITY => RefreshTokenState::Idle,
            (None, None) => RefreshTokenState::Unused,
            (None, Some(used_at)) if now < used_at + leeway => RefreshTokenState::WithinLeeway,
            (None, Some(_)) => RefreshTokenState::UsedUp,
        }
    }

    fn issue(&mut self, family: usize, switches: &Switches, now: Timestamp) -> Option<Pair> {
        let account_id = &self.families[family].account_id;
        let scopes = self.by_account.get(account_id)?.scopes.clone();
        let access_token = mint("access", account_id, ACCESS_TOKEN_LENGTH, &mut self.rng);
        let is_offline = scopes.iter().any(|scope| scope == "offline_access");
        let refresh_token =
            is_offline.then(|| mint("refresh", account_id, REFRESH_TOKEN_LENGTH, &mut self.rng));
        let expires_in = switches.access_token_seconds;
        self.issued.access_tokens.push(access_token.clone());
        self.access_tokens.insert(
            access_token.clone(),
            AccessToken {
                family,
                expires_at: now + SignedDuration::from_secs(expires_in.into()),
            },
        );
        if let Some(token) = &refresh_token {
            self.issued.refresh_tokens.push(token.clone());
            self.refresh_tokens.insert(
                token.clone(),
                RefreshToken {
                    family,
                    issued_at: now,
                    first_used_at: None,
                },
            );
        }
        Some(Pair {
            access_token,
            refresh_token,
            scopes,
            expires_in,
        })
    }

    /// What an access token allows now, or why nothing.
    pub(crate) fn look_up(
        &self,
        token: &str,
        switches: &Switches,
        now: Timestamp,
    ) -> Result<Access, Denied> {
        let entry = self.access_tokens.get(token).ok_or(Denied::Unknown)?;
        if now >= entry.expires_at {
            return Err(Denied::Unknown);
        }
        let family = &self.families[entry.family];
        if family.end == Some(End::Revoked) {
            return Err(Denied::Revoked);
        }
        // A family that died of a reused refresh token leaves its access tokens to their hour.
        let grant = self.by_account.get(&family.account_id);
        let grant = grant.ok_or(Denied::Revoked)?;
        let sites = if switches.site_restricted_grants {
            family.site.iter().cloned().collect()
        } else {
            grant.sites.clone()
        };
        Ok(Access {
            client_id: family.client_id.clone(),
            account_id: family.account_id.clone(),
            scopes: grant.scopes.clone(),
            sites,
        })
    }

    /// The scopes of a person's grant, if there is one.
    pub(crate) fn scopes_of(&self, account_id: &str) -> Option<&[String]> {
        let grant = self.by_account.get(account_id)?;
        Some(&grant.scopes)
    }

    /// The person takes the grant back, under *Connected apps*: every code and token dies at once;
    /// how an access token is refused then is a switch.
    /// Whether there was one.
    pub(crate) fn revoke(&mut self, account_id: &str) -> bool {
        for family in &mut self.families {
            if family.account_id == account_id {
                family.end = Some(End::Revoked);
            }
        }
        self.codes.retain(|_, code| code.account_id != account_id);
        self.by_account.remove(account_id).is_some()
    }

    /// Ends the hour of access tokens early, for one account or for all, and returns how many.
    pub(crate) fn expire(&mut self, account_id: Option<&str>, now: Timestamp) -> usize {
        let mut count = 0;
        for token in self.access_tokens.values_mut() {
            let owner = &self.families[token.family].account_id;
            if token.expires_at > now && account_id.is_none_or(|wanted| wanted == owner) {
                token.expires_at = now;
                count += 1;
            }
        }
        count
    }

    /// Shuffles a list whose order is not specified, so that nobody relies on one.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.rng.shuffle(items);
    }
}
