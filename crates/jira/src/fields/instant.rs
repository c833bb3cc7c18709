//! Instants, as Jira writes them and as everybody else does: Jira's offset has no colon
//! (`2026-09-27T10:03:11.123+0200`), so that it is no RFC 3339.

use jiff::Zoned;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};

/// An instant as Jira writes it, as RFC 3339; the offset stays. None if it is no instant.
///
/// ```
/// let changed = juncture_jira::fields::to_rfc3339("2026-09-27T10:03:11.123+0200");
/// assert_eq!(changed.as_deref(), Some("2026-09-27T10:03:11.123+02:00"));
/// ```
#[must_use]
pub fn to_rfc3339(text: &str) -> Option<String> {
    Some(
        parse(text)?
            .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
            .to_string(),
    )
}

/// RFC 3339, or Jira's own way, as Jira takes it.
pub(super) fn to_jira(text: &str) -> Option<String> {
    Some(parse(text)?.strftime("%Y-%m-%dT%H:%M:%S%.3f%z").to_string())
}

fn parse(text: &str) -> Option<Zoned> {
    let pieces = Pieces::parse(text).ok()?;
    let offset = match pieces.offset()? {
        PiecesOffset::Zulu => Offset::UTC,
        PiecesOffset::Numeric(offset) => offset.offset(),
        _ => return None,
    };
    if pieces.time_zone_annotation().is_some() {
        return None;
    }
    let local = pieces.date().to_datetime(pieces.time()?);
    local.to_zoned(TimeZone::fixed(offset)).ok()
}
