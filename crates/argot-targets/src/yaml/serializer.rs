//! A serializer that writes YAML as it goes.
//!
//! An element of a list is written as if it were a map or list two columns further right, and its `- ` then replaces two
//! of the blanks before it.

use serde::ser::{
    self, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct,
};
use serde::{Serialize, Serializer};

use super::order::{Form, Key, key};
use super::text::{self, indent};
use super::writer::{Entry, Error, Part, Place, Position, Writer, Written};

/// The most characters that the texts of a list on one line may have together.
const LONGEST_LINE: usize = 60;
/// The longest key, in characters, that the YAML specification allows before a `:` on the same line.
const LONGEST_KEY: usize = 1024;

/// Writes one YAML document. `look` sees each of its strings that has a `{`: values, and keys of maps.
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

/// Serializes one value at its place.
struct Node<'a, 'l> {
    writer: &'a mut Writer<'l>,
    place: Place,
}

impl<'a, 'l> Node<'a, 'l> {
    /// Returns the place of a string that is not in the output yet.
    fn text(writer: &'a mut Writer<'l>) -> Self {
        Self {
            writer,
            place: Place {
                position: Position::Text,
                column: 0,
                form: Form::Usual,
                is_ordered: false,
            },
        }
    }

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
        fields.key(name, true)?;
        Ok(fields)
    }
}

/// Implements serde's methods for integers, which differ in their names.
macro_rules! integers {
    ($($method:ident $ty:ty,)*) => {
        $(fn $method(self, value: $ty) -> Result<(), Error> {
            self.scalar(&value.to_string())
        })*
    };
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

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
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
        let classes = writer.string(Part::Value, value);
        writer.start(place);
        text::value(
            &mut writer.out,
            value,
            classes,
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
    /// Starts an entry. `is_field` says that the key is the name of a field, which is a plain word.
    fn key(&mut self, name: &str, is_field: bool) -> Result<(), Error> {
        if name.len() > LONGEST_KEY && name.chars().count() > LONGEST_KEY {
            return Err(Error(format!(
                "a key is longer than {LONGEST_KEY} characters"
            )));
        }
        let Key { rank, form } = key(name);
        let writer = &mut *self.writer;
        match is_field {
            true => writer.json_bytes += "\"\"".len() + name.len(),
            false => _ = writer.string(Part::Key, name),
        }
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
        match is_field {
            true => writer.out.extend_from_slice(name.as_bytes()),
            false => text::key(&mut writer.out, name),
        }
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
        key.serialize(Node::text(self.writer))?;
        let name = std::mem::take(&mut self.writer.line);
        self.key(&name, false)?;
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
        self.key(key, true)?;
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
            let is_text = value.serialize(Node::text(self.writer)).is_ok();
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
                let classes = writer.string(Part::Value, text);
                text::value(&mut writer.out, text, classes, true, 0);
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
