//! All projects together: what they are made of, and how one and its keys are found.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use juncture_clock::Clock;

use super::follow::Follow;
use super::key::Digest;
use super::known::{Known, KnownKey, KnownProject};
use super::lookups::{Lookups, NotFound};
use crate::jobs::Job;
use crate::project::ProjectId;
use crate::seal::Sealer;
use crate::store::{self, Store};

/// How often changes made by other processes are looked for, more or less: a key that another one has
/// deleted is refused a second later.
const FOLLOW: Duration = Duration::from_millis(800);

/// How often it is written which keys were used.
const NOTE_USES: Duration = Duration::from_mins(1);

/// All projects, as far as this process knows them; cheap to clone.
#[derive(Clone)]
pub struct Projects(Arc<Parts>);

/// What [`Projects`] is made of.
pub struct Parts {
    pub(super) store: Store,
    pub(super) sealer: Arc<Sealer>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) known: Known,
    pub(super) lookups: Lookups,
    pub(super) follow: Follow,
}

impl Deref for Projects {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Projects {
    /// Those of this store.
    #[must_use]
    pub fn new(store: Store, sealer: Arc<Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Parts {
            store,
            sealer,
            known: Known::new(clock.clone()),
            lookups: Lookups::default(),
            follow: Follow::default(),
            clock,
        }))
    }

    /// What is done for them without anybody asking, as jobs.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        let (followed, noted) = (self.clone(), self.clone());
        vec![
            Job::new("keys", FOLLOW, move || {
                let projects = followed.clone();
                async move { projects.follow().await }
            }),
            Job::new("key uses", NOTE_USES, move || {
                let projects = noted.clone();
                async move { projects.note_uses().await }
            }),
        ]
    }

    /// The key with this digest that works, as far as this process knows; none where it does not.
    #[must_use]
    pub fn key_at_hand(&self, digest: &Digest) -> Option<Option<Arc<KnownKey>>> {
        self.known.key(digest)
    }

    /// The key with this digest, if there is one that works.
    pub async fn find_key(&self, digest: Digest) -> Result<Arc<KnownKey>, NotFound> {
        match self.known.key(&digest) {
            Some(known) => known.ok_or(NotFound::NoKey),
            None => self.lookups.find(self, digest).await,
        }
    }

    /// Grows with everything that is forgotten of projects because it may have changed.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.known.begin_load().number()
    }

    /// A project as calls need it, if this process knows it.
    #[must_use]
    pub fn at_hand(&self, id: ProjectId) -> Option<Arc<KnownProject>> {
        self.known.project(id)
    }

    /// A project as calls need it; none if there is no such project.
    pub async fn known(&self, id: ProjectId) -> store::Result<Option<Arc<KnownProject>>> {
        match self.known.project(id) {
            Some(known) => Ok(Some(known)),
            None => self.load(id).await,
        }
    }

    /// A project that was changed, as it is now.
    pub(super) async fn renew(&self, id: ProjectId) -> store::Result<()> {
        self.known.forget_project(id);
        self.load(id).await.map(drop)
    }

    /// A project from the store, known from now on; none if there is no such project.
    pub(super) async fn load(&self, id: ProjectId) -> store::Result<Option<Arc<KnownProject>>> {
        loop {
            let loaded = self.known.begin_load();
            let mut tx = self.store.begin_read().await?;
            let project = KnownProject::load(&mut tx, id).await?.map(Arc::new);
            drop(tx);
            let Some(project) = project else {
                return Ok(None);
            };
            // Else something was changed on the way, and it may be this very project.
            if self.known.keep_project(project.clone(), loaded) {
                return Ok(Some(project));
            }
        }
    }
}
