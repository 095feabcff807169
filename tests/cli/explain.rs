//! `argot explain` and `argot completions`.

use crate::support::Sandbox;

#[test]
fn a_page_is_found_by_number_and_by_name() {
    let sandbox = Sandbox::new();
    let page = sandbox.run("explain E0301").clean().stdout;
    assert!(page.starts_with("# E0301 type-mismatch\n"));
    sandbox.run("explain e0301").clean().stdout_is(&page);
    sandbox
        .run("explain type-mismatch")
        .clean()
        .stdout_is(&page);
}

#[test]
fn without_a_code_all_are_listed() {
    let sandbox = Sandbox::new();
    let list = sandbox.run("explain").clean().stdout;
    assert!(list.starts_with("E0101  syntax-error"));
    sandbox.run("explain --list").clean().stdout_is(&list);
    for line in list.lines() {
        let number = line.split(' ').next().unwrap();
        sandbox
            .run(&format!("explain {number}"))
            .clean()
            .stdout_has(number);
    }
}

#[test]
fn an_unknown_code_is_wrong_usage() {
    let sandbox = Sandbox::new();
    sandbox.run("explain type-mismach").fails().stderr_is(
        "error: there is no error or warning `type-mismach`; did you mean `type-mismatch`?\n",
    );
    sandbox.run("explain E9999").fails().stderr_is(
        "error: there is no error or warning `E9999`; `argot explain --list` lists all\n",
    );
    sandbox.run("explain E0301 --list").fails();
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        Sandbox::new()
            .run(&format!("completions {shell}"))
            .clean()
            .stdout_has("generate-name");
    }
    Sandbox::new().run("completions cmd").fails();
}
