//! What is counted of tokens.

use metrics::counter;

use crate::metrics::Metrics;
use crate::oauth::TokenFailure;
use crate::provider::ProviderName;

/// What came of a refresh.
#[derive(Debug, Clone, Copy)]
pub(super) enum RefreshOutcome {
    /// New tokens.
    Refreshed,
    /// Another process had done it.
    Adopted,
    /// What came back was about tokens that had been replaced meanwhile.
    Superseded,
    /// The grant is dead.
    GrantDead,
    /// The token endpoint failed.
    Failed(TokenFailure),
}

impl RefreshOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Refreshed => "refreshed",
            Self::Adopted => "adopted",
            Self::Superseded => "superseded",
            Self::GrantDead => "grant_dead",
            Self::Failed(failure) => failure.as_str(),
        }
    }
}

/// Shows every count of a provider's tokens as 0 before its first event, without which a rate over it
/// misses that event.
pub(super) fn begin(metrics: &Metrics, provider: ProviderName) {
    let provider = provider.as_str();
    let failures = TokenFailure::ALL.map(RefreshOutcome::Failed);
    let others = [
        RefreshOutcome::Refreshed,
        RefreshOutcome::Adopted,
        RefreshOutcome::Superseded,
        RefreshOutcome::GrantDead,
    ];
    metrics.record(|| {
        for outcome in others.into_iter().chain(failures) {
            let labels = [("provider", provider), ("outcome", outcome.as_str())];
            counter!("juncture_token_refreshes_total", &labels).absolute(0);
        }
        counter!("juncture_token_lease_waits_total", "provider" => provider).absolute(0);
        counter!("juncture_token_commit_failures_total", "provider" => provider).absolute(0);
    });
}

/// Counts a refresh, by what came of it.
pub(super) fn refresh(metrics: &Metrics, provider: ProviderName, outcome: RefreshOutcome) {
    let labels = [
        ("provider", provider.as_str()),
        ("outcome", outcome.as_str()),
    ];
    metrics.record(|| counter!("juncture_token_refreshes_total", &labels).increment(1));
}

/// Counts a refresh that waits for another process.
pub(super) fn lease_wait(metrics: &Metrics, provider: ProviderName) {
    let provider = provider.as_str();
    metrics.record(|| {
        counter!("juncture_token_lease_waits_total", "provider" => provider).increment(1);
    });
}

/// Counts a try to store new tokens that failed.
pub(super) fn commit_failure(metrics: &Metrics, provider: ProviderName) {
    let provider = provider.as_str();
    metrics.record(|| {
        counter!("juncture_token_commit_failures_total", "provider" => provider).increment(1);
    });
}
