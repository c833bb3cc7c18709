//! Where a reader stands in the feed of its project.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;

use crate::project::ProjectId;

/// How many bytes of a digest tell a cursor of one project from those of others, and from what is none.
const MARK: usize = 4;

/// The text for a position in the feed of a project: it tells nobody how many events there are to count on, and
/// that of another project is none.
#[must_use]
pub fn write(project: ProjectId, position: i64) -> String {
    let position = position.to_be_bytes();
    let mark = mark(project, position);
    URL_SAFE_NO_PAD.encode([&position[..], &mark[..]].concat())
}

/// The position of a text, if it is a cursor of this project.
#[must_use]
pub fn read(project: ProjectId, text: &str) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (position, given) = bytes.split_first_chunk::<8>()?;
    let is_ours = mark(project, *position)[..] == *given;
    let position = i64::from_be_bytes(*position);
    (is_ours && position >= 0).then_some(position)
}

fn mark(project: ProjectId, position: [u8; 8]) -> [u8; MARK] {
    let named = [b"feed\0", &project.as_bytes()[..], &position[..]].concat();
    let digest = digest::digest(&digest::SHA256, &named);
    let mark = digest.as_ref().first_chunk();
    *mark.expect("a digest is longer")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_is_of_one_project_and_of_no_other() {
        let (one, other) = (ProjectId::DEFAULT, ProjectId::of(Uuid::from_u128(1)));
        for position in [0, 1, 4_711, i64::MAX] {
            let text = write(one, position);
            assert_eq!(read(one, &text), Some(position));
            assert_eq!(read(other, &text), None);
        }
        for none in ["", "latest", "AAAAAAAAAAA", "AAAAAAAAAAAAAAAA", "%"] {
            assert_eq!(read(one, none), None, "{none}");
        }
    }
}
