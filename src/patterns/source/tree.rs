//! Decision trees as pattern files write them.

use std::borrow::Cow;
use std::fmt;

use super::content::Place;
use crate::index::{Packer, Unpacker};

/// A tree: its nodes in pre-order, so that the left child of a node is the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub nodes: Vec<Node>,
}

/// One node of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    /// Index among the features of the file, or [`LEAF`].
    pub feature: u16,
    /// Rows whose feature is at most this go left.
    pub threshold: i16,
    /// Thousandths of log-odds: of a leaf what it adds, of an inner node the mean of what is below it.
    pub value: i32,
    /// Where the right child stands, counted from the root.
    pub right: u32,
}

/// The feature of a node that has no children.
pub(crate) const LEAF: u16 = u16::MAX;

/// Trees of at most this depth; the study found 4 enough, and a bound keeps a hostile file from overflowing the stack.
const MAX_DEPTH: usize = 16;

impl Tree {
    /// Reads the nodes in pre-order, separated by blanks. `feature,threshold,value` is an inner node, whose left subtree
    /// follows, then its right one; `value` is a leaf. A feature must be below `features`.
    pub fn parse(source: &str, features: usize) -> Result<Tree, BadTree> {
        let mut tree = Tree::default();
        let mut tokens = source.split_ascii_whitespace();
        tree.subtree(&mut tokens, features, 0)?;
        tokens.next().map_or(Ok(tree), |extra| Err(BadTree(extra.to_owned())))
    }

    fn subtree<'t>(
        &mut self,
        tokens: &mut impl Iterator<Item = &'t str>,
        features: usize,
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
                let feature = u16::try_from(feature).ok().filter(|f| *f < LEAF && usize::from(*f) < features);
                let feature = feature.ok_or_else(bad)?;
                // Larger values are compared as the largest there is room for.
                let threshold = i16::try_from(threshold).ok().filter(|t| *t < i16::MAX).ok_or_else(bad)?;
                let at = self.nodes.len();
                self.nodes.push(Node { feature, threshold, value, right: 0 });
                self.subtree(tokens, features, depth + 1)?;
                self.nodes[at].right = self.nodes.len() as u32;
                self.subtree(tokens, features, depth + 1)
            }
            _ => Err(bad()),
        }
    }
}

/// Bytes of a node in [`Trees`].
const NODE_BYTES: usize = 12;

/// Trees with their places, in a block of bytes. Read one by one: a scorer makes its own form of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trees {
    bytes: Cow<'static, [u8]>,
}

impl Trees {
    pub fn push(&mut self, tree: &Tree, place: Place) {
        let mut packer = Packer::default();
        place.pack(&mut packer);
        packer.number(tree.nodes.len() as u32);
        for node in &tree.nodes {
            packer.number(u32::from(node.feature) << 16 | u32::from(node.threshold as u16));
            packer.number(node.value as u32);
            packer.number(node.right);
        }
        self.bytes.to_mut().extend(packer.bytes);
    }

    /// Whether the program came with them: then they were read when it was built, and its tests make scorers of them.
    #[allow(dead_code, reason = "the program asks, build.rs does not")]
    pub fn are_built_in(&self) -> bool {
        matches!(self.bytes, Cow::Borrowed(_))
    }

    /// How many nodes all of them have at most.
    #[allow(dead_code, reason = "the program asks, build.rs does not")]
    pub fn nodes(&self) -> usize {
        self.bytes.len() / NODE_BYTES
    }

    pub fn iter(&self) -> impl Iterator<Item = (Tree, Place)> {
        let mut from = Unpacker { bytes: &self.bytes, texts: "" };
        std::iter::from_fn(move || {
            if from.bytes.is_empty() {
                return None;
            }
            let place = Place::unpack(&mut from);
            let node = |from: &mut Unpacker<'_>| {
                let split = from.number();
                let (feature, threshold) = ((split >> 16) as u16, split as u16 as i16);
                Node { feature, threshold, value: from.number() as i32, right: from.number() }
            };
            Some((Tree { nodes: (0..from.number()).map(|_| node(&mut from)).collect() }, place))
        })
    }

    #[allow(dead_code, reason = "build.rs writes it, the program reads it")]
    pub fn pack(&self, packer: &mut Packer) {
        packer.block(&self.bytes);
    }

    pub fn unpack(from: &mut Unpacker<'static>) -> Trees {
        Trees { bytes: Cow::Borrowed(from.block()) }
    }
}

/// What is wrong with a tree: the token that does not belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadTree(String);

impl BadTree {
    /// A node that speaks of a feature that rows do not have there.
    pub fn at(node: &Node) -> BadTree {
        BadTree(format!("{},{},{}", node.feature, node.threshold, node.value))
    }
}

impl fmt::Display for BadTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a tree: \"{}\" does not belong there", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_in_pre_order() {
        let tree = Tree::parse("0,10,3 -500 1,3,400 100 700", 2).expect("a good tree");
        let node = |feature, threshold, value, right| Node { feature, threshold, value, right };
        let leaf = |value| node(LEAF, 0, value, 0);
        assert_eq!(tree.nodes, [node(0, 10, 3, 2), leaf(-500), node(1, 3, 400, 4), leaf(100), leaf(700)]);
    }

    #[test]
    fn trees_come_back_as_they_were() {
        let mut trees = Trees::default();
        let all = ["0,-10,3 -500 1,3,400 100 700", "12", "1,5,50 200 -100"].map(|s| Tree::parse(s, 2).expect("good"));
        for (offset, tree) in all.iter().enumerate() {
            trees.push(tree, Place { file: 7, offset });
        }
        let places = (0..3).map(|offset| Place { file: 7, offset });
        assert!(trees.iter().eq(all.into_iter().zip(places)));
    }

    #[test]
    fn bad_trees_are_refused() {
        for tree in
            ["", "0,10,0 -500", "0,10,0 -500 7 8", "2,10,0 1 2", "0,10 1 2", "x", "1,2,3,4 1 2", "0,32767,1 1 2"]
        {
            assert!(Tree::parse(tree, 2).is_err(), "{tree:?}");
        }
        let deep = "0,1,1 ".repeat(100_000);
        assert!(Tree::parse(&deep, 1).is_err());
    }
}
