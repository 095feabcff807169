//! A cluster in memory that answers `kubectl` for the script, checks that the script may make each call, and advances a
//! little at each look.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::graph::{Graph, Id, State};

/// What each call begins with: the account and the time limit.
const CALL: [&str; 3] = [
    "--server=https://192.0.2.1:443",
    "--namespace=ml",
    "--request-timeout=30s",
];
/// What `kubectl` is to print of each Job: see [`row`].
const TEMPLATE: &str = r#"{{define "job"}}{{$is := "running"}}{{$owner := "none"}}
{{- if .spec.suspend}}{{range $key, $value := .spec.template.metadata.annotations}}
{{- if eq $key "argot.dev/state"}}{{if eq $value "waiting"}}{{$is = "waiting"}}{{end}}{{end}}
{{- end}}{{end}}
{{- range .status.conditions}}{{if eq .status "True"}}
{{- if eq .type "Failed"}}{{$is = "failed"}}{{else if eq .type "Complete"}}{{$is = "complete"}}{{end}}
{{- end}}{{end}}
{{- range .metadata.ownerReferences}}{{if eq .uid "UID"}}{{$owner = "run"}}{{end}}{{end}}
{{- .metadata.name}} {{$is}} {{$owner}}{{"\n"}}{{end}}
{{- if eq .kind "List"}}{{range .items}}{{template "job" .}}{{end}}{{else}}{{template "job" .}}{{end}}"#;
pub const RUN: &str = "run-7";
pub const UID: &str = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
/// After fewer looks no Job that is missing may count as Failed.
const PATIENCE: usize = 35;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing is done.
    Refused,
    /// All is done, and nothing is answered.
    Lost,
    /// Half of it is done, or answered.
    Half,
    /// The script is killed before the call does anything.
    KillBefore,
    KillAfter,
    /// An answer that says more than it may: one of [`FORGED`], and where it stands.
    Forged(usize, Place),
}

/// Where a forged row stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Alone,
    Before,
    After,
}

/// Rows that no answer has. `NAME` is a Job that was asked for, `OTHER` another of the run.
pub const FORGED: &[&str] = &[
    "$(touch pwned) complete none",
    "`touch pwned` complete none",
    ";touch${IFS}pwned; complete none",
    "\"$(touch pwned)\" complete none",
    "'$(touch pwned)' complete none",
    "NAME$(touch pwned) complete none",
    "NAME $(touch pwned) none",
    "NAME complete `touch pwned`",
    "NAME complete none $(touch pwned)",
    "${seen_2:=S} complete none",
    "$name_2 complete none",
    "name_2 complete none",
    "2 complete none",
    "x=1 complete none",
    "-n complete none",
    "* complete none",
    "\\n complete none",
    "OTHER complete none",
    "OTHER waiting none",
    "nobody complete run",
    // No word of a row is missing, too many, or another.
    "NAME",
    "NAME complete",
    "NAME complete none running",
    "NAME Complete none",
    "NAME complete,failed none",
    "NAME true waiting",
    "NAME complete NONE",
    "NAME complete 6f9619ff-8b86-d011-b42d-00c04fc964ff",
    "NAME <none> <none>",
    "NAME <no value> none",
    "NAMe complete none",
    "job.batch/NAME complete none",
    // Two rows of one Job.
    "NAME complete none NAME complete none",
    "NAME running none NAME complete none",
    "No resources found",
    "complete none NAME",
];

/// What is up to chance, or to the test.
pub enum Choices {
    /// What was chosen and among how many, and the next one to take again.
    Tree {
        taken: Vec<(usize, usize)>,
        next: usize,
        one: bool,
    },
    Random(Random),
    /// All that runs ends well at the next look.
    Well,
}

impl Choices {
    /// All ways: at each look, any of the Jobs that run end, or with `one` exactly one of them.
    pub fn tree(one: bool) -> Self {
        Self::Tree {
            taken: Vec::new(),
            next: 0,
            one,
        }
    }

    /// One way: exactly one Job ends at each look, by these choices.
    pub fn ends(choices: &[usize]) -> Self {
        let taken = choices.iter().map(|choice| (*choice, 2)).collect();
        Self::Tree {
            taken,
            next: 0,
            one: true,
        }
    }

