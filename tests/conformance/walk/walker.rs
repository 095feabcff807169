//! A program that walks compiled workflows.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A workflow, and what its pods do.
#[derive(Debug, Serialize)]
pub(crate) struct Request<'a> {
    /// The documents.
    pub(crate) yaml: &'a str,
    /// The values that whoever starts it gives.
    pub(crate) parameters: IndexMap<String, String>,
    /// The ends of the attempts at each place.
    pub(crate) places: &'a IndexMap<String, Vec<PodEnd>>,
}

/// How a pod ends.
#[derive(Debug, Serialize)]
pub(crate) struct PodEnd {
    /// `Succeeded`, `Failed` or `Error`.
    pub(crate) status: &'static str,
    /// The texts of its output parameters, `None` for one that it has not written; `None` where it has written nothing
    /// at all.
    pub(crate) outputs: Option<IndexMap<String, Option<String>>>,
    /// The artifacts that it has written; all of them where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) artifacts: Option<Vec<String>>,
    /// The exit code.
    pub(crate) exit_code: Option<i64>,
    /// What is said of it.
    pub(crate) message: String,
}

/// What became of a workflow.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// Argo's phase.
    #[serde(default)]
    pub(crate) phase: String,
    /// Whether nothing happens any more, though it has not ended.
    #[serde(default)]
    pub(crate) hung: bool,
    /// What is said of it.
    #[serde(default)]
    pub(crate) message: String,
    /// What the entry gives.
    pub(crate) outputs: Option<Data>,
    /// Its nodes.
    #[serde(default)]
    pub(crate) nodes: Vec<PlaceNode>,
    /// Why it could not be walked at all.
    #[serde(default)]
    pub(crate) refused: String,
}

/// A node of a workflow.
#[derive(Debug, Deserialize)]
pub(crate) struct PlaceNode {
    /// Where it stands.
    pub(crate) place: String,
    /// `Pod`, `DAG`, `TaskGroup`, `Retry`, `Skipped` ...
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Its template.
    #[serde(default)]
    pub(crate) template: String,
    /// How it has ended.
    pub(crate) phase: String,
    /// What is said of it.
    #[serde(default)]
    pub(crate) message: String,
    /// What it was given.
    pub(crate) inputs: Option<Data>,
    /// What it gave.
    pub(crate) outputs: Option<Data>,
    /// Which attempt of a node it is.
    pub(crate) attempt: Option<i64>,
}

/// What a node is given or gives.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Data {
    /// Texts.
    #[serde(default)]
    pub(crate) parameters: IndexMap<String, Option<String>>,
    /// Artifacts, as Argo has them.
    #[serde(default)]
    pub(crate) artifacts: IndexMap<String, serde_json::Value>,
}

/// A walker that runs.
pub(crate) struct Walker {
    child: Child,
    requests: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
}

impl Walker {
    /// Starts a program that has a mode `walk`.
    pub(crate) fn start(program: &str) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .arg("walk")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || std::io::Error::other("it has no pipes");
        let requests = child.stdin.take().ok_or_else(missing)?;
        let reports = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        Ok(Self {
            child,
            requests: Some(requests),
            reports,
        })
    }

    /// Walks workflows.
    pub(crate) fn walk(&mut self, requests: &[Request<'_>]) -> std::io::Result<Vec<Report>> {
        let pipe = self
            .requests
            .as_mut()
            .ok_or_else(|| std::io::Error::other("it has ended"))?;
        let mut text = serde_json::to_vec(requests)?;
        text.push(b'\n');
        pipe.write_all(&text)?;
        pipe.flush()?;
        let mut line = String::new();
        self.reports.read_line(&mut line)?;
        // What Argo puts before the message of its own container, with the exit codes of both walkers that have one.
        for code in [1, 64] {
            line = line.replace(&format!("wait: Error (exit code {code}): "), "");
        }
        let reports: Vec<Report> = serde_json::from_str(&line)?;
        if reports.len() == requests.len() {
            Ok(reports)
        } else {
            Err(std::io::Error::other("it answers with another number"))
        }
    }
}

impl Drop for Walker {
    fn drop(&mut self) {
        self.requests = None;
        let _ = self.child.wait();
    }
}
