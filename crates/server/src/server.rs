//! Starting and running the server: from a checked configuration to requests answered.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use juncture_clock::Clock;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::accept::{Capacity, accept};
use crate::app::App;
use crate::config::{Address, Config, KeySource};
use crate::connection::refresh_token_place;
use crate::jobs::{Done, Ticker};
use crate::project::ProjectId;
use crate::provider::Provider;
use crate::router::router;
use crate::seal::{KeyFile, KeyFileError, Owner, SealError, Sealer, Unopenable};
use crate::shutdown;
use crate::store::connections::SampleRow;
use crate::store::{self, Store, StoreError, Tx, key_check, projects};
use crate::webhooks::endpoint::OpenError;
use crate::webhooks::from_environment;
use crate::webhooks::manage::Problem;

/// Why the server does not start. Each is one clear sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keys are not those of the database.
    #[error(
        "the encryption keys do not open what is sealed in the database ({0}); use the keys that this database was made with"
    )]
    WrongKeys(SealError),
    /// The address.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// `HOST` and `PORT`.
        address: Address,
        /// The operating system's words.
        reason: std::io::Error,
    },
}

/// A start that takes longer says what it waits for.
const LONG_WAIT: Duration = Duration::from_secs(3);

/// How long a tick delivers events that are due. The next one goes on with the rest.
const LONGEST_TICK: Duration = Duration::from_mins(1);

/// Binds the configured address.
pub async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    let Address { host, port } = &config.address;
    TcpListener::bind((host.as_str(), *port))
        .await
        .map_err(|reason| StartError::Listen {
            address: config.address.clone(),
            reason,
        })
}

/// Opens the store and the keys, makes sure that they belong together, and has a look at the cache:
/// one that does not answer is told in the log, and gone without until it does.
pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<App, StartError> {
    open_with(config, clock, Vec::new()).await
}

/// The same with other providers beside those of the configuration.
pub async fn open_with(
    config: Config,
    clock: Arc<dyn Clock>,
    others: Vec<Arc<dyn Provider>>,
) -> Result<App, StartError> {
    let database = config.database.to_string();
    let store = tell_waits(
        &*clock,
        &database,
        "to reach the database, or for another process that prepares it",
        Box::pin(Store::open(&config.database)),
    )
    .await?;
    let keys = Box::pin(async {
        let keys = open_keys(&config.keys, &store).await?;
        make_default_project(&store, clock.now()).await?;
        Ok::<_, StartError>(keys)
    });
    let (sealer, lost) = tell_waits(&*clock, &database, "to write to the database", keys).await?;
    for error in lost {
        tracing::error!(%error, "a stored value is lost");
    }
    let app = App::new(config, store, sealer, clock, others);
    // From now on it is followed: what is set for it holds though the store goes away.
    app.projects.known(ProjectId::DEFAULT).await?;
    app.cache.answers().await;
    let endpoint = app.config.webhooks.endpoint.as_ref();
    match from_environment::apply(&app.webhooks, endpoint).await {
        Ok(()) => {}
        Err(Problem::Open(OpenError::Store(error))) => return Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "the event endpoint of the environment stays as it was");
        }
    }
    Ok(app)
}

/// The project that is made from the environment, which the first start makes.
async fn make_default_project(store: &Store, now: Timestamp) -> store::Result<()> {
    let mut tx = store.begin_write().await?;
    projects::insert_default(&mut tx, now).await?;
    tx.commit().await
}

/// Says in the log what a start waits for, every few seconds.
async fn tell_waits<T>(
    clock: &dyn Clock,
    database: &str,
    waits: &str,
    mut work: BoxFuture<'_, T>,
) -> T {
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = clock.deadline(LONG_WAIT) => tracing::warn!(database, "the start waits {waits}"),
        }
    }
}