    fn choose(taken: &mut Vec<(usize, usize)>, next: &mut usize, among: usize) -> usize {
        if *next == taken.len() {
            taken.push((0, among));
        }
        *next += 1;
        assert_eq!(
            taken[*next - 1].1,
            among,
            "the same choices lead to another world"
        );
        taken[*next - 1].0
    }

    /// What becomes of so many Jobs that run: 0 goes on, 1 ends well, 2 ends badly.
    fn happen(&mut self, runs: usize) -> Vec<usize> {
        if runs == 0 {
            return Vec::new();
        }
        match self {
            Self::Tree {
                taken,
                next,
                one: true,
            } => {
                let chosen = Self::choose(taken, next, runs * 2);
                (0..runs)
                    .map(|at| if at == chosen / 2 { 1 + chosen % 2 } else { 0 })
                    .collect()
            }
            Self::Tree {
                taken,
                next,
                one: false,
            } => {
                let power = |at: usize| 3_usize.pow(u32::try_from(at).unwrap());
                let chosen = Self::choose(taken, next, power(runs) - 1) + 1;
                (0..runs).map(|at| chosen / power(at) % 3).collect()
            }
            Self::Random(random) => (0..runs)
                .map(|_| {
                    if random.one_in(3) {
                        1 + usize::from(random.one_in(3))
                    } else {
                        0
                    }
                })
                .collect(),
            Self::Well => vec![1; runs],
        }
    }

    /// The next way through the tree, if there is one.
    pub fn next_way(&mut self) -> bool {
        let Self::Tree { taken, next, .. } = self else {
            return false;
        };
        *next = 0;
        while let Some((chosen, among)) = taken.pop() {
            if chosen + 1 < among {
                taken.push((chosen + 1, among));
                return true;
            }
        }
        false
    }
}

/// Numbers that look like chance (SplitMix64).
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(most).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == 0
    }
}

#[derive(Default)]
pub struct Job {
    id: Id,
    name: String,
    limits: Vec<(Id, usize)>,
    /// The look from which on it is there.
    pub from: usize,
    suspended: bool,
    released: bool,
    end: Option<bool>,
    owned: bool,
    /// Looks that have not found it, and whether the script has given it up.
    missed: usize,
    given_up: bool,
    /// Somebody lets it run before its turn.
    pub hasty: bool,
    /// Somebody suspends it once while it runs.
    pub held: bool,
}

impl Job {
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    fn runs(&self) -> bool {
        !self.suspended && self.end.is_none()
    }

    /// What the server holds of it.
    fn object(&self) -> Value {
        let conditions: &[(&str, &str)] = match self.end {
            Some(true) => &[("SuccessCriteriaMet", "True"), ("Complete", "True")],
            Some(false) => &[("FailureTarget", "True"), ("Failed", "True")],
            None if self.suspended => &[("Suspended", "True")],
            None if self.id.is_multiple_of(2) => &[("FailureTarget", "True"), ("Failed", "False")],
            None => &[],
        };
        let conditions: Vec<_> = conditions
            .iter()
            .map(|(name, status)| json!({"type": name, "status": status}))
            .collect();
        let mut object = json!({
            "kind": "Job",
            "metadata": {"name": self.name},
            "spec": {
                "suspend": self.suspended,
                "template": {"metadata": {"annotations": {
                    "argot.dev/state": if self.released { "released" } else { "waiting" },
                }}},
            },
            "status": {},
        });
        // What is empty is not there.
        if !conditions.is_empty() {
            object["status"]["conditions"] = conditions.into();
        }
        if self.owned {
            object["metadata"]["ownerReferences"] = json!([{"kind": "Job", "uid": UID}]);
        }
        object
    }
}

