//! Writes a synthetic program into a folder, and prints the exit status of `argot` and its arguments, one a line:
//! `cargo run -p argot-testing --example generate -- chain 1000 /tmp/chain`. Without arguments, it prints the names of
//! all dimensions, the size that each is measured at, and what it counts.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use argot_testing::synthetic::{DIMENSIONS, Dimension};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout();
    match arguments.as_slice() {
        [] => {
            for dimension in DIMENSIONS {
                let Dimension {
                    name, size, counts, ..
                } = dimension;
                writeln!(out, "{name}\t{size}\t{counts}")?;
            }
        }
        [name, n, folder] => {
            let dimension =
                Dimension::named(name).ok_or_else(|| format!("there is no dimension `{name}`"))?;
            let folder = Path::new(folder);
            std::fs::create_dir_all(folder)?;
            for file in (dimension.files)(n.parse()?) {
                std::fs::write(folder.join(file.path), file.text)?;
            }
            writeln!(out, "{}", u8::from(dimension.fails))?;
            for argument in dimension.args {
                writeln!(out, "{argument}")?;
            }
        }
        _ => return Err("usage: generate [NAME N FOLDER]".into()),
    }
    Ok(())
}
