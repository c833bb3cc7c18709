//! `juncture listen`: the events of a running server, posted to an address of one's own, signed as deliveries are.

mod feed;
mod forward;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use juncture_clock::{Clock, SystemClock};
use juncture_server::config::Address;
use juncture_server::environment::Environment;
use juncture_server::shutdown;
use juncture_server::webhooks::sign::SigningSecret;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use self::feed::{Feed, Page, ReadError};
use self::forward::Forward;
use crate::console::{say, tell};
use crate::environment::{EnvFileArgument, start_quiet_log};

/// The key with which the feed is read.
const KEY: &str = "JUNCTURE_SECRET_KEY";

/// What signs where `--secret` does not say it.
const SECRET: &str = "JUNCTURE_EVENTS_ENDPOINT_SECRET";

/// What to say where the feed begins at its end.
const LATEST: &str = "latest";

/// How long to wait before the server is asked again that did not answer.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where to post the events: an address of your own, as `http://localhost:3000/webhooks`.
    #[arg(long, value_name = "URL")]
    forward_to: Url,
    /// The server whose events they are [default: the one that the same environment configures, on this machine].
    #[arg(long, value_name = "URL")]
    server: Option<Url>,
    /// Begin behind this cursor, as the feed and this command tell it [default: with the next event that happens].
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Begin with the oldest event that is kept.
    #[arg(long, conflicts_with = "after")]
    all: bool,
    /// Sign with this secret, `whsec_…` [default: `JUNCTURE_EVENTS_ENDPOINT_SECRET`, or a new one, which is printed].
    #[arg(long, value_name = "SECRET")]
    secret: Option<String>,
    #[command(flatten)]
    environment: EnvFileArgument,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let stop = shutdown::requested();
    let environment = arguments.environment.read()?;
    start_quiet_log(&environment);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let server = match arguments.server {
        Some(server) => server,
        None => on_this_machine(&environment)?,
    };
    let given = arguments.secret.as_deref();
    let given = given.or_else(|| environment.get(SECRET));
    let (secret, is_new) = match given {
        Some(text) => (SigningSecret::parse(text).context("--secret")?, false),
        None => (SigningSecret::random(), true),
    };
    let feed = Feed::new(&server, key(&environment)?, clock.clone())?;
    let forward = Forward::new(arguments.forward_to, secret.clone(), clock.clone())?;
    say(&format!("events of {server} go to {}", forward.url));
    if is_new {
        say(&format!(
            "signing secret: {}",
            secret.to_text().expose_secret()
        ));
    }
    let mut listener = Listener {
        feed,
        forward,
        clock,
        after: match arguments.after {
            None if arguments.all => None,
            after => after.or_else(|| Some(LATEST.to_owned())),
        },
    };
    let ended = tokio::select! {
        ended = listener.listen() => ended,
        () = stop => Ok(()),
    };
    if let Some(after) = listener.after.filter(|after| after != LATEST) {
        say(&format!("to go on from here: --after {after}"));
    }
    ended
}

/// The server that the environment configures.
fn on_this_machine(environment: &Environment) -> anyhow::Result<Url> {
    let address = Address::find(environment)?.from_within();
    if address.port == 0 {
        bail!("PORT is 0, so only the server knows which port it has taken: say it with --server");
    }
    Ok(Url::parse(&format!("http://{address}"))?)
}

/// On the command line others of the machine could see it.
fn key(environment: &Environment) -> anyhow::Result<SecretString> {
    let key = environment.get(KEY).with_context(|| {
        format!("{KEY} is not set: a key of the server's that may read events (`juncture key`)")
    })?;
    Ok(key.into())
}

/// Who reads and posts, and how far it is.
struct Listener {
    feed: Feed,
    forward: Forward,
    clock: Arc<dyn Clock>,
    /// Behind what all is still to be posted; none where nothing was.
    after: Option<String>,
}

impl Listener {
    /// Posts one event after the other, until something is wrong that waiting does not mend.
    async fn listen(&mut self) -> anyhow::Result<()> {
        if self.after.as_deref() == Some(LATEST) {
            // Without waiting, so that from now on nothing is missed.
            self.after = Some(self.read(Duration::ZERO).await?.next_cursor);
        }
        say("listening; Ctrl-C ends it");
        loop {
            let page = self.read(feed::WAIT).await?;
            for event in page.data {
                self.forward.post(&event).await;
                self.after = Some(event.cursor);
            }
            self.after = Some(page.next_cursor);
        }
    }

    /// What comes next, however long the server is away.
    async fn read(&mut self, wait: Duration) -> anyhow::Result<Page> {
        let mut pause = SHORTEST_PAUSE;
        loop {
            let problem = match self.feed.read(self.after.as_deref(), wait).await {
                Ok(page) => {
                    if pause > SHORTEST_PAUSE {
                        tell("the server is back");
                    }
                    return Ok(page);
                }
                Err(ReadError::Overtaken { oldest }) => {
                    tell("events behind that cursor are no longer kept; going on with the oldest");
                    self.after = Some(oldest);
                    continue;
                }
                Err(ReadError::Refused(sentence)) => bail!("the server says: {sentence}"),
                Err(ReadError::Away(problem)) => problem,
            };
            if pause == SHORTEST_PAUSE {
                tell(&format!("waiting for the server: {problem}"));
            }
            self.clock.sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }
}
