//! The registry of diagnostic codes. A number is never used again for another rule.

use serde::Serialize;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is emitted.
    Error,
    /// Worth a look; output is emitted.
    Warning,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// The text of a file: what breaks the rule is not in the tree.
    Syntax,
    /// What a text means, or what is compiled with it.
    Program,
}

macro_rules! codes {
    ($($variant:ident $number:literal $severity:ident $subject:ident $id:literal $summary:literal)*) => {
        /// A rule of the language or of a target, with a stable number and name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in order of number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable number: `E` for errors, `W` for warnings.
            pub fn number(self) -> &'static str {
                match self { $(Self::$variant => $number),* }
            }

            /// The severity that findings of this code have.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),* }
            }

            /// What the rule is about.
            fn subject(self) -> Subject {
                match self { $(Self::$variant => Subject::$subject),* }
            }

            /// The kebab-case name.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// The rule in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary),* }
            }

            /// The page that explains the rule, with a failing and a fixed example, in Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../../docs/errors/", $id, ".md"))),*
                }
            }
        }
    };
}

// Each row: the code, its number, its severity, what it is about, its name and its summary.
codes! {
    // Text and files.
    SyntaxError "E0101" Error Syntax "syntax-error" "the text is not valid Argot"
    UnterminatedString "E0102" Error Syntax "unterminated-string" "a string is not closed"
    InvalidEscape "E0103" Error Syntax "invalid-escape" "a string contains an escape that does not exist"
    NestingTooDeep "E0104" Error Syntax "nesting-too-deep" "brackets, blocks or operators are nested too deep"
    NumberOutOfRange "E0105" Error Syntax "number-out-of-range" "a number does not fit in 64 bits"
    NotText "E0106" Error Program "not-text" "a file is not UTF-8 text"
    EmptyFile "E0107" Error Program "empty-file" "a file contains nothing to compile"
    UnreadableFile "E0108" Error Program "unreadable-file" "a file cannot be read"
    OutsideProject "E0109" Error Program "outside-project" "a path leaves the project"
    ImportCycle "E0110" Error Program "import-cycle" "files import each other in a circle"
    UnknownImport "E0111" Error Program "unknown-import" "an imported file does not define the name"
    PrivateImport "E0112" Error Program "private-import" "a name that starts with an underscore is imported"
    FileTooLarge "E0113" Error Program "file-too-large" "a file is too large"

    // Names.
    UnknownName "E0201" Error Program "unknown-name" "a name is not defined"
    DuplicateName "E0202" Error Program "duplicate-name" "a name is defined twice in one scope"
    UnknownAttribute "E0203" Error Program "unknown-attribute" "an attribute does not exist here"
    UnknownField "E0204" Error Program "unknown-field" "a record has no such field"
    UnknownArgument "E0205" Error Program "unknown-argument" "a call sets an input that does not exist"
    MissingArgument "E0206" Error Program "missing-argument" "a call does not set a required input"
    UnknownType "E0207" Error Program "unknown-type" "a type does not exist"
    UnknownOutput "E0208" Error Program "unknown-output" "a task has no such output"
    UnknownFunction "E0209" Error Program "unknown-function" "a call names a function, component or pipeline that does not exist"
    WrongKind "E0210" Error Program "wrong-kind" "a name refers to something that cannot be used here"
    RecursivePipeline "E0212" Error Program "recursive-pipeline" "a pipeline calls itself"
    RecursiveDefinition "E0213" Error Program "recursive-definition" "a constant or type is defined in terms of itself"
    UsedBeforeDefinition "E0214" Error Program "used-before-definition" "a name is used above its definition"
    DuplicateAttribute "E0215" Error Program "duplicate-attribute" "an attribute is set twice in one block"
    NameCollision "E0216" Error Program "name-collision" "two names become the same name in the output"

    // Types and values.
    TypeMismatch "E0301" Error Program "type-mismatch" "a value has a different type than expected"
    UnknownMember "E0302" Error Program "unknown-member" "a text is not a member of the enumeration"
    InvalidOperand "E0303" Error Program "invalid-operand" "an operator or function is used with a type it does not accept"
    WrongArguments "E0304" Error Program "wrong-arguments" "a function is called with arguments it does not accept"
    MayBeAbsent "E0305" Error Program "may-be-absent" "a value that may be missing is used as if it were present"
    NotConstant "E0306" Error Program "not-constant" "a value that must be known at compile time is not constant"
    ConstantError "E0307" Error Program "constant-error" "a constant expression has no value"
    UnexpectedUnit "E0308" Error Program "unexpected-unit" "a number with a unit is used where neither a quantity nor a duration is expected"
    MissingField "E0309" Error Program "missing-field" "a record is missing a required field"
    TooLarge "E0310" Error Program "too-large" "a value, type or pipeline is larger than the compiler accepts"

    // Components and attributes.
    MissingBody "E0401" Error Program "missing-body" "a component does not say what to run"
    SeveralBodies "E0402" Error Program "several-bodies" "a component says more than one thing to run"
    MissingAttribute "E0403" Error Program "missing-attribute" "a required attribute is missing"
    AttributeShape "E0404" Error Program "attribute-shape" "an attribute is written as a value but must be a block, or the other way round"
    InvalidValue "E0405" Error Program "invalid-value" "an attribute was given a value it does not accept"
    InvalidImage "E0406" Error Program "invalid-image" "an image reference is not valid"
    InvalidEnvName "E0407" Error Program "invalid-env-name" "the name of an environment variable is not valid"
    InvalidLabel "E0408" Error Program "invalid-label" "a label, annotation or selector is not valid"
    InvalidMount "E0409" Error Program "invalid-mount" "a mount path is not valid or already in use"
    InvalidQuantity "E0410" Error Program "invalid-quantity" "a quantity is not valid"
    InvalidDuration "E0411" Error Program "invalid-duration" "a duration is not valid"
    RequestOverLimit "E0412" Error Program "request-over-limit" "a resource request is larger than its limit"
    FractionalDevice "E0413" Error Program "fractional-device" "a device is requested as a fraction or as a range"
    UnknownAccelerator "E0414" Error Program "unknown-accelerator" "an accelerator is not known or not fully described"
    InvalidSchedule "E0415" Error Program "invalid-schedule" "a schedule's cron expression or time zone is not valid"
    InvalidToleration "E0416" Error Program "invalid-toleration" "a toleration is not valid"
    InvalidObjectName "E0417" Error Program "invalid-object-name" "the name of a Kubernetes object is not valid"
    NoInterpreter "E0418" Error Program "no-interpreter" "a script does not say what runs it"
    InvalidLocation "E0419" Error Program "invalid-location" "an artifact's location is not valid"
    UnwrittenOutput "E0420" Error Program "unwritten-output" "a container is never told where to write an output"
    ConflictingNames "E0421" Error Program "conflicting-names" "two values would share one environment variable"
    ReservedLabel "E0422" Error Program "reserved-label" "a label or annotation is set that belongs to a controller"
    ValueBecomesCode "E0426" Error Program "value-becomes-code" "a value would become part of code that a program runs"

    // Pipelines.
    NotYetSupported "E0501" Error Program "not-yet-supported" "a construct of the language is not built yet"
    EmptyPipeline "E0502" Error Program "empty-pipeline" "a pipeline has no tasks"
    InvalidReturn "E0503" Error Program "invalid-return" "a pipeline's `return` does not match its outputs"
    UnnamedArgument "E0504" Error Program "unnamed-argument" "an argument of a call has no name"
    CallInExpression "E0505" Error Program "call-in-expression" "a component or pipeline is called inside an expression"
    AmbiguousOutput "E0506" Error Program "ambiguous-output" "a task that does not have exactly one output is used as a value"
    NotATask "E0507" Error Program "not-a-task" "`after` names something that is not a task"
    NoPipeline "E0508" Error Program "no-pipeline" "the pipeline to compile does not exist"
    RunAttribute "E0509" Error Program "run-attribute" "a called pipeline has an attribute that only a whole run can have"
    MisplacedStatement "E0510" Error Program "misplaced-statement" "a statement is in a block that cannot contain it"
    MisplacedYield "E0511" Error Program "misplaced-yield" "a `yield` is missing, or nothing uses its values"
    YieldsDiffer "E0512" Error Program "yields-differ" "the arms of an `if` yield different fields or types"
    NotAList "E0513" Error Program "not-a-list" "a loop runs over a value that is not a list or range"
    HandlerScope "E0514" Error Program "handler-scope" "a handler and its pipeline use values that only the other one has"
    StatusCondition "E0515" Error Program "status-condition" "a task's outcome decides something that cannot depend on it"
    LockHeldTwice "E0516" Error Program "lock-held-twice" "a step or pipeline waits for a mutex that is already held around it"
    AddressOutlivesDaemon "E0517" Error Program "address-outlives-daemon" "the address of a daemon leaves the pipeline or block that ends the daemon"
    NoRoomBesideDaemons "E0518" Error Program "no-room-beside-daemons" "daemons use up a `parallel` limit"
    TurnsWriteOneKey "E0519" Error Program "turns-write-one-key" "every turn of a loop writes an artifact to the same place"
    ClaimInLoop "E0520" Error Program "claim-in-loop" "a pipeline that declares a claim is called in a loop"

    // Parameters of a compilation.
    UnknownParameter "E0601" Error Program "unknown-parameter" "a parameter given to the compiler does not exist in the pipeline"
    InvalidParameter "E0602" Error Program "invalid-parameter" "a parameter given to the compiler does not fit its type"
    MissingParameter "E0603" Error Program "missing-parameter" "a parameter has no value"
    InvalidParameterFile "E0604" Error Program "invalid-parameter-file" "a file of parameters is not valid"

    // Targets.
    InvalidTargetName "E0701" Error Program "invalid-target-name" "a name is not valid on the target"
    SubstitutedText "E0702" Error Program "substituted-text" "a text contains `{{`, which the target would replace"
    UnprintableText "E0703" Error Program "unprintable-text" "a text contains characters that the target cannot carry"
    LimitExceeded "E0704" Error Program "limit-exceeded" "the output exceeds a limit of the target"
    UnsupportedByVersion "E0705" Error Program "unsupported-by-version" "the chosen version of the target lacks a feature"
    UnsupportedByTarget "E0706" Error Program "unsupported-by-target" "the target cannot do something that the source asks for"
    UnknownRawField "E0707" Error Program "unknown-raw-field" "a raw field does not exist in the target's schema"
    RawFieldHasAttribute "E0708" Error Program "raw-field-has-attribute" "a raw field sets something that Argot has an attribute for"
    InvalidRawField "E0709" Error Program "invalid-raw-field" "a raw field does not fit the target's schema"
    RunTimeValue "E0710" Error Program "run-time-value" "a value that the target needs before the run is known only during the run"
    FixedName "E0711" Error Program "fixed-name" "a run compiled with `--generate-name` needs another object whose name is fixed"

    // Project files.
    InvalidProjectFile "E0901" Error Program "invalid-project-file" "a project file cannot be read"
    UnknownSetting "E0902" Error Program "unknown-setting" "a project file contains a setting that does not exist"
    UnknownProfile "E0903" Error Program "unknown-profile" "a profile does not exist"
    InvalidSetting "E0904" Error Program "invalid-setting" "a setting has a value it does not accept"

    // Warnings.
    UnusedImport "W0801" Warning Program "unused-import" "an import is never used"
    UnusedParameter "W0802" Warning Program "unused-parameter" "a parameter or input is never used"
    UnusedValue "W0803" Warning Program "unused-value" "a named value is never used"
    ImageWithoutTag "W0804" Warning Program "image-without-tag" "an image has no tag or digest"
    LargeManifest "W0805" Warning Program "large-manifest" "the output is too large for client-side `kubectl apply`"
    SharedVolume "W0806" Warning Program "shared-volume" "steps that can run at the same time share a volume that only one node can use"
    SplitDelays "W0808" Warning Program "split-delays" "a pipeline is split into several graphs, which delays tasks"
    LargeRun "W0809" Warning Program "large-run" "the templates of a run may not fit into its object"
    GpuWithoutRequests "W0810" Warning Program "gpu-without-requests" "a container with a GPU does not say how much CPU or memory it needs"
    MemoryVolumeOverLimit "W0811" Warning Program "memory-volume-over-limit" "a memory volume is larger than the memory of the container"
    UnusedSetting "W0812" Warning Program "unused-setting" "a profile sets a parameter that no pipeline has"
    InvisibleCharacter "W0813" Warning Program "invisible-character" "a file contains characters that are invisible, or that change the order of others"
    MissingUnit "W0814" Warning Program "missing-unit" "an amount has no unit"
    EmptyLoop "W0815" Warning Program "empty-loop" "a loop has no turns"
    OldTimeZone "W0816" Warning Program "old-time-zone" "a time zone has an outdated name, or counts its hours in the opposite direction"
    ClockChange "W0817" Warning Program "clock-change" "a schedule names a time that its time zone skips or repeats"
    ScheduleStep "W0818" Warning Program "schedule-step" "a step in a cron expression is longer than its field"
    SemaphoreHeldTwice "W0819" Warning Program "semaphore-held-twice" "a semaphore is acquired again inside something that already holds it"
    RetryNeverHappens "W0820" Warning Program "retry-never-happens" "a retry sets conditions for another attempt, but no attempt can ever follow"
    TasksWriteOneKey "W0821" Warning Program "tasks-write-one-key" "tasks that can run at the same time write an artifact to the same place"
    CacheIgnoresInput "W0822" Warning Program "cache-ignores-input" "the key of a cache does not mention an input"
    CachedArtifactsDeleted "W0823" Warning Program "cached-artifacts-deleted" "a cached result outlives its artifacts"
    WorkspaceWithoutEffect "W0824" Warning Program "workspace-without-effect" "a setting of the workspace has no effect on the target"
    ValueInQuery "W0825" Warning Program "value-in-query" "a value becomes part of a query or an expression"
    UnexpandedVariable "W0826" Warning Program "unexpanded-variable" "a text contains `$(NAME)` for a variable, but nothing replaces it"
    UnknownEntrypoint "W0827" Warning Program "unknown-entrypoint" "a component has no `command`, and Argo is unlikely to find its image in a registry"
}

impl Code {
    /// Whether findings of this code are warnings, whose level a project chooses.
    pub fn is_lint(self) -> bool {
        self.severity() == Severity::Warning
    }

    /// Every code whose level a project chooses.
    pub fn lints() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|code| code.is_lint())
    }

    /// Whether findings of this code mean that a part of a file could not be read.
    pub fn is_syntax(self) -> bool {
        self.subject() == Subject::Syntax
    }

    /// The code with that number or name, in any letter case.
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| {
            code.number().eq_ignore_ascii_case(text) || code.id().eq_ignore_ascii_case(text)
        })
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_letter_of_their_severity_and_are_in_order() {
        let mut last = ("E", "");
        for code in Code::ALL {
            let letter = match code.severity() {
                Severity::Error => "E",
                Severity::Warning => "W",
            };
            let digits = code.number().strip_prefix(letter);
            let place = (letter, digits.unwrap_or_default());
            assert!(last < place, "{} after {}{}", code.number(), last.0, last.1);
            last = place;
        }
    }
}
