//! Fields of the pod that Argo's template has no field for, and raw fields.

use serde_json::Value as Json;

use super::dialect::Authored;
use super::objects::Template;
use super::patch::Patch;
use super::raw::Reader;
use super::step::Lowering;
use super::{covered, schema};
use crate::pod::raw::{laid, lay};

impl Lowering<'_, '_> {
    pub(super) fn pull_secrets(&mut self) {
        let secrets = self.pod.pull_secrets();
        if let (false, Ok(secrets)) = (secrets.is_empty(), serde_json::to_value(secrets)) {
            self.pod
                .dialect
                .patch
                .set(&["imagePullSecrets"], Patch::Constant(secrets));
        }
    }

    /// Merges the raw fields of the pod and of the template.
    pub(super) fn raw(
        &mut self,
        template: &mut Template,
        mut out: serde_json::Map<String, Json>,
    ) -> serde_json::Map<String, Json> {
        let fields = self.pod.raw_pod();
        self.pod(fields, template, &mut out);
        if let Some(raw) = &self.pod.step.attributes.step.argo() {
            let dialect = Authored(self.pod.dialect.scope);
            let reader = Reader::new(&dialect, self.context.version, covered::TEMPLATE);
            let value = reader.read(raw, schema::TEMPLATE_SCHEMA, "argo", self.pod.diagnostics);
            let mut whole = Json::Object(out);
            lay(&mut whole, &value);
            out = match whole {
                Json::Object(fields) => fields,
                _ => serde_json::Map::new(),
            };
        }
        out
    }

    /// A field of the pod goes to the template's own field where it has one, else into the patch.
    fn pod(
        &mut self,
        fields: serde_json::Map<String, Json>,
        template: &mut Template,
        out: &mut serde_json::Map<String, Json>,
    ) {
        const TEMPLATE_FIELDS: &[&str] = &[
            "schedulerName",
            "hostAliases",
            "automountServiceAccountToken",
            "volumes",
        ];
        for (name, value) in fields {
            if name == "securityContext" {
                let context = template.security_context.take().unwrap_or_default();
                template.security_context = Some(laid(context, &value));
            } else if TEMPLATE_FIELDS.contains(&name.as_str()) {
                out.insert(name, value);
            } else {
                self.pod.dialect.patch.set(&[&name], Patch::Constant(value));
            }
        }
    }
}