/// What [`TEMPLATE`] makes of a Job.
pub fn row(job: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let annotation = &job["spec"]["template"]["metadata"]["annotations"]["argot.dev/state"];
    let mut is = match (&job["spec"]["suspend"], annotation) {
        (Value::Bool(true), Value::String(state)) if state == "waiting" => "waiting",
        _ => "running",
    };
    for condition in list(&job["status"]["conditions"]) {
        match (condition["status"].as_str(), condition["type"].as_str()) {
            (Some("True"), Some("Failed")) => is = "failed",
            (Some("True"), Some("Complete")) => is = "complete",
            _ => {}
        }
    }
    let owners = list(&job["metadata"]["ownerReferences"]);
    let owner = match owners.iter().any(|owner| owner["uid"] == UID) {
        true => "run",
        false => "none",
    };
    let name = job["metadata"]["name"].as_str().unwrap_or_default();
    format!("{name} {is} {owner}")
}

pub struct World<'a> {
    pub graph: &'a Graph,
    pub jobs: Vec<Job>,
    /// Where the Job of a node stands in `jobs`.
    places: Vec<usize>,
    /// Whether the other objects are owned.
    owned: Vec<bool>,
    pub choices: Choices,
    /// Objects that may not be adopted.
    pub forbidden: BTreeSet<String>,
    /// Two scripts run: what one has seen may not be so any more.
    pub two: bool,
    /// No Job may be released.
    pub strict: bool,
    pub looks: usize,
    /// Looks since something happened.
    idle: usize,
    pub wrong: Vec<String>,
}

pub struct Answer {
    pub status: u8,
    pub rows: Vec<String>,
}

impl<'a> World<'a> {
    pub fn new(graph: &'a Graph, choices: Choices) -> Self {
        let jobs = graph.jobs().map(|(id, name, limits)| Job {
            id,
            name: name.to_owned(),
            limits: limits.to_vec(),
            suspended: true,
            ..Job::default()
        });
        let mut places = vec![0; graph.nodes.len()];
        for (place, (id, _, _)) in graph.jobs().enumerate() {
            places[id - 1] = place;
        }
        Self {
            graph,
            jobs: jobs.collect(),
            places,
            owned: vec![false; graph.owned.len()],
            choices,
            forbidden: BTreeSet::new(),
            two: false,
            strict: false,
            looks: 0,
            idle: 0,
            wrong: Vec::new(),
        }
    }

    pub fn states(&self) -> (Vec<State>, Vec<State>) {
        let found = |id: Id| {
            let job = &self.jobs[self.places[id - 1]];
            match job.end {
                _ if job.given_up => State::Failed,
                Some(true) => State::Succeeded,
                Some(false) => State::Failed,
                None if !self.is_there(job) || (job.suspended && !job.released) => State::Waits,
                None => State::Runs,
            }
        };
        self.graph.states(found)
    }

    fn is_there(&self, job: &Job) -> bool {
        job.from <= self.looks
    }

    fn error(&mut self, text: impl Into<String>) {
        self.wrong.push(text.into());
    }

    /// What happens between two looks: at least one of the Jobs that run ends.
    fn go_on(&mut self) {
        self.looks += 1;
        self.idle += 1;
        let looks = self.looks;
        for job in self
            .jobs
            .iter_mut()
            .filter(|job| job.hasty && job.from <= looks)
        {
            job.hasty = false;
            job.suspended = false;
        }
        let runs: Vec<_> = (0..self.jobs.len())
            .filter(|at| self.jobs[*at].runs())
            .collect();
        let mut ends = self.choices.happen(runs.len());
        if self.idle > 5 && ends.iter().all(|end| *end == 0) {
            ends.fill(1);
        }
        for (at, end) in runs.into_iter().zip(ends) {
            let job = &mut self.jobs[at];
            if end != 0 {
                job.end = Some(end == 1);
                self.idle = 0;
            } else if job.held {
                job.held = false;
                job.suspended = true;
            }
        }
        // What somebody has suspended, they let run again some time.
        for job in &mut self.jobs {
            if job.suspended && job.released && looks.is_multiple_of(7) {
                job.suspended = false;
            }
        }
        // Where nothing may be released, the script ends when its time is up, not after so many looks.
        if self.idle > PATIENCE * 3 && !self.strict {
            self.error("it hangs: nothing happens any more");
        }
    }

