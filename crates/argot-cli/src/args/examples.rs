//! The examples at the end of each help text.

pub(super) const ARGOT: &str = "\
Examples:
  argot check                                  Check every pipeline below this folder
  argot compile train.argot                    Print the manifest
  argot compile train.argot | kubectl apply -f -
                                               Hand it to the cluster
  argot explain E0301                          Say more about an error

Exit status: 0 when all is well, 1 when a source has errors, 2 when the command line or a file
access is at fault.";

pub(super) const COMPILE: &str = "\
Examples:
  argot compile train.argot
      Print the manifest of every pipeline that no other pipeline of the file calls.
  argot compile train.argot -o train.yaml
      Write it to a file, which stays as it was when there is an error.
  argot compile pipelines/*.argot -o manifests/
      Write one file per source: manifests/NAME.yaml.
  argot compile train.argot -p lr=0.1 -p 'layers=[64, 32]' --generate-name | kubectl create -f -
      Start a run with other parameters, under a new name each time.
  argot compile train.argot --pipeline nightly --as cron-workflow --namespace ml
      Compile one pipeline of the file, as a CronWorkflow.";

pub(super) const CHECK: &str = "\
Examples:
  argot check
      Check every *.argot file below this folder.
  argot check pipelines/ shared/steps.argot --deny-warnings
      Check a folder and a file, and fail on warnings too.
  argot check --fix
      Make the fixes that are safe, and report what is left.
  argot check --format json > diagnostics.json
      Print the diagnostics for a program to read.";

pub(super) const FMT: &str = "\
Examples:
  argot fmt
      Format every *.argot file below this folder.
  argot fmt --check --diff
      Show what would change, and fail if anything would.
  argot fmt - < train.argot
      Format standard input to standard output, as editors do.";

pub(super) const DUMP: &str = "\
Examples:
  argot dump train.argot --stage plan
      Print what has to run, as the target sees it.
  argot dump train.argot --stage ast | jq '.[].ast.items[].component.name'
      Look into the syntax tree.";

pub(super) const CONFIG: &str = "\
Examples:
  argot config
      Print the settings of the default profile, and where each comes from.
  argot config --profile prod --namespace test
      Print what counts with these flags.
  argot config --format json | jq -r '.settings[] | select(.setting == \"platform\").value'
      Look up one of them.";

pub(super) const PROFILES: &str = "\
Examples:
  argot profiles
  argot profiles pipelines/train.argot";

pub(super) const EXPLAIN: &str = "\
Examples:
  argot explain E0301
  argot explain type-mismatch
  argot explain --list";

pub(super) const COMPLETIONS: &str = "\
Examples:
  argot completions bash > ~/.local/share/bash-completion/completions/argot
  argot completions zsh > ~/.zfunc/_argot
  argot completions fish > ~/.config/fish/completions/argot.fish";
