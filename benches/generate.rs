//! Writes a synthetic pipeline of so many steps to standard output:
//! `cargo run --release -p argot-targets --example generate -- 180 > synthetic.argot`.

use argot_testing::synthetic;
use std::io::Write;

fn main() -> std::io::Result<()> {
    let n = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(180);
    std::io::stdout().write_all(synthetic::source(n).as_bytes())
}
