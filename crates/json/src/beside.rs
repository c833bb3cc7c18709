//! Foreign text is never converted on the threads that serve for long.
//!
//! Who serves comes first. On Linux the system sees to that, which knows of each thread how much it is to
//! give way: so there are as many threads for such work as cores. Elsewhere there is one fewer.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::{Builder, available_parallelism};

use tokio::sync::oneshot;

/// From this size on, in bytes, texts are converted beside the threads that serve: at the speed of a
/// debug build this is some milliseconds.
const LONG: usize = 64 * 1024;

/// By how much the work gives way to others, on the scale of `nice(2)`: where both want a core it gets a
/// tenth of what they get, and who wakes up to serve need not wait for its turn to end. Who gives way yet
/// more stands still where all cores are busy with something else, and others wait for what is converted.
#[cfg(target_os = "linux")]
const GIVES_WAY: i32 = 10;

/// How many cores are left to those who serve.
const LEFT: usize = if cfg!(target_os = "linux") { 0 } else { 1 };

type Work = Box<dyn FnOnce() + Send>;

/// Where the work waits; none where the system gives no threads.
static CONVERTERS: LazyLock<Option<Sender<Work>>> = LazyLock::new(start);

/// What `convert` gives, which reads so many `bytes` of foreign text. It is not begun if nobody waits for
/// it any more.
pub async fn convert<T, F>(bytes: usize, convert: F) -> T
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let converters = CONVERTERS.as_ref().filter(|_| bytes >= LONG);
    let Some(converters) = converters else {
        return convert();
    };
    let (tell, told) = oneshot::channel();
    let work = move || {
        if !tell.is_closed() {
            // Whoever waits for it gets the panic.
            drop(tell.send(catch_unwind(AssertUnwindSafe(convert))));
        }
    };
    let sent = converters.send(Box::new(work));
    sent.expect("they work for as long as there is a process");
    match told.await.expect("what is waited for is begun, and ends") {
        Ok(converted) => converted,
        Err(panicked) => resume_unwind(panicked),
    }
}

fn start() -> Option<Sender<Work>> {
    let cores = available_parallelism().map_or(1, usize::from);
    let (sender, receiver) = channel();
    let receiver = Arc::new(Mutex::new(receiver));
    let started = (0..cores.saturating_sub(LEFT).max(1)).filter(|_| {
        let receiver = Arc::clone(&receiver);
        let thread = Builder::new().name("convert".to_owned());
        thread.spawn(move || work(&receiver)).is_ok()
    });
    (started.count() > 0).then_some(sender)
}

fn work(receiver: &Mutex<Receiver<Work>>) {
    // Elsewhere the process would give way as a whole.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(GIVES_WAY);
    loop {
        let next = receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(work) = next else { return };
        work();
    }
}
