//! Decision trees over integer features: the sum of their leaves, and which features made it.

use std::ops::Range;

use crate::patterns::{BadTree, LEAF, Node, Tree};

/// The sum of many small trees.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    nodes: Vec<Node>,
    roots: Vec<u32>,
    /// The trees of at most [`LEAVES`] leaves once more, and their splits, as they are asked for many rows at a time.
    small: Vec<SmallTree>,
    splits: Vec<Split>,
    /// Roots of the other trees.
    large: Vec<u32>,
}

/// Rows that are weighed together: each split is then one comparison of vectors, and no branch depends on a row. For
/// random rows 32 are as fast, and 8 take a third longer.
const LANES: usize = 16;

/// The values of one feature, or one tree's answers, for that many rows.
type Lanes<T> = [T; LANES];

/// Leaves of a tree that fit the bits of a [`Split`].
const LEAVES: usize = 16;

/// An inner node: rows whose feature is above the threshold do not reach the leaves to the left of it.
#[derive(Debug, Clone, Copy)]
struct Split {
    feature: u16,
    threshold: i16,
    /// A bit for each leaf, from the left, that such rows may still reach.
    open: u16,
}

/// Its splits in any order; the leaf that a row reaches is the first that all of them leave open.
#[derive(Debug, Clone)]
struct SmallTree {
    splits: Range<u32>,
    leaves: [i32; LEAVES],
}

