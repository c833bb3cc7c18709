//! The calls of a connection, on their way into its timeline.

use juncture_jira::{Told, Watch};
use juncture_views::timeline::Call;
use uuid::Uuid;

use crate::timeline::Timeline;

/// Ids are shorter; what is longer, or has other characters, is none.
const LONGEST_TRACE_ID: usize = 128;

/// Who is told of the calls of a connection.
pub(super) struct CallsOf {
    connection: Uuid,
    timeline: Timeline,
}

impl CallsOf {
    pub(super) fn new(connection: Uuid, timeline: Timeline) -> Self {
        Self {
            connection,
            timeline,
        }
    }
}

impl Watch for CallsOf {
    fn note(&self, told: &Told<'_>) {
        let is_id = |text: &&str| {
            text.len() <= LONGEST_TRACE_ID && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let call = Call {
            method: told.method.to_owned(),
            endpoint: told.path.to_owned(),
            status: told.status,
            points: told.points,
            trace_id: told.trace_id.filter(is_id).map(str::to_owned),
            duration_ms: u64::try_from(told.took.as_millis()).unwrap_or(u64::MAX),
        };
        self.timeline.note_call(self.connection, call);
    }
}
