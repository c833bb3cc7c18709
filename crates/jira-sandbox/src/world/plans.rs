//! Sprints and versions that come, change and go. Issues lose those that go, and their histories do
//! not tell of it.

use jiff::{SignedDuration, Timestamp};

use super::{Site, Sprint, SprintState, Subject, Version, What};

/// How long a sprint is planned.
const FORTNIGHT: SignedDuration = SignedDuration::from_hours(24 * 14);

impl Site {
    /// Makes a sprint that is to come, and returns its id.
    pub(crate) fn create_sprint(&mut self, board: u64, name: String, now: Timestamp) -> u64 {
        let last = self.sprints.iter().map(|row| row.id).max();
        let id = last.unwrap_or_default() + 1;
        let sprint = Sprint {
            id,
            board,
            name,
            goal: String::new(),
            state: SprintState::Future,
            dates: None,
            completed: None,
        };
        self.sprints.push(sprint.clone());
        self.note(What::SprintCreated, now, None, Subject::Sprint(sprint));
        id
    }

    /// Changes a sprint, and tells whether it is there.
    pub(crate) fn change_sprint(
        &mut self,
        id: u64,
        what: What,
        now: Timestamp,
        name: &str,
    ) -> bool {
        let Some(sprint) = self.sprints.iter_mut().find(|row| row.id == id) else {
            return false;
        };
        match what {
            What::SprintStarted => {
                sprint.state = SprintState::Active;
                sprint.dates.get_or_insert((now, now + FORTNIGHT));
            }
            What::SprintClosed => {
                sprint.state = SprintState::Closed;
                sprint.completed = Some(now);
            }
            _ => name.clone_into(&mut sprint.name),
        }
        let sprint = sprint.clone();
        self.note(what, now, None, Subject::Sprint(sprint));
        true
    }

    /// Deletes a sprint, and tells whether it was there.
    pub(crate) fn delete_sprint(&mut self, id: u64, now: Timestamp) -> bool {
        let Some(place) = self.sprints.iter().position(|row| row.id == id) else {
            return false;
        };
        let sprint = self.sprints.remove(place);
        for issue in self.issues.values_mut() {
            issue.sprints.retain(|own| *own != id);
        }
        self.note(What::SprintDeleted, now, None, Subject::Sprint(sprint));
        true
    }

    /// Makes a version of a project, and returns its id.
    pub(crate) fn create_version(&mut self, project: u64, name: String, now: Timestamp) -> u64 {
        let all = self.projects.iter().flat_map(|row| &row.versions);
        let id = all.map(|row| row.id).max().unwrap_or_default() + 1;
        let version = Version {
            id,
            name,
            description: String::new(),
            is_released: false,
            is_archived: false,
            start: None,
            release: None,
        };
        if let Some(row) = self.projects.iter_mut().find(|row| row.id == project) {
            row.versions.push(version.clone());
        }
        self.note_version(What::VersionCreated, project, version, now);
        id
    }

    /// Changes the version of a project with this name, and tells whether it is there.
    pub(crate) fn change_version(
        &mut self,
        project: u64,
        name: &str,
        what: What,
        now: Timestamp,
        change: impl FnOnce(&mut Version),
    ) -> bool {
        let row = self.projects.iter_mut().find(|row| row.id == project);
        let mut versions = row.into_iter().flat_map(|row| &mut row.versions);
        let Some(version) = versions.find(|row| row.name == name) else {
            return false;
        };
        change(version);
        let version = version.clone();
        self.note_version(what, project, version, now);
        true
    }

    /// Deletes the version of a project with this name, and tells whether it was there.
    pub(crate) fn delete_version(&mut self, project: u64, name: &str, now: Timestamp) -> bool {
        let row = self.projects.iter_mut().find(|row| row.id == project);
        let Some(row) = row else { return false };
        let Some(place) = row.versions.iter().position(|row| row.name == name) else {
            return false;
        };
        let version = row.versions.remove(place);
        for issue in self.issues.values_mut() {
            issue.fix_versions.retain(|own| *own != version.id);
            issue.affected_versions.retain(|own| *own != version.id);
        }
        self.note_version(What::VersionDeleted, project, version, now);
        true
    }

    fn note_version(&mut self, what: What, project: u64, version: Version, now: Timestamp) {
        self.note(what, now, None, Subject::Version { project, version });
    }
}
