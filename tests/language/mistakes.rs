//! The page that lists mistakes: a table with one row for each, and a section for each row.

use std::collections::BTreeSet;

use argot_syntax::{Code, Severity};

use crate::{OUTPUTS, Report, expectations};
use argot_testing::page::{Block, Page, Part};

/// What the table can say about a mistake.
const VERDICTS: &[&str] = &[
    "refused",
    "warned of",
    "cannot be written",
    "right",
    "not built yet",
];

/// Whose mistake it is.
const ORIGINS: &[&str] = &["Argo", "KFP", "Argo and KFP"];

/// A row of the table.
struct Row<'a> {
    line: usize,
    number: &'a str,
    mistake: &'a str,
    origin: &'a str,
    verdict: &'a str,
    codes: &'a str,
}

/// `### 7. A mistake`, and what stands below it.
struct Section<'a> {
    line: usize,
    /// The line of the next heading.
    end: usize,
    title: &'a str,
    /// The first line that is not empty.
    opening: &'a str,
}

/// Whether the rows are those of the sections, and each section shows what its row says.
pub(crate) fn walk(page: &Page, report: &mut Report) {
    let rows = rows(page, report);
    let sections = sections(page);
    if rows.is_empty() {
        report.fail(&page.path, 1, "there is no table of mistakes");
    }
    let misnumbered = rows
        .iter()
        .zip(1..)
        .find(|(row, number)| row.number != number.to_string());
    if let Some((row, number)) = misnumbered {
        let problem = format!("row {number} has the number {}", row.number);
        report.fail(&page.path, row.line, &problem);
    }
    for row in &rows {
        let title = format!("{}. {}", row.number, name(row.mistake));
        let link = format!("[{}](#{})", name(row.mistake), anchor(&title));
        if row.mistake != link {
            let problem = format!("the mistake is not linked to its section: `{link}`");
            report.fail(&page.path, row.line, &problem);
        }
        for (what, word, words) in [
            ("verdict", row.verdict, VERDICTS),
            ("origin", row.origin, ORIGINS),
        ] {
            if !words.contains(&word) {
                report.fail(&page.path, row.line, &format!("no {what} is `{word}`"));
            }
        }
        let of_row: Vec<&Section> = sections.iter().filter(|s| s.title == title).collect();
        match of_row.as_slice() {
            [section] => same(page, row, section, report),
            found => {
                let problem = format!("{} sections are called `{title}`", found.len());
                report.fail(&page.path, row.line, &problem);
            }
        }
    }
    for section in &sections {
        let listed = |row: &Row| section.title == format!("{}. {}", row.number, name(row.mistake));
        if !rows.iter().any(listed) {
            report.fail(&page.path, section.line, "the table has no row for this");
        }
    }
    let order: Vec<&str> = sections.iter().map(|section| section.title).collect();
    let listed: Vec<String> = rows
        .iter()
        .map(|row| format!("{}. {}", row.number, name(row.mistake)))
        .collect();
    if order.len() == listed.len() && order != listed {
        report.fail(
            &page.path,
            1,
            "the sections stand in another order than the rows",
        );
    }
}

