//! How many readers may wait for events at once: each has a connection for as long as it waits, and one product's
//! must not take the places of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::project::ProjectId;

/// How many may wait in a process.
const MOST: usize = 256;

/// How many of them may be of one project.
const MOST_OF_ONE: usize = 64;

/// Who waits; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<HashMap<ProjectId, usize>>>);

/// A place of a reader that waits, for as long as it is kept.
#[derive(Debug)]
pub struct Place {
    places: Places,
    project: ProjectId,
}

impl Places {
    /// A place for a reader of this project, if there is one.
    #[must_use]
    pub fn take(&self, project: ProjectId) -> Option<Place> {
        let mut taken = self.taken();
        let in_all: usize = taken.values().sum();
        let of_one = taken.get(&project).copied().unwrap_or_default();
        if in_all >= MOST || of_one >= MOST_OF_ONE {
            return None;
        }
        taken.insert(project, of_one + 1);
        Some(Place {
            places: self.clone(),
            project,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<ProjectId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(of_one) = taken.get_mut(&self.project) {
            *of_one -= 1;
            if *of_one == 0 {
                taken.remove(&self.project);
            }
        }
    }
}
