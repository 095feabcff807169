//! Values that are valid and probably a mistake.

use argot_syntax::{Code, Diagnostics};

use super::{Lint, Searched};
use crate::{Expr, ExprKind, Pipeline, Plan, Program, VolumeExpr, attributes::Rule};

/// An image whose content changes while its name stays the same.
pub(super) struct ImageWithoutTag;

impl Lint for ImageWithoutTag {
    const CODE: Code = Code::ImageWithoutTag;

    fn program(program: &Program, _: &Searched, found: &mut Diagnostics) {
        written(program, Self::CODE, found);
    }

    fn plan(_: &Plan, searched: &Searched, found: &mut Diagnostics) {
        passed(searched, Self::CODE, found);
    }
}

/// An amount that lacks its unit.
pub(super) struct MissingUnit;

impl Lint for MissingUnit {
    const CODE: Code = Code::MissingUnit;

    fn program(program: &Program, _: &Searched, found: &mut Diagnostics) {
        written(program, Self::CODE, found);
    }

    fn plan(_: &Plan, searched: &Searched, found: &mut Diagnostics) {
        passed(searched, Self::CODE, found);
    }
}

/// Reports values that are written in an attribute or volume.
fn written(program: &Program, code: Code, found: &mut Diagnostics) {
    let check = &mut |_: &_, rule: Rule, expr: &Expr| {
        let doubt = expr.value().and_then(|value| rule.doubt(value, expr.span));
        found.extend(doubt.filter(|doubt| doubt.code == code));
    };
    for block in program.attributes() {
        block.attributes.visit(check);
        let mounts = (block.attributes.containers()).flat_map(|container| container.mounts());
        for (_, mount) in mounts {
            if let VolumeExpr::Source(source) = &mount.volume {
                source.places(check);
            }
        }
    }
    for pipeline in &program.pipelines {
        pipeline.attributes.visit(check);
        for volume in &pipeline.volumes {
            volume.source.places(check);
        }
        for expr in arguments(pipeline) {
            if let ExprKind::Volume(VolumeExpr::Source(source)) = &expr.kind {
                source.places(check);
            }
        }
    }
}

/// The arguments of the calls in a pipeline.
fn arguments(pipeline: &Pipeline) -> impl Iterator<Item = &Expr> {
    let calls = pipeline.tasks.iter().filter_map(|task| task.call());
    calls.flat_map(|call| call.arguments.iter().map(|(_, expr)| expr))
}

/// Reports values that reach an attribute through inputs.
fn passed(searched: &Searched, code: Code, found: &mut Diagnostics) {
    let doubts = searched.doubts.iter();
    found.extend(doubts.filter(|doubt| doubt.code == code).cloned());
}
