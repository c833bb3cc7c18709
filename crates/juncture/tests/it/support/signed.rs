//! What a receiver finds of a delivery, by the library of those who wrote the specification.

use reqwest::header::HeaderMap;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

/// Whether a delivery is signed by this secret, `whsec_…`. The times of tests are not the machine's, so the library
/// is asked for the signature and not for the age.
pub(crate) fn is_signed_by(secret: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(timestamp), Some(signatures)) = (
        text(HEADER_WEBHOOK_ID),
        text(HEADER_WEBHOOK_TIMESTAMP).and_then(|seconds| seconds.parse().ok()),
        text(HEADER_WEBHOOK_SIGNATURE),
    ) else {
        return false;
    };
    let library = Webhook::new(secret).expect("a secret");
    let wanted = library.sign(id, timestamp, body);
    wanted.is_ok_and(|wanted| signatures.split(' ').any(|one| one == wanted))
}
