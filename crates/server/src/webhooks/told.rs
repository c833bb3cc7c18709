//! What happens to an endpoint, told to the others.

use jiff::Timestamp;
use juncture_views::events::Data;

use super::attempt::to_raw;
use super::judge::Change;
use crate::events::{self, Kind, New};
use crate::seal::Sealer;
use crate::store::event_endpoints::{EndpointRow, Health};
use crate::store::{self, Tx};

/// Records a change of an endpoint, as the last thing before the commit. The feed must be held before the endpoint
/// is.
pub(super) async fn record(
    tx: &mut Tx,
    sealer: &Sealer,
    row: &EndpointRow,
    change: Change,
    health: &Health,
    now: Timestamp,
) -> store::Result<()> {
    let (kind, reason) = match change {
        Change::Failing => (Kind::EndpointFailing, None),
        Change::Disabled(reason) => (Kind::EndpointDisabled, Some(reason)),
    };
    let since = health.failing_since;
    let data = Data {
        endpoint_id: Some(row.endpoint_id.to_string()),
        failure: health.last_failure.map(str::to_owned),
        failing_since: since.and_then(|since| Timestamp::from_millisecond(since).ok()),
        paused_reason: reason.map(str::to_owned),
        ..Data::default()
    };
    let new = New {
        kind,
        subject: row.endpoint_id.to_string(),
        of: None,
        occurred_at: now,
        data: to_raw(&data),
    };
    events::record(tx, sealer, row.project_id, new, now).await?;
    Ok(())
}
