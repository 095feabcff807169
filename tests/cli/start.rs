//! What happens before `main`.

/// The program is linked to a fixed address, so the loader has no pointers to write: see `crates/argot-cli/build.rs`.
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    not(target_feature = "crt-static")
))]
#[test]
fn the_program_is_not_relocated() {
    const EXECUTABLE: u16 = 2;
    let program = std::fs::read(env!("CARGO_BIN_EXE_argot")).unwrap();
    // `e_type` of the header of ELF.
    assert_eq!(u16::from_ne_bytes([program[16], program[17]]), EXECUTABLE);
}
