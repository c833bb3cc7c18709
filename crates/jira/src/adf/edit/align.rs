//! Which of the present parts stand in the new text: unchanged, moved, changed or not at all.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Where a part of the new text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is the present part of this number, in order.
    Kept(usize),
    /// It is the present part of this number, from somewhere else.
    Moved(usize),
    /// It belongs to the kept part that began above.
    More,
    /// It is the present part of this number, changed.
    Changed(usize),
    /// It is new.
    New,
}

impl Origin {
    /// The present part that this is, unchanged.
    pub(super) fn unchanged(self) -> Option<usize> {
        match self {
            Self::Kept(number) | Self::Moved(number) => Some(number),
            Self::More | Self::Changed(_) | Self::New => None,
        }
    }
}

/// Up to so many comparisons two texts are compared in order; of larger ones only what is the same
/// at both ends, and what has moved, is found. A guard: the work is foreign, and grows with its square.
const MAX_COMPARISONS: usize = 4_000_000;

/// The pairs of equal keys, ascending on both sides.
fn equal<K: Hash + Ord>(old: &[K], new: &[K]) -> Vec<(usize, usize)> {
    let head = old
        .iter()
        .zip(new)
        .take_while(|(old, new)| old == new)
        .count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let both = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = both.take_while(|(old, new)| old == new).count();
    let mut pairs: Vec<_> = (0..head).map(|index| (index, index)).collect();
    let middle = (
        &old_rest[..old_rest.len() - tail],
        &new_rest[..new_rest.len() - tail],
    );
    if middle.0.len().saturating_mul(middle.1.len()) <= MAX_COMPARISONS {
        for op in capture_diff_slices(Algorithm::Myers, middle.0, middle.1) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
            {
                pairs.extend(
                    (0..len).map(|step| (head + old_index + step, head + new_index + step)),
                );
            }
        }
    }
    pairs.extend(
        (0..tail)
            .rev()
            .map(|back| (old.len() - 1 - back, new.len() - 1 - back)),
    );
    pairs
}

/// The origin of each new key. A present part has one key or several in a row, or none if nothing
/// shows it.
pub(super) fn origins<K: Hash + Ord>(parts: &[impl AsRef<[K]>], new: &[K]) -> Vec<Origin> {
    let keys: Vec<&K> = parts.iter().flat_map(AsRef::as_ref).collect();
    let new: Vec<&K> = new.iter().collect();
    let mut place: Vec<Option<usize>> = vec![None; keys.len()];
    for (old_index, new_index) in equal(&keys, &new) {
        place[old_index] = Some(new_index);
    }
    let mut origins = vec![Origin::New; new.len()];
    let mut moved: HashMap<&K, Vec<usize>> = HashMap::new();
    let mut first = 0;
    for (number, part) in parts.iter().map(AsRef::as_ref).enumerate() {
        let places = &place[first..first + part.len()];
        first += part.len();
        match places.first() {
            None => {}
            Some(Some(start))
                if (places.iter().zip(*start..)).all(|(place, wanted)| *place == Some(wanted)) =>
            {
                keep(&mut origins, Origin::Kept(number), *start, part.len());
            }
            Some(_) => moved.entry(&part[0]).or_default().push(number),
        }
    }
    for parts in moved.values_mut() {
        parts.reverse();
    }
    for start in 0..new.len() {
        let Some(waiting) = moved
            .get_mut(new[start])
            .filter(|_| origins[start] == Origin::New)
        else {
            continue;
        };
        let fits = |number: &usize| {
            let part = parts[*number].as_ref();
            let there = new[start..].iter().zip(&origins[start..]).take(part.len());
            let same = there
                .zip(part)
                .filter(|((new, origin), key)| **new == *key && **origin == Origin::New);
            same.count() == part.len()
        };
        if waiting.last().is_some_and(fits) {
            let number = waiting.pop().expect("there is a last one");
            keep(
                &mut origins,
                Origin::Moved(number),
                start,
                parts[number].as_ref().len(),
            );
        }
    }
    origins
}

fn keep(origins: &mut [Origin], origin: Origin, start: usize, length: usize) {
    origins[start] = origin;
    origins[start + 1..start + length].fill(Origin::More);
}

/// Up to so many candidates are compared with each new part; then their order alone decides.
const MAX_CANDIDATES: usize = 50;

/// How much of a part must be the same, in hundredths, for it to have moved and changed.
const MOVED_SHARE: usize = 40;

/// Finds for each new part the present one that it was. `alike` tells how many of the words of both
/// they share, in hundredths, or `None` for parts that cannot be one another.
///
/// First those between the same kept neighbours that share most, then those that have moved as well,
/// and last those that share nothing but are alone between their neighbours.
pub(super) fn pair(
    origins: &mut [Origin],
    parts: usize,
    alike: impl Fn(usize, usize) -> Option<usize>,
) {
    let mut is_used = vec![false; parts];
    for number in origins.iter().filter_map(|origin| origin.unchanged()) {
        is_used[number] = true;
    }
    if is_used.iter().all(|is_used| *is_used) {
        return;
    }
    let gaps = gaps(origins, parts);
    for (news, olds) in &gaps {
        take_best(origins, news.clone(), &mut is_used, olds.clone(), 1, &alike);
    }
    take_best(
        origins,
        0..origins.len(),
        &mut is_used,
        0..parts,
        MOVED_SHARE,
        &alike,
    );
    for (news, olds) in gaps {
        let is_alone = news
            .clone()
            .filter(|index| origins[*index] == Origin::New)
            .count()
            == 1
            && olds.clone().filter(|number| !is_used[*number]).count() == 1;
        if is_alone {
            take_best(origins, news, &mut is_used, olds, 0, &alike);
        }
    }
}

/// The stretches of new parts between those that are kept in order, and of the present parts there.
fn gaps(origins: &[Origin], parts: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let kept = origins
        .iter()
        .enumerate()
        .filter_map(|(index, origin)| match origin {
            Origin::Kept(number) => Some((index, *number)),
            _ => None,
        });
    let mut gaps = Vec::new();
    let (mut news, mut olds) = (0, 0);
    for (index, number) in kept.chain([(origins.len(), parts)]) {
        if news < index && olds < number {
            gaps.push((news..index, olds..number));
        }
        (news, olds) = (index + 1, number + 1);
    }
    gaps
}

/// Gives each new part of a stretch the present one that is most like it, if they share so much.
fn take_best(
    origins: &mut [Origin],
    news: Range<usize>,
    is_used: &mut [bool],
    olds: Range<usize>,
    least: usize,
    alike: &impl Fn(usize, usize) -> Option<usize>,
) {
    // Taken from near the front, one by one.
    let mut candidates: VecDeque<usize> = olds.filter(|number| !is_used[*number]).collect();
    for index in news {
        if origins[index] != Origin::New {
            continue;
        }
        let near = candidates.iter().take(MAX_CANDIDATES).enumerate();
        let scores = near.filter_map(|(at, number)| Some((alike(*number, index)?, at)));
        let best = scores.max_by_key(|(score, at)| (*score, usize::MAX - at));
        let best = best.filter(|(score, _)| *score >= least);
        if let Some(number) = best.and_then(|(_, at)| candidates.remove(at)) {
            is_used[number] = true;
            origins[index] = Origin::Changed(number);
        }
    }
}
