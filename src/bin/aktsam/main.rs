//! The `aktsam` command.

fn main() {}
