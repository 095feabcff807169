//! Tests of when a Job is retried.

use indexmap::IndexMap;
use k8s_openapi::api::batch::v1::{Job, PodFailurePolicy};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, proptest};

use super::compiled;
use crate::Manifest;
use crate::kubernetes::Options;

/// A condition over an exit code, as Argot's text and as what it is.
#[derive(Debug, Clone)]
enum Condition {
    Compares(&'static str, i64),
    In(Vec<i64>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

impl Condition {
    fn text(&self) -> String {
        match self {
            Self::Compares(operator, number) => format!("last.exit_code {operator} {number}"),
            Self::In(numbers) => format!("last.exit_code in {numbers:?}"),
            Self::Not(one) => format!("not ({})", one.text()),
            Self::And(left, right) => format!("(({}) and ({}))", left.text(), right.text()),
            Self::Or(left, right) => format!("(({}) or ({}))", left.text(), right.text()),
        }
    }

    fn holds(&self, code: i64) -> bool {
        match self {
            Self::Compares("==", number) => code == *number,
            Self::Compares("!=", number) => code != *number,
            Self::Compares("<", number) => code < *number,
            Self::Compares(_, number) => code >= *number,
            Self::In(numbers) => numbers.contains(&code),
            Self::Not(one) => !one.holds(code),
            Self::And(left, right) => left.holds(code) && right.holds(code),
            Self::Or(left, right) => left.holds(code) || right.holds(code),
        }
    }
}

fn conditions() -> impl Strategy<Value = Condition> {
    let leaf = proptest::prop_oneof![
        (
            proptest::sample::select(vec!["==", "!=", "<", ">="]),
            0..260_i64
        )
            .prop_map(|(operator, number)| Condition::Compares(operator, number)),
        proptest::collection::vec(0..260_i64, 1..6).prop_map(Condition::In),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let two = || {
            (
                inner.clone().prop_map(Box::new),
                inner.clone().prop_map(Box::new),
            )
        };
        proptest::prop_oneof![
            inner.clone().prop_map(|one| Condition::Not(Box::new(one))),
            two().prop_map(|(left, right)| Condition::And(left, right)),
            two().prop_map(|(left, right)| Condition::Or(left, right)),
        ]
    })
}

/// The failure policy of a step with these retries.
fn policy(retry: &str) -> (Option<PodFailurePolicy>, Option<i32>) {
    let source = format!(
        "component work() {{ image = \"a:1\", retry {{ {retry} }} }}\npipeline p() {{ work() }}\n"
    );
    let (manifests, found, _) = compiled(&source, &IndexMap::new(), &Options::default());
    assert!(!found.has_errors(), "{source}{found:?}");
    let job: &Job = manifests.iter().rev().find_map(Manifest::get).unwrap();
    let spec = job.spec.clone().unwrap();
    (spec.pod_failure_policy, spec.backoff_limit)
}

/// What the Job controller does after a failure: the action of the first rule that matches it.
fn action(policy: Option<&PodFailurePolicy>, code: Option<i32>, disrupted: bool) -> String {
    for rule in policy.iter().flat_map(|policy| &policy.rules) {
        let by_code = rule.on_exit_codes.as_ref().is_some_and(|codes| {
            assert_eq!(codes.container_name.as_deref(), Some("main"));
            let is_in = code.map(|code| codes.values.contains(&code));
            match codes.operator.as_str() {
                "In" => is_in == Some(true),
                "NotIn" => is_in == Some(false),
                _ => false,
            }
        });
        let by_end = rule.on_pod_conditions.iter().flatten().any(|condition| {
            (condition.type_.as_str(), condition.status.as_str()) == ("DisruptionTarget", "True")
        });
        if by_code || by_end && disrupted {
            return rule.action.clone();
        }
    }
    "Count".to_owned()
}

/// What the API server asks of a policy.
fn is_valid(policy: &PodFailurePolicy) {
    assert!(policy.rules.len() <= 20);
    for rule in &policy.rules {
        assert_eq!(
            rule.on_exit_codes.is_some(),
            rule.on_pod_conditions.is_none()
        );
        if let Some(codes) = &rule.on_exit_codes {
            assert!(!codes.values.is_empty() && codes.values.len() <= 255);
            assert!(codes.values.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(codes.operator != "In" || !codes.values.contains(&0));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_condition_becomes_exit_codes(condition in conditions(), always in any::<bool>(), limit in Just(2)) {
        let on = if always { "on = \"always\", " } else { "" };
        let (policy, most) = policy(&format!("limit = {limit}, {on}when = {}", condition.text()));
        assert_eq!(most, Some(limit));
        if let Some(policy) = &policy {
            is_valid(policy);
        }
        for code in 1..=255 {
            let expected = if condition.holds(i64::from(code)) { "Count" } else { "FailJob" };
            assert_eq!(action(policy.as_ref(), Some(code), false), expected, "{code}: {}", condition.text());
        }
    }
}

#[test]
fn what_is_tried_again() {
    // The program failed; its node was drained, so it ended with a code; its node is gone.
    let ends = [(Some(1), false), (Some(143), true), (None, true)];
    for (retry, actions) in [
        ("limit = 2", ["Count", "Count", "Count"]),
        ("limit = 2, on = \"always\"", ["Count", "Count", "Count"]),
        (
            "limit = 2, on = \"failure\"",
            ["Count", "FailJob", "FailJob"],
        ),
        ("limit = 2, on = \"error\"", ["FailJob", "Count", "Count"]),
        (
            "limit = 2, on = \"transient\"",
            ["FailJob", "Count", "Count"],
        ),
        (
            "limit = 2, on = \"failure\", when = last.exit_code == 1",
            ["Count", "FailJob", "FailJob"],
        ),
        // Without `on` the condition alone decides about what the program does.
        (
            "limit = 2, when = last.exit_code == 1",
            ["Count", "Count", "Count"],
        ),
        (
            "limit = 2, when = last.exit_code == 2",
            ["FailJob", "Count", "Count"],
        ),
    ] {
        let (policy, _) = policy(retry);
        let found = ends.map(|(code, disrupted)| action(policy.as_ref(), code, disrupted));
        assert_eq!(found, actions, "{retry}");
    }
}
