//! What the writer knows about keys: their order for readers, and how their values are written.

use serde_json::{Map, Value};

/// Facts about a key, in whatever object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// Its place among the keys of its object.
    pub(super) rank: Rank,
    /// How its value is written.
    pub(super) form: Form,
}

/// The place of a key among those of its object. Keys of one rank keep the order in which the object was created: the
/// order of the struct for Argo's own objects, alphabetical order for those of Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Before all others, by number.
    First(u8),
    /// After those.
    Other,
    /// Like `Other`, but directly before `containers`, since they run in this order.
    InitContainers,
}

/// How the value of a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Like most.
    Usual,
    /// Strings are quoted even if a bare word would do: they are always texts, whatever they look like, and a reader
    /// should see that.
    Quoted,
    /// A short list of texts is on one line.
    Line,
    /// A short list of texts is on one line, and strings are quoted.
    QuotedLine,
    /// A map with keys that the user chooses, in the user's order.
    Open,
}

/// Returns the facts about a key.
pub(super) fn key(name: &str) -> Key {
    use Form::{Line, Open, Quoted, QuotedLine, Usual};
    use Rank::{First, InitContainers, Other};
    let (rank, form) = match name {
        "apiVersion" => (First(0), Usual),
        "kind" => (First(1), Usual),
        // If an object has a name, the name comes first.
        "name" => (First(2), Usual),
        "metadata" => (First(3), Usual),
        "generateName" => (First(4), Usual),
        "namespace" => (First(5), Usual),
        "labels" => (First(6), Open),
        "annotations" => (First(7), Open),
        "description" => (First(8), Usual),
        // Fields of a container.
        "image" => (First(9), Usual),
        "imagePullPolicy" => (First(10), Usual),
        "workingDir" => (First(11), Usual),
        "command" => (First(12), Line),
        "args" => (First(13), QuotedLine),
        "env" => (First(14), Usual),
        "envFrom" => (First(15), Usual),
        "accessModes" => (First(16), Line),
        "apiGroups" | "schedule" | "timeZone" => (First(16), Usual),
        "storageClassName" => (First(17), Usual),
        "resources" => (First(18), Usual),
        "mountPath" => (First(19), Usual),
        "volumeMounts" => (First(20), Usual),
        // Fields of a location or a choice.
        "endpoint" => (First(21), Usual),
        "bucket" => (First(22), Usual),
        "key" => (First(23), Usual),
        "operator" => (First(24), Usual),
        "values" => (First(25), Usual),
        "value" | "default" => (Other, Quoted),
        "enum" => (Other, QuotedLine),
        "nodeSelector" | "matchLabels" | "data" | "limits" | "requests" | "volumeAttributes" => {
            (Other, Open)
        }
        "initContainers" => (InitContainers, Usual),
        _ => (Other, Usual),
    };
    Key { rank, form }
}

impl Form {
    /// Whether strings are quoted.
    pub(super) fn is_quoted(self) -> bool {
        matches!(self, Self::Quoted | Self::QuotedLine)
    }

    /// Whether a short list of texts is on one line.
    pub(super) fn is_line(self) -> bool {
        matches!(self, Self::Line | Self::QuotedLine)
    }
}

/// Returns the order in which to write the fields of an object, as their positions, if they are not in order already.
/// `containers` is the position of that field.
pub(super) fn order(
    ranks: impl Iterator<Item = Rank> + Clone,
    containers: Option<usize>,
) -> Option<Vec<usize>> {
    let is_moved = |rank| rank == Rank::InitContainers;
    if ranks.clone().is_sorted() && !ranks.clone().any(is_moved) {
        return None;
    }
    let place = |(index, rank): (usize, Rank)| match (rank, containers) {
        (Rank::InitContainers, Some(containers)) => (Rank::Other, containers, 0),
        (Rank::InitContainers, None) => (Rank::Other, index, 1),
        (rank, _) => (rank, index, 1),
    };
    let mut order: Vec<_> = ranks.enumerate().map(place).zip(0..).collect();
    order.sort_unstable();
    Some(order.into_iter().map(|(_, index)| index).collect())
}

/// Returns data with the keys of every object in reading order.
pub(crate) fn ordered(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(ordered).collect()),
        Value::Object(fields) => {
            let containers = fields.keys().position(|name| name == "containers");
            let ranks = fields.keys().map(|name| key(name).rank);
            let order = order(ranks, containers).unwrap_or_else(|| (0..fields.len()).collect());
            let mut fields: Vec<_> = fields.into_iter().map(Some).collect();
            let fields = order
                .into_iter()
                .filter_map(|index| fields.get_mut(index)?.take());
            let fields = fields.map(|(name, value)| match key(&name).form {
                Form::Open => (name, value),
                _ => (name, ordered(value)),
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other,
    }
}