/// Whether a section says and shows what its row says.
fn same(page: &Page, row: &Row, section: &Section, report: &mut Report) {
    let codes = codes(page, row, report);
    let behind = match row.codes {
        "" => String::new(),
        codes => format!(" ({codes})"),
    };
    let opening = format!("{}: **{}**{behind}.", row.origin, row.verdict);
    if section.opening != opening {
        let problem = format!("the row says something else: `{opening}`");
        report.fail(&page.path, section.line, &problem);
    }
    let blocks: Vec<&Block> = page
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Block(block) if (section.line..section.end).contains(&block.line) => Some(block),
            _ => None,
        })
        .collect();
    let sources: Vec<&&Block> = blocks.iter().filter(|b| b.language == "argot").collect();
    let mut announced = BTreeSet::new();
    let mut silent = 0;
    for block in &sources {
        // What cannot be read is reported where the block is compiled.
        let found = expectations(&block.text).unwrap_or_default();
        silent += usize::from(found.is_empty());
        announced.extend(found.into_iter().map(|one| (one.severity, one.code)));
    }
    let ids: BTreeSet<&str> = announced.iter().map(|(_, code)| code.as_str()).collect();
    if ids != codes {
        let problem = format!("the row has the codes {codes:?}, and the blocks have {ids:?}");
        report.fail(&page.path, section.line, &problem);
    }
    let errors = announced.iter().any(|(s, _)| *s == Severity::Error);
    let outputs = blocks
        .iter()
        .any(|b| OUTPUTS.contains(&b.language.as_str()));
    let missing = match row.verdict {
        _ if sources.is_empty() => Some("no `argot` block"),
        "refused" | "not built yet" if !errors => Some("no block with an error"),
        "not built yet" if !codes.contains(Code::NotYetSupported.id()) => {
            Some("nothing that is not yet supported")
        }
        "refused" if codes.contains(Code::NotYetSupported.id()) => {
            Some("no verdict `not built yet`")
        }
        "warned of" if announced.is_empty() || errors => Some("no block with a mere warning"),
        "cannot be written" | "right" if silent == 0 => Some("no block without a mistake"),
        "right" if !outputs => Some("no block with what comes out"),
        _ => None,
    };
    if let Some(missing) = missing {
        report.fail(
            &page.path,
            section.line,
            &format!("there is {missing} here"),
        );
    }
}

/// The codes of a row, each of which is linked to its page.
fn codes<'a>(page: &Page, row: &Row<'a>, report: &mut Report) -> BTreeSet<&'a str> {
    let cells = row.codes.split(", ").filter(|cell| !cell.is_empty());
    let mut found = BTreeSet::new();
    for cell in cells {
        let id = name(cell).trim_matches('`');
        if Code::ALL.iter().all(|code| code.id() != id) {
            report.fail(&page.path, row.line, &format!("there is no code `{id}`"));
        } else if cell != format!("[`{id}`](errors/{id}.md)") {
            let problem = format!("`{cell}` is no link to the page of the code");
            report.fail(&page.path, row.line, &problem);
        }
        found.insert(id);
    }
    found
}

/// The rows of the table under `## The table`.
fn rows<'a>(page: &'a Page, report: &mut Report) -> Vec<Row<'a>> {
    let lines = page.text.lines().enumerate();
    let table = lines
        .skip_while(|(_, line)| *line != "## The table")
        .skip_while(|(_, line)| !line.starts_with('|'))
        .take_while(|(_, line)| line.starts_with('|'))
        .skip(2);
    let mut rows = Vec::new();
    for (index, text) in table {
        let cells: Vec<&str> = text.trim_matches('|').split('|').map(str::trim).collect();
        if let [number, mistake, origin, verdict, codes] = *cells.as_slice() {
            rows.push(Row {
                line: index + 1,
                number,
                mistake,
                origin,
                verdict,
                codes,
            });
        } else {
            report.fail(&page.path, index + 1, "a row has five cells");
        }
    }
    rows
}

/// The sections of mistakes: the headings of the third level.
fn sections(page: &Page) -> Vec<Section<'_>> {
    let inside = |number: usize| {
        page.parts.iter().any(|part| match part {
            Part::Block(block) => {
                (block.line..=block.line + block.text.lines().count() + 1).contains(&number)
            }
            Part::Heading(..) => false,
        })
    };
    let mut sections: Vec<Section> = Vec::new();
    let mut open = false;
    for (index, text) in page.text.lines().enumerate() {
        let number = index + 1;
        if text.starts_with('#') && !inside(number) {
            if let Some(section) = sections.last_mut().filter(|_| open) {
                section.end = number;
            }
            open = text.starts_with("### ");
            if open {
                sections.push(Section {
                    line: number,
                    end: usize::MAX,
                    title: text.trim_start_matches("### "),
                    opening: "",
                });
            }
        } else if let Some(section) = sections.last_mut().filter(|_| open)
            && section.opening.is_empty()
        {
            section.opening = text;
        }
    }
    sections
}

/// The text of a link.
fn name(link: &str) -> &str {
    link.strip_prefix('[')
        .and_then(|rest| rest.split_once("]("))
        .map_or(link, |(name, _)| name)
}

/// The name under which a heading can be linked to.
fn anchor(title: &str) -> String {
    title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
