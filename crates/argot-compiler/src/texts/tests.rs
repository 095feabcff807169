//! Texts that each language accepts, and the messages about texts that it refuses.

use super::{Mismatch, Rule, image, location, read, version};
use crate::{Expr, ExprKind, InputId, Location, Type};

/// The refused part of a text, or all of it, with the reason.
fn refused(text: &str, mismatch: &Mismatch) -> (String, String) {
    let at = text.get(mismatch.at.clone()).unwrap_or("OUTSIDE");
    (at.to_owned(), mismatch.reason.clone())
}

/// Reads the texts by a rule, and compares what is refused.
fn table(rule: Rule, accepted: &[&str], expected: &[(&str, &str, &str)]) {
    for text in accepted {
        assert_eq!(read(rule, text).err(), None, "{text}");
    }
    for (text, at, reason) in expected {
        let found = read(rule, text).err();
        let found = found.map(|mismatch| refused(text, &mismatch));
        let expected = ((*at).to_owned(), (*reason).to_owned());
        assert_eq!(found, Some(expected), "{text}");
    }
}

#[test]
fn images() {
    let digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    for text in [
        "alpine",
        "python:3.12-slim",
        "ghcr.io/acme/trainer:1.4.2",
        "localhost/a",
        "localhost:5000/a/b:x",
        "[2001:db8::1]:5000/a",
        "REGISTRY.example/a__b/c--d/e.f_g:_X",
        &format!("a/b@sha256:{digest}"),
        &format!("a/b:c@sha512:{digest}{digest}"),
    ] {
        assert_eq!(image(text).err(), None, "{text}");
    }
    assert_eq!(version("localhost:5000/a/b"), (None, false));
    assert_eq!(version("localhost:5000/a/b:x"), (Some("x"), false));
    assert_eq!(version("a:5000"), (Some("5000"), false));
    assert_eq!(version("a/b:c@sha256:00"), (Some("c"), true));
    assert_eq!(version("[2001:db8::1]:5000/a@sha256:00"), (None, true));
    let long = format!("a:{}", "b".repeat(129));
    for (text, at, reason) in [
        ("", "", "the name is missing"),
        ("Alpine:3", "A", "the name must be in lowercase"),
        ("ghcr.io/Acme/a", "A", "the name must be in lowercase"),
        (
            "https://ghcr.io/a",
            "h",
            "leave out `https://` and the like",
        ),
        (
            "a b",
            " ",
            "` ` cannot be in the name, which has lowercase letters, digits, `.`, `_`, `-` and `/`",
        ),
        ("a:", "", "the tag is missing"),
        (":x", ":", "the name before `:` is missing"),
        (
            "a:b:c",
            ":",
            "`:` cannot be in the tag, which has letters, digits, `.`, `_` and `-`",
        ),
        ("a:-b", "-", "the tag cannot start with `-`"),
        (long.as_str(), "b", "the tag has more than 128 characters"),
        ("ghcr.io/", "", "the name is missing"),
        ("a//b", "/", "the name before `/` is missing"),
        ("-a", "-", "the name cannot start with `-`"),
        ("a-:1", "-", "the name cannot end with `-`"),
        ("a..b", ".", "`.` must be between letters or digits"),
        (
            "x:la/y",
            "l",
            "`l` cannot be in the registry's port, which has digits",
        ),
        (
            "a_b.c/d",
            "_",
            "`_` cannot be in the registry, which has letters, digits, `-` and `.`, and a port",
        ),
        ("ghcr.io./a", "/", "the registry cannot end with `.`"),
        (
            "a@sha256:1",
            "1",
            "the digest has 1 hexadecimal digits after `sha256:`, which needs 64",
        ),
        (
            "a@latest",
            "l",
            "the digest is not `sha256:` and 64 hexadecimal digits in lowercase",
        ),
    ] {
        let found = image(text).err().map(|mismatch| refused(text, &mismatch));
        assert_eq!(found, Some((at.to_owned(), reason.to_owned())), "{text}");
    }
}

#[test]
fn quantities_and_durations() {
    table(
        Rule::quantity,
        &[
            "1", "500m", "1.5Gi", ".5", "5.", "+1", "-1k", "1e3", "1E-3", "1E", "1Ei",
        ],
        &[
            ("", "", "it must start with a number"),
            ("Gi", "G", "it must start with a number"),
            ("16GB", "GB", "`GB` is not a suffix"),
            ("1.2.3", ".", "`.` cannot be here"),
            ("9Ei1", "Ei", "`Ei` is not a suffix"),
            ("1e", "e", "`e` is not a suffix"),
        ],
    );
    table(
        Rule::duration,
        &["30s", "1h30m", "1.5h", "7d", "1ns"],
        &[
            ("", "", "a number with a unit is expected here"),
            ("30", "", "the unit is missing"),
            ("1h30", "", "the unit is missing"),
            ("5min", "min", "`min` is not a unit"),
            ("5 minutes", " ", "` ` cannot be here"),
            ("1h 30m", " ", "a number with a unit is expected here"),
            ("-3s", "-", "a number with a unit is expected here"),
        ],
    );
}

