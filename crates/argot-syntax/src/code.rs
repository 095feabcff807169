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

            /// The page that explains the rule, with a failing and a mended example, in Markdown.
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
    SyntaxError "E0101" "syntax-error" "the text is not Argot"
    UnterminatedString "E0102" "unterminated-string" "a string has no end"
    InvalidEscape "E0103" "invalid-escape" "a string has an escape that does not exist"
    NestingTooDeep "E0104" "nesting-too-deep" "brackets, blocks or operators nest too deep"
    NumberOutOfRange "E0105" "number-out-of-range" "a number does not fit 64 bits"
    NotText "E0106" "not-text" "a file is not UTF-8 text"
    EmptyFile "E0107" "empty-file" "a file holds nothing to compile"
    UnreadableFile "E0108" "unreadable-file" "a file cannot be read"
    OutsideProject "E0109" "outside-project" "a path leaves the project"
    ImportCycle "E0110" "import-cycle" "files import each other in a circle"
    UnknownImport "E0111" "unknown-import" "the imported file has no such name"
    PrivateImport "E0112" "private-import" "a name that starts with an underscore cannot be imported"
    FileTooLarge "E0113" "file-too-large" "a file is too large to be a pipeline"

    // Names.
    UnknownName "E0201" "unknown-name" "no such name is in scope"
    DuplicateName "E0202" "duplicate-name" "a name is defined twice in one scope"
    UnknownAttribute "E0203" "unknown-attribute" "no such attribute exists here"
    UnknownField "E0204" "unknown-field" "a record has no such field"
    UnknownArgument "E0205" "unknown-argument" "the callee has no such input"
    MissingArgument "E0206" "missing-argument" "a required input is not given"
    UnknownType "E0207" "unknown-type" "no such type exists"
    UnknownOutput "E0208" "unknown-output" "a task has no such output"
    UnknownFunction "E0209" "unknown-function" "no such function exists"
    WrongKind "E0210" "wrong-kind" "a name stands for something that cannot be used here"
    RecursivePipeline "E0212" "recursive-pipeline" "a pipeline calls itself"
    RecursiveDefinition "E0213" "recursive-definition" "a constant or type is defined by itself"
    UsedBeforeDefinition "E0214" "used-before-definition" "a name is used above its definition"
    DuplicateAttribute "E0215" "duplicate-attribute" "an attribute is written twice in one block"
    NameCollision "E0216" "name-collision" "two names become the same name in the output"

    // Types and values.
    TypeMismatch "E0301" "type-mismatch" "a value has another type than is expected"
    UnknownMember "E0302" "unknown-member" "a value is not a member of the enumeration"
    InvalidOperand "E0303" "invalid-operand" "an operator or function does not take these types"
    WrongArguments "E0304" "wrong-arguments" "a function is called with other arguments than it takes"
    MayBeAbsent "E0305" "may-be-absent" "a value that may be absent is used as if it were there"
    NotConstant "E0306" "not-constant" "a value must be known at compile time"
    ConstantError "E0307" "constant-error" "a constant expression has no value"
    UnexpectedUnit "E0308" "unexpected-unit" "a number with a unit stands where no quantity or duration is expected"
    MissingField "E0309" "missing-field" "a record lacks a field"
    TooLarge "E0310" "too-large" "a value, type or pipeline is larger than the compiler makes"

    // Components and attributes.
    MissingBody "E0401" "missing-body" "a component does not say what to run"
    SeveralBodies "E0402" "several-bodies" "a component says more than one thing to run"
    MissingAttribute "E0403" "missing-attribute" "a required attribute is not given"
    AttributeShape "E0404" "attribute-shape" "an attribute is written as a block or value where the other is meant"
    InvalidValue "E0405" "invalid-value" "an attribute does not take this value"
    InvalidImage "E0406" "invalid-image" "an image reference is not valid"
    InvalidEnvName "E0407" "invalid-env-name" "an environment variable's name is not valid"
    InvalidLabel "E0408" "invalid-label" "a label, annotation or selector is not valid"
    InvalidMount "E0409" "invalid-mount" "a mount path is not valid or is taken"
    InvalidQuantity "E0410" "invalid-quantity" "a quantity is not valid"
    InvalidDuration "E0411" "invalid-duration" "a duration is not valid"
    RequestOverLimit "E0412" "request-over-limit" "a resource request is larger than its limit"
    FractionalDevice "E0413" "fractional-device" "devices come in whole numbers"
    UnknownAccelerator "E0414" "unknown-accelerator" "an accelerator is not known or not fully described"
    InvalidSchedule "E0415" "invalid-schedule" "a schedule's cron expression or time zone is not valid"
    InvalidToleration "E0416" "invalid-toleration" "a toleration is not valid"
    InvalidObjectName "E0417" "invalid-object-name" "the name of a Kubernetes object is not valid"
    NoInterpreter "E0418" "no-interpreter" "a script does not say what runs it"
    InvalidLocation "E0419" "invalid-location" "an artifact's location is not valid"
    UnwrittenOutput "E0420" "unwritten-output" "a container is never told where to write an output"
    ConflictingNames "E0421" "conflicting-names" "two values would share one environment variable"
    ReservedLabel "E0422" "reserved-label" "a label or annotation belongs to a controller"
    ValueBecomesCode "E0426" "value-becomes-code" "a value would become part of code that a program runs"

    // Pipelines.
    NotYetSupported "E0501" "not-yet-supported" "a construct of the language that is not built yet"
    EmptyPipeline "E0502" "empty-pipeline" "a pipeline has no task"
    InvalidReturn "E0503" "invalid-return" "a pipeline's return does not fit its outputs"
    UnnamedArgument "E0504" "unnamed-argument" "an argument of a call has no name"
    CallInExpression "E0505" "call-in-expression" "a component or pipeline is called inside an expression"
    AmbiguousOutput "E0506" "ambiguous-output" "a task that does not have exactly one output is used as a value"
    NotATask "E0507" "not-a-task" "only tasks can be waited for"
    NoPipeline "E0508" "no-pipeline" "there is no such pipeline to compile"
    RunAttribute "E0509" "run-attribute" "a called pipeline has an attribute that only a whole run can have"
    MisplacedStatement "E0510" "misplaced-statement" "a statement stands in a block that cannot hold it"
    MisplacedYield "E0511" "misplaced-yield" "a yield is missing, or stands where nothing takes it"
    YieldsDiffer "E0512" "yields-differ" "the arms of a block yield different things"
    NotAList "E0513" "not-a-list" "a loop runs over something that is no list"
    HandlerScope "E0514" "handler-scope" "a handler and the pipeline around it do not see each other's values"
    StatusCondition "E0515" "status-condition" "how a task has ended decides what cannot depend on it"
    LockHeldTwice "E0516" "lock-held-twice" "something waits for a mutex that is held around it"
    AddressOutlivesDaemon "E0517" "address-outlives-daemon" "the address of a daemon leaves what ends the daemon"
    NoRoomBesideDaemons "E0518" "no-room-beside-daemons" "daemons take every place that a limit allows"
    TurnsWriteOneKey "E0519" "turns-write-one-key" "the turns of a loop write an artifact to one place"
    ClaimInLoop "E0520" "claim-in-loop" "a pipeline that is called in a loop declares a claim"

    // Parameters of a compilation.
    UnknownParameter "E0601" "unknown-parameter" "the pipeline has no such parameter"
    InvalidParameter "E0602" "invalid-parameter" "a given parameter does not fit its type"
    MissingParameter "E0603" "missing-parameter" "a parameter has no value"

    // Targets.
    InvalidTargetName "E0701" "invalid-target-name" "a name is one that the target refuses"
    SubstitutedText "E0702" "substituted-text" "the target would substitute or evaluate a text"
    UnprintableText "E0703" "unprintable-text" "a text has characters that the target cannot carry"
    LimitExceeded "E0704" "limit-exceeded" "the output is over a limit of the target"
    UnsupportedByVersion "E0705" "unsupported-by-version" "the chosen version of the target lacks a feature"
    UnsupportedByTarget "E0706" "unsupported-by-target" "the target has no way to do this"
    UnknownRawField "E0707" "unknown-raw-field" "the target's schema has no such field"
    RawFieldHasAttribute "E0708" "raw-field-has-attribute" "a raw field is one that Argot has an attribute for"
    InvalidRawField "E0709" "invalid-raw-field" "a raw field does not fit the target's schema"
    RunTimeValue "E0710" "run-time-value" "the target needs this value before the run"
    FixedName "E0711" "fixed-name" "a run that is to be created many times needs an object that can be created once"

    // Project files.
    InvalidProjectFile "E0901" "invalid-project-file" "a project file cannot be read"
    UnknownSetting "E0902" "unknown-setting" "a project file has a setting that does not exist"
    UnknownProfile "E0903" "unknown-profile" "there is no such profile"
    InvalidSetting "E0904" "invalid-setting" "a setting does not take this value"

    // Warnings.
    UnusedImport "W0801" "unused-import" "an import is never used"
    UnusedParameter "W0802" "unused-parameter" "a parameter or input is never used"
    UnusedValue "W0803" "unused-value" "a named value is never used"
    ImageWithoutTag "W0804" "image-without-tag" "an image has no tag or digest"
    LargeManifest "W0805" "large-manifest" "the output is too large for client-side kubectl apply"
    SharedVolume "W0806" "shared-volume" "steps that can run at the same time share a volume of one node"
    SplitDelays "W0808" "split-delays" "a split into graphs that the target takes delays tasks"
    LargeRun "W0809" "large-run" "a run may use more than its object can hold"
    GpuWithoutRequests "W0810" "gpu-without-requests" "a container with a GPU says nothing of its CPU or memory"
    MemoryVolumeOverLimit "W0811" "memory-volume-over-limit" "a memory volume is larger than the memory of the container"
    UnusedSetting "W0812" "unused-setting" "a profile gives a value to a parameter that no pipeline has"
    InvisibleCharacter "W0813" "invisible-character" "a file has characters that are not seen, or that change the order of others"
    MissingUnit "W0814" "missing-unit" "an amount lacks the unit that was meant"
    EmptyLoop "W0815" "empty-loop" "a loop has no turn"
    OldTimeZone "W0816" "old-time-zone" "a time zone has an old name, or one that counts the other way round"
    ClockChange "W0817" "clock-change" "a schedule meets a change of the clocks"
    ScheduleStep "W0818" "schedule-step" "a step of a schedule is longer than its field"
    SemaphoreHeldTwice "W0819" "semaphore-held-twice" "a semaphore is taken again by something inside of what holds it"
    RetryNeverHappens "W0820" "retry-never-happens" "a retry says when to try again, but never does"
    TasksWriteOneKey "W0821" "tasks-write-one-key" "tasks that can run at the same time write an artifact to one place"
    CacheIgnoresInput "W0822" "cache-ignores-input" "the key of a cache does not mention an input"
    CachedArtifactsDeleted "W0823" "cached-artifacts-deleted" "a cached result outlives its artifacts"
    WorkspaceWithoutEffect "W0824" "workspace-without-effect" "a setting of the workspace has no effect on the target"
    ValueInQuery "W0825" "value-in-query" "a value becomes part of a query or an expression"
    UnexpandedVariable "W0826" "unexpanded-variable" "a text names a variable as Kubernetes would expand it, and nothing expands it here"
    UnknownEntrypoint "W0827" "unknown-entrypoint" "Argo would ask a registry for the program of an image that it hardly finds there"
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
