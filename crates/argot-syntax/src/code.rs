//! The registry of diagnostic codes. A number is never used again for another rule.

use serde::Serialize;

/// How grave a finding is.
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

macro_rules! codes {
    ($($variant:ident $number:literal $id:literal $summary:literal)*) => {
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

codes! {
    // Text and files.
    SyntaxError "E0101" "syntax-error" "the text is not valid Argot"
    UnterminatedString "E0102" "unterminated-string" "a string is not closed"
    InvalidEscape "E0103" "invalid-escape" "a string contains an escape that does not exist"
    NestingTooDeep "E0104" "nesting-too-deep" "brackets, blocks or operators are nested too deep"
    NumberOutOfRange "E0105" "number-out-of-range" "a number does not fit in 64 bits"
    NotText "E0106" "not-text" "a file is not UTF-8 text"
    EmptyFile "E0107" "empty-file" "a file contains nothing to compile"
    UnreadableFile "E0108" "unreadable-file" "a file cannot be read"
    OutsideProject "E0109" "outside-project" "a path leaves the project"
    ImportCycle "E0110" "import-cycle" "files import each other in a circle"
    UnknownImport "E0111" "unknown-import" "an imported file does not define the name"
    PrivateImport "E0112" "private-import" "a name that starts with an underscore is imported"
    FileTooLarge "E0113" "file-too-large" "a file is too large"

    // Names.
    UnknownName "E0201" "unknown-name" "a name is not defined"
    DuplicateName "E0202" "duplicate-name" "a name is defined twice in one scope"
    UnknownAttribute "E0203" "unknown-attribute" "an attribute does not exist here"
    UnknownField "E0204" "unknown-field" "a record has no such field"
    UnknownArgument "E0205" "unknown-argument" "a call sets an input that does not exist"
    MissingArgument "E0206" "missing-argument" "a call does not set a required input"
    UnknownType "E0207" "unknown-type" "a type does not exist"
    UnknownOutput "E0208" "unknown-output" "a task has no such output"
    UnknownFunction "E0209" "unknown-function" "a call names a function, component or pipeline that does not exist"
    WrongKind "E0210" "wrong-kind" "a name refers to something that cannot be used here"
    RecursivePipeline "E0212" "recursive-pipeline" "a pipeline calls itself"
    RecursiveDefinition "E0213" "recursive-definition" "a constant or type is defined in terms of itself"
    UsedBeforeDefinition "E0214" "used-before-definition" "a name is used above its definition"
    DuplicateAttribute "E0215" "duplicate-attribute" "an attribute is set twice in one block"
    NameCollision "E0216" "name-collision" "two names become the same name in the output"

    // Types and values.
    TypeMismatch "E0301" "type-mismatch" "a value has a different type than expected"
    UnknownMember "E0302" "unknown-member" "a text is not a member of the enumeration"
    InvalidOperand "E0303" "invalid-operand" "an operator or function is used with a type it does not accept"
    WrongArguments "E0304" "wrong-arguments" "a function is called with arguments it does not accept"
    MayBeAbsent "E0305" "may-be-absent" "a value that may be missing is used as if it were present"
    NotConstant "E0306" "not-constant" "a value that must be known at compile time is not constant"
    ConstantError "E0307" "constant-error" "a constant expression has no value"
    UnexpectedUnit "E0308" "unexpected-unit" "a number with a unit is used where neither a quantity nor a duration is expected"
    MissingField "E0309" "missing-field" "a record is missing a required field"
    TooLarge "E0310" "too-large" "a value, type or pipeline is larger than the compiler accepts"

    // Components and attributes.
    MissingBody "E0401" "missing-body" "a component does not say what to run"
    SeveralBodies "E0402" "several-bodies" "a component says more than one thing to run"
    MissingAttribute "E0403" "missing-attribute" "a required attribute is missing"
    AttributeShape "E0404" "attribute-shape" "an attribute is written as a value but must be a block, or the other way round"
    InvalidValue "E0405" "invalid-value" "an attribute was given a value it does not accept"
    InvalidImage "E0406" "invalid-image" "an image reference is not valid"
    InvalidEnvName "E0407" "invalid-env-name" "the name of an environment variable is not valid"
    InvalidLabel "E0408" "invalid-label" "a label, annotation or selector is not valid"
    InvalidMount "E0409" "invalid-mount" "a mount path is not valid or already in use"
    InvalidQuantity "E0410" "invalid-quantity" "a quantity is not valid"
    InvalidDuration "E0411" "invalid-duration" "a duration is not valid"
    RequestOverLimit "E0412" "request-over-limit" "a resource request is larger than its limit"
    FractionalDevice "E0413" "fractional-device" "a device is requested as a fraction or as a range"
    UnknownAccelerator "E0414" "unknown-accelerator" "an accelerator is not known or not fully described"
    InvalidSchedule "E0415" "invalid-schedule" "a schedule's cron expression or time zone is not valid"
    InvalidToleration "E0416" "invalid-toleration" "a toleration is not valid"
    InvalidObjectName "E0417" "invalid-object-name" "the name of a Kubernetes object is not valid"
    NoInterpreter "E0418" "no-interpreter" "a script does not say what runs it"
    InvalidLocation "E0419" "invalid-location" "an artifact's location is not valid"
    UnwrittenOutput "E0420" "unwritten-output" "a container is never told where to write an output"
    ConflictingNames "E0421" "conflicting-names" "two values would share one environment variable"
    ReservedLabel "E0422" "reserved-label" "a label or annotation is set that belongs to a controller"
    ValueBecomesCode "E0426" "value-becomes-code" "a value would become part of code that a program runs"

    // Pipelines.
    NotYetSupported "E0501" "not-yet-supported" "a construct of the language is not built yet"
    EmptyPipeline "E0502" "empty-pipeline" "a pipeline has no tasks"
    InvalidReturn "E0503" "invalid-return" "a pipeline's `return` does not match its outputs"
    UnnamedArgument "E0504" "unnamed-argument" "an argument of a call has no name"
    CallInExpression "E0505" "call-in-expression" "a component or pipeline is called inside an expression"
    AmbiguousOutput "E0506" "ambiguous-output" "a task that does not have exactly one output is used as a value"
    NotATask "E0507" "not-a-task" "`after` names something that is not a task"
    NoPipeline "E0508" "no-pipeline" "the pipeline to compile does not exist"
    RunAttribute "E0509" "run-attribute" "a called pipeline has an attribute that only a whole run can have"
    MisplacedStatement "E0510" "misplaced-statement" "a statement is in a block that cannot contain it"
    MisplacedYield "E0511" "misplaced-yield" "a `yield` is missing, or nothing uses its values"
    YieldsDiffer "E0512" "yields-differ" "the arms of an `if` yield different fields or types"
    NotAList "E0513" "not-a-list" "a loop runs over a value that is not a list or range"
    HandlerScope "E0514" "handler-scope" "a handler and its pipeline use values that only the other one has"
    StatusCondition "E0515" "status-condition" "a task's outcome decides something that cannot depend on it"
    LockHeldTwice "E0516" "lock-held-twice" "a step or pipeline waits for a mutex that is already held around it"
    AddressOutlivesDaemon "E0517" "address-outlives-daemon" "the address of a daemon leaves the pipeline or block that ends the daemon"
    NoRoomBesideDaemons "E0518" "no-room-beside-daemons" "daemons use up a `parallel` limit"
    TurnsWriteOneKey "E0519" "turns-write-one-key" "every turn of a loop writes an artifact to the same place"
    ClaimInLoop "E0520" "claim-in-loop" "a pipeline that declares a claim is called in a loop"

    // Parameters of a compilation.
    UnknownParameter "E0601" "unknown-parameter" "a parameter given to the compiler does not exist in the pipeline"
    InvalidParameter "E0602" "invalid-parameter" "a parameter given to the compiler does not fit its type"
    MissingParameter "E0603" "missing-parameter" "a parameter has no value"

    // Targets.
    InvalidTargetName "E0701" "invalid-target-name" "a name is not valid on the target"
    SubstitutedText "E0702" "substituted-text" "a text contains `{{`, which the target would replace"
    UnprintableText "E0703" "unprintable-text" "a text contains characters that the target cannot carry"
    LimitExceeded "E0704" "limit-exceeded" "the output exceeds a limit of the target"
    UnsupportedByVersion "E0705" "unsupported-by-version" "the chosen version of the target lacks a feature"
    UnsupportedByTarget "E0706" "unsupported-by-target" "the target cannot do something that the source asks for"
    UnknownRawField "E0707" "unknown-raw-field" "a raw field does not exist in the target's schema"
    RawFieldHasAttribute "E0708" "raw-field-has-attribute" "a raw field sets something that Argot has an attribute for"
    InvalidRawField "E0709" "invalid-raw-field" "a raw field does not fit the target's schema"
    RunTimeValue "E0710" "run-time-value" "a value that the target needs before the run is known only during the run"
    FixedName "E0711" "fixed-name" "a run compiled with `--generate-name` needs another object whose name is fixed"

    // Project files.
    InvalidProjectFile "E0901" "invalid-project-file" "a project file cannot be read"
    UnknownSetting "E0902" "unknown-setting" "a project file contains a setting that does not exist"
    UnknownProfile "E0903" "unknown-profile" "a profile does not exist"
    InvalidSetting "E0904" "invalid-setting" "a setting has a value it does not accept"

    // Warnings.
    UnusedImport "W0801" "unused-import" "an import is never used"
    UnusedParameter "W0802" "unused-parameter" "a parameter or input is never used"
    UnusedValue "W0803" "unused-value" "a named value is never used"
    ImageWithoutTag "W0804" "image-without-tag" "an image has no tag or digest"
    LargeManifest "W0805" "large-manifest" "the output is too large for client-side `kubectl apply`"
    SharedVolume "W0806" "shared-volume" "steps that can run at the same time share a volume that only one node can use"
    SplitDelays "W0808" "split-delays" "a pipeline is split into several graphs, which delays tasks"
    LargeRun "W0809" "large-run" "the templates of a run may not fit into its object"
    GpuWithoutRequests "W0810" "gpu-without-requests" "a container with a GPU does not say how much CPU or memory it needs"
    MemoryVolumeOverLimit "W0811" "memory-volume-over-limit" "a memory volume is larger than the memory of the container"
    UnusedSetting "W0812" "unused-setting" "a profile sets a parameter that no pipeline has"
    InvisibleCharacter "W0813" "invisible-character" "a file contains characters that are invisible, or that change the order of others"
    MissingUnit "W0814" "missing-unit" "an amount has no unit"
    EmptyLoop "W0815" "empty-loop" "a loop has no turns"
    OldTimeZone "W0816" "old-time-zone" "a time zone has an outdated name, or counts its hours in the opposite direction"
    ClockChange "W0817" "clock-change" "a schedule names a time that its time zone skips or repeats"
    ScheduleStep "W0818" "schedule-step" "a step in a cron expression is longer than its field"
    SemaphoreHeldTwice "W0819" "semaphore-held-twice" "a semaphore is acquired again inside something that already holds it"
    RetryNeverHappens "W0820" "retry-never-happens" "a retry sets conditions for another attempt, but no attempt can ever follow"
    TasksWriteOneKey "W0821" "tasks-write-one-key" "tasks that can run at the same time write an artifact to the same place"
    CacheIgnoresInput "W0822" "cache-ignores-input" "the key of a cache does not mention an input"
    CachedArtifactsDeleted "W0823" "cached-artifacts-deleted" "a cached result outlives its artifacts"
    WorkspaceWithoutEffect "W0824" "workspace-without-effect" "a setting of the workspace has no effect on the target"
    ValueInQuery "W0825" "value-in-query" "a value becomes part of a query or an expression"
    UnexpandedVariable "W0826" "unexpanded-variable" "a text contains `$(NAME)` for a variable, but nothing replaces it"
    UnknownEntrypoint "W0827" "unknown-entrypoint" "a component has no `command`, and Argo is unlikely to find its image in a registry"
}

impl Code {
    /// The severity that findings of this code have.
    pub fn severity(self) -> Severity {
        if self.number().starts_with('W') {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

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
        self <= Self::NumberOutOfRange
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
