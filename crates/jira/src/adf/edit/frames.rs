//! What stands around blocks and is not in the Markdown: layouts, what apps put around text, and the
//! frames of media. It stays around what stays in it.

use serde_json::{Value, json};

use super::align::Origin;
use super::blocks::changed_of;
use super::canon::{Inside, canon};

/// A present block that Markdown shows as such, and the nodes around it that Markdown does not show:
/// layouts, what apps put around text, the frames of pictures.
pub(super) struct Part<'a> {
    pub(super) node: &'a Value,
    /// What becomes of it, in the terms of the new document.
    pub(super) canon: Vec<Value>,
    /// Its frame, by number.
    pub(super) frame: Option<usize>,
}

pub(super) struct Frame<'a> {
    node: &'a Value,
    /// The frame around this one.
    outer: Option<usize>,
    /// Whether nothing else may stand in it: frames of media.
    is_closed: bool,
}

/// Whether a node only holds others, and none of it is in the Markdown.
pub(super) fn is_frame(kind: &str) -> bool {
    matches!(
        kind,
        "layoutSection"
            | "layoutColumn"
            | "bodiedExtension"
            | "multiBodiedExtension"
            | "extensionFrame"
            | "bodiedSyncBlock"
            | "mediaSingle"
            | "mediaGroup"
    )
}

/// Adds a frame, and the parts in it.
pub(super) fn open<'a>(
    node: &'a Value,
    inside: Inside,
    outer: Option<usize>,
    parts: &mut Vec<Part<'a>>,
    frames: &mut Vec<Frame<'a>>,
) {
    let frame = frames.len();
    frames.push(Frame {
        node,
        outer,
        is_closed: kind(node).starts_with("media"),
    });
    for child in node["content"].as_array().into_iter().flatten() {
        if is_frame(kind(child)) && has_content(child) {
            open(child, inside, Some(frame), parts, frames);
        } else {
            let canon = canon(child, inside);
            parts.push(Part {
                node: child,
                canon,
                frame: Some(frame),
            });
        }
    }
}

pub(super) fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

pub(super) fn has_content(node: &Value) -> bool {
    node["content"]
        .as_array()
        .is_some_and(|content| !content.is_empty())
}

