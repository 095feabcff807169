//! The documents that targets make. No list of kinds is needed: a target adds a kind of object by making one.

use std::any::Any;
use std::fmt::Debug;
use std::io::{self, Write};
use std::sync::Arc;

use argot_syntax::{Code, Diagnostics};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{Metadata, Resource};
use serde::Serialize;
use serde_json::{Error, Value};

use crate::yaml::{self, Part, Written};

/// One document of the output: an object of the cluster, or anything else that a target reads.
#[derive(Debug, Clone)]
pub struct Manifest {
    kind: &'static str,
    name: Name,
    is_shared: bool,
    document: Arc<dyn Document>,
    /// The document as it is printed, once it has been written.
    written: Option<Arc<Written>>,
}

/// The name of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Name {
    /// The whole name.
    Whole(String),
    /// A prefix that the server completes.
    Prefix(String),
}

/// A typed object. Each type is serialized by code of its own.
trait Document: Any + Debug + Send + Sync {
    fn data(&self) -> Result<Value, Error>;

    fn json(&self) -> Result<Vec<u8>, Error>;

    fn write(&self, look: &mut dyn FnMut(Part, &str)) -> Result<Written, yaml::Error>;

    fn bytes(&self) -> usize;

    fn equals(&self, other: &dyn Document) -> bool;
}

impl<T: Any + Debug + Send + Sync + Serialize + PartialEq> Document for T {
    fn data(&self) -> Result<Value, Error> {
        serde_json::to_value(self)
    }

    fn json(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self)
    }

    fn write(&self, look: &mut dyn FnMut(Part, &str)) -> Result<Written, yaml::Error> {
        yaml::document(self, look)
    }

    fn bytes(&self) -> usize {
        bytes(self)
    }

    fn equals(&self, other: &dyn Document) -> bool {
        (other as &dyn Any).downcast_ref() == Some(self)
    }
}

impl Manifest {
    /// Returns a document of a type that the target defines.
    #[expect(private_bounds, reason = "every type that can be serialized has it")]
    pub(crate) fn new(kind: &'static str, name: Name, document: impl Document) -> Self {
        Self {
            kind,
            name,
            is_shared: false,
            document: Arc::new(document),
            written: None,
        }
    }

    /// Returns an object of Kubernetes' own API.
    #[expect(private_bounds, reason = "every type that can be serialized has it")]
    pub(crate) fn object<T>(object: T) -> Self
    where
        T: Resource + Metadata<Ty = ObjectMeta> + Document,
    {
        let name = object.metadata().name.clone();
        Self::new(T::KIND, Name::Whole(name.unwrap_or_default()), object)
    }

    /// Allows several pipelines to have this object: its name depends on its content.
    pub(crate) fn shared(self) -> Self {
        Self {
            is_shared: true,
            ..self
        }
    }

    /// Whether several pipelines may have this object, because its name depends on its content.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Returns the object's kind, and its name if that is known before the object is created.
    pub fn identity(&self) -> (&'static str, Option<&str>) {
        match &self.name {
            Name::Whole(name) => (self.kind, Some(name)),
            Name::Prefix(_) => (self.kind, None),
        }
    }

    /// Returns the object's name, or the prefix that the server makes it from.
    pub fn display_name(&self) -> &str {
        let (Name::Whole(name) | Name::Prefix(name)) = &self.name;
        name
    }

    /// Returns the object if it has this type.
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        (&*self.document as &dyn Any).downcast_ref()
    }

    /// Writes the object, so it is not written again for its size or its text. `look` sees each of its strings that has
    /// a `{`.
    pub(crate) fn write(&mut self, look: &mut dyn FnMut(Part, &str)) {
        // An object that cannot be written is reported when it is printed.
        self.written = self.document.write(look).ok().map(Arc::new);
    }

    /// Returns the size of the object as JSON, which is the format that the API server receives.
    pub(crate) fn bytes(&self) -> usize {
        match &self.written {
            Some(written) => written.json_bytes,
            None => self.document.bytes(),
        }
    }

    /// Returns the object as data, with its keys in the order of its type.
    pub(crate) fn raw_data(&self) -> Result<Value, Error> {
        self.document.data()
    }

    /// Returns the object as data, with its keys in reading order.
    ///
    /// # Errors
    /// Never for the objects of this crate; otherwise serde's own error.
    pub fn data(&self) -> Result<Value, Error> {
        self.document.data().map(yaml::ordered)
    }
}

impl PartialEq for Manifest {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.name) == (other.kind, &other.name)
            && self.document.equals(&*other.document)
    }
}

/// Returns manifests as a JSON list, for a hash.
pub(crate) fn json(manifests: &[Manifest]) -> Result<Vec<u8>, Error> {
    let items: Result<Vec<_>, _> = manifests.iter().map(|one| one.document.json()).collect();
    Ok([&b"["[..], &items?.join(&b","[..]), b"]"].concat())
}

/// Returns the size of a value as JSON.
pub(crate) fn bytes<T: Serialize>(value: &T) -> usize {
    struct Counter(usize);
    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // A value that cannot be written as JSON is reported when it is printed.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// Returns the YAML of manifests, one document each. The same manifests always produce the same bytes.
///
/// An object that cannot be written as YAML is a bug in this crate; it is reported rather than left out.
pub fn print(manifests: &[Manifest], diagnostics: &mut Diagnostics) -> String {
    let mut out = String::new();
    for manifest in manifests {
        let written = match &manifest.written {
            Some(written) => Ok(Arc::clone(written)),
            None => manifest.document.write(&mut |_, _| {}).map(Arc::new),
        };
        match written {
            Ok(written) => {
                if !out.is_empty() {
                    out.push_str("---\n");
                }
                out.push_str(&written.text);
            }
            Err(error) => {
                let name = manifest.display_name();
                let message = format!("`{name}` cannot be written as YAML: {error}");
                diagnostics.push(Code::UnsupportedByTarget.global(message));
            }
        }
    }
    out
}
