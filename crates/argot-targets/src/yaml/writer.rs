//! A serializer that writes YAML as it goes.
//!
//! A map first writes its entries in the order in which they come, and remembers where each begins. If that is not the
//! reading order, it moves the written lines once it has all of them. An element of a list is written as if it were a
//! map or list two columns further right, and its `- ` then replaces two of the blanks before it.

use std::fmt::{self, Display};

use serde::ser::{
    Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct,
};
use serde::{Serialize, Serializer, ser};

use super::order::{Form, Key, Rank, key, order};
use super::text;

/// The most characters that the texts of a list on one line may have together.
const LONGEST_LINE: usize = 60;
/// The longest key, in characters, that the YAML specification allows before a `:` on the same line.
const LONGEST_KEY: usize = 1024;

/// Why something cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error(String);

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

/// Writes one YAML document. `look` sees each of its strings.
///
/// # Errors
/// For a key that is not a string or is longer than YAML allows; otherwise the error of the value itself.
pub(crate) fn document<T: Serialize + ?Sized>(
    value: &T,
    look: &mut dyn FnMut(Part, &str),
) -> Result<Written, Error> {
    let mut writer = Writer {
        out: Vec::new(),
        json_bytes: 0,
        look,
        entries: Vec::new(),
        line: String::new(),
        ends: Vec::new(),
        moved: Vec::new(),
    };
    value.serialize(Node {
        writer: &mut writer,
        place: Place {
            position: Position::Top,
            column: 0,
            form: Form::Usual,
            is_ordered: true,
        },
    })?;
    Ok(Written {
        text: String::from_utf8(writer.out).map_err(ser::Error::custom)?,
        json_bytes: writer.json_bytes,
    })
}

/// Writes so many blanks.
pub(super) fn indent(out: &mut Vec<u8>, column: usize) {
    out.resize(out.len() + column, b' ');
}

struct Writer<'l> {
    out: Vec<u8>,
    /// How long the JSON of what is written would be.
    json_bytes: usize,
    look: &'l mut dyn FnMut(Part, &str),
    /// The entries of all maps that are open.
    entries: Vec<Entry>,
    /// The texts of a list that may be on one line, and their ends.
    line: String,
    ends: Vec<usize>,
    /// Where lines are put in order.
    moved: Vec<u8>,
}

/// An entry of a map.
#[derive(Clone, Copy)]
struct Entry {
    rank: Rank,
    is_containers: bool,
    /// Where its first line begins.
    start: usize,
}

/// Where a value is, and how it is written.
#[derive(Clone, Copy)]
struct Place {
    position: Position,
    /// The column of the key or dash that it belongs to.
    column: usize,
    form: Form,
    /// Whether the keys of objects are in reading order.
    is_ordered: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
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
    fn of_keys(self) -> usize {
        match self.position {
            Position::Top => 0,
            _ => self.column + 2,
        }
    }

    /// The column of the dashes of a list here.
    fn of_dashes(self) -> usize {
        match self.position {
            Position::Top => 0,
            Position::Value => self.column,
            _ => self.column + 2,
        }
    }
}