/// What is known of rows.
pub(crate) trait Values {
    /// Hands every feature of a row with its name to `put`, always in the same order.
    fn of(&self, row: usize, put: &mut impl FnMut(&'static str, i32));

    /// The values of a row.
    fn values(&self, row: usize) -> Vec<i32> {
        let mut values = Vec::new();
        self.of(row, &mut |_, value| values.push(value));
        values
    }
}

/// A value as it is compared: thresholds are less than the largest number there is room for.
fn narrow(value: i32) -> i16 {
    value.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

impl Model {
    /// A model with room for so many nodes.
    pub fn with_capacity(nodes: usize) -> Model {
        Model { nodes: Vec::with_capacity(nodes), splits: Vec::with_capacity(nodes / 2), ..Model::default() }
    }

    /// Adds a tree. `features` gives for each feature of the file its index, which must be below `given`.
    pub fn push(&mut self, tree: &Tree, features: &[usize], given: usize) -> Result<(), BadTree> {
        let first = self.nodes.len();
        for node in &tree.nodes {
            let mut node = *node;
            if node.feature != LEAF {
                let feature = features.get(usize::from(node.feature)).filter(|feature| **feature < given);
                let Some(feature) = feature else {
                    self.nodes.truncate(first);
                    return Err(BadTree::at(&node));
                };
                node.feature = *feature as u16;
                node.right += first as u32;
            }
            self.nodes.push(node);
        }
        self.roots.push(first as u32);
        self.split_up(first);
        Ok(())
    }

    /// Lists the splits of the tree at `root`, if its leaves are few enough.
    fn split_up(&mut self, root: usize) {
        let nodes = &self.nodes[root..];
        if nodes.len() >= 2 * LEAVES {
            return self.large.push(root as u32);
        }
        // For each node a bit for each leaf that stands before it.
        let mut before = [0; 2 * LEAVES];
        let mut tree = SmallTree { splits: 0..0, leaves: [0; LEAVES] };
        let mut leaves = 0;
        for (node, before) in nodes.iter().zip(&mut before) {
            *before = (1_u32 << leaves) - 1;
            if node.feature == LEAF {
                tree.leaves[leaves] = node.value;
                leaves += 1;
            }
        }
        let first = self.splits.len() as u32;
        for (at, node) in nodes.iter().enumerate().filter(|(_, node)| node.feature != LEAF) {
            let left = before[node.right as usize - root] & !before[at];
            self.splits.push(Split { feature: node.feature, threshold: node.threshold, open: !left as u16 });
        }
        tree.splits = first..self.splits.len() as u32;
        self.small.push(tree);
    }

    /// Hands each of `rows` with its score to `each`; a row has `width` values.
    pub fn score_rows(
        &self,
        width: usize,
        values: &impl Values,
        mut rows: impl Iterator<Item = usize>,
        mut each: impl FnMut(usize, i32),
    ) {
        let mut columns = vec![[0; LANES]; width];
        let mut batch = Vec::with_capacity(LANES);
        loop {
            batch.clear();
            batch.extend(rows.by_ref().take(LANES));
            if batch.is_empty() {
                return;
            }
            for (lane, row) in batch.iter().enumerate() {
                let mut columns = columns.iter_mut();
                values.of(*row, &mut |_, value| {
                    if let Some(column) = columns.next() {
                        column[lane] = narrow(value);
                    }
                });
            }
            let scores = self.score_lanes(&columns);
            batch.iter().zip(scores).for_each(|(row, score)| each(*row, score));
        }
    }

    /// The sum over all trees, in thousandths of log-odds.
    pub fn score(&self, values: &[i32]) -> i32 {
        self.roots.iter().map(|root| self.path(*root, |feature| values[feature], |_, _| {})).sum()
    }

    /// The same for each row; `columns` are the values of each feature.
    fn score_lanes(&self, columns: &[Lanes<i16>]) -> Lanes<i32> {
        let mut sums = [0; LANES];
        for tree in &self.small {
            let mut open = [u16::MAX; LANES];
            for split in &self.splits[tree.splits.start as usize..tree.splits.end as usize] {
                let values = &columns[usize::from(split.feature)];
                for (open, value) in open.iter_mut().zip(values) {
                    // All bits if the value is not above the threshold: a branch would keep this from being vectors.
                    let below = u16::from(*value > split.threshold).wrapping_sub(1);
                    *open &= split.open | below;
                }
            }
            for (sum, open) in sums.iter_mut().zip(open) {
                *sum += tree.leaves[open.trailing_zeros() as usize % LEAVES];
            }
        }
        for root in &self.large {
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum += self.path(*root, |feature| i32::from(columns[feature][lane]), |_, _| {});
            }
        }
        sums
    }

    /// How much each feature spoke for chrome: along each path, a feature is credited with the change of the mean that
    /// its split makes. Added to `weights`, of which there is one for each feature.
    pub fn reasons(&self, values: &[i32], weights: &mut [i32]) {
        for root in &self.roots {
            self.path(*root, |feature| values[feature], |feature, change| weights[feature] += change);
        }
    }

    fn path(&self, root: u32, value: impl Fn(usize) -> i32, mut step: impl FnMut(usize, i32)) -> i32 {
        let mut node = self.nodes[root as usize];
        let mut at = root as usize;
        while node.feature != LEAF {
            let feature = usize::from(node.feature);
            at = if value(feature) <= i32::from(node.threshold) { at + 1 } else { node.right as usize };
            let child = self.nodes[at];
            step(feature, child.value - node.value);
            node = child;
        }
        node.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(trees: &[&str]) -> Model {
        let mut model = Model::default();
        for tree in trees {
            let tree = Tree::parse(tree, 2).expect("a good tree");
            model.push(&tree, &[0, 1], 2).expect("features that are given");
        }
        model
    }

    #[test]
    fn sums_the_leaves_and_credits_the_splits() {
        let model = model(&["0,10,0 -500 1,3,400 100 700", "1,5,50 200 -100"]);
        assert_eq!(model.score(&[10, 0]), -500 + 200);
        assert_eq!(model.score(&[11, 4]), 700 + 200);
        assert_eq!(model.score(&[11, 6]), 700 - 100);
        let mut weights = [0; 2];
        model.reasons(&[11, 4], &mut weights);
        assert_eq!(weights, [400, 300 + 150]);
    }

    #[test]
    fn a_tree_of_a_feature_that_is_not_given_leaves_nothing() {
        let tree = Tree::parse("0,10,0 -500 1,3,400 100 700", 2).expect("a good tree");
        let mut model = Model::default();
        assert!(model.push(&tree, &[0, 1], 1).is_err());
        assert!(model.nodes.is_empty() && model.roots.is_empty());
    }
}