    /// One call of `kubectl`. `known` are the Jobs of which this script knows the end.
    pub fn call(
        &mut self,
        args: &[String],
        fault: Option<Fault>,
        known: &mut BTreeSet<String>,
    ) -> Answer {
        let bad = Answer {
            status: 1,
            rows: Vec::new(),
        };
        let (mut words, mut flags) = (Vec::new(), Vec::new());
        let Some(args) = args.strip_prefix(&CALL.map(str::to_owned)) else {
            self.error(format!("`kubectl {}`", args.join(" ")));
            return bad;
        };
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            if arg == "-o" || arg == "-p" {
                flags.push(format!("{arg} {}", rest.next().map_or("", String::as_str)));
            } else if arg.starts_with('-') {
                flags.push(arg.clone());
            } else {
                words.push(arg.as_str());
            }
        }
        match words.as_slice() {
            ["get", "jobs.batch", names @ ..] => {
                let template = TEMPLATE.replace("UID", UID);
                let wanted = ["--ignore-not-found", &format!("-o go-template={template}")];
                if flags != wanted {
                    self.error(format!("`kubectl get` with {flags:?}"));
                }
                self.get(names, fault, known)
            }
            ["patch", names @ ..] => {
                let patch = match flags.as_slice() {
                    [kind, patch] if kind == "--type=json" => patch
                        .strip_prefix("-p ")
                        .and_then(|patch| serde_json::from_str::<Value>(patch).ok()),
                    _ => None,
                };
                let owner =
                    json!([{"apiVersion": "batch/v1", "kind": "Job", "name": RUN, "uid": UID}]);
                let owns =
                    json!({"op": "add", "path": "/metadata/ownerReferences", "value": owner});
                let annotation = "/spec/template/metadata/annotations/argot.dev~1state";
                let releases = json!([
                    {"op": "test", "path": "/spec/suspend", "value": true},
                    {"op": "test", "path": annotation, "value": "waiting"},
                    {"op": "replace", "path": "/spec/suspend", "value": false},
                    {"op": "replace", "path": annotation, "value": "released"},
                ]);
                let half = if fault == Some(Fault::Half) { 2 } else { 1 };
                let answer = match names {
                    ["jobs.batch", names @ ..] if patch == Some(releases) => {
                        self.release(&names[..names.len() / half])
                    }
                    _ if patch == Some(json!([owns])) => self.adopt(&names[..names.len() / half]),
                    _ => {
                        self.error(format!("`kubectl patch {names:?}` with {flags:?}"));
                        return bad;
                    }
                };
                if fault.is_some() { bad } else { answer }
            }
            _ => {
                self.error(format!("`kubectl {}`", args.join(" ")));
                bad
            }
        }
    }

    fn get(
        &mut self,
        names: &[&str],
        fault: Option<Fault>,
        known: &mut BTreeSet<String>,
    ) -> Answer {
        self.go_on();
        let begins = self.states().0;
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        if names.is_empty() || names.len() > 10 {
            self.error(format!("{} names in a look", names.len()));
        }
        for name in names {
            let Some(at) = self.jobs.iter().position(|job| job.name == *name) else {
                self.error(format!("a look at `{name}`, which is no Job of the run"));
                continue;
            };
            if !seen.insert(*name) || known.contains(*name) {
                self.error(format!("a look at `{name}`, whose end is known"));
            }
            if begins[self.jobs[at].id - 1] != State::Succeeded {
                self.error(format!("a look at `{name}`, whose turn has not come"));
            }
            if !self.is_there(&self.jobs[at]) {
                self.jobs[at].missed += 1;
                continue;
            }
            let job = &self.jobs[at];
            if job.end.is_some() && fault.is_none() {
                known.insert(job.name.clone());
            }
            rows.push(row(&job.object()));
        }
        if let Some(Fault::Forged(at, place)) = fault {
            let other = |name: &&str| !names.contains(name);
            let other = self.graph.jobs().map(|(_, name, _)| name).find(other);
            let forged = FORGED[at].replace("OTHER", other.unwrap_or("other"));
            let forged = forged.replace("NAME", names[0]);
            match place {
                Place::Alone => rows = vec![forged],
                Place::Before => rows.insert(0, forged),
                Place::After => rows.push(forged),
            }
            return Answer { status: 0, rows };
        }
        match fault {
            None => Answer { status: 0, rows },
            Some(fault) => {
                rows.truncate(if fault == Fault::Half {
                    rows.len() / 2
                } else {
                    0
                });
                Answer { status: 1, rows }
            }
        }
    }

    fn release(&mut self, names: &[&str]) -> Answer {
        let mut status = 0;
        let begins = self.states().0;
        for name in names {
            let looks = self.looks;
            let Some(job) = self.jobs.iter_mut().find(|job| job.name == *name) else {
                self.error(format!("a release of `{name}`, which is no Job of the run"));
                status = 1;
                continue;
            };
            if job.from > looks || !job.suspended || job.released || self.strict {
                if !self.two && !self.strict {
                    self.error(format!("a release of `{name}`, which cannot be released"));
                }
                status = 1;
                continue;
            }
            job.suspended = false;
            job.released = true;
            let (id, limits) = (job.id, job.limits.clone());
            self.idle = 0;
            if begins[id - 1] != State::Succeeded {
                self.error(format!("a release of `{name}` before its turn"));
            }
            for (gate, most) in limits {
                let states = self.states().1;
                let running = self.jobs.iter().filter(|job| {
                    job.limits.iter().any(|limit| limit.0 == gate)
                        && states[job.id - 1] == State::Runs
                });
                if running.count() > most && !self.two {
                    self.error(format!(
                        "a release of `{name}` over the limit of gate {gate}"
                    ));
                }
            }
        }
        Answer {
            status,
            rows: names
                .iter()
                .map(|name| format!("job.batch/{name} patched"))
                .collect(),
        }
    }

    fn adopt(&mut self, names: &[&str]) -> Answer {
        let mut status = 0;
        for name in names {
            let looks = self.looks;
            let Some((kind, bare)) = name.split_once('/') else {
                self.error(format!("a patch of `{name}`"));
                continue;
            };
            if self.forbidden.contains(*name) {
                status = 1;
            } else if kind == "job" {
                match self.jobs.iter_mut().find(|job| job.name == bare) {
                    Some(job) if job.from > looks => status = 1,
                    Some(job) => job.owned = true,
                    None => self.error(format!("a patch of `{name}`")),
                }
            } else {
                match self
                    .graph
                    .owned
                    .iter()
                    .position(|object| *object == (kind, bare))
                {
                    Some(at) => self.owned[at] = true,
                    None => self.error(format!("a patch of `{name}`")),
                }
            }
        }
        Answer {
            status,
            rows: names.iter().map(|name| format!("{name} patched")).collect(),
        }
    }

    /// The script says that a Job is missing for good.
    pub fn give_up(&mut self, name: &str) {
        match self.jobs.iter_mut().find(|job| job.name == name) {
            Some(job) if job.missed > PATIENCE => job.given_up = true,
            _ => self.error(format!("`{name}` is given up too early")),
        }
    }

    /// The objects that have no owner at the end.
    pub fn orphans(&self) -> BTreeSet<String> {
        let objects = self
            .graph
            .owned
            .iter()
            .zip(&self.owned)
            .filter(|(_, owned)| !**owned);
        let jobs = self
            .jobs
            .iter()
            .filter(|job| !job.owned)
            .map(|job| format!("job/{}", job.name));
        jobs.chain(objects.map(|((kind, name), _)| format!("{kind}/{name}")))
            .collect()
    }

    /// What a script that has come to its end has to have said of the Jobs, and the state of the run.
    pub fn ends(&self) -> (BTreeSet<String>, State) {
        let states = self.states().1;
        let ends = self
            .graph
            .jobs()
            .map(|(id, name, _)| format!("{name} {:?}", states[id - 1]));
        (ends.collect(), states.last().copied().unwrap())
    }

    pub fn permits_orphan(&self, object: &str) -> bool {
        self.forbidden.contains(object)
            || self
                .jobs
                .iter()
                .any(|job| job.from > self.looks && object == format!("job/{}", job.name))
    }
}
