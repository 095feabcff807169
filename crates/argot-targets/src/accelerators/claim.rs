//! Device claims, by dynamic resource allocation, which Kubernetes has since 1.34.

use k8s_openapi::api::resource::v1 as resource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};

use crate::pod::names::hex;

/// The driver whose attributes are read.
const DRIVER: &str = "gpu.nvidia.com";
/// The name of the one request of a claim.
const REQUEST: &str = "devices";

/// Devices that a container claims.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeviceClaim {
    /// The class of the devices.
    pub(crate) class: String,
    /// Expressions in CEL that hold for each of them.
    pub(crate) selectors: Vec<String>,
    /// How many.
    pub(crate) count: i64,
}

impl DeviceClaim {
    /// The version of Kubernetes that first has claims as they are written here: its major and minor number.
    pub(crate) const SINCE: (u32, u32) = (1, 34);

    /// A name for the template, which tells its content.
    pub(crate) fn name(&self, base: &str) -> String {
        let text = format!("{} {} {:?}", self.class, self.count, self.selectors);
        format!("{base}-devices-{}", hex(&Sha256::digest(text), 8))
    }

    /// The template of which the cluster makes a claim for each pod.
    pub(crate) fn template(&self, metadata: ObjectMeta) -> resource::ResourceClaimTemplate {
        let selectors: Vec<_> = self
            .selectors
            .iter()
            .map(|expression| resource::DeviceSelector {
                cel: Some(resource::CELDeviceSelector {
                    expression: expression.clone(),
                }),
            })
            .collect();
        let request = resource::DeviceRequest {
            name: REQUEST.to_owned(),
            exactly: Some(resource::ExactDeviceRequest {
                device_class_name: self.class.clone(),
                allocation_mode: Some("ExactCount".to_owned()),
                count: Some(self.count),
                selectors: (!selectors.is_empty()).then_some(selectors),
                ..resource::ExactDeviceRequest::default()
            }),
            first_available: None,
        };
        resource::ResourceClaimTemplate {
            metadata,
            spec: resource::ResourceClaimTemplateSpec {
                metadata: None,
                spec: resource::ResourceClaimSpec {
                    devices: Some(resource::DeviceClaim {
                        requests: Some(vec![request]),
                        ..resource::DeviceClaim::default()
                    }),
                },
            },
        }
    }

    /// Asks for one of these products.
    pub(super) fn choose_product(&mut self, products: &[&str]) {
        let products: Vec<_> = products.iter().map(|name| format!("{name:?}")).collect();
        self.selectors.push(format!(
            "device.attributes[\"{DRIVER}\"].productName in [{}]",
            products.join(", ")
        ));
    }

    /// Asks for a part of a GPU. The driver writes `+me` where the resource of a device plugin has `.me`.
    pub(super) fn choose_profile(&mut self, profile: &str) {
        let profile = match profile.strip_suffix(".me") {
            Some(profile) => format!("{profile}+me"),
            None => profile.to_owned(),
        };
        self.selectors.push(format!(
            "device.attributes[\"{DRIVER}\"].profile == \"{profile}\""
        ));
    }
}