/// The blocks in the order of the new text, in their frames.
pub(super) fn built(
    parts: &[Part<'_>],
    frames: &[Frame<'_>],
    origins: &[Origin],
    new: Vec<Value>,
    inside: Inside,
) -> Vec<Value> {
    let mut placed: Vec<(Option<usize>, Value)> = Vec::new();
    // How many present parts stand above; those that moved up or down leave their frame.
    let mut above = 0;
    let mut late: Vec<Value> = Vec::new();
    for (index, node) in new.into_iter().enumerate() {
        let (number, node) = match origins[index] {
            Origin::More => continue,
            Origin::Kept(number) | Origin::Moved(number) => {
                (Some(number), parts[number].node.clone())
            }
            Origin::Changed(number) => {
                let part = &parts[number];
                let node = changed_of(part.node, &part.canon, node, inside);
                (Some(number), node)
            }
            Origin::New => (None, node),
        };
        let is_moved = matches!(origins[index], Origin::Moved(_));
        let in_place = number.filter(|number| *number >= above && !is_moved);
        if let Some(number) = in_place {
            let frame = parts[number].frame;
            let is_other = placed.last().is_some_and(|(last, _)| *last != frame);
            if is_other {
                placed.extend(late.drain(..).map(|node| (None, node)));
            }
            unseen(parts, above..number, &mut placed);
            placed.push((frame, node));
            above = number + 1;
            continue;
        }
        let node = match number {
            Some(number) => freed(parts[number].node, node),
            None => node,
        };
        let here = placed.last().and_then(|(frame, _)| *frame);
        let next = origins[index + 1..].iter().find_map(|origin| match origin {
            Origin::Kept(number) | Origin::Changed(number) if *number >= above => {
                Some(parts[*number].frame)
            }
            _ => None,
        });
        let next = next.flatten();
        let stays = here.is_some() && outermost(frames, here) == outermost(frames, next);
        match here {
            Some(frame) if stays && frames[frame].is_closed => late.push(node),
            _ => placed.push((here.filter(|_| stays), node)),
        }
    }
    unseen(parts, above..parts.len(), &mut placed);
    placed.extend(late.into_iter().map(|node| (None, node)));
    let nodes = framed(&mut placed.into_iter().peekable(), frames, None);
    nodes.into_iter().map(|(_, node)| node).collect()
}

/// A node that leaves the frame of media that it needs.
fn freed(present: &Value, node: Value) -> Value {
    match present["type"].as_str() {
        Some("media") if present["attrs"]["type"] == "external" => {
            json!({"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [node]})
        }
        Some("media") => json!({"type": "mediaGroup", "content": [node]}),
        Some("caption") => json!({"type": "paragraph", "content": node["content"]}),
        _ => node,
    }
}

/// Adds those of the parts that nothing shows: nobody asked to have them gone.
fn unseen(
    parts: &[Part<'_>],
    numbers: std::ops::Range<usize>,
    placed: &mut Vec<(Option<usize>, Value)>,
) {
    for part in &parts[numbers] {
        if part.canon.is_empty() {
            placed.push((part.frame, part.node.clone()));
        }
    }
}

fn outermost(frames: &[Frame<'_>], mut frame: Option<usize>) -> Option<usize> {
    while let Some(outer) = frame.and_then(|frame| frames[frame].outer) {
        frame = Some(outer);
    }
    frame
}

type Placed = std::iter::Peekable<std::vec::IntoIter<(Option<usize>, Value)>>;

/// The nodes that stand within `around`, those of inner frames in them, which are told by number.
fn framed(
    placed: &mut Placed,
    frames: &[Frame<'_>],
    around: Option<usize>,
) -> Vec<(Option<usize>, Value)> {
    let mut nodes = Vec::new();
    while let Some((frame, _)) = placed.peek() {
        if *frame == around {
            nodes.extend(placed.next().map(|(_, node)| (None, node)));
            continue;
        }
        // The frame right below `around` on the way to this node, if it stands in there.
        let mut inner = *frame;
        while let Some(number) = inner.filter(|number| frames[*number].outer != around) {
            inner = frames[number].outer;
        }
        let Some(number) = inner else {
            break;
        };
        let content = framed(placed, frames, Some(number));
        nodes.extend(
            frame_with(number, frames, content)
                .into_iter()
                .map(|node| (Some(number), node)),
        );
    }
    nodes
}

/// The frame with what is left in it; what it cannot hold alone stands without it.
fn frame_with(
    number: usize,
    frames: &[Frame<'_>],
    content: Vec<(Option<usize>, Value)>,
) -> Vec<Value> {
    let frame = &frames[number];
    let has_media = content.iter().any(|(_, node)| node["type"] == "media");
    if frame.is_closed && !has_media {
        let captions = content
            .into_iter()
            .map(|(_, node)| freed(&json!({"type": "caption"}), node));
        return captions.collect();
    }
    let mut left = content.into_iter().peekable();
    let mut content = Vec::new();
    if frame.node["type"] == "layoutSection" {
        // A column that has lost all its text stays, or the others would move.
        let columns =
            (number + 1..frames.len()).filter(|column| frames[*column].outer == Some(number));
        for column in columns {
            let there = left.next_if(|(from, _)| *from == Some(column));
            content.push(there.map_or_else(|| emptied(frames[column].node), |(_, node)| node));
        }
    }
    content.extend(left.map(|(_, node)| node));
    let mut node = frame.node.clone();
    node["content"] = Value::Array(content);
    vec![node]
}

fn emptied(column: &Value) -> Value {
    let mut empty = column.clone();
    empty["content"] = json!([{"type": "paragraph"}]);
    empty
}
