//! A flow: who connects what, and until when. It travels through the browser, sealed, so that nobody
//! can read or make one, and the store holds nothing of it until it comes back.
//!
//! It travels in two forms, and neither opens as the other: as the OAuth state, which works once, and
//! in the link of the page on which the flow failed. Every state of a flow has a nonce of its own and
//! the end of the first one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::digest;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::connection::{Customer, ExternalId};
use crate::oauth::{Pkce, Verifier};
use crate::project::ProjectId;
use crate::provider::ProviderName;
use crate::seal::{Place, Sealed, Sealer};

/// How long a flow may take until the customer is back from the provider, all tries together.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Where a flow is sealed that travels as the OAuth state.
const STATE: &str = "state";

/// Where one is sealed that travels in a link.
const LINK: &str = "try-again";

#[derive(Serialize, Deserialize)]
pub(super) struct Flow {
    #[serde(rename = "n")]
    nonce: [u8; 16],
    #[serde(rename = "j")]
    project: ProjectId,
    #[serde(rename = "p")]
    provider: String,
    #[serde(rename = "e")]
    external_id: String,
    /// The OAuth app that it began with; none if that is the environment's.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    app: Option<Uuid>,
    /// The connect session that has begun it, if one has.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    session: Option<Uuid>,
    #[serde(rename = "x")]
    expires_at: Timestamp,
    /// The secret of this try, where the dialect has PKCE.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    verifier: Option<String>,
}

impl Flow {
    /// A flow that begins now.
    pub(super) fn begin(
        now: Timestamp,
        provider: ProviderName,
        customer: &Customer,
        (app, session): (Option<Uuid>, Option<Uuid>),
    ) -> Self {
        Self {
            nonce: crate::random::bytes(),
            project: customer.project,
            provider: provider.as_str().to_owned(),
            external_id: customer.external_id.as_str().to_owned(),
            app,
            session,
            expires_at: now + LIFETIME,
            verifier: None,
        }
    }

    /// Another try of the same flow: its state works once more, and no longer.
    pub(super) fn again(self) -> Self {
        Self {
            nonce: crate::random::bytes(),
            verifier: None,
            ..self
        }
    }

    /// The same try, whose code is of use only to who has its state.
    pub(super) fn bound(self, pkce: Pkce) -> Self {
        let verifier = (pkce == Pkce::S256).then(|| Verifier::random().expose().to_owned());
        Self { verifier, ..self }
    }

    /// The secret of this try, where it has one.
    pub(super) fn verifier(&self) -> Option<Verifier> {
        self.verifier.as_deref().map(Verifier::of_text)
    }

    pub(super) fn to_state(&self, sealer: &Sealer) -> String {
        self.seal(sealer, STATE)
    }

    pub(super) fn of_state(sealer: &Sealer, state: &str) -> Option<Self> {
        Self::open(sealer, STATE, state)
    }

    pub(super) fn to_link(&self, sealer: &Sealer) -> String {
        self.seal(sealer, LINK)
    }

    pub(super) fn of_link(sealer: &Sealer, flow: &str) -> Option<Self> {
        Self::open(sealer, LINK, flow)
    }

    /// The project that it is of.
    pub(super) fn project(&self) -> ProjectId {
        self.project
    }

    /// The OAuth app that it began with; none if that is the environment's.
    pub(super) fn app(&self) -> Option<Uuid> {
        self.app
    }

    /// The connect session that has begun it, if one has.
    pub(super) fn session(&self) -> Option<Uuid> {
        self.session
    }

    /// Whose it is.
    pub(super) fn customer(&self) -> Option<Customer> {
        Some(Customer {
            project: self.project,
            external_id: ExternalId::parse(&self.external_id).ok()?,
        })
    }

    pub(super) fn is_of(&self, provider: ProviderName) -> bool {
        self.provider == provider.as_str()
    }

    pub(super) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether its time is over.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// By what the store knows that a state of it has been used.
    pub(super) fn hash(&self) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA256, &self.nonce);
        hash.as_ref().to_vec()
    }

    fn seal(&self, sealer: &Sealer, form: &'static str) -> String {
        let plain = serde_json::to_vec(self).expect("a flow is plain data");
        URL_SAFE_NO_PAD.encode(sealer.seal(&Place::message(form), &plain).as_bytes())
    }

    fn open(sealer: &Sealer, form: &'static str, text: &str) -> Option<Self> {
        let sealed = Sealed::from_bytes(URL_SAFE_NO_PAD.decode(text).ok()?);
        juncture_json::decode(&sealer.open(&Place::message(form), &sealed).ok()?).ok()
    }
}
