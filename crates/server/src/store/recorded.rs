//! How far events are recorded, told within this process: at each commit that recorded some, and by whoever
//! looks what others have recorded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::project::ProjectId;

/// Where news of recorded events comes together; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Recorded(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    /// How often there was news.
    any: watch::Sender<u64>,
    /// The newest positions of the projects that somebody follows.
    positions: Mutex<HashMap<ProjectId, watch::Sender<i64>>>,
}

impl Recorded {
    /// Tells that the events of a project are recorded up to this position.
    pub fn note(&self, project: ProjectId, position: i64) {
        if let Some(known) = self.positions().get(&project) {
            known.send_if_modified(|known| {
                let is_news = *known < position;
                *known = position.max(*known);
                is_news
            });
        }
        self.0.any.send_modify(|count| *count += 1);
    }

    /// News of any project; changes with each commit of this process that records events.
    #[must_use]
    pub fn any(&self) -> watch::Receiver<u64> {
        self.0.any.subscribe()
    }

    /// The newest position of a project, as far as it is known; 0 where it is not.
    #[must_use]
    pub fn follow(&self, project: ProjectId) -> watch::Receiver<i64> {
        self.positions().entry(project).or_default().subscribe()
    }

    /// The projects that somebody follows.
    #[must_use]
    pub fn followed(&self) -> Vec<ProjectId> {
        let mut positions = self.positions();
        positions.retain(|_, position| position.receiver_count() > 0);
        positions.keys().copied().collect()
    }

    fn positions(&self) -> MutexGuard<'_, HashMap<ProjectId, watch::Sender<i64>>> {
        let positions = &self.0.positions;
        positions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a transaction has recorded: of each project, up to which position.
#[derive(Debug, Default)]
pub(super) struct Noted(Vec<(ProjectId, i64)>);

impl Noted {
    pub(super) fn add(&mut self, project: ProjectId, position: i64) {
        self.0.push((project, position));
    }

    /// Tells of it.
    pub(super) fn tell(&self, recorded: &Recorded) {
        for (project, position) in &self.0 {
            recorded.note(*project, *position);
        }
    }
}
