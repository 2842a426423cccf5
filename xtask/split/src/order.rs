//! Functions that are alike, beside each other: gzip finds again what stands less than 32 KB back.

#![expect(clippy::indexing_slicing, reason = "the numbers are those of the functions that are there")]

use std::collections::BTreeMap;

/// Bytes of a piece: as long as a handful of instructions.
const PIECE: usize = 6;
/// A piece that more functions have says nothing of what is alike.
const OWNERS_MAX: usize = 60;
/// Functions before the next that it is held against: as many as gzip sees of them, most being short.
const BACK: usize = 16;

/// One after the other the one of those left that has most in common with the last, measured by its length. The same order for the same
/// functions.
pub fn alike<T>(items: Vec<T>, bytes: impl Fn(&T) -> &[u8]) -> Vec<T> {
    let pieces: Vec<Vec<&[u8]>> = items.iter().map(|item| pieces(bytes(item))).collect();
    let mut owners: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (item, pieces) in pieces.iter().enumerate() {
        pieces.iter().for_each(|piece| owners.entry(piece).or_default().push(item));
    }
    let mut is_left = vec![true; items.len()];
    let mut order: Vec<usize> = Vec::with_capacity(items.len());
    while order.len() < items.len() {
        let next = like(&order, &pieces, &owners, &is_left).or_else(|| longest(&pieces, &is_left));
        let Some(next) = next else { break };
        is_left[next] = false;
        order.push(next);
    }
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|item| items[item].take()).collect()
}

/// The different pieces of a function.
fn pieces(bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces: Vec<&[u8]> = bytes.windows(PIECE).collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// What has most in common with the last ones.
fn like(
    order: &[usize],
    pieces: &[Vec<&[u8]>],
    owners: &BTreeMap<&[u8], Vec<usize>>,
    is_left: &[bool],
) -> Option<usize> {
    let mut seen: Vec<&[u8]> = order.iter().rev().take(BACK).flat_map(|&item| &pieces[item]).copied().collect();
    seen.sort_unstable();
    seen.dedup();
    let mut common = vec![0_u64; pieces.len()];
    for owners in seen.iter().filter_map(|piece| owners.get(piece)).filter(|owners| owners.len() < OWNERS_MAX) {
        // The fewer have it, the more it says.
        let worth = 1_024 / u64::from((owners.len() + 2).ilog2());
        owners.iter().filter(|&&item| is_left[item]).for_each(|&item| common[item] += worth);
    }
    let score = |item: usize| common[item] * 1_024 / (20 + pieces[item].len() as u64);
    (0..pieces.len()).filter(|&item| common[item] > 0).max_by_key(|&item| score(item))
}

fn longest(pieces: &[Vec<&[u8]>], is_left: &[bool]) -> Option<usize> {
    (0..pieces.len()).filter(|&item| is_left[item]).max_by_key(|&item| pieces[item].len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_there_and_alike_ones_together() {
        let items = ["aaaabbbbcccc", "0123456789ab", "x", "aaaabbbbccccd", "0123456789abc", ""];
        let order = alike(items.to_vec(), |item| item.as_bytes());
        let place = |item| order.iter().position(|other| *other == item).unwrap();
        assert_eq!(order.len(), items.len());
        assert_eq!(place("aaaabbbbcccc").abs_diff(place("aaaabbbbccccd")), 1);
        assert_eq!(place("0123456789ab").abs_diff(place("0123456789abc")), 1);
        assert_eq!(alike(items.to_vec(), |item| item.as_bytes()), order);
    }
}
