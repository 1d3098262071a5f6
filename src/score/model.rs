//! Decision trees over integer features: the sum of their leaves, and which features made it.

use crate::patterns::{BadTree, LEAF, Node, Tree};

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
        Ok(())
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
        let reasons = model.reasons(&[11, 4]);
        assert_eq!(reasons[0], Contribution { feature: 0, weight: 400 });
        assert_eq!(reasons[1], Contribution { feature: 1, weight: 300 + 150 });
    }

    #[test]
    fn a_tree_of_a_feature_that_is_not_given_leaves_nothing() {
        let tree = Tree::parse("0,10,0 -500 1,3,400 100 700", 2).expect("a good tree");
        let mut model = Model::default();
        assert!(model.push(&tree, &[0, 1], 1).is_err());
        assert!(model.nodes.is_empty() && model.roots.is_empty());
    }
}
