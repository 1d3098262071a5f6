mod removal;
pub use removal::{Reason, Removal};
