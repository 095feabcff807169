//! Coverage of a run of the compiler: one counter for each branch. LLVM's coverage pass adds the counters to the code
//! and passes them on when the program starts.
//!
//! The counters are bytes that compiled code writes to by itself, so that they can only be read through raw
//! pointers. This is why the file has unsafe code. Without the flags of `.cargo/config.toml` there is no
//! counter, and the fuzzer goes on without a guide.

use std::sync::Mutex;

/// The address of the first counter and the number of counters, of each part of the program.
static COUNTERS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Called by each part of the program before `main`.
///
/// # Safety
/// `start` and `stop` bound counters that live as long as the program, which is what LLVM calls it with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __sanitizer_cov_8bit_counters_init(start: *mut u8, stop: *mut u8) {
    let (start, stop) = (start as usize, stop as usize);
    let mut counters = COUNTERS
        .lock()
        .expect("nothing panics while it holds the counters");
    if start < stop && !counters.iter().any(|(known, _)| *known == start) {
        counters.push((start, stop - start));
    }
}

/// Called with the places of the counters, which nobody needs here.
#[unsafe(no_mangle)]
pub extern "C" fn __sanitizer_cov_pcs_init(_start: *const usize, _stop: *const usize) {}

/// What has been reached in all runs so far.
#[derive(Default)]
pub struct Coverage {
    /// For each counter, the orders of magnitude that it has had, as bits.
    seen: Vec<u8>,
}

impl Coverage {
    /// Sets all counters to zero.
    pub fn start() {
        for counter in counters() {
            counter.fill(0);
        }
    }

    /// Whether the run since [`Coverage::start`] has reached something new. Notes what it has.
    pub fn is_new(&mut self) -> bool {
        let mut is_new = false;
        let mut place = 0;
        for counters in counters() {
            self.seen
                .resize(self.seen.len().max(place + counters.len()), 0);
            for (count, seen) in counters.iter().zip(&mut self.seen[place..]) {
                let order = order(*count);
                is_new |= order & !*seen != 0;
                *seen |= order;
            }
            place += counters.len();
        }
        is_new
    }

    /// How many branches have been reached.
    pub fn reached(&self) -> usize {
        self.seen.iter().filter(|seen| **seen != 0).count()
    }
}

/// The counters of each part of the program.
fn counters() -> Vec<&'static mut [u8]> {
    let known = COUNTERS
        .lock()
        .expect("nothing panics while it holds the counters");
    known
        .iter()
        .map(|&(start, length)| {
            // SAFETY: LLVM gave the range, and it lives as long as the program. Code that runs beside this may
            // write to it, but the compiler has ended whenever this is called: its thread has been joined.
            unsafe { std::slice::from_raw_parts_mut(start as *mut u8, length) }
        })
        .collect()
}

/// The order of magnitude of a count, as a bit: 0, 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more.
fn order(count: u8) -> u8 {
    match count {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        4..=7 => 8,
        8..=15 => 16,
        16..=31 => 32,
        32..=127 => 64,
        128.. => 128,
    }
}
