//! Cleanup when a signal ends the program.

#[cfg(unix)]
pub(super) use unix::watch;

#[cfg(not(unix))]
pub(super) fn watch(_: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;
    use std::fs;
    use std::io;
    use std::process;
    use std::sync::Arc;
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// Signals that end a program, and that can be waited for.
    const DEADLY: [c_int; 5] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU];

    /// Calls `undo` when a signal is about to end the program, which the signal then does.
    ///
    /// # Errors
    /// The system refuses a handler or a thread.
    pub(in crate::output) fn watch(undo: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let ignored = ignored();
        let deadly = DEADLY
            .into_iter()
            .filter(|signal| ignored >> (signal - 1) & 1 == 0);
        let mut signals = Signals::new(deadly)?;
        // A file that may not grow any more is an error of the write as well, which is reported.
        flag::register(SIGXFSZ, Arc::default())?;
        thread::Builder::new().spawn(move || {
            if let Some(signal) = signals.forever().next() {
                undo();
                // It does not return.
                let _ = emulate_default_handler(signal);
                process::exit(128 + signal);
            }
        })?;
        Ok(())
    }

    /// The signals that were ignored when the program started, as `nohup` arranges: a bit for each.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .unwrap_or_default();
        u64::from_str_radix(mask.trim(), 16).unwrap_or(0)
    }
}
