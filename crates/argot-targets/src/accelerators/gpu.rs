//! GPUs and the devices requested the same way: Gaudi, Trainium and Inferentia.

use argot_compiler::suggest;
use argot_syntax::Diagnostic;
use indexmap::IndexMap;

use super::table::{Model, Sharing, Slices, Vendor, vendors};
use super::{DeviceClaim, Grant, Mig, Platform, Said, TimeSlicing, diagnostics, toleration};

/// The GPU request of a container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gpu<'a> {
    /// How many; `None` if only the run knows.
    pub(crate) count: Said<Option<i64>>,
    /// Which model, by its short name.
    pub(crate) model: Option<Said<&'a str>>,
    /// Whose they are.
    pub(crate) vendor: Option<Said<&'a str>>,
    /// A part of a GPU, by its profile: `1g.10gb`.
    pub(crate) slice: Option<Said<&'a str>>,
    /// Whether others use them at the same time.
    pub(crate) shared: Option<Said<bool>>,
}

type Labels = IndexMap<String, Vec<String>>;

impl Platform {
    pub(super) fn gpu(&self, wanted: &Gpu<'_>) -> Result<Grant, Diagnostic> {
        let shared = wanted.shared.filter(|shared| shared.value);
        if let (Some(_), Some(count @ 2..)) = (shared, wanted.count.value) {
            return Err(diagnostics::several_shared(count, wanted.count.span));
        }
        if let Some(slice) = wanted.slice.filter(|slice| !is_profile(slice.value)) {
            return Err(diagnostics::not_a_profile(slice.value, slice.span));
        }
        if let Some((model, row)) = wanted
            .model
            .and_then(|model| Some((model.value, self.rows.get(model.value)?)))
        {
            let part = wanted.slice.map(|slice| slice.span);
            return match part.or(shared.map(|shared| shared.span)) {
                Some(span) => Err(diagnostics::part_of_row(model, span)),
                None => Ok(row.grant()),
            };
        }
        let vendor = self.vendor(wanted)?;
        let model = wanted
            .model
            .map(|model| self.model(vendor, model))
            .transpose()?;
        let mut grant = Grant {
            resource: Some(vendor.resource.to_owned()),
            tolerations: vendor.taints.iter().map(|key| toleration(key)).collect(),
            ..Grant::default()
        };
        if let Some(class) = vendor.class {
            grant.resource = None;
            grant.claim = Some(self.claim(class, vendor, model, wanted)?);
            return Ok(grant);
        }
        grant.labels = match (model, vendor.label) {
            (Some(Model::Values(values)), Some(label)) => {
                let values = values.iter().map(|value| value.replace(' ', "-")).collect();
                [(label.to_owned(), values)].into()
            }
            (Some(Model::Labels(labels)), _) => labels
                .iter()
                .map(|(label, value)| ((*label).to_owned(), vec![(*value).to_owned()]))
                .collect(),
            _ => Labels::new(),
        };
        if let Some(slice) = wanted.slice {
            self.slice(&mut grant, vendor, model.is_some(), slice)?;
        }
        if let Some(shared) = shared {
            self.share(&mut grant, vendor, model.is_some(), shared)?;
        }
        Ok(grant)
    }

    /// Whose devices are wanted: a model says it.
    fn vendor(&self, wanted: &Gpu<'_>) -> Result<&'static Vendor, Diagnostic> {
        let vendors = || vendors(self.name);
        let names = || vendors().map(|vendor| vendor.name);
        if let Some(said) = wanted.vendor {
            return vendors()
                .find(|vendor| vendor.name == said.value)
                .ok_or_else(|| {
                    let known: Vec<_> = names().collect();
                    let near = suggest(said.value, names());
                    diagnostics::unknown_vendor(said, self.name, &known, near)
                });
        }
        let Some(model) = wanted.model else {
            return vendors()
                .find(|vendor| vendor.name == "nvidia")
                .ok_or_else(|| diagnostics::no_gpus(self.name, wanted.count.span));
        };
        vendors()
            .find(|vendor| vendor.has(model.value))
            .ok_or_else(|| self.unknown_model(model, None))
    }

    fn model(
        &self,
        vendor: &'static Vendor,
        model: Said<&str>,
    ) -> Result<&'static Model, Diagnostic> {
        vendor.model(model.value).ok_or_else(|| {
            let is_nameless = vendor.nameless.contains(&model.value);
            match is_nameless || vendor.models.is_empty() {
                true => diagnostics::nameless_model(model, self.name, vendor.name),
                false => self.unknown_model(model, Some(vendor)),
            }
        })
    }