/// The configured keys, or those of the key file, which the first start makes; if they are the keys
/// of this database. What does not open of a sample of its tokens comes with them.
pub(crate) async fn open_keys(
    source: &KeySource,
    store: &Store,
) -> Result<(Sealer, Vec<SealError>), StartError> {
    // Of several first starts one goes first: on one SQLite file it makes the key file while the others
    // wait, and on every store it says by which keys the others are measured.
    let mut tx = store.begin_write().await?;
    let sample = store::connections::sample_of_any_project(&mut tx).await?;
    let is_new = sample.is_empty() && key_check::find(&mut tx).await?.is_none();
    let sealer = match source {
        KeySource::Configured(keys) => Sealer::new(keys),
        KeySource::File(folder) => {
            let file = KeyFile::of(folder);
            let missing = || KeyFileError::Missing(file.path());
            match Sealer::of_file(file.clone())? {
                Some(sealer) => sealer,
                None if !is_new => return Err(missing().into()),
                None => {
                    file.create()?;
                    Sealer::of_file(file.clone())?.ok_or_else(missing)?
                }
            }
        }
    };
    let mut lost = check_keys(&sealer, &sample)?;
    lost.extend(agree(&mut tx, &sealer, sample.is_empty()).await?);
    tx.commit().await?;
    Ok((sealer, lost))
}

/// Makes sure that all servers of this database have the same keys, though it be empty. A check value
/// that is damaged, where the keys open tokens, is replaced, and comes back as lost.
async fn agree(
    tx: &mut Tx,
    sealer: &Sealer,
    is_empty: bool,
) -> Result<Option<SealError>, StartError> {
    let check = key_check::find_or_insert(tx, sealer).await?;
    let Err(error) = key_check::verify(sealer, &check) else {
        return Ok(None);
    };
    if is_empty || matches!(error.reason, Unopenable::UnknownKey(_)) {
        return Err(StartError::WrongKeys(error));
    }
    key_check::replace(tx, &check, sealer).await?;
    Ok(Some(error))
}

/// Keys that open nothing are the wrong ones. One value that does not open is its own misfortune: it
/// must not keep the others from being served.
fn check_keys(sealer: &Sealer, sample: &[SampleRow]) -> Result<Vec<SealError>, StartError> {
    let open = |row: &SampleRow| {
        let owner = Owner {
            project: row.project_id,
            provider: &row.provider,
            external_id: &row.external_id,
        };
        let place = refresh_token_place(row.connection_id, owner);
        sealer.open_token(&place, &row.refresh_token).err()
    };
    let mut lost: Vec<SealError> = sample.iter().filter_map(open).collect();
    if lost.len() == sample.len()
        && let Some(first) = lost.pop()
    {
        return Err(StartError::WrongKeys(first));
    }
    Ok(lost)
}

/// Answers requests on `listener` until `stop` resolves, then ends in good order.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let stopped = app.stopping.clone();
    let working = AbortOnDropHandle::new(tokio::spawn(app.supervisor().run(app.jobs())));
    let stop = async {
        stop.await;
        stopped.cancel();
    };
    let capacity = Capacity::of_process();
    let serving = accept(listener, router(&app), app.clone(), capacity, stop);
    shutdown::within_grace(&app, serving, stopped.cancelled()).await;
    drop(working);
    shutdown::finish(&app).await;
}

/// Does every job once, waits for what that has begun, and closes the store; none if `stop` resolves before.
pub async fn tick(app: App, stop: impl Future<Output = ()>) -> Option<Vec<Done>> {
    let ticker = Ticker::new(app.supervisor(), app.jobs());
    let work = async {
        let done = ticker.tick().await;
        // What is due is on its way: it arrives, or is put off.
        tokio::select! {
            () = app.webhooks.deliverer.idle() => {}
            () = app.clock.deadline(LONGEST_TICK) => {}
        }
        done
    };
    let done = tokio::select! {
        done = work => Some(done),
        () = stop => None,
    };
    app.stopping.cancel();
    shutdown::finish(&app).await;
    done
}
