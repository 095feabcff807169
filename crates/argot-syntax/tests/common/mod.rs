//! What the tests of this crate share: trees and diagnostics as short text.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    reason = "each test uses a part of it"
)]

use std::fmt::Write as _;

use argot_syntax::ast::*;
use argot_syntax::{Diagnostics, FileId, Source, Sources, TokenKind, parse};

/// Reads a text.
pub fn read(text: &str) -> (File, Diagnostics, Source) {
    let source = Source::new(FileId(0), "test.argot", text);
    let mut diagnostics = Diagnostics::default();
    let parsed = parse(&source, &mut diagnostics);
    diagnostics.sort(&Sources::default());
    (parsed.file, diagnostics, source)
}

/// The comments of a text, in order.
pub fn comments(text: &str) -> Vec<String> {
    let source = Source::new(FileId(0), "test.argot", text);
    let tokens = parse(&source, &mut Diagnostics::default()).tokens;
    let comments = tokens
        .iter()
        .filter(|(kind, _)| *kind == TokenKind::Comment);
    comments
        .map(|(_, span)| source.slice(span).to_owned())
        .collect()
}

/// What is wrong with a text: for each finding where it is, what stands there, the code, the message, then
/// its labels, notes, helps and its fix.
pub fn errors(text: &str) -> String {
    let (_, diagnostics, source) = read(text);
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        let mut labels = diagnostic.labels.iter().map(|label| {
            let place = source.position(label.span.start);
            let what = source.slice(label.span).escape_debug();
            (
                format!("{}:{} {{{what}}}", place.line, place.column),
                &label.message,
            )
        });
        let (place, label) = labels.next().expect("a place");
        let _ = writeln!(
            out,
            "{place} {}: {}",
            diagnostic.code.id(),
            diagnostic.message
        );
        if !label.is_empty() {
            let _ = writeln!(out, "    {label}");
        }
        for (place, message) in labels {
            let _ = writeln!(out, "    {place} {message}");
        }
        for note in &diagnostic.notes {
            let _ = writeln!(out, "    note: {note}");
        }
        for help in &diagnostic.help {
            let _ = writeln!(out, "    help: {help}");
        }
        if let Some(fix) = &diagnostic.fix {
            for edit in &fix.edits {
                let _ = writeln!(
                    out,
                    "    fix: {{{}}} to {{{}}}",
                    source.slice(edit.span),
                    edit.text
                );
            }
        }
    }
    out.trim_end().to_owned()
}

/// The tree of a text without errors.
pub fn tree(text: &str) -> String {
    let found = errors(text);
    assert!(found.is_empty(), "{found}");
    partial_tree(text)
}

/// What could be read of a text.
pub fn partial_tree(text: &str) -> String {
    let mut out = String::new();
    for item in &read(text).0.items {
        show_item(&mut out, item);
    }
    out.trim_end().to_owned()
}

/// The tree of one expression.
pub fn expr(text: &str) -> String {
    let tree = tree(&format!("const A = {text}"));
    tree.strip_prefix("const A = ")
        .expect("a constant")
        .to_owned()
}

fn line(out: &mut String, depth: usize, text: &str) {
    let _ = writeln!(out, "{}{text}", "  ".repeat(depth));
}

fn show_doc(out: &mut String, depth: usize, doc: &Option<Doc>) {
    if let Some(doc) = doc {
        line(out, depth, &format!("doc {:?}", doc.text));
    }
}