    /// Reports a model that is not known here, or not as one of the vendor's.
    fn unknown_model(&self, model: Said<&str>, vendor: Option<&Vendor>) -> Diagnostic {
        let own = || vendors(self.name);
        let mut known: Vec<&str> = own()
            .filter(|own| vendor.is_none_or(|vendor| vendor.name == own.name))
            .flat_map(Vendor::names)
            .collect();
        for name in self.rows.keys() {
            if !known.contains(&name.as_str()) {
                known.push(name);
            }
        }
        let near = suggest(model.value, known.iter().copied());
        let diagnostic = diagnostics::unknown_model(model, self.name, &known, near);
        let elsewhere: Vec<&str> = Self::NAMES
            .iter()
            .copied()
            .filter(|platform| vendors(platform).any(|vendor| vendor.model(model.value).is_some()))
            .collect();
        match own().find(|vendor| vendor.has(model.value)) {
            Some(vendor) => {
                diagnostic.note(diagnostics::has_other_vendor(model.value, vendor.name))
            }
            None if elsewhere.is_empty() => diagnostic,
            None => diagnostic.note(diagnostics::known_elsewhere(&elsewhere)),
        }
    }

    fn slice(
        &self,
        grant: &mut Grant,
        vendor: &Vendor,
        has_model: bool,
        slice: Said<&str>,
    ) -> Result<(), Diagnostic> {
        let profile = slice.value;
        match (vendor.slices, self.mig) {
            (Some(Slices::Product | Slices::Resource), Mig::Mixed) => {
                grant.resource = Some(format!("nvidia.com/mig-{profile}"));
            }
            (Some(Slices::Product), Mig::Single) => match grant.labels.values_mut().next() {
                Some(products) if has_model => {
                    for product in products {
                        product.push_str(&format!("-MIG-{profile}"));
                    }
                }
                _ => {
                    return Err(diagnostics::part_needs_model(
                        "slices", self.name, slice.span,
                    ));
                }
            },
            (Some(Slices::Label { key }), _) if !profile.ends_with(".me") => {
                grant
                    .labels
                    .insert(key.to_owned(), vec![profile.to_owned()]);
            }
            (Some(Slices::Resource), Mig::Single) => {
                return Err(diagnostics::no_part(
                    "slices of the MIG strategy `single`",
                    self.name,
                    slice.span,
                ));
            }
            _ if vendor.name == "nvidia" => {
                let what = format!("slices `{profile}`");
                return Err(diagnostics::no_part(&what, self.name, slice.span));
            }
            _ => return Err(diagnostics::unsliced(slice.span)),
        }
        Ok(())
    }

    fn share(
        &self,
        grant: &mut Grant,
        vendor: &Vendor,
        has_model: bool,
        shared: Said<bool>,
    ) -> Result<(), Diagnostic> {
        let resource = grant.resource.clone().unwrap_or_default();
        match (vendor.sharing, self.time_slicing) {
            (Some(Sharing::Product | Sharing::Resource), TimeSlicing::Renamed) => {
                grant.resource = Some(format!("{resource}.shared"));
            }
            (Some(Sharing::Product), TimeSlicing::Plain) => {
                // The product that is marked is that of the resource: a slice of its own name has its own labels.
                match grant.labels.values_mut().next() {
                    Some(products) if has_model && resource == vendor.resource => {
                        for product in products {
                            product.push_str("-SHARED");
                        }
                    }
                    _ => {
                        let ways = ["time-slicing", "mps"].map(str::to_owned).to_vec();
                        grant
                            .labels
                            .insert(format!("{resource}.sharing-strategy"), ways);
                    }
                }
            }
            (Some(Sharing::Label { key, value }), _) => {
                grant.labels.insert(key.to_owned(), vec![value.to_owned()]);
            }
            (Some(Sharing::Resource), TimeSlicing::Plain) => {
                return Err(diagnostics::plain_sharing(self.name, shared.span));
            }
            (None, _) => {
                return Err(diagnostics::no_part("shared GPUs", self.name, shared.span));
            }
        }
        Ok(())
    }

    fn claim(
        &self,
        class: &str,
        vendor: &Vendor,
        model: Option<&Model>,
        wanted: &Gpu<'_>,
    ) -> Result<DeviceClaim, Diagnostic> {
        let count = wanted
            .count
            .value
            .ok_or_else(|| diagnostics::run_time_claim(wanted.count.span))?;
        if let Some(shared) = wanted.shared.filter(|shared| shared.value) {
            return Err(diagnostics::no_part("shared GPUs", self.name, shared.span));
        }
        let mut claim = DeviceClaim {
            class: class.to_owned(),
            selectors: Vec::new(),
            count,
        };
        if let Some(Model::Values(products)) = model {
            claim.choose_product(products);
        }
        if let Some(slice) = wanted.slice {
            let Some(Slices::Class { class }) = vendor.slices else {
                return Err(diagnostics::no_part("slices", self.name, slice.span));
            };
            class.clone_into(&mut claim.class);
            claim.choose_profile(slice.value);
        }
        Ok(claim)
    }
}

/// `1g.10gb`, `3g.40gb`, `1g.10gb.me`: <https://docs.nvidia.com/datacenter/tesla/mig-user-guide/>.
fn is_profile(profile: &str) -> bool {
    let profile = profile.strip_suffix(".me").unwrap_or(profile);
    let number = |text: Option<&str>| {
        text.is_some_and(|text| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()))
    };
    match profile.split_once('.') {
        Some((compute, memory)) => {
            number(compute.strip_suffix('g')) && number(memory.strip_suffix("gb"))
        }
        None => false,
    }
}
