//! Sorting by one small function for all types: the standard library's is large, and compiled anew
//! for each.

use std::cmp::Ordering;

/// Sorts `list` by `compare`, which says how the first of two stands to the second. Equal ones
/// keep their order. Takes n log n comparisons and n swaps.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = order(list.len(), &|a, b| match (list.get(a), list.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    // Follows each cycle of the order round.
    for start in 0..order.len() {
        let mut place = start;
        while let Some(from) = order.get_mut(place).map(|from| std::mem::replace(from, place))
            && from != start
            && from != place
        {
            list.swap(place, from);
            place = from;
        }
    }
}

/// Sorts `list` by what `key` gives for each.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// The places of a sorted list's values in the list as it is; none where there is nothing to sort.
fn order(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    if length < 2 {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..length).collect();
    let mut merged = Vec::with_capacity(length);
    // Runs of `width` are sorted; two and two are merged.
    let mut width = 1;
    while width < length {
        for pair in order.chunks(width * 2) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([first, rest @ ..], [other, others @ ..]) = (left, right) {
                if compare(*first, *other).is_gt() {
                    merged.push(*other);
                    right = others;
                } else {
                    merged.push(*first);
                    left = rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(list in prop::collection::vec((0_u8..8, 0_u8..8), 0..60)) {
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by(&mut ours, |a, b| b.0.cmp(&a.0));
            theirs.sort_by_key(|pair| std::cmp::Reverse(pair.0));
            prop_assert_eq!(ours, theirs);
        }
    }
}
