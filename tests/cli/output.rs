//! `argot compile -o`: where the manifests go.

use crate::support::{HELLO, MISTAKE, Sandbox};

#[test]
fn a_file_is_written_in_silence() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    let expected = sandbox.run("compile hello.argot").stdout;
    sandbox
        .run("compile hello.argot -o out.yaml")
        .clean()
        .stdout_is("");
    assert_eq!(sandbox.read("out.yaml"), expected);
    assert_eq!(sandbox.names("."), ["hello.argot", "out.yaml"]);
}

#[test]
fn a_dash_is_standard_output() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    sandbox
        .run("compile hello.argot -o -")
        .clean()
        .stdout_has("kind: Workflow\n");
    assert_eq!(sandbox.names("."), ["hello.argot"]);
}

#[test]
fn a_folder_gets_one_file_for_each_source() {
    let sandbox = Sandbox::new()
        .file("hello.argot", HELLO)
        .file("more/again.argot", HELLO.replace("hello", "again"))
        .folder("manifests");
    sandbox
        .run("compile hello.argot more/again.argot -o manifests")
        .clean()
        .stdout_is("");
    assert_eq!(sandbox.names("manifests"), ["again.yaml", "hello.yaml"]);
    assert!(
        sandbox
            .read("manifests/again.yaml")
            .contains("name: again\n")
    );
}

#[test]
fn a_folder_is_made_if_the_path_ends_in_a_slash() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    sandbox.run("compile hello.argot -o out/manifests/").clean();
    assert_eq!(sandbox.names("out/manifests"), ["hello.yaml"]);
}

#[test]
fn two_sources_never_share_a_file() {
    let sandbox = Sandbox::new()
        .file("a/train.argot", HELLO)
        .file("b/Train.argot", HELLO);
    sandbox.run("compile a/train.argot b/Train.argot -o out/").fails().stderr_is(
        "error: `a/train.argot` and `b/Train.argot` would both be written to `out/Train.yaml`\n",
    );
    assert_eq!(sandbox.names("."), ["a", "b"]);
}

#[test]
fn standard_input_has_no_name_in_a_folder() {
    Sandbox::new()
        .stdin(HELLO)
        .run("compile - -o out/")
        .fails()
        .stderr_is("error: standard input has no name for a file in `out`; give `-o` a file\n");
}

#[test]
fn a_source_is_never_overwritten() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    sandbox
        .run("compile hello.argot -o ./hello.argot")
        .fails()
        .stderr_is(
            "error: the output `hello.argot` would overwrite `hello.argot`, which was read\n",
        );
    assert_eq!(sandbox.read("hello.argot"), HELLO);
}

/// Whatever was read stays: sources, what they import and take in, parameters, and the project file.
#[test]
fn nothing_that_was_read_is_overwritten() {
    let text = "from \"./steps.argot\" import show\n\
                component c() { image = \"alpine:3.22\", script = file(\"./run.sh\") }\n\
                pipeline p(who: string) { show(text = who)\n c() }\n";
    let sandbox = Sandbox::new()
        .file("x.yaml", text)
        .file("y.argot", text)
        .file("steps.argot", HELLO)
        .file("run.sh", "true")
        .file("argot.toml", "")
        .file("y.yaml", "who: me\n");
    for (arguments, name) in [
        ("compile x.yaml -p who=me -o .", "x.yaml"),
        ("compile x.yaml -p who=me -o ./x.yaml", "x.yaml"),
        ("compile y.argot -p who=me -o steps.argot", "steps.argot"),
        ("compile y.argot -p who=me -o run.sh", "run.sh"),
        ("compile y.argot -p who=me -o argot.toml", "argot.toml"),
        ("compile y.argot --params y.yaml -o .", "y.yaml"),
        ("compile y.argot --params y.yaml -o y.yaml", "y.yaml"),
    ] {
        let before = sandbox.read(name);
        sandbox.run(arguments).fails().stderr_is(&format!(
            "error: the output `{name}` would overwrite `{name}`, which was read\n"
        ));
        assert_eq!(sandbox.read(name), before);
    }
    assert_eq!(sandbox.names(".").len(), 6);
}

#[test]
fn an_error_leaves_the_old_file_alone() {
    let sandbox = Sandbox::new()
        .file("good.argot", HELLO)
        .file("bad.argot", MISTAKE)
        .file("out/good.yaml", "old")
        .file("out/bad.yaml", "old");
    sandbox
        .run("compile good.argot bad.argot -o out/good.yaml")
        .finds();
    sandbox.run("compile good.argot bad.argot -o out/").finds();
    assert_eq!(sandbox.read("out/good.yaml"), "old");
    assert_eq!(sandbox.read("out/bad.yaml"), "old");
}

