//! Generates programs from bytes. Each byte decides one thing, and 0, which is also used for missing bytes, chooses the
//! smallest option. So shrinking the bytes shrinks the program.

use std::fmt::Write as _;

/// The types that the programs use.
#[derive(Debug, Clone, PartialEq)]
enum Ty {
    Int,
    Text,
    Bool,
    Float,
    /// `R`.
    Record,
    Model,
    List(Box<Ty>),
    Optional(Box<Ty>),
}

impl Ty {
    fn written(&self) -> String {
        match self {
            Self::Int => "int".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Float => "float".to_owned(),
            Self::Record => "R".to_owned(),
            Self::Model => "Model".to_owned(),
            Self::List(item) => format!("list[{}]", item.written()),
            Self::Optional(inner) => format!("{}?", inner.written()),
        }
    }

    fn list(item: Self) -> Self {
        Self::List(Box::new(item))
    }

    fn optional(self) -> Self {
        match self {
            Self::Optional(_) => self,
            other => Self::Optional(Box::new(other)),
        }
    }

    fn is_models(&self) -> bool {
        *self == Self::list(Self::Model)
    }
}

#[derive(Clone)]
struct Component {
    name: String,
    inputs: Vec<(String, Ty, bool)>,
    outputs: Vec<(String, Ty)>,
    is_pipeline: bool,
}

#[derive(Clone)]
struct Value {
    text: String,
    ty: Ty,
    /// Whether its value is known before anything runs.
    is_known: bool,
}

impl Value {
    fn made(text: String, ty: Ty) -> Self {
        Self {
            text,
            ty,
            is_known: false,
        }
    }

    fn given(text: String, ty: Ty) -> Self {
        Self {
            is_known: true,
            ..Self::made(text, ty)
        }
    }
}

/// The names known at a place in the program.
#[derive(Default)]
struct Scope {
    values: Vec<Value>,
    tasks: Vec<String>,
}

struct Generator<'a> {
    bytes: &'a [u8],
    at: usize,
    components: Vec<Component>,
    text: String,
    body: String,
    scope: Scope,
    indent: usize,
    count: usize,
    /// How many more calls there may be.
    left: usize,
    /// Whether all calls of the pipeline may fail.
    may_fail: bool,
    /// Where the values begin that the innermost block has made.
    inside: usize,
    /// Whether what decides over what runs is known before anything does, but for how tasks have ended.
    is_static: bool,
}

/// The source of a program; its last pipeline is meant.
pub fn source(bytes: &[u8]) -> String {
    generated(bytes, false)
}

/// The source of a program in which conditions and loops are over what is known before anything runs, and over
/// how tasks have ended.
#[allow(dead_code, reason = "not all that have this module need it")]
pub fn static_source(bytes: &[u8]) -> String {
    generated(bytes, true)
}

fn generated(bytes: &[u8], is_static: bool) -> String {
    let mut generator = Generator {
        bytes,
        at: 0,
        components: Vec::new(),
        text: "type R = { a: int, b: string }\n\n".to_owned(),
        body: String::new(),
        scope: Scope::default(),
        indent: 1,
        count: 0,
        left: 0,
        may_fail: false,
        inside: 0,
        is_static,
    };
    let called = generator.pick(3);
    for index in 0..called {
        generator.left = 4;
        generator.pipeline(&format!("q{index}"), false);
    }
    generator.left = 12;
    generator.pipeline("main", true);
    generator.text
}

const WORDS: &[&str] = &[
    "a",
    "",
    "b-c",
    "null",
    "it's",
    "1",
    "say \\\"x\\\"",
    "ü<&>",
    "x\\ny",
    "\\\\",
];

