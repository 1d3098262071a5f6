//! Decision trees over integer features: parsing, the sum of their leaves, and which features made it.

use std::fmt;

/// One node of a tree; nodes stand in pre-order, so that the left child of a node is the next one.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// Index among the features, or [`LEAF`].
    feature: u16,
    /// Rows whose feature is at most this go left.
    threshold: i16,
    /// Thousandths of log-odds: of a leaf what it adds, of an inner node the mean of what is below it.
    value: i32,
    /// Where the right child stands.
    right: u32,
}

const LEAF: u16 = u16::MAX;

/// Trees of at most this depth; the study found 4 enough, and a bound keeps a hostile file from overflowing the stack.
const MAX_DEPTH: usize = 16;

/// The sum of many small trees.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    nodes: Vec<Node>,
    roots: Vec<u32>,
}

/// How much a feature spoke for chrome, in thousandths of log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contribution {
    /// Index among the features.
    pub feature: usize,
    pub weight: i32,
}

impl Model {
    /// Adds a tree: its nodes in pre-order, separated by blanks. `feature,threshold,value` is an inner node, whose left
    /// subtree follows, then its right one; `value` is a leaf. `features` gives for each feature of the file
    /// its index, which must be below `given`.
    pub fn push(&mut self, tree: &str, features: &[usize], given: usize) -> Result<(), BadTree> {
        let first = self.nodes.len();
        let mut tokens = tree.split_ascii_whitespace();
        let root = first as u32;
        let read = self.subtree(&mut tokens, features, given, 0);
        match read.and_then(|()| tokens.next().map_or(Ok(()), |extra| Err(BadTree(extra.to_owned())))) {
            Ok(()) => {
                self.roots.push(root);
                Ok(())
            }
            Err(error) => {
                self.nodes.truncate(first);
                Err(error)
            }
        }
    }

    fn subtree<'t>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'t str>,
        features: &[usize],
        given: usize,
        depth: usize,
    ) -> Result<(), BadTree> {
        let token = tokens.next().ok_or_else(|| BadTree("its end".to_owned()))?;
        let bad = || BadTree(token.to_owned());
        let mut parts = token.split(',');
        let mut number = || parts.next().and_then(|part| part.parse::<i32>().ok());
        match (number(), number(), number(), number()) {
            (Some(value), None, None, None) if !token.contains(',') => {
                self.nodes.push(Node { feature: LEAF, threshold: 0, value, right: 0 });
                Ok(())
            }
            (Some(feature), Some(threshold), Some(value), None) if depth < MAX_DEPTH => {
                let feature = usize::try_from(feature).ok().and_then(|f| features.get(f));
                let feature = feature.filter(|feature| **feature < given).ok_or_else(bad)?;
                let threshold = i16::try_from(threshold).map_err(|_| bad())?;
                let at = self.nodes.len();
                self.nodes.push(Node { feature: *feature as u16, threshold, value, right: 0 });
                self.subtree(tokens, features, given, depth + 1)?;
                self.nodes[at].right = self.nodes.len() as u32;
                self.subtree(tokens, features, given, depth + 1)
            }
            _ => Err(bad()),
        }
    }

    /// The sum over all trees, in thousandths of log-odds.
    pub fn score(&self, values: &[i32]) -> i32 {
        self.roots.iter().map(|root| self.path(*root, values, |_, _| {})).sum()
    }

    /// How much each feature spoke for chrome: along each path, a feature is credited with the change of the mean that
    /// its split makes.
    pub fn reasons(&self, values: &[i32]) -> Vec<Contribution> {
        let mut weights = vec![0; values.len()];
        for root in &self.roots {
            self.path(*root, values, |feature, change| weights[feature] += change);
        }
        weights.into_iter().enumerate().map(|(feature, weight)| Contribution { feature, weight }).collect()
    }

    fn path(&self, root: u32, values: &[i32], mut step: impl FnMut(usize, i32)) -> i32 {
        let mut node = self.nodes[root as usize];
        let mut at = root as usize;
        while node.feature != LEAF {
            let feature = usize::from(node.feature);
            at = if values[feature] <= i32::from(node.threshold) { at + 1 } else { node.right as usize };
            let child = self.nodes[at];
            step(feature, child.value - node.value);
            node = child;
        }
        node.value
    }
}

/// What is wrong with a tree: the token that does not belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadTree(String);

impl fmt::Display for BadTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" does not belong there", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(trees: &[&str]) -> Model {
        let mut model = Model::default();
        for tree in trees {
            model.push(tree, &[0, 1], 2).expect("a good tree");
        }
        model
    }

    #[test]
    fn sums_the_leaves_and_credits_the_splits() {
        let model = model(&["0,10,0 -500 1,3,400 100 700", "1,5,50 200 -100"]);
        assert_eq!(model.score(&[10, 0]), -500 + 200);
        assert_eq!(model.score(&[11, 4]), 700 + 200);
        assert_eq!(model.score(&[11, 6]), 700 - 100);
        let reasons = model.reasons(&[11, 4]);
        assert_eq!(reasons[0], Contribution { feature: 0, weight: 400 });
        assert_eq!(reasons[1], Contribution { feature: 1, weight: 300 + 150 });
    }

    #[test]
    fn bad_trees_are_refused_and_leave_nothing() {
        for tree in
            ["", "0,10,0 -500", "0,10,0 -500 7 8", "2,10,0 1 2", "0,10 1 2", "x", "1,2,3,4 1 2", "0,99999,1 1 2"]
        {
            let mut model = Model::default();
            assert!(model.push(tree, &[0, 1], 2).is_err(), "{tree:?}");
            assert!(model.nodes.is_empty() && model.roots.is_empty());
        }
        let deep = "0,1,1 ".repeat(100_000);
        assert!(Model::default().push(&deep, &[0], 1).is_err());
    }
}