impl<'l> Writer<'l> {
    /// Starts a value that is on the line of its key or dash.
    fn start(&mut self, place: Place) {
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
    fn scalar(&mut self, place: Place, text: &[u8]) {
        self.json_bytes += text.len();
        self.start(place);
        self.out.extend_from_slice(text);
        self.out.push(b'\n');
    }

    /// Counts a string, and shows it to whoever looks.
    fn string(&mut self, part: Part, text: &str) {
        self.json_bytes += text::json_bytes(text);
        (self.look)(part, text);
    }

    /// Returns the place of a string that is not in the output yet.
    fn text(&mut self) -> Node<'_, 'l> {
        Node {
            writer: self,
            place: Place {
                position: Position::Text,
                column: 0,
                form: Form::Usual,
                is_ordered: false,
            },
        }
    }

    /// Ends a map or list that began at `start` below its key or dash.
    fn finish(&mut self, place: Place, start: usize) {
        if place.position == Position::Item {
            let dash = start + place.column;
            if let Some(byte) = self.out.get_mut(dash) {
                *byte = b'-';
            }
        }
    }

    /// Puts the entries of a map, from that with the number `first` on, into reading order, and forgets them.
    fn arrange(&mut self, first: usize, place: Place) {
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

/// Serializes one value at its place.
struct Node<'a, 'l> {
    writer: &'a mut Writer<'l>,
    place: Place,
}

impl<'a, 'l> Node<'a, 'l> {
    /// Returns the writer, unless only a string is accepted here.
    fn writer(self) -> Result<&'a mut Writer<'l>, Error> {
        match self.place.position {
            Position::Text => Err(Error("a string is expected".to_owned())),
            _ => Ok(self.writer),
        }
    }

    fn scalar(self, text: &str) -> Result<(), Error> {
        let place = self.place;
        self.writer()?.scalar(place, text.as_bytes());
        Ok(())
    }

    fn map(self) -> Result<Fields<'a, 'l>, Error> {
        let place = self.place;
        let writer = self.writer()?;
        Ok(Fields {
            start: writer.out.len(),
            first: writer.entries.len(),
            of_value: place,
            writer,
            place,
        })
    }

    fn list(self) -> Result<Items<'a, 'l>, Error> {
        let place = self.place;
        let writer = self.writer()?;
        writer.line.clear();
        writer.ends.clear();
        Ok(Items {
            start: writer.out.len(),
            writer,
            place,
            is_line: place.form.is_line(),
        })
    }

    /// A map with a single entry, as serde writes a variant with content.
    fn variant(self, name: &'static str) -> Result<Fields<'a, 'l>, Error> {
        let mut fields = self.map()?;
        fields.key(name)?;
        Ok(fields)
    }
}

impl<'a, 'l> Serializer for Node<'a, 'l> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'a, 'l>;
    type SerializeTuple = Items<'a, 'l>;
    type SerializeTupleStruct = Items<'a, 'l>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Fields<'a, 'l>;
    type SerializeStruct = Fields<'a, 'l>;
    type SerializeStructVariant = Impossible<(), Error>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.scalar(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.scalar(&value.to_string())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        let (yaml, json) = text::float(value);
        let place = self.place;
        let writer = self.writer()?;
        writer.scalar(place, yaml.as_bytes());
        writer.json_bytes = writer.json_bytes + json - yaml.len();
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        let (writer, place) = (self.writer, self.place);
        if place.position == Position::Text {
            writer.line.push_str(value);
            writer.ends.push(writer.line.len());
            return Ok(());
        }
        writer.string(Part::Value, value);
        writer.start(place);
        text::value(
            &mut writer.out,
            value,
            place.form.is_quoted(),
            // At the left edge, a line of dashes would begin a document.
            place.of_keys().max(2),
        );
        writer.out.push(b'\n');
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.scalar("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut fields = self.variant(variant)?;
        SerializeMap::serialize_value(&mut fields, value)?;
        SerializeMap::end(fields)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a, 'l>, Error> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a, 'l>, Error> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a, 'l>, Error> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        Err(unknown(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a, 'l>, Error> {
        self.map()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, 'l>, Error> {
        self.map()
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        Err(unknown(name))
    }
}

/// The error for forms of data that no object of a target has.
fn unknown(name: &str) -> Error {
    Error(format!("`{name}` has a variant with several values"))
}

/// A map under construction.
struct Fields<'a, 'l> {
    writer: &'a mut Writer<'l>,
    place: Place,
    /// Where the map begins.
    start: usize,
    /// The number of its first entry.
    first: usize,
    /// The place of the value of the last key.
    of_value: Place,
}

impl Fields<'_, '_> {
    fn key(&mut self, name: &str) -> Result<(), Error> {
        if name.len() > LONGEST_KEY && name.chars().count() > LONGEST_KEY {
            return Err(Error(format!(
                "a key is longer than {LONGEST_KEY} characters"
            )));
        }
        let Key { rank, form } = key(name);
        let writer = &mut *self.writer;
        writer.string(Part::Key, name);
        // The `:`, and a `,` before it or the braces of the map.
        writer.json_bytes += 2;
        if writer.entries.len() == self.first {
            writer.json_bytes += 1;
            if self.place.position == Position::Value {
                writer.out.push(b'\n');
            }
        }
        writer.entries.push(Entry {
            rank,
            is_containers: name == "containers",
            start: writer.out.len(),
        });
        let column = self.place.of_keys();
        indent(&mut writer.out, column);
        text::key(&mut writer.out, name);
        writer.out.push(b':');
        self.of_value = Place {
            position: Position::Value,
            column,
            form,
            is_ordered: self.place.is_ordered && form != Form::Open,
        };
        Ok(())
    }
}

impl SerializeMap for Fields<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.writer.line.clear();
        key.serialize(self.writer.text())?;
        let name = std::mem::take(&mut self.writer.line);
        self.key(&name)?;
        self.writer.line = name;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Node {
            writer: self.writer,
            place: self.of_value,
        })
    }

    fn end(self) -> Result<(), Error> {
        if self.writer.entries.len() == self.first {
            self.writer.scalar(self.place, b"{}");
            return Ok(());
        }
        self.writer.arrange(self.first, self.place);
        self.writer.finish(self.place, self.start);
        Ok(())
    }
}

impl SerializeStruct for Fields<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.key(key)?;
        SerializeMap::serialize_value(self, value)
    }

    fn end(self) -> Result<(), Error> {
        SerializeMap::end(self)
    }
}

