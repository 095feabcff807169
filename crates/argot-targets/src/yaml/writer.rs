//! What the serializer writes into: the output so far, and where in it the next value is.
//!
//! A map first has its entries in the order in which they come. If that is not the reading order, their lines are moved
//! once all of them are there.

use std::fmt::{self, Display};

use serde::ser;

use super::order::{Form, Rank, order};
use super::text::{self, Classes, indent};

/// Why something cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error(pub(super) String);

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// A document that has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The YAML, without a `---` line.
    pub(crate) text: String,
    /// The size as JSON in bytes, which is the form that the API server receives.
    pub(crate) json_bytes: usize,
}

/// What a string of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A key of a map.
    Key,
    /// A value.
    Value,
}

pub(super) struct Writer<'l> {
    pub(super) out: Vec<u8>,
    /// How long the JSON of what is written would be.
    pub(super) json_bytes: usize,
    pub(super) look: &'l mut dyn FnMut(Part, &str),
    /// The entries of all maps that are open.
    pub(super) entries: Vec<Entry>,
    /// The texts of a list that may be on one line, and their ends.
    pub(super) line: String,
    pub(super) ends: Vec<usize>,
    /// Where lines are put in order.
    pub(super) moved: Vec<u8>,
}

/// An entry of a map.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) rank: Rank,
    pub(super) is_containers: bool,
    /// Where its first line begins.
    pub(super) start: usize,
}

/// Where a value is, and how it is written.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) position: Position,
    /// The column of the key or dash that it belongs to.
    pub(super) column: usize,
    pub(super) form: Form,
    /// Whether the keys of objects are in reading order.
    pub(super) is_ordered: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// The whole document.
    Top,
    /// After a key.
    Value,
    /// After a dash.
    Item,
    /// Not in the output yet: a string is added to [`Writer::line`], and everything else is refused.
    Text,
}

impl Place {
    /// The column of the keys of a map here.
    pub(super) fn of_keys(self) -> usize {
        match self.position {
            Position::Top => 0,
            _ => self.column + 2,
        }
    }

    /// The column of the dashes of a list here.
    pub(super) fn of_dashes(self) -> usize {
        match self.position {
            Position::Top => 0,
            Position::Value => self.column,
            _ => self.column + 2,
        }
    }
}

impl<'l> Writer<'l> {
    /// Starts a value that is on the line of its key or dash.
    pub(super) fn start(&mut self, place: Place) {
        match place.position {
            Position::Top | Position::Text => {}
            Position::Value => self.out.push(b' '),
            Position::Item => {
                indent(&mut self.out, place.column);
                self.out.extend_from_slice(b"- ");
            }
        }
    }

    /// Writes a value that is on the line of its key or dash.
    pub(super) fn scalar(&mut self, place: Place, text: &[u8]) {
        self.json_bytes += text.len();
        self.start(place);
        self.out.extend_from_slice(text);
        self.out.push(b'\n');
    }

    /// Counts a string, and shows it to whoever looks.
    pub(super) fn string(&mut self, part: Part, text: &str) -> Classes {
        let classes = Classes::of(text);
        self.json_bytes += text::json_bytes(text, classes);
        if classes.has_brace() {
            (self.look)(part, text);
        }
        classes
    }

    /// Ends a map or list that began at `start` below its key or dash.
    pub(super) fn finish(&mut self, place: Place, start: usize) {
        if place.position == Position::Item {
            let dash = start + place.column;
            if let Some(byte) = self.out.get_mut(dash) {
                *byte = b'-';
            }
        }
    }

    /// Puts the entries of a map, from that with the number `first` on, into reading order, and forgets them.
    pub(super) fn arrange(&mut self, first: usize, place: Place) {
        let Some(entries) = self.entries.get(first..) else {
            return;
        };
        let containers = entries.iter().position(|entry| entry.is_containers);
        let order = match place.is_ordered {
            true => order(entries.iter().map(|entry| entry.rank), containers),
            false => None,
        };
        if let Some(order) = order {
            let start = |index: usize| match entries.get(index) {
                Some(entry) => entry.start,
                None => self.out.len(),
            };
            self.moved.clear();
            for index in order {
                let lines = self.out.get(start(index)..start(index + 1));
                self.moved.extend_from_slice(lines.unwrap_or_default());
            }
            self.out.truncate(start(0));
            self.out.append(&mut self.moved);
        }
        self.entries.truncate(first);
    }
}
