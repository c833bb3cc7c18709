//! A flow: who connects what, and until when. It travels through the browser, sealed, so that nobody
//! can read or make one, and the store holds nothing of it until it comes back.
//!
//! It travels in two forms, and neither opens as the other: as the OAuth state, which works once, and
//! in the link of the page on which the flow failed. Every state of a flow has a nonce of its own and
//! the end of the first one.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ExternalId;
use crate::app::App;
use crate::providers::ProviderName;
use crate::seal::{Place, Sealed};

/// How long a flow may take until the customer is back from the provider, all tries together.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Where a flow is sealed that travels as the OAuth state.
const STATE: &str = "state";

/// Where one is sealed that travels in a link.
const LINK: &str = "try-again";

#[derive(Serialize, Deserialize)]
pub(crate) struct Flow {
    #[serde(rename = "n")]
    nonce: [u8; 16],
    #[serde(rename = "p")]
    provider: String,
    #[serde(rename = "e")]
    external_id: String,
    #[serde(rename = "x")]
    expires_at: Timestamp,
}

impl Flow {
    /// A flow that begins now.
    pub(crate) fn begin(app: &App, provider: ProviderName, external_id: &ExternalId) -> Self {
        Self {
            nonce: crate::random::bytes(),
            provider: provider.as_str().to_owned(),
            external_id: external_id.as_str().to_owned(),
            expires_at: app.clock.now() + LIFETIME,
        }
    }

    /// Another try of the same flow: its state works once more, and no longer.
    pub(crate) fn again(self) -> Self {
        Self {
            nonce: crate::random::bytes(),
            ..self
        }
    }

    pub(crate) fn to_state(&self, app: &App) -> String {
        self.seal(app, STATE)
    }

    pub(crate) fn of_state(app: &App, state: &str) -> Option<Self> {
        Self::open(app, STATE, state)
    }

    /// The address of [`try_again`](crate::api::connect::try_again) for this flow.
    pub(crate) fn link_to_try_again(&self, app: &App) -> String {
        let mut url = app.config.base_url.clone();
        url.path_segments_mut()
            .expect("the configuration takes http and https URLs only")
            .pop_if_empty()
            .extend(["api", "frontend", "oauth", "try-again", &self.provider]);
        url.query_pairs_mut()
            .append_pair("flow", &self.seal(app, LINK));
        url.into()
    }

    pub(crate) fn of_link(app: &App, flow: &str) -> Option<Self> {
        Self::open(app, LINK, flow)
    }

    /// Whose it is.
    pub(crate) fn external_id(&self) -> Option<ExternalId> {
        ExternalId::parse(&self.external_id).ok()
    }

    pub(crate) fn is_of(&self, provider: ProviderName) -> bool {
        self.provider == provider.as_str()
    }

    pub(crate) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether its time is over.
    pub(crate) fn is_over(&self, app: &App) -> bool {
        self.expires_at <= app.clock.now()
    }

    /// By what the store knows that a state of it has been used.
    pub(crate) fn hash(&self) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA256, &self.nonce);
        hash.as_ref().to_vec()
    }

    fn seal(&self, app: &App, form: &'static str) -> String {
        let plain = serde_json::to_vec(self).expect("a flow is plain data");
        URL_SAFE_NO_PAD.encode(app.sealer.seal(&Place::message(form), &plain).as_bytes())
    }

    fn open(app: &App, form: &'static str, text: &str) -> Option<Self> {
        let sealed = Sealed::from_bytes(URL_SAFE_NO_PAD.decode(text).ok()?);
        juncture_json::decode(&app.sealer.open(&Place::message(form), &sealed).ok()?).ok()
    }
}
