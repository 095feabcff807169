//! The state of a pipeline while its statements are read: tasks, blocks and names.

use std::collections::{HashMap, HashSet};

use argot_syntax::{Span, ast};

use super::scope::{Local, Scope};
use crate::{
    BlockId, Expr, Handler, Task, TaskId, Volume,
    diagnostics::{EmptyLoop, Unused},
};

/// A pipeline, as far as its statements have been read.
pub(super) struct Body {
    pub(super) scope: Scope,
    /// The tasks of all blocks.
    pub(super) tasks: Vec<Task>,
    /// The blocks. Those that are still being read are empty.
    pub(super) blocks: Vec<crate::Block>,
    pub(super) handlers: Vec<Handler>,
    pub(super) volumes: Vec<Volume>,
    pub(super) returned: Option<(Vec<Expr>, Span)>,
    /// The blocks that are being read, the innermost last.
    pub(super) frames: Vec<Frame>,
    /// Whether tasks may fail by default.
    pub(super) allow_failure: bool,
    /// Whether tasks are daemons by default.
    pub(super) daemon: bool,
    /// Names that are never used.
    pub(super) unused: Vec<Unused>,
    /// Loops that are known to be empty.
    pub(super) empty_loops: Vec<(TaskId, EmptyLoop)>,
    /// Whether a statement could not be read. If so, nothing is reported as missing.
    pub(super) broken: bool,
}

/// A block that is being read.
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) block: BlockId,
    pub(super) tasks: Vec<TaskId>,
    /// The names defined by `let`, in order, to report those that are never used.
    pub(super) lets: Vec<(String, Span)>,
    /// The names of tasks as targets see them: in one case, with `-` for `_`.
    pub(super) taken: HashSet<String>,
    /// For each name of a bare call, the highest number appended to it.
    pub(super) counts: HashMap<String, usize>,
    /// Names that are defined further down in this block.
    pub(super) later: Vec<String>,
    /// Where a loop's variable is defined.
    pub(super) variable: Option<Span>,
    /// How many names are in scope outside it.
    pub(super) around: usize,
    pub(super) yielded: Option<Yield>,
    /// Whether a statement after `yield` or `return` has been reported.
    pub(super) has_rest: bool,
}

/// What a block is the body of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Pipeline,
    /// An `if`, `for` or `repeat`.
    Flow,
    Handler,
}

/// The values of a `yield`.
pub(super) struct Yield {
    /// The values by name. A single unnamed value is called `output`.
    pub(super) fields: Vec<(String, Span, Expr)>,
    pub(super) span: Span,
}

impl Body {
    pub(super) fn new(scope: Scope, broken: bool) -> Self {
        Self {
            scope,
            tasks: Vec::new(),
            blocks: Vec::new(),
            handlers: Vec::new(),
            volumes: Vec::new(),
            returned: None,
            frames: Vec::new(),
            allow_failure: false,
            daemon: false,
            unused: Vec::new(),
            empty_loops: Vec::new(),
            broken,
        }
    }

    /// The block that is being read.
    pub(super) fn frame(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// A name for an unnamed task that is unique in its block.
    pub(super) fn free_name(&mut self, base: &str) -> String {
        let mut name = base.to_owned();
        let Some(frame) = self.frames.last_mut() else {
            return name;
        };
        // Repeated calls of a component continue the count.
        let count = frame.counts.entry(folded(base)).or_insert(1);
        while frame.taken.contains(&folded(&name)) {
            *count += 1;
            name = format!("{base}-{count}");
        }
        frame.taken.insert(folded(&name));
        name
    }

    /// Adds a task to the block that is being read.
    pub(super) fn add(&mut self, task: Task) -> TaskId {
        let id = TaskId::new(self.tasks.len());
        self.tasks.push(task);
        if let Some(frame) = self.frames.last_mut() {
            frame.tasks.push(id);
        }
        id
    }

    /// Starts reading a block and notes the names that its statements will define.
    pub(super) fn enter(&mut self, kind: FrameKind, statements: &[ast::Statement]) {
        let block = BlockId::new(self.blocks.len());
        self.blocks.push(crate::Block::default());
        let mut frame = Frame {
            kind,
            block,
            tasks: Vec::new(),
            lets: Vec::new(),
            taken: HashSet::new(),
            counts: HashMap::new(),
            later: Vec::new(),
            variable: None,
            around: self.scope.locals.len(),
            yielded: None,
            has_rest: false,
        };
        for statement in statements {
            let name = match statement {
                ast::Statement::Let(item) => &item.name,
                ast::Statement::Volume(item) => &item.name,
                ast::Statement::Error(ast::Broken {
                    name: Some(name), ..
                }) => name,
                _ => continue,
            };
            if let std::collections::hash_map::Entry::Vacant(slot) =
                self.scope.later.entry(name.name.clone())
            {
                slot.insert(name.span);
                frame.later.push(name.name.clone());
            }
            frame.taken.insert(folded(&name.name));
        }
        self.frames.push(frame);
    }

    /// Finishes a block and removes its names from the scope.
    pub(super) fn leave(&mut self) -> Option<Frame> {
        self.unused_lets();
        let frame = self.frames.pop()?;
        for name in &frame.later {
            self.scope.later.remove(name);
        }
        for (name, span) in &frame.lets {
            self.scope.gone.insert(name.clone(), *span);
        }
        while self.scope.locals.len() > frame.around {
            if let Some((name, _)) = self.scope.locals.pop() {
                self.scope.spans.remove(&name);
                self.scope.used.remove(&name);
            }
        }
        Some(frame)
    }

    /// Records a statement that could not be read. Nothing is known about the name it defines.
    pub(super) fn broken_statement(&mut self, broken: &ast::Broken) {
        self.broken = true;
        if let Some(name) = &broken.name {
            self.broken_name(name);
        }
    }

    /// Defines a name about which nothing is known.
    pub(super) fn broken_name(&mut self, name: &ast::Ident) {
        self.broken = true;
        self.scope.later.remove(&name.name);
        self.define(name, Local::Error);
    }

    /// Puts a name into the scope.
    pub(super) fn define(&mut self, name: &ast::Ident, local: Local) {
        self.scope.locals.insert(name.name.clone(), local);
        self.scope.spans.insert(name.name.clone(), name.span);
    }

    /// Records the names of the current block that nothing has used.
    pub(super) fn unused_lets(&mut self) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        for (name, span) in &frame.lets {
            if self.scope.used.contains(name) || name.starts_with('_') {
                continue;
            }
            let unused = match self.scope.locals.get(name) {
                // The name of a task without outputs may serve as documentation.
                Some(Local::Task(_, names)) if names.outputs.is_empty() => continue,
                Some(Local::Error) | None => continue,
                _ if frame.variable == Some(*span) => Unused::Variable,
                Some(Local::Task(..)) => Unused::Call,
                Some(_) => Unused::Value,
            };
            self.unused.push(unused(name.clone(), *span));
        }
    }
}

/// A name as targets see it: in one case, with `-` for `_`.
fn folded(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