#[test]
fn a_missing_folder_is_named() {
    Sandbox::new()
        .file("hello.argot", HELLO)
        .run("compile hello.argot -o nowhere/out.yaml")
        .fails()
        .stderr_is("error: cannot write `nowhere/out.yaml`: no such file or directory\n");
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::Stdio;

    use crate::support::{HELLO, Run, Sandbox};

    fn mode(sandbox: &Sandbox, path: &str) -> u32 {
        fs::metadata(sandbox.path(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    }

    #[test]
    fn a_new_file_gets_the_usual_permissions() {
        let sandbox = Sandbox::new().file("hello.argot", HELLO);
        let argot = env!("CARGO_BIN_EXE_argot");
        for (umask, expected) in [("022", 0o644), ("077", 0o600)] {
            let script = format!("umask {umask}; '{argot}' compile hello.argot -o {umask}.yaml");
            assert!(
                sandbox
                    .in_folder("sh")
                    .args(["-c", &script])
                    .status()
                    .unwrap()
                    .success()
            );
            assert_eq!(mode(&sandbox, &format!("{umask}.yaml")), expected);
        }
    }

    #[test]
    fn an_existing_file_keeps_its_permissions() {
        let sandbox = Sandbox::new()
            .file("hello.argot", HELLO)
            .file("out.yaml", "old");
        fs::set_permissions(sandbox.path("out.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
        sandbox.run("compile hello.argot -o out.yaml").clean();
        assert_ne!(sandbox.read("out.yaml"), "old");
        assert_eq!(mode(&sandbox, "out.yaml"), 0o640);
    }

    #[test]
    fn a_link_stays_and_its_target_is_written() {
        let sandbox = Sandbox::new()
            .file("hello.argot", HELLO)
            .file("real/out.yaml", "old")
            .link("out.yaml", "real/out.yaml")
            .link("new.yaml", "real/new.yaml");
        sandbox.run("compile hello.argot -o out.yaml").clean();
        sandbox.run("compile hello.argot -o new.yaml").clean();
        assert!(sandbox.path("out.yaml").is_symlink());
        assert!(sandbox.path("new.yaml").is_symlink());
        assert_ne!(sandbox.read("real/out.yaml"), "old");
        assert_eq!(sandbox.names("real"), ["new.yaml", "out.yaml"]);
    }

    #[test]
    fn a_link_to_a_source_is_no_way_to_overwrite_it() {
        let sandbox = Sandbox::new()
            .file("hello.argot", HELLO)
            .folder("out")
            .link("out/hello.yaml", "../hello.argot");
        sandbox.run("compile hello.argot -o out").fails().stderr_is(
            "error: the output `out/hello.yaml` would overwrite `hello.argot`, which was read\n",
        );
        assert_eq!(sandbox.read("hello.argot"), HELLO);
    }

    #[test]
    fn two_outputs_never_share_a_file() {
        let sandbox = Sandbox::new()
            .file("a.argot", HELLO)
            .file("b.argot", HELLO.replace("hello", "b"))
            .file("out/b.yaml", "old")
            .link("out/a.yaml", "b.yaml");
        sandbox
            .run("compile a.argot b.argot -o out")
            .fails()
            .stderr_is(
                "error: `out/a.yaml` and `out/b.yaml` are the same file, \
                 and two texts would be written to it\n",
            );
        assert_eq!(sandbox.read("out/b.yaml"), "old");
    }

    /// `/dev` holds not only devices.
    #[test]
    fn a_file_in_dev_is_a_file() {
        if !Path::new("/dev/shm").is_dir() {
            return;
        }
        let sandbox = Sandbox::new().file("hello.argot", HELLO);
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let path = folder.path().join("out.yaml");
        for _ in 0..2 {
            sandbox
                .run(&format!("compile hello.argot -o {}", path.display()))
                .clean();
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.matches("kind: Workflow\n").count(), 1, "{text}");
        }
    }

    /// The files before it were there already, and so was what another one replaces.
    #[test]
    fn one_file_that_cannot_be_written_leaves_the_others_alone() {
        let sandbox = Sandbox::new()
            .file("a.argot", HELLO)
            .file("b.argot", HELLO.replace("hello", "b"))
            .file("c.argot", HELLO.replace("hello", "c"))
            .file("out/a.yaml", "old")
            .folder("out/b.yaml");
        sandbox
            .run("compile a.argot b.argot c.argot -o out")
            .fails()
            .stderr_is("error: cannot write `out/b.yaml`: is a directory\n");
        assert_eq!(sandbox.names("out"), ["a.yaml", "b.yaml"]);
        assert_eq!(sandbox.read("out/a.yaml"), "old");
    }

    #[test]
    fn a_folder_that_was_made_for_nothing_is_removed() {
        let sandbox = Sandbox::new()
            .file("a.argot", HELLO)
            .file("b.argot", HELLO.replace("hello", "b"));
        let argot = env!("CARGO_BIN_EXE_argot");
        for trap in ["", "trap '' XFSZ; "] {
            let script =
                format!("{trap}ulimit -f 0; exec '{argot}' compile a.argot b.argot -o new/er/");
            let output = sandbox
                .in_folder("sh")
                .args(["-c", &script])
                .output()
                .unwrap();
            Run::from(output)
                .fails()
                .stderr_is("error: cannot write `new/er/a.yaml`: file too large\n");
            assert_eq!(sandbox.names("."), ["a.argot", "b.argot"]);
        }
    }

    #[test]
    fn a_circle_of_links_is_an_error() {
        Sandbox::new()
            .file("hello.argot", HELLO)
            .link("a.yaml", "b.yaml")
            .link("b.yaml", "a.yaml")
            .run("compile hello.argot -o a.yaml")
            .fails()
            .stderr_is("error: cannot write `a.yaml`: too many levels of symbolic links\n");
    }

    #[test]
    fn devices_are_written_and_stay_devices() {
        let sandbox = Sandbox::new().file("hello.argot", HELLO);
        sandbox
            .run("compile hello.argot -o /dev/null")
            .clean()
            .stdout_is("");
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        sandbox
            .run("compile hello.argot -o /dev/stdout")
            .clean()
            .stdout_has("kind: Workflow\n");
    }

    #[test]
    fn a_named_pipe_is_written() {
        let sandbox = Sandbox::new().file("hello.argot", HELLO);
        assert!(
            sandbox
                .in_folder("mkfifo")
                .arg("pipe")
                .status()
                .unwrap()
                .success()
        );
        let reader = sandbox
            .in_folder("cat")
            .arg("pipe")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        sandbox.run("compile hello.argot -o pipe").clean();
        let read = Run::from(reader.wait_with_output().unwrap());
        assert_eq!(read.names(), ["hello"]);
    }

    #[test]
    fn a_full_disk_is_reported() {
        if !Path::new("/dev/full").exists() {
            return;
        }
        let sandbox = Sandbox::new().file("hello.argot", HELLO);
        sandbox
            .run("compile hello.argot -o /dev/full")
            .fails()
            .stderr_is("error: cannot write `/dev/full`: no space left on device\n");
        for arguments in [
            "compile hello.argot",
            "explain E0301",
            "completions bash",
            "--help",
        ] {
            let full = fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap();
            let output = sandbox
                .command()
                .args(arguments.split(' '))
                .stdout(full)
                .stderr(Stdio::piped())
                .output()
                .unwrap();
            Run::from(output)
                .fails()
                .stderr_is("error: cannot write to standard output: no space left on device\n");
        }
    }

    /// A limit on the size of files works like a full disk, and needs no disk.
    #[test]
    fn a_full_disk_leaves_the_old_file_alone() {
        let sandbox = Sandbox::new()
            .file("hello.argot", HELLO)
            .file("out.yaml", "old");
        let argot = env!("CARGO_BIN_EXE_argot");
        let script =
            format!("trap '' XFSZ; ulimit -f 0; exec '{argot}' compile hello.argot -o out.yaml");
        let output = sandbox
            .in_folder("sh")
            .args(["-c", &script])
            .output()
            .unwrap();
        Run::from(output)
            .fails()
            .stderr_is("error: cannot write `out.yaml`: file too large\n");
        assert_eq!(sandbox.read("out.yaml"), "old");
        assert_eq!(sandbox.names("."), ["hello.argot", "out.yaml"]);
    }

    /// Not even root can make a file there.
    #[test]
    fn a_folder_that_takes_no_files_is_an_error() {
        if !Path::new("/proc/self").exists() {
            return;
        }
        Sandbox::new()
            .file("hello.argot", HELLO)
            .run("compile hello.argot -o /proc/out.yaml")
            .fails()
            .stderr_has("error: cannot write `/proc/out.yaml`: ");
    }
}
