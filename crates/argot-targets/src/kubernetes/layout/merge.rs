//! One pod of several steps: how each field of their specs becomes that of the pod.
//!
//! | rule | what the pod has | what the steps must not do |
//! |---|---|---|
//! | [`Same`] | what they all say | differ, even by saying nothing |
//! | [`First`] | what the last step says, or else the first that does | say two things |
//! | [`Keys`] | all keys | say two things under one key |
//! | [`Union`] | the last step's elements, and those of the others that it has not | |
//! | [`InOrder`] | the elements of all steps in their order, each once | |
//! | [`Own`] | what the last step has: the layout has put the others elsewhere | |
//! | [`Alone`] | what a step says that is alone | say it with others in the pod |

use std::collections::BTreeMap;

use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;

use crate::pod::Pod;

/// Whether the pods of two steps cannot be one, as far as one attribute is concerned.
type Differ = fn(&Pod, &Pod) -> bool;

/// Declares the table: a field, its rule, and the attribute that it comes from. Fields of the spec and those beside it
/// are in one list, whose order is that of the messages.
macro_rules! table {
    ($(
        spec { $($field:ident: $rule:ident, $attribute:literal;)* }
        beside { $($other:ident: $other_rule:ident, $other_attribute:literal;)* }
    )*) => {
        /// Whether the pods of two steps cannot be one, by the attribute that says so.
        pub(super) const ROWS: &[(&str, Differ)] = &[$(
            $(($attribute, |one, other| $rule::differ(&one.spec.$field, &other.spec.$field)),)*
            $(($other_attribute, |one, other| $other_rule::differ(&one.$other, &other.$other)),)*
        )*];

        /// A field beside the spec without a row does not compile, either. The spec has the others, too.
        const _: fn(&Pod) = |pod| {
            let Pod { $($($other: _,)*)* spec: _, node_labels: _, claims: _ } = pod;
        };

        /// Adds what the specs of the steps before say to that of the last.
        pub(super) fn merge(mut before: Vec<core::PodSpec>, last: &mut core::PodSpec) {
            // A field without a row does not compile.
            let core::PodSpec { $($($field,)*)* } = last;
            $($(
                let others = before.iter_mut();
                let others = others.map(|spec| std::mem::take(&mut spec.$field));
                $rule::merge($field, others.collect());
            )*)*
        }
    };
}

table! {
    spec {
        service_account_name: Same, "service_account";
        priority_class_name: Same, "priority_class";
    }
    beside {
        labels: Keys, "labels";
        annotations: Keys, "annotations";
    }
    spec {
        node_selector: Keys, "node_selector";
        affinity: First, "affinity";
        security_context: Same, "security";
    }
    beside {
        queue: First, "queue";
    }
    spec {
        tolerations: Union, "tolerations";
        image_pull_secrets: Union, "image_pull_secrets";
        volumes: InOrder, "mounts";
        init_containers: InOrder, "init";
        containers: Own, "image";
        resource_claims: InOrder, "resources";
        active_deadline_seconds: Alone, "timeout";
        automount_service_account_token: Alone, "pod";
        dns_config: Alone, "pod";
        dns_policy: Alone, "pod";
        enable_service_links: Alone, "pod";
        ephemeral_containers: Alone, "pod";
        host_aliases: Alone, "pod";
        host_ipc: Alone, "pod";
        host_network: Alone, "pod";
        host_pid: Alone, "pod";
        host_users: Alone, "pod";
        hostname: Alone, "pod";
        hostname_override: Alone, "pod";
        node_name: Alone, "pod";
        os: Alone, "pod";
        overhead: Alone, "pod";
        preemption_policy: Alone, "pod";
        priority: Alone, "pod";
        readiness_gates: Alone, "pod";
        resources: Alone, "pod";
        restart_policy: Alone, "pod";
        runtime_class_name: Alone, "pod";
        scheduler_name: Alone, "pod";
        scheduling_gates: Alone, "pod";
        service_account: Alone, "pod";
        set_hostname_as_fqdn: Alone, "pod";
        share_process_namespace: Alone, "pod";
        subdomain: Alone, "pod";
        termination_grace_period_seconds: Alone, "pod";
        topology_spread_constraints: Alone, "pod";
    }
    beside {}
}

