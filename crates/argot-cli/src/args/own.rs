//! The flags of the targets' own settings, from their tables.

use std::ffi::OsStr;

use argot_targets::target::{Commands, Flag, Setting};
use argot_targets::targets::TARGETS;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use serde_json::Value;

/// A flag that was given.
#[derive(Debug, Clone)]
pub(crate) struct GivenFlag {
    /// The key of its setting.
    pub(crate) key: &'static str,
    /// As it is written: `--layout`.
    pub(crate) flag: &'static str,
    /// Its value.
    pub(crate) value: Value,
}

/// The flags that were given, of those of all commands with `--target`.
pub(crate) type CommonFlags = OwnFlags<false>;
/// The flags that were given, of those of commands that make objects.
pub(crate) type OutputFlags = OwnFlags<true>;

#[derive(Debug, Default, Clone)]
pub(crate) struct OwnFlags<const OUTPUT: bool> {
    /// In the order of the tables.
    pub(crate) given: Vec<GivenFlag>,
}

impl<const OUTPUT: bool> OwnFlags<OUTPUT> {
    /// The flags, with the headings for the help.
    fn all() -> impl Iterator<Item = (&'static str, &'static Setting, &'static Flag)> {
        let of_target = TARGETS.iter().flat_map(|target| {
            let settings = target.settings().iter();
            settings.filter_map(|setting| Some((target.title(), setting, setting.flag.as_ref()?)))
        });
        of_target.filter(|(_, _, flag)| (flag.commands == Commands::Output) == OUTPUT)
    }
}

impl<const OUTPUT: bool> Args for OwnFlags<OUTPUT> {
    fn augment_args(command: Command) -> Command {
        command.args(Self::all().map(|(heading, setting, flag)| arg(heading, setting, flag)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const OUTPUT: bool> FromArgMatches for OwnFlags<OUTPUT> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = Self::all().filter_map(|(_, setting, flag)| {
            let value = match flag.value {
                Some(_) => matches.get_one::<String>(setting.key)?.as_str().into(),
                None => matches.get_flag(setting.key).then_some(Value::Bool(true))?,
            };
            Some(GivenFlag {
                key: setting.key,
                flag: flag.name,
                value,
            })
        });
        Ok(Self {
            given: given.collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn arg(heading: &'static str, setting: &'static Setting, flag: &'static Flag) -> Arg {
    let lines: Vec<_> = flag.help.iter().map(|line| line.trim()).collect();
    let help = lines.join(" ");
    let arg = Arg::new(setting.key)
        .long(flag.name.trim_start_matches('-'))
        .help(help.trim_end_matches('.').to_owned())
        .help_heading(heading);
    match flag.value {
        Some(name) => arg.value_name(name).value_parser(OwnValue(flag)),
        None => arg.action(ArgAction::SetTrue),
    }
}

/// Reads the value of a flag.
#[derive(Clone)]
struct OwnValue(&'static Flag);

impl TypedValueParser for OwnValue {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        if !self.0.is_open {
            return PossibleValuesParser::new((self.0.values)()).parse_ref(command, arg, value);
        }
        let parse = |text: &str| (self.0.check)(text).map(|()| text.to_owned());
        parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            (self.0.values)().into_iter().map(PossibleValue::new),
        ))
    }
}