/// A list under construction.
struct Items<'a, 'l> {
    writer: &'a mut Writer<'l>,
    place: Place,
    /// Where the list begins.
    start: usize,
    /// Whether it may still be on one line. Then its texts wait in [`Writer::line`].
    is_line: bool,
}

impl Items<'_, '_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        // A `,` before it, or the brackets of the list.
        self.writer.json_bytes += 1;
        if self.writer.out.len() == self.start {
            self.writer.json_bytes += 1;
            if self.place.position == Position::Value {
                self.writer.out.push(b'\n');
            }
        }
        value.serialize(Node {
            writer: self.writer,
            place: Place {
                position: Position::Item,
                column: self.place.of_dashes(),
                form: match self.place.form.is_quoted() {
                    true => Form::Quoted,
                    false => Form::Usual,
                },
                is_ordered: self.place.is_ordered,
            },
        })
    }

    /// Writes one line for each text that waits.
    fn flush(&mut self) -> Result<(), Error> {
        self.is_line = false;
        let line = std::mem::take(&mut self.writer.line);
        let ends = std::mem::take(&mut self.writer.ends);
        texts(&line, &ends).try_for_each(|text| self.item(text))
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if self.is_line {
            let is_text = value.serialize(self.writer.text()).is_ok();
            let line = &self.writer.line;
            let is_short = line.len() <= LONGEST_LINE || line.chars().count() <= LONGEST_LINE;
            match (is_text, is_short && !line.contains('\n')) {
                (true, true) => return Ok(()),
                (true, false) => return self.flush(),
                (false, _) => self.flush()?,
            }
        }
        self.item(value)
    }

    fn close(self) {
        let (writer, place) = (self.writer, self.place);
        if self.is_line && !writer.ends.is_empty() {
            writer.start(place);
            writer.out.push(b'[');
            writer.json_bytes += writer.ends.len() + 1;
            let line = std::mem::take(&mut writer.line);
            let ends = std::mem::take(&mut writer.ends);
            for (index, text) in texts(&line, &ends).enumerate() {
                if index > 0 {
                    writer.out.extend_from_slice(b", ");
                }
                writer.string(Part::Value, text);
                text::value(&mut writer.out, text, true, 0);
            }
            (writer.line, writer.ends) = (line, ends);
            writer.out.extend_from_slice(b"]\n");
        } else if writer.out.len() == self.start {
            writer.scalar(place, b"[]");
        } else {
            writer.finish(place, self.start);
        }
    }
}

/// Returns the texts of a list that are written after each other and have these ends.
fn texts<'a>(line: &'a str, ends: &'a [usize]) -> impl Iterator<Item = &'a str> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts
        .zip(ends)
        .map(|(start, end)| line.get(start..*end).unwrap_or_default())
}

/// Implements serde's traits of lists, which differ in their names.
macro_rules! items {
    ($($trait:ident $method:ident,)*) => {
        $(impl $trait for Items<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.add(value)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        })*
    };
}

items! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
}