/// How a field of several steps becomes one.
trait Rule<T> {
    /// Whether two steps cannot be in one pod.
    fn differ(one: &T, other: &T) -> bool;

    /// Adds what the steps before say to what the last says.
    fn merge(last: &mut T, before: Vec<T>);
}

/// All say the same.
struct Same;

impl<T: PartialEq> Rule<Option<T>> for Same {
    fn differ(one: &Option<T>, other: &Option<T>) -> bool {
        one != other
    }

    fn merge(last: &mut Option<T>, before: Vec<Option<T>>) {
        First::merge(last, before);
    }
}

/// Those that say something say the same.
struct First;

impl<T: PartialEq> Rule<Option<T>> for First {
    fn differ(one: &Option<T>, other: &Option<T>) -> bool {
        one.is_some() && other.is_some() && one != other
    }

    fn merge(last: &mut Option<T>, before: Vec<Option<T>>) {
        if last.is_none() {
            *last = before.into_iter().flatten().next();
        }
    }
}

/// No key has two values.
struct Keys;

impl Rule<IndexMap<String, String>> for Keys {
    fn differ(one: &IndexMap<String, String>, other: &IndexMap<String, String>) -> bool {
        let mut all = one.iter();
        all.any(|(key, value)| other.get(key).is_some_and(|other| other != value))
    }

    fn merge(last: &mut IndexMap<String, String>, before: Vec<IndexMap<String, String>>) {
        for (key, value) in before.into_iter().flatten() {
            last.entry(key).or_insert(value);
        }
    }
}

type Map = Option<BTreeMap<String, String>>;

impl Rule<Map> for Keys {
    fn differ(one: &Map, other: &Map) -> bool {
        let other = other.as_ref();
        let found = |key| other.and_then(|other| other.get(key));
        let mut all = one.iter().flatten();
        all.any(|(key, value)| found(key).is_some_and(|other| other != value))
    }

    fn merge(last: &mut Map, before: Vec<Map>) {
        for (key, value) in before.into_iter().flatten().flatten() {
            let own = last.get_or_insert_default();
            own.entry(key).or_insert(value);
        }
    }
}

type List<T> = Option<Vec<T>>;

/// Every element once, those of the last step first.
struct Union;

impl<T: PartialEq> Rule<List<T>> for Union {
    fn differ(_one: &List<T>, _other: &List<T>) -> bool {
        false
    }

    fn merge(last: &mut List<T>, before: Vec<List<T>>) {
        for element in before.into_iter().flatten().flatten() {
            let own = last.get_or_insert_default();
            if !own.contains(&element) {
                own.push(element);
            }
        }
    }
}

/// Every element once, in the order of the steps.
struct InOrder;

impl<T: PartialEq> Rule<List<T>> for InOrder {
    fn differ(_one: &List<T>, _other: &List<T>) -> bool {
        false
    }

    fn merge(last: &mut List<T>, before: Vec<List<T>>) {
        let mut all = None;
        let own = last.take();
        Union::merge(&mut all, before.into_iter().chain([own]).collect());
        *last = all;
    }
}

/// The last step's.
struct Own;

impl<T> Rule<T> for Own {
    fn differ(_one: &T, _other: &T) -> bool {
        false
    }

    fn merge(_last: &mut T, _before: Vec<T>) {}
}

/// Nothing that a step of several can say.
struct Alone;

impl<T> Rule<Option<T>> for Alone {
    fn differ(one: &Option<T>, other: &Option<T>) -> bool {
        one.is_some() || other.is_some()
    }

    fn merge(_last: &mut Option<T>, _before: Vec<Option<T>>) {}
}
