//! Measures the memory use of a run of the compiler.
//!
//! An allocator can only be written with unsafe code; this one counts and leaves the rest to the system's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

/// The limit in bytes, so that a runaway compiler dies before the machine does.
const MOST: usize = 4 << 30;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all functions hand their arguments on to the system's allocator, as they are.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !taken(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promises are those that the system's allocator wants.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are those that the system's allocator wants.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !taken(size) {
            return std::ptr::null_mut();
        }
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are those that the system's allocator wants.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Counts some bytes, unless they are too many.
fn taken(size: usize) -> bool {
    let now = NOW.fetch_add(size, Relaxed) + size;
    if now > MOST {
        NOW.fetch_sub(size, Relaxed);
        return false;
    }
    PEAK.fetch_max(now, Relaxed);
    true
}

/// The memory that is taken from here on.
pub struct Meter {
    before: usize,
}

impl Meter {
    /// Begins to count.
    pub fn start() -> Self {
        let before = NOW.load(Relaxed);
        PEAK.store(before, Relaxed);
        Self { before }
    }

    /// The most bytes that were taken at one time.
    pub fn peak(&self) -> usize {
        PEAK.load(Relaxed).saturating_sub(self.before)
    }
}
