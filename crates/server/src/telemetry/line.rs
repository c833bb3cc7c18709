//! What lines of the log are made of, whatever they look like.

use std::cell::Cell;
use std::fmt;

use tracing_subscriber::fmt::format::Writer;

/// A text of more bytes is not kept for the next one.
const MOST_KEPT: usize = 16 * 1024;

/// Writes a text as one piece: a line has some forty, each of which would cost a call and may cost memory.
pub(super) fn whole(
    mut writer: Writer<'_>,
    write: impl FnOnce(&mut String) -> fmt::Result,
) -> fmt::Result {
    thread_local! {
        static TEXT: Cell<String> = const { Cell::new(String::new()) };
    }
    // What is written may log, too: then that has a text of its own. So has a thread that ends.
    let mut text = TEXT.try_with(Cell::take).unwrap_or_default();
    text.clear();
    let written = write(&mut text).and_then(|()| writer.write_str(&text));
    if text.capacity() <= MOST_KEPT {
        let _kept = TEXT.try_with(|kept| kept.set(text));
    }
    written
}

/// Whether a byte is what it looks like.
pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// Whether any byte is so. All are looked at, so that the compiler takes many at a time.
pub(super) fn any(text: &str, is_so: impl Fn(u8) -> bool) -> bool {
    (text.bytes()).fold(false, |any, byte| any | is_so(byte))
}
