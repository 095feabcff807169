//! Pages about project files and parameters: what their `console` blocks show is what comes out.
//!
//! A block with `file=argot.toml` is a file for the blocks below it. A `console` block that runs `argot`, without a
//! pipe, holds all that is printed. Any other `toml` block is a project file by itself. `ARGOT_BLESS=1 cargo test
//! -p argot-cli --test cli pages` writes the `console` blocks anew.

use std::fs;
use std::path::Path;

use crate::support::Sandbox;
use argot_testing::page::{Page, Part};

const PAGES: &[&str] = &[
    "docs/profiles.md",
    "docs/errors/unknown-parameter.md",
    "docs/errors/invalid-parameter.md",
    "docs/errors/invalid-parameter-file.md",
    "docs/errors/invalid-project-file.md",
    "docs/errors/unknown-setting.md",
    "docs/errors/unknown-profile.md",
    "docs/errors/invalid-setting.md",
    "docs/errors/unused-setting.md",
];

#[test]
fn pages_show_what_comes_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut runs = 0;
    for path in PAGES {
        let text = fs::read_to_string(root.join(path)).unwrap();
        let page = Page::new((*path).to_owned(), text);
        let mut sandbox = Sandbox::new();
        let mut blessed = Vec::new();
        for part in &page.parts {
            let Part::Block(block) = part else { continue };
            if let Some(file) = block.option("file") {
                sandbox = sandbox.file(file, &block.text);
            } else if block.language == "toml" {
                let alone = Sandbox::new().file("argot.toml", &block.text);
                let run = alone.run("profiles");
                assert_eq!(run.status, Some(0), "{path}:{}: {}", block.line, run.stderr);
            } else if block.language == "console"
                && let Some((command, shown)) = block.text.split_once('\n')
                && let Some(arguments) = command.strip_prefix("$ argot ")
                && !arguments.contains('|')
            {
                runs += 1;
                let run = sandbox.run(arguments);
                let printed = format!("{}{}", run.stderr, run.stdout);
                if printed != shown {
                    assert!(
                        std::env::var_os("ARGOT_BLESS").is_some(),
                        "{path}:{}: something else comes out:\n{printed}",
                        block.line
                    );
                    blessed.push((block.line, format!("{command}\n{printed}")));
                }
            }
        }
        if !blessed.is_empty() {
            fs::write(root.join(path), page.with(&blessed)).unwrap();
        }
    }
    assert!(runs > 0);
}