fn show_item(out: &mut String, item: &Item) {
    match item {
        Item::Import(import) => {
            show_doc(out, 0, &import.doc);
            let path = show_string(&import.path);
            let names = match &import.names {
                ImportNames::Module(name) => format!("as {}", name.name),
                ImportNames::Names(names) => names
                    .iter()
                    .map(|name| match &name.alias {
                        Some(alias) => format!("{} as {}", name.name.name, alias.name),
                        None => name.name.name.clone(),
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
            };
            line(out, 0, &format!("import {path} {names}"));
        }
        Item::Const(item) => {
            show_doc(out, 0, &item.doc);
            line(
                out,
                0,
                &format!("const {} = {}", item.name.name, show(&item.value)),
            );
        }
        Item::Type(item) => {
            show_doc(out, 0, &item.doc);
            line(
                out,
                0,
                &format!("type {} = {}", item.name.name, show_type(&item.ty)),
            );
        }
        Item::Artifact(item) => {
            show_doc(out, 0, &item.doc);
            line(
                out,
                0,
                &format!("artifact {} : {}", item.name.name, show_type(&item.parent)),
            );
        }
        Item::Component(item) => {
            show_doc(out, 0, &item.doc);
            let head = show_head(&item.inputs, &item.outputs);
            line(out, 0, &format!("component {}{head}", item.name.name));
            show_attributes(out, 1, &item.attributes);
        }
        Item::Pipeline(item) => {
            show_doc(out, 0, &item.doc);
            let head = show_head(&item.parameters, &item.outputs);
            line(out, 0, &format!("pipeline {}{head}", item.name.name));
            show_body(out, 1, &item.body);
        }
        Item::Error(broken) => line(out, 0, &show_broken(broken)),
    }
}

fn show_broken(broken: &Broken) -> String {
    let name = broken.name.as_ref().map(|name| format!(" {}", name.name));
    format!("<broken{}>", name.unwrap_or_default())
}

fn show_head(parameters: &[Parameter], outputs: &Outputs) -> String {
    let outputs = match outputs {
        Outputs::None => String::new(),
        Outputs::Single(ty) => format!(" -> {}", show_type(ty)),
        Outputs::Named(outputs) => format!(" -> ({})", show_parameters(outputs)),
    };
    format!("({}){outputs}", show_parameters(parameters))
}

fn show_parameters(parameters: &[Parameter]) -> String {
    let parameters = parameters.iter().map(|parameter| {
        let doc = parameter
            .doc
            .as_ref()
            .map(|doc| format!("doc {:?} ", doc.text))
            .unwrap_or_default();
        let default = parameter
            .default
            .as_ref()
            .map(|value| format!(" = {}", show(value)));
        let default = default.unwrap_or_default();
        format!(
            "{doc}{}: {}{default}",
            parameter.name.name,
            show_type(&parameter.ty)
        )
    });
    parameters.collect::<Vec<_>>().join(", ")
}

fn show_type(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeKind::Name {
            module: Some(module),
            name,
        } => format!("{}.{}", module.name, name.name),
        TypeKind::Name { module: None, name } => name.name.clone(),
        TypeKind::Generic { name, element } => format!("{}[{}]", name.name, show_type(element)),
        TypeKind::Record(fields) => format!("{{{}}}", show_parameters(fields)),
        TypeKind::Enum(members) => {
            format!(
                "({})",
                members
                    .iter()
                    .map(show_string)
                    .collect::<Vec<_>>()
                    .join(" | ")
            )
        }
        TypeKind::Optional(ty) => format!("{}?", show_type(ty)),
        TypeKind::Error => "<error>".to_owned(),
    }
}

fn show_attributes(out: &mut String, depth: usize, attributes: &[Attribute]) {
    for attribute in attributes {
        show_attribute(out, depth, attribute);
    }
}

fn show_attribute(out: &mut String, depth: usize, attribute: &Attribute) {
    let name = &attribute.name.name;
    let label = attribute
        .label
        .as_ref()
        .map(|label| format!(" {}", show_string(label)));
    let label = label.unwrap_or_default();
    match &attribute.value {
        AttributeValue::Value(value) => {
            line(out, depth, &format!("{name}{label} = {}", show(value)))
        }
        AttributeValue::Block(attributes) => {
            line(out, depth, &format!("{name}{label}"));
            show_attributes(out, depth + 1, attributes);
        }
    }
}

fn show_body(out: &mut String, depth: usize, body: &[Statement]) {
    for statement in body {
        match statement {
            Statement::Attribute(attribute) => show_attribute(out, depth, attribute),
            Statement::Let(item) => {
                show_doc(out, depth, &item.doc);
                match &item.value {
                    LetValue::Run(run) => {
                        show_run(out, depth, &format!("let {} = ", item.name.name), run)
                    }
                    LetValue::Block(block) => {
                        line(out, depth, &format!("let {} =", item.name.name));
                        show_block(out, depth + 1, block);
                    }
                }
            }
            Statement::Call(run) => show_run(out, depth, "", run),
            Statement::Block(block) => show_block(out, depth, block),
            Statement::Volume(volume) => {
                show_doc(out, depth, &volume.doc);
                line(
                    out,
                    depth,
                    &format!("volume {} = {}", volume.name.name, show(&volume.value)),
                );
            }
            Statement::On(on) => {
                line(out, depth, &format!("on {}", on.event.name));
                show_body(out, depth + 1, &on.body);
            }
            Statement::Yield(leave) => line(out, depth, &format!("yield {}", show(&leave.value))),
            Statement::Return(leave) => line(out, depth, &format!("return {}", show(&leave.value))),
            Statement::Error(broken) => line(out, depth, &show_broken(broken)),
        }
    }
}

fn show_run(out: &mut String, depth: usize, start: &str, run: &Run) {
    let after: String = run
        .after
        .iter()
        .map(|name| format!(" after {}", name.name))
        .collect();
    let with = if run.with.is_some() { " with" } else { "" };
    line(
        out,
        depth,
        &format!("{start}{}{after}{with}", show(&run.value)),
    );
    if let Some(with) = &run.with {
        show_attributes(out, depth + 1, &with.attributes);
    }
}

fn show_block(out: &mut String, depth: usize, block: &Block) {
    match &block.kind {
        BlockKind::If { arms, otherwise } => {
            for arm in arms {
                line(out, depth, &format!("if {}", show(&arm.condition)));
                show_body(out, depth + 1, &arm.body);
            }
            if let Some(body) = otherwise {
                line(out, depth, "else");
                show_body(out, depth + 1, body);
            }
        }
        BlockKind::For {
            variable,
            items,
            parallel,
            body,
        } => {
            let parallel = parallel
                .as_ref()
                .map(|value| format!(" parallel {}", show(value)));
            let parallel = parallel.unwrap_or_default();
            line(
                out,
                depth,
                &format!("for {} in {}{parallel}", variable.name, show(items)),
            );
            show_body(out, depth + 1, body);
        }
        BlockKind::Repeat { max, body, until } => {
            line(out, depth, &format!("repeat max {}", show(max)));
            show_body(out, depth + 1, body);
            line(out, depth, &format!("until {}", show(until)));
        }
    }
}

fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Error => "<error>".to_owned(),
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}f"),
        ExprKind::Unit(text) => format!("unit:{text}"),
        ExprKind::String(text) => show_string(text),
        ExprKind::List(values) => format!("[{}]", show_all(values)),
        ExprKind::Record(entries) => {
            let entries = entries
                .iter()
                .map(|entry| format!("{:?}={}", entry.key.name, show(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        ExprKind::Name(name) => name.clone(),
        ExprKind::Field { base, name } => format!("{}.{}", show(base), name.name),
        ExprKind::Index { base, index } => format!("{}[{}]", show(base), show(index)),
        ExprKind::Call { callee, arguments } => {
            let arguments = arguments.iter().map(|argument| match &argument.name {
                Some(name) => format!(" {}={}", name.name, show(&argument.value)),
                None => format!(" {}", show(&argument.value)),
            });
            format!("({}{})", show(callee), arguments.collect::<String>())
        }
        ExprKind::Unary { operator, operand } => {
            format!("({} {})", operator.symbol(), show(operand))
        }
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => {
            format!("({} {} {})", operator.symbol(), show(left), show(right))
        }
        ExprKind::Range { low, high } => format!("(.. {} {})", show(low), show(high)),
    }
}

fn show_all(values: &[Expr]) -> String {
    values.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn show_string(text: &StringLit) -> String {
    let style = match text.style {
        StringStyle::Quoted => "",
        StringStyle::Block => "block",
        StringStyle::Raw => "raw",
        StringStyle::RawBlock => "raw-block",
    };
    let parts = text.parts.iter().map(|part| match part {
        StringPart::Text(text) => format!("{}", text.escape_debug()),
        StringPart::Interpolation(expr) => format!("${{{}}}", show(expr)),
    });
    format!("{style}\"{}\"", parts.collect::<String>())
}
