//! The JSON Schema of project files, made of the types that read them.

use std::borrow::Cow;
use std::error::Error;
use std::{env, fs};

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::file::ProjectFile;
use super::read::Setting;

const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/argot-toml.schema.json"
);

impl JsonSchema for ProjectFile {
    fn schema_name() -> Cow<'static, str> {
        "argot.toml".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Self::schema(generator);
        let text = "The project file of Argot: docs/profiles.md.";
        schema.insert("description".to_owned(), text.into());
        schema
    }
}

/// `UPDATE_SCHEMA=1 cargo test -p argot-cli schema` rewrites the file.
#[test]
fn the_published_schema_is_that_of_the_types() -> Result<(), Box<dyn Error>> {
    let mut schema = serde_json::to_string_pretty(&schemars::schema_for!(ProjectFile))?;
    schema.push('\n');
    if env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(SCHEMA, &schema)?;
    }
    assert_eq!(
        fs::read_to_string(SCHEMA)?,
        schema,
        "docs/argot-toml.schema.json is stale"
    );
    Ok(())
}

/// Every key of a project file has a row on the page about profiles.
#[test]
fn the_page_has_every_setting() -> Result<(), Box<dyn Error>> {
    let page = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/profiles.md"
    ))?;
    for key in super::file::Project::KEYS
        .iter()
        .chain(super::file::Profile::KEYS)
    {
        assert!(page.contains(&format!("| `{key}` |")), "no row for `{key}`");
    }
    Ok(())
}

/// A setting of a target without a flag is a key of a profile.
#[test]
fn every_setting_of_a_target_can_be_set() {
    let settings = argot_targets::targets::TARGETS
        .iter()
        .flat_map(|target| target.settings());
    for setting in settings.filter(|setting| setting.flag.is_none()) {
        let key = setting.key;
        assert!(
            super::file::Profile::KEYS.contains(&key),
            "`{key}` is neither a flag nor a key of a profile"
        );
    }
}
