//! `argot compile`: manifests for pipelines.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use argot_syntax::Diagnostics;
use argot_targets::Manifest;

use crate::Outcome;
use crate::args::CompileArgs;
use crate::input::Input;
use crate::output;
use crate::session::Session;
use crate::stages::{Compiled, Unit};
use crate::words::shown;
use crate::world::Access;
use crate::{params, render, stages};

/// Paths of standard output.
const STDOUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// Where the manifests go.
enum Destination {
    Stdout,
    File(PathBuf),
    /// One file for each input, in the order of the inputs.
    Folder {
        folder: PathBuf,
        files: Vec<PathBuf>,
    },
}

/// Compiles, reports, and writes if there is no error at all.
pub(crate) fn run(args: &CompileArgs, styled: bool) -> Result<Outcome> {
    let mut session = Session::default();
    let given = params::given(&args.pipelines, &mut session)?;
    distinct(&args.files)?;
    let destination = destination(args)?;
    let named: Vec<_> = args
        .files
        .iter()
        .map(|path| (path.clone(), Access::Named))
        .collect();
    let inputs = Input::open_all(&named, &Default::default())?;

    let mut units = Vec::new();
    for input in &inputs {
        let project = session.project(input.project())?;
        let sources = session.sources.clone();
        units.push(Unit::new(input, &project, sources, &args.target)?);
    }
    stages::pick(&mut units, &args.pipelines.names);
    let picked: usize = units.iter().map(|unit| unit.picked.len()).sum();
    if args.target.name.is_some() && picked > 1 {
        bail!(
            "`--name` can name one object only, and there are {picked} pipelines to compile; pick one with `--pipeline`"
        );
    }
    stages::assign(&mut units, given.as_ref());

    let mut compiled = Vec::new();
    for unit in &mut units {
        let plans = unit.plan();
        compiled.push(unit.lower(&plans));
        std::mem::forget(plans);
    }
    stages::report_collisions(&mut units, &compiled);
    let texts = destination.texts(compiled, &mut session.diagnostics);
    let report = stages::report(&mut units, &mut session, args.report.deny_warnings);
    stages::leak(units);
    output::stderr(&render::report(&report, args.report.format, styled));
    if report.diagnostics.has_errors() {
        return Ok(Outcome::Errors);
    }
    texts.write(&read(args, &inputs))?;
    Ok(Outcome::Clean)
}

/// The canonical paths of the files that were read.
fn read(args: &CompileArgs, inputs: &[Input]) -> Vec<PathBuf> {
    let params = args.pipelines.params_file.iter();
    let projects = inputs.iter().map(|input| input.project().file());
    let mut read: Vec<PathBuf> = params
        .cloned()
        .chain(projects)
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect();
    read.extend(inputs.iter().flat_map(|input| input.project().files_read()));
    read
}

/// A file that is named twice would produce everything twice.
fn distinct(files: &[PathBuf]) -> Result<()> {
    let mut seen = HashSet::new();
    for file in files {
        let real = fs::canonicalize(file).ok();
        if real.is_some_and(|real| !seen.insert(real)) {
            bail!("the file `{}` is given several times", shown(file));
        }
    }
    Ok(())
}

fn destination(args: &CompileArgs) -> Result<Destination> {
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| path.as_os_str() != "-")
    else {
        return Ok(Destination::Stdout);
    };
    if STDOUT.iter().any(|name| path == Path::new(name)) {
        return Ok(Destination::Stdout);
    }
    if !path.as_os_str().as_encoded_bytes().ends_with(b"/") && !path.is_dir() {
        return Ok(Destination::File(path.to_owned()));
    }
    let mut taken: BTreeMap<String, &Path> = BTreeMap::new();
    let mut files = Vec::new();
    for input in &args.files {
        let Some(stem) = input.file_stem().filter(|_| !crate::input::is_stdin(input)) else {
            bail!(
                "standard input has no name for a file in `{}`; give `-o` a file",
                shown(path)
            );
        };
        let mut name = stem.to_owned();
        name.push(".yaml");
        // Some file systems are case-insensitive.
        if let Some(other) = taken.insert(name.to_string_lossy().to_lowercase(), input) {
            bail!(
                "`{}` and `{}` would both be written to `{}`",
                shown(other),
                shown(input),
                shown(&path.join(&name))
            );
        }
        files.push(path.join(name));
    }
    Ok(Destination::Folder {
        folder: path.to_owned(),
        files,
    })
}

/// Texts to write.
enum Texts {
    Stdout(String),
    Files {
        /// A folder that is made for them if need be.
        folder: Option<PathBuf>,
        files: Vec<(PathBuf, String)>,
    },
}

impl Destination {
    /// The texts to write. `compiled` has the result of each input.
    fn texts(self, compiled: Vec<Vec<Compiled>>, diagnostics: &mut Diagnostics) -> Texts {
        match self {
            Self::Stdout => Texts::Stdout(print(compiled.into_iter().flatten(), diagnostics)),
            Self::File(path) => {
                let text = print(compiled.into_iter().flatten(), diagnostics);
                Texts::Files {
                    folder: None,
                    files: vec![(path, text)],
                }
            }
            // An input in which no pipeline was picked has no file.
            Self::Folder { folder, files } => Texts::Files {
                folder: Some(folder),
                files: files
                    .into_iter()
                    .zip(compiled)
                    .filter(|(_, compiled)| !compiled.is_empty())
                    .map(|(path, compiled)| (path, print(compiled, diagnostics)))
                    .collect(),
            },
        }
    }
}

impl Texts {
    fn write(self, read: &[PathBuf]) -> Result<()> {
        match self {
            Self::Stdout(text) => output::stdout(&text),
            Self::Files { folder, files } => output::files::write(folder.as_deref(), files, read),
        }
    }
}

/// The YAML of all manifests. An object that several pipelines share is written once.
fn print(compiled: impl IntoIterator<Item = Compiled>, diagnostics: &mut Diagnostics) -> String {
    let mut manifests: Vec<Manifest> = Vec::new();
    for manifest in compiled.into_iter().flat_map(|one| one.manifests) {
        if !(manifest.is_shared() && manifests.contains(&manifest)) {
            manifests.push(manifest);
        }
    }
    let text = argot_targets::print(&manifests, diagnostics);
    std::mem::forget(manifests);
    text
}