impl Generator<'_> {
    fn pick(&mut self, end: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % end.max(1)
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.pick(of) == of - 1
    }

    fn name(&mut self, base: &str) -> String {
        self.count += 1;
        format!("{base}{}", self.count)
    }

    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.body.push_str("    ");
        }
        self.body.push_str(text);
        self.body.push('\n');
    }

    fn plain_type(&mut self) -> Ty {
        match self.pick(10) {
            0 | 1 => Ty::Int,
            2 => Ty::Text,
            3 => Ty::Bool,
            4 => Ty::Float,
            5 => Ty::list(Ty::Int),
            6 => Ty::list(Ty::Text),
            7 => Ty::Record,
            8 => Ty::list(Ty::Record),
            _ => Ty::list(Ty::Float),
        }
    }

    fn made_type(&mut self) -> Ty {
        match self.pick(8) {
            6 => Ty::Model,
            7 if !self.is_static => Ty::list(Ty::Model),
            _ => self.plain_type(),
        }
    }

    /// Makes something of what is known before anything runs, where that is asked for.
    fn of_known<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        if !self.is_static {
            return make(self);
        }
        let all = self.scope.values.clone();
        self.scope.values.retain(|value| value.is_known);
        let made = make(self);
        self.scope.values = all;
        made
    }

    fn pipeline(&mut self, name: &str, is_entry: bool) {
        let mut inputs = vec![
            ("n".to_owned(), Ty::Int, true, "2"),
            ("s".to_owned(), Ty::Text, true, "\"x\""),
        ];
        for (input, ty, default) in [
            ("xs", Ty::list(Ty::Int), "[1, 2]"),
            ("flag", Ty::Bool, "true"),
            ("ts", Ty::list(Ty::Text), "[\"a\", \"b\"]"),
            ("m", Ty::Model, "Model(\"s3://data/k\")"),
            ("r", Ty::Record, "{ a = 1, b = \"r\" }"),
        ] {
            if self.one_in(2) {
                inputs.push((input.to_owned(), ty, true, default));
            }
        }
        if !is_entry {
            for (input, ty) in [("on", Ty::Int), ("ot", Ty::Text)] {
                if self.one_in(3) {
                    inputs.push((input.to_owned(), ty.optional(), true, ""));
                }
            }
        }
        self.body = String::new();
        self.may_fail = false;
        self.scope = Scope::default();
        for (input, ty, _, _) in &inputs {
            self.scope
                .values
                .push(Value::given(input.clone(), ty.clone()));
        }
        let parameters = self.scope.values.clone();
        match self.pick(8) {
            6 => self.line("on_error = \"continue\""),
            7 => self.line("parallel = 2"),
            _ => {}
        }
        match self.pick(10) {
            8 => self.line("defaults { retry { limit = 1 } }"),
            9 => {
                self.may_fail = true;
                self.line("defaults { allow_failure = true }");
            }
            _ => {}
        }
        self.call();
        self.statements(3);
        let mut outputs = Vec::new();
        for index in 0..self.pick(4) {
            let ty = self.made_type();
            if let Some(value) = self.returned(&ty) {
                outputs.push((format!("r{index}"), ty, value));
            }
        }
        let returns: Vec<_> = outputs
            .iter()
            .map(|(name, _, value)| format!("{name} = {value}"))
            .collect();
        self.scope.values = parameters;
        self.scope.tasks.clear();
        for _ in 0..self.pick(6).saturating_sub(3) {
            let event = ["exit", "failure", "success"]
                .get(self.pick(3))
                .copied()
                .unwrap_or("exit");
            self.line(&format!("on {event} {{"));
            self.indent += 1;
            let added = self.scope.values.len();
            for (text, ty) in [
                ("\"${run.status}\"", Ty::Text),
                ("len(run.failures)", Ty::Int),
            ] {
                if ty == Ty::Text || (is_entry && !self.is_static) {
                    self.scope.values.push(Value::given(text.to_owned(), ty));
                }
            }
            self.left = 2;
            let (values, tasks) = (self.scope.values.len(), self.scope.tasks.len());
            self.statements(1);
            self.scope.values.truncate(values);
            self.scope.tasks.truncate(tasks);
            self.scope.values.truncate(added);
            self.indent -= 1;
            self.line("}");
        }
        if !returns.is_empty() {
            let text = format!("return {{ {} }}", returns.join(", "));
            self.line(&text);
        }
        let written: Vec<_> = inputs
            .iter()
            .map(|(name, ty, _, default)| match ty {
                Ty::Optional(_) => format!("{name}: {}", ty.written()),
                _ => format!("{name}: {} = {default}", ty.written()),
            })
            .collect();
        let gives: Vec<_> = outputs
            .iter()
            .map(|(name, ty, _)| format!("{name}: {}", ty.written()))
            .collect();
        let arrow = if gives.is_empty() {
            String::new()
        } else {
            format!(" -> ({})", gives.join(", "))
        };
        let body = std::mem::take(&mut self.body);
        let _ = write!(
            self.text,
            "pipeline {name}({}){arrow} {{\n{body}}}\n\n",
            written.join(", ")
        );
        self.components.push(Component {
            name: name.to_owned(),
            inputs: inputs
                .into_iter()
                .map(|(name, ty, open, _)| (name, ty, open))
                .collect(),
            outputs: outputs
                .into_iter()
                .map(|(name, ty, _)| (name, ty))
                .collect(),
            is_pipeline: true,
        });
    }

    /// A value that a pipeline returns or a block yields.
    fn returned(&mut self, ty: &Ty) -> Option<String> {
        if *ty == Ty::Model {
            // What no task has made is not returned.
            let inside = self.scope.values.get(self.inside..).unwrap_or_default();
            let made: Vec<_> = inside
                .iter()
                .filter(|value| value.ty == *ty && value.text.contains('.'))
                .map(|value| value.text.clone())
                .collect();
            return made.get(self.pick(made.len())).cloned();
        }
        self.expr(ty, 2)
    }

    fn of_type(&self, ty: &Ty) -> Vec<String> {
        let mut found: Vec<_> = self
            .scope
            .values
            .iter()
            .filter(|value| value.ty == *ty)
            .map(|value| value.text.clone())
            .collect();
        found.reverse();
        found
    }

    fn known(&mut self, ty: &Ty) -> Option<String> {
        let found = self.of_type(ty);
        let at = self.pick(found.len());
        found.get(at).cloned()
    }

    fn literal(&mut self, ty: &Ty) -> Option<String> {
        Some(match ty {
            Ty::Int => ["1", "0", "2", "3", "-1", "10"]
                .get(self.pick(6))
                .copied()?
                .to_owned(),
            Ty::Float => ["0.5", "0.0", "1.0", "-2.5", "1e-7"]
                .get(self.pick(5))
                .copied()?
                .to_owned(),
            Ty::Bool => ["true", "false"].get(self.pick(2)).copied()?.to_owned(),
            Ty::Text => format!("\"{}\"", WORDS.get(self.pick(WORDS.len())).copied()?),
            Ty::Record => format!(
                "{{ a = {}, b = {} }}",
                self.literal(&Ty::Int)?,
                self.literal(&Ty::Text)?
            ),
            Ty::Model => "Model(\"s3://data/other\")".to_owned(),
            Ty::List(item) if **item != Ty::Model => {
                let count = self.pick(3) + 1;
                let items: Option<Vec<_>> = (0..count).map(|_| self.literal(item)).collect();
                format!("[{}]", items?.join(", "))
            }
            Ty::List(_) => return None,
            Ty::Optional(inner) => match self.pick(2) {
                0 => "null".to_owned(),
                _ => self.literal(inner)?,
            },
        })
    }

    /// An expression of a type, if there is one.
    fn expr(&mut self, ty: &Ty, depth: usize) -> Option<String> {
        if ty.is_models() {
            return self.known(ty);
        }
        let form = if depth == 0 {
            self.pick(2)
        } else {
            self.pick(6)
        };
        let found = match form {
            0 => None,
            1..=3 => self.known(ty),
            _ => self.compound(ty, depth - 1),
        };
        found
            .or_else(|| if form == 0 { self.known(ty) } else { None })
            .or_else(|| self.literal(ty))
    }

    fn compound(&mut self, ty: &Ty, depth: usize) -> Option<String> {
        // What may be absent, with something in its place.
        if self.one_in(3)
            && let Some(left) = self.known(&ty.clone().optional())
        {
            let right = self.expr(ty, depth)?;
            return Some(format!("({left} ?? {right})"));
        }
        Some(match ty {
            Ty::Int => {
                let operator = self.pick(8);
                match operator {
                    0..=2 => {
                        let sign = ["+", "-", "*"].get(operator).copied()?;
                        format!(
                            "({} {sign} {})",
                            self.expr(ty, depth)?,
                            self.expr(ty, depth)?
                        )
                    }
                    3 => format!(
                        "({} // {})",
                        self.expr(ty, depth)?,
                        ["2", "3"].get(self.pick(2))?
                    ),
                    4 => format!(
                        "({} % {})",
                        self.expr(ty, depth)?,
                        ["2", "3"].get(self.pick(2))?
                    ),
                    5 => {
                        let item = self.plain_type();
                        let list = self.known(&Ty::list(item))?;
                        format!("len({list})")
                    }
                    6 => format!("sum({})", self.expr(&Ty::list(Ty::Int), depth)?),
                    _ => format!("{}.a", self.known(&Ty::Record)?),
                }
            }
            Ty::Float => match self.pick(4) {
                0 => format!(
                    "({} + {})",
                    self.expr(ty, depth)?,
                    self.expr(&Ty::Int, depth)?
                ),
                1 => format!("({} * {})", self.expr(ty, depth)?, self.expr(ty, depth)?),
                2 => format!("({} / 4)", self.expr(&Ty::Int, depth)?),
                _ => format!("sum({})", self.expr(&Ty::list(Ty::Float), depth)?),
            },
            Ty::Bool => match self.pick(9) {
                0 => format!(
                    "({} > {})",
                    self.expr(&Ty::Int, depth)?,
                    self.literal(&Ty::Int)?
                ),
                1 => format!(
                    "({} == {})",
                    self.expr(&Ty::Text, depth)?,
                    self.literal(&Ty::Text)?
                ),
                2 => format!("({} and {})", self.expr(ty, depth)?, self.expr(ty, depth)?),
                3 => format!("({} or {})", self.expr(ty, depth)?, self.expr(ty, depth)?),
                4 => format!("(not {})", self.expr(ty, depth)?),
                5 => format!(
                    "({} in {})",
                    self.expr(&Ty::Int, depth)?,
                    self.expr(&Ty::list(Ty::Int), depth)?
                ),
                6 => format!("contains({}, \"a\")", self.expr(&Ty::Text, depth)?),
                7 => {
                    let item = self.plain_type();
                    format!("({} != null)", self.known(&item.optional())?)
                }
                _ => format!(
                    "({} <= {})",
                    self.expr(&Ty::Float, depth)?,
                    self.literal(&Ty::Float)?
                ),
            },
            Ty::Text => match self.pick(6) {
                0 => {
                    let one = self.plain_type();
                    let one = self.known(&one)?;
                    if one.contains('"') {
                        return Some(one);
                    }
                    format!("\"<${{{one}}}>\"")
                }
                1 => format!("({} + {})", self.expr(ty, depth)?, self.expr(ty, depth)?),
                2 => format!("upper({})", self.expr(ty, depth)?),
                3 => format!("join({}, \",\")", self.expr(&Ty::list(Ty::Text), depth)?),
                4 => {
                    let one = self.plain_type();
                    format!("json({})", self.known(&one)?)
                }
                _ => format!("{}.b", self.known(&Ty::Record)?),
            },
            Ty::Record => {
                format!(
                    "{{ a = {}, b = {} }}",
                    self.expr(&Ty::Int, depth)?,
                    self.expr(&Ty::Text, depth)?
                )
            }
            Ty::List(item) => match (self.pick(4), item.as_ref()) {
                (0, Ty::Int) => format!("range({})", ["0", "1", "2", "3"].get(self.pick(4))?),
                (0, Ty::Text) => format!("split({}, \"a\")", self.expr(&Ty::Text, depth)?),
                (1, _) => format!("({} + {})", self.expr(ty, depth)?, self.expr(ty, depth)?),
                _ => format!("[{}, {}]", self.expr(item, depth)?, self.expr(item, depth)?),
            },
            Ty::Optional(inner) => self.expr(inner, depth)?,
            Ty::Model => return None,
        })
    }

    fn statements(&mut self, depth: usize) {
        let count = self.pick(4) + 1;
        for _ in 0..count {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        let kind = if depth == 0 {
            self.pick(5)
        } else {
            self.pick(16)
        };
        match kind {
            4 => self.value(),
            5 | 6 => self.condition(depth - 1, false),
            7 | 8 => self.condition(depth - 1, true),
            9 | 10 => self.each(depth - 1, false),
            11 | 12 => self.each(depth - 1, true),
            13 if !self.is_static => self.repeat(depth - 1),
            14 | 15 => self.after_end(depth - 1),
            _ => self.call(),
        }
    }

    fn value(&mut self) {
        let ty = self.plain_type();
        let is_known = self.is_static && self.one_in(2);
        let made = match is_known {
            true => self.of_known(|g| g.expr(&ty, 2)),
            false => self.expr(&ty, 2),
        };
        // A literal of these would have another type.
        if let Some(text) = made {
            let name = self.name("v");
            self.line(&format!("let {name} = {text}"));
            let made = Value::made(name, ty);
            self.scope.values.push(Value { is_known, ..made });
        }
    }

    fn component(&mut self) -> Component {
        if self.one_in(2) && !self.components.is_empty() {
            let at = self.pick(self.components.len());
            if let Some(component) = self.components.get(at)
                && (component.inputs.iter()).all(|(_, ty, may_be_left)| {
                    *may_be_left || !ty.is_models() || !self.of_type(ty).is_empty()
                })
            {
                return component.clone();
            }
        }
        let mut inputs = Vec::new();
        for index in 0..self.pick(4) {
            let ty = match self.pick(8) {
                5 => Ty::Model,
                6 if !self.of_type(&Ty::list(Ty::Model)).is_empty() => Ty::list(Ty::Model),
                7 => self.plain_type().optional(),
                _ => self.plain_type(),
            };
            inputs.push((format!("p{index}"), ty, false));
        }
        let mut outputs = Vec::new();
        for index in 0..self.pick(4) {
            let ty = self.made_type();
            outputs.push((format!("o{index}"), ty));
        }
        let name = self.name("c");
        let written: Vec<_> = inputs
            .iter()
            .map(|(name, ty, _)| format!("{name}: {}", ty.written()))
            .collect();
        let gives: Vec<_> = outputs
            .iter()
            .map(|(name, ty)| format!("{name}: {}", ty.written()))
            .collect();
        let arrow = if gives.is_empty() {
            String::new()
        } else {
            format!(" -> ({})", gives.join(", "))
        };
        let mut arguments = Vec::new();
        for (name, ty, _) in &inputs {
            arguments.push(match ty {
                Ty::Model => format!("{name}.path"),
                _ if ty.is_models() => format!("{name}.path"),
                Ty::Optional(inner) => {
                    format!("{name} ?? {}", self.literal(inner).unwrap_or_default())
                }
                _ => name.clone(),
            });
        }
        for (name, ty) in &outputs {
            arguments.push(format!("{name}.path"));
            if ty.is_models() {
                arguments.push(format!("{name}.names"));
            }
        }
        let _ = write!(
            self.text,
            "component {name}({}){arrow} {{\n    image = \"i:1\"\n    command = [\"run\"]\n    args = [{}]\n}}\n\n",
            written.join(", "),
            arguments.join(", ")
        );
        let component = Component {
            name,
            inputs,
            outputs,
            is_pipeline: false,
        };
        self.components.push(component.clone());
        component
    }

    fn call(&mut self) {
        self.called();
    }

    /// Calls something. Says whether it does.
    fn called(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let component = self.component();
        let mut arguments = Vec::new();
        for (name, ty, may_be_left) in &component.inputs {
            if *may_be_left && self.pick(2) == 0 {
                continue;
            }
            let value = match component.is_pipeline {
                true => self.of_known(|g| g.expr(ty, 2)),
                false => self.expr(ty, 2),
            };
            match value {
                Some(value) => arguments.push(format!("{name} = {value}")),
                None if *may_be_left => {}
                None => return false,
            }
        }
        let mut text = format!("{}({})", component.name, arguments.join(", "));
        if self.one_in(6) && !self.scope.tasks.is_empty() {
            let at = self.pick(self.scope.tasks.len());
            if let Some(task) = self.scope.tasks.get(at) {
                let _ = write!(text, " after {}", task);
            }
        }
        let gives_models = component.outputs.iter().any(|(_, ty)| ty.is_models());
        let mut may_fail = self.may_fail;
        if self.may_fail && gives_models {
            may_fail = false;
            text.push_str(" with { allow_failure = false }");
        }
        match self.pick(8) {
            _ if self.may_fail => {}
            5 if !gives_models => {
                may_fail = true;
                text.push_str(" with { allow_failure = true }");
            }
            6 if !component.is_pipeline => {
                let when = match self.pick(4) {
                    1 => ", when = last.exit_code == 3",
                    2 => ", on = \"always\"",
                    3 => ", on = \"error\"",
                    _ => "",
                };
                let _ = write!(
                    text,
                    " with {{ retry {{ limit = {}{when} }} }}",
                    self.pick(3)
                );
            }
            _ => {}
        }
        let name = self.name("t");
        self.line(&format!("let {name} = {text}"));
        for (output, ty) in &component.outputs {
            let ty = match may_fail {
                true => ty.clone().optional(),
                false => ty.clone(),
            };
            self.scope
                .values
                .push(Value::made(format!("{name}.{output}"), ty));
        }
        self.scope.tasks.push(name);
        true
    }

    /// What a block yields: the types, and whether each may be absent.
    fn yields(&mut self, types: &[Ty], fields: &[String]) -> Option<Vec<(String, Ty)>> {
        let mut out = Vec::new();
        let mut written = Vec::new();
        for (field, ty) in fields.iter().zip(types) {
            let value = self.returned(ty)?;
            written.push(format!("{field} = {value}"));
            out.push((field.clone(), ty.clone()));
        }
        let text = format!("yield {{ {} }}", written.join(", "));
        self.line(&text);
        Some(out)
    }

    /// A block in braces. Says whether all values could be yielded.
    fn block(
        &mut self,
        depth: usize,
        calls: bool,
        types: &[Ty],
        fields: &[String],
        known: Vec<Value>,
    ) -> bool {
        let (values, tasks) = (self.scope.values.len(), self.scope.tasks.len());
        self.scope.values.extend(known);
        let around = std::mem::replace(&mut self.inside, self.scope.values.len());
        self.indent += 1;
        let mut called = true;
        if calls || types.is_empty() {
            self.left = self.left.max(1);
            called = self.called();
        }
        if types.is_empty() || self.pick(4) > 0 {
            self.statements(depth);
        }
        let yielded = called && (types.is_empty() || self.yields(types, fields).is_some());
        self.indent -= 1;
        self.inside = around;
        self.scope.values.truncate(values);
        self.scope.tasks.truncate(tasks);
        yielded
    }

    fn fields(&mut self) -> (Vec<Ty>, Vec<String>) {
        let count = self.pick(2) + 1;
        let types: Vec<_> = (0..count)
            .map(|_| match self.pick(6) {
                5 => Ty::Model,
                _ => self.plain_type(),
            })
            .collect();
        let fields = (0..count).map(|_| self.name("f")).collect();
        (types, fields)
    }

    /// Runs something, and takes it back where it did not work out.
    fn attempt(&mut self, make: impl FnOnce(&mut Self) -> bool) {
        let body = self.body.clone();
        let (values, tasks, left) = (self.scope.values.len(), self.scope.tasks.len(), self.left);
        if !make(self) {
            self.body = body;
            self.scope.values.truncate(values);
            self.scope.tasks.truncate(tasks);
            self.left = left;
        }
    }

    fn condition(&mut self, depth: usize, is_value: bool) {
        self.attempt(|g| {
            let (types, fields) = if is_value {
                g.fields()
            } else {
                Default::default()
            };
            let name = g.name("v");
            let mut known = Vec::new();
            let mut test = None;
            if g.one_in(3) {
                let ty = g.plain_type();
                if let Some(text) = g.of_known(|g| g.known(&ty.clone().optional())) {
                    test = Some(format!("{text} != null"));
                    let is_known = g.is_static;
                    let value = Value::made(text, ty);
                    known.push(Value { is_known, ..value });
                }
            }
            let Some(test) = test.or_else(|| g.of_known(|g| g.expr(&Ty::Bool, 3))) else {
                return false;
            };
            let binding = if is_value {
                format!("let {name} = ")
            } else {
                String::new()
            };
            g.line(&format!("{binding}if {test} {{"));
            let mut good = g.block(depth, false, &types, &fields, known);
            for _ in 0..g.pick(3).saturating_sub(1) {
                let Some(test) = g.of_known(|g| g.expr(&Ty::Bool, 3)) else {
                    return false;
                };
                g.line(&format!("}} else if {test} {{"));
                good &= g.block(depth, false, &types, &fields, Vec::new());
            }
            let otherwise = g.pick(2) == 1;
            if otherwise {
                g.line("} else {");
                good &= g.block(depth, false, &types, &fields, Vec::new());
            }
            g.line("}");
            if is_value {
                for (field, ty) in fields.iter().zip(types) {
                    let ty = if otherwise { ty } else { ty.optional() };
                    g.scope
                        .values
                        .push(Value::made(format!("{name}.{field}"), ty));
                }
                g.scope.tasks.push(name);
            }
            good
        });
    }

    fn each(&mut self, depth: usize, is_value: bool) {
        self.attempt(|g| {
            let (types, fields) = if is_value {
                g.fields()
            } else {
                Default::default()
            };
            let (name, item) = (g.name("v"), g.name("i"));
            let (over, ty) = match g.pick(4) {
                0 => {
                    let Some(end) = g.of_known(|g| g.expr(&Ty::Int, 1)) else {
                        return false;
                    };
                    let start = ["0", "1", "-1", "n - n"]
                        .get(g.pick(4))
                        .copied()
                        .unwrap_or("0");
                    (format!("{start}..min({end}, 3)"), Ty::Int)
                }
                1 if !g.is_static && !g.of_type(&Ty::list(Ty::Model)).is_empty() => {
                    (g.known(&Ty::list(Ty::Model)).unwrap_or_default(), Ty::Model)
                }
                _ => {
                    let ty = match g.pick(4) {
                        0 => Ty::Int,
                        1 => Ty::Text,
                        2 => Ty::Record,
                        _ => Ty::Float,
                    };
                    let Some(list) = g.of_known(|g| g.expr(&Ty::list(ty.clone()), 2)) else {
                        return false;
                    };
                    (list, ty)
                }
            };
            let parallel = if g.one_in(4) { " parallel 2" } else { "" };
            let binding = if is_value {
                format!("let {name} = ")
            } else {
                String::new()
            };
            g.line(&format!("{binding}for {item} in {over}{parallel} {{"));
            let item = Value {
                is_known: g.is_static,
                ..Value::made(item, ty)
            };
            let good = g.block(depth, true, &types, &fields, vec![item]);
            g.line("}");
            if is_value {
                for (field, ty) in fields.iter().zip(types) {
                    g.scope
                        .values
                        .push(Value::made(format!("{name}.{field}"), Ty::list(ty)));
                }
                g.scope.tasks.push(name);
            }
            good
        });
    }

    fn repeat(&mut self, depth: usize) {
        self.attempt(|g| {
            let (types, fields) = g.fields();
            let name = g.name("v");
            let most = g.pick(4) + 1;
            g.line(&format!("let {name} = repeat max {most} {{"));
            let good = g.block(depth, true, &types, &fields, Vec::new());
            let before = g.scope.values.len();
            for (field, ty) in fields.iter().zip(&types) {
                g.scope.values.push(Value::made(field.clone(), ty.clone()));
            }
            let until = g.compound(&Ty::Bool, 2);
            g.scope.values.truncate(before);
            let Some(until) = until else { return false };
            g.line(&format!("}} until {until}"));
            for (field, ty) in fields.iter().zip(types) {
                g.scope
                    .values
                    .push(Value::made(format!("{name}.{field}"), ty));
            }
            g.scope.tasks.push(name);
            good
        });
    }

    fn after_end(&mut self, depth: usize) {
        if self.scope.tasks.is_empty() {
            return self.call();
        }
        self.attempt(|g| {
            let mut tests = Vec::new();
            let mut asked = Vec::new();
            for _ in 0..g.pick(2) + 1 {
                let at = g.pick(g.scope.tasks.len());
                let Some(task) = g.scope.tasks.get(at).cloned() else {
                    return false;
                };
                let what = [
                    "failed",
                    "succeeded",
                    "skipped",
                    "not failed",
                    "not succeeded",
                ]
                .get(g.pick(5))
                .copied();
                tests.push(format!("{}({})", what.unwrap_or("failed"), task));
                asked.push(task);
            }
            if g.one_in(4)
                && let Some(test) = g.of_known(|g| g.expr(&Ty::Bool, 1))
            {
                tests.push(test);
            }
            let joint = [" or ", " and "].get(g.pick(2)).copied().unwrap_or(" or ");
            g.line(&format!("if {} {{", tests.join(joint)));
            // Their values would be asked for where there may be none.
            let values = g.scope.values.clone();
            let uses = |value: &Value| {
                asked
                    .iter()
                    .any(|name| value.text == *name || value.text.starts_with(&format!("{name}.")))
            };
            g.scope.values.retain(|value| !uses(value));
            let mut good = g.block(depth, false, &[], &[], Vec::new());
            if g.one_in(3) {
                g.line("} else {");
                good &= g.block(depth, false, &[], &[], Vec::new());
            }
            g.scope.values = values;
            g.line("}");
            good
        });
    }
}