#[test]
fn names_and_labels() {
    let long = "a".repeat(64);
    table(
        Rule::label_key,
        &["a", "A_b.c", "app.kubernetes.io/name"],
        &[
            ("", "", "the name is missing"),
            ("/a", "/", "the domain before `/` is missing"),
            ("a/", "", "the name is missing"),
            (
                "a/b/c",
                "/",
                "`/` cannot be in the name, which has letters, digits, `-`, `_` and `.`",
            ),
            ("A.b/c", "A", "the domain must be in lowercase"),
            ("-a", "-", "the name cannot start with `-`"),
            (&long, "a", "the name has more than 63 characters"),
        ],
    );
    table(
        Rule::label_value,
        &["", "a_b.c-D"],
        &[
            (
                "a b",
                " ",
                "` ` cannot be in the value, which has letters, digits, `-`, `_` and `.`",
            ),
            ("-x", "-", "the value cannot start with `-`"),
            ("x.-", ".-", "the value cannot end with `.`"),
            (&long, "a", "the value has more than 63 characters"),
        ],
    );
    table(
        Rule::dns_label,
        &["a", "a--b"],
        &[
            (
                "a.b",
                ".",
                "`.` cannot be in the name, which has lowercase letters, digits and `-`",
            ),
            ("A", "A", "the name must be in lowercase"),
            (&long, "a", "the name has more than 63 characters"),
        ],
    );
    table(
        Rule::dns_subdomain,
        &["a.b-c"],
        &[
            ("a..b", ".", "`.` must be between letters or digits"),
            ("a.", "", "the name cannot end with `.`"),
            ("My_Claim", "M", "the name must be in lowercase"),
        ],
    );
    table(
        Rule::data_key,
        &["a", ".a", "A_b.c", "a.."],
        &[
            ("..a", ".", "the key cannot start with `.`"),
            (".", ".", "the key cannot start with `.`"),
            (
                "a/b",
                "/",
                "`/` cannot be in the key, which has letters, digits, `-`, `_` and `.`",
            ),
        ],
    );
    table(
        Rule::env_name,
        &["A_b", "a.b-c"],
        &[
            ("", "", "the name is missing"),
            ("1A", "1", "the name cannot start with `1`"),
            (
                "A=",
                "=",
                "`=` cannot be in the name, which has letters, digits, `_`, `-` and `.`",
            ),
        ],
    );
    table(
        Rule::pod_field,
        &["metadata.labels['a/b']", "metadata.name", "status.podIPs"],
        &[],
    );
    for text in [
        "spec.foo",
        "metadata.names",
        "metadata.labels['a b']",
        "metadata.labels['a']x",
    ] {
        assert!(read(Rule::pod_field, text).is_err(), "{text}");
    }
}

#[test]
fn addresses_of_artifacts() {
    for (text, expected) in [
        ("s3://b/k/l", Some("s3 b k/l")),
        ("gs://b/k", Some("gs b k")),
        ("oss://b.e.f/k", Some("oss b e.f k")),
        ("az://a/c/b/d", Some("az a c b/d")),
        ("http://x", Some("http http://x")),
        ("git+https://h/r@main", Some("git https://h/r main")),
        ("git+ssh://git@h/r", Some("git ssh://git@h/r -")),
        ("git+ssh://git@h/r@v1", Some("git ssh://git@h/r v1")),
        // An unknown part separates nothing.
        ("s3://?/k", Some("s3 ? k")),
        ("s3://b/a?b/?", Some("s3 b a?b/?")),
        ("git+https://h/r@?", Some("git https://h/r ?")),
        ("s3://?", None),
        ("?://b/k", None),
        ("git+https://", None),
        ("git+https://@main", None),
    ] {
        let found = location(&address(text)).ok().map(|found| shown(&found));
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    for (text, at, reason) in [
        (
            "ftp://a/b",
            "ftp",
            "`ftp` is not known; `s3`, `gs`, `oss`, `az`, `http`, `https` and `git+https` are",
        ),
        ("s3://acme", "", "the key after the bucket is missing"),
        ("s3://acme/", "", "the key is missing"),
        ("s3:///key", "/", "the bucket is missing"),
        (
            "oss://acme/key",
            "/",
            "the host must be `bucket.endpoint`, such as `data.oss-cn-hangzhou.aliyuncs.com`",
        ),
        ("oss://acme.e", "", "the key after the host is missing"),
        ("az://a", "", "the container after the account is missing"),
        ("az://a/c", "", "the blob after the container is missing"),
        ("https://", "", "the host is missing"),
        ("git+https://h/r@", "", "the revision is missing"),
    ] {
        let found = location(&address(text)).err();
        let found = found.map(|mismatch| refused(text, &mismatch));
        assert_eq!(found, Some((at.to_owned(), reason.to_owned())), "{text}");
    }
}

/// An address in which each `?` is a value of the run.
fn address(text: &str) -> Expr {
    let span = argot_syntax::Span::default();
    let mut parts = Vec::new();
    for (at, part) in text.split('?').enumerate() {
        if at > 0 {
            let input = ExprKind::Input(InputId::new(0));
            parts.push(Expr::new(input, Type::String, span));
        }
        if !part.is_empty() {
            parts.push(Expr::text(part, span));
        }
    }
    match parts.as_slice() {
        [only] => only.clone(),
        _ => Expr::new(ExprKind::Concat(parts), Type::String, span),
    }
}

fn shown(location: &Location) -> String {
    fn text(expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Concat(parts) => parts.iter().map(text).collect(),
            _ => expr.as_str().unwrap_or("?").to_owned(),
        }
    }
    let (scheme, parts) = match location {
        Location::S3 { bucket, key } => ("s3", vec![text(bucket), text(key)]),
        Location::Gcs { bucket, key } => ("gs", vec![text(bucket), text(key)]),
        Location::Oss {
            endpoint,
            bucket,
            key,
        } => ("oss", vec![text(bucket), text(endpoint), text(key)]),
        Location::Azure {
            account,
            container,
            blob,
        } => ("az", vec![text(account), text(container), text(blob)]),
        Location::Http { url } => ("http", vec![text(url)]),
        Location::Git {
            repository,
            revision,
        } => {
            let revision = revision.as_ref().map_or("-".to_owned(), text);
            ("git", vec![text(repository), revision])
        }
    };
    format!("{scheme} {}", parts.join(" "))
}
