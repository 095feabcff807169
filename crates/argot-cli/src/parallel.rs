//! Parallel work over a list.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Error, Result};

/// Works on the items on as many threads as `jobs` says, or else the machine has processors, and passes the results to
/// `take` in the order of the items.
///
/// # Errors
/// The first in the order of the items. Later items may be left out.
pub(crate) fn each<T: Send, R: Send>(
    items: Vec<T>,
    jobs: Option<NonZero<usize>>,
    work: impl Fn(T) -> Result<R> + Sync,
    take: impl FnMut(R) + Send,
) -> Result<()> {
    let threads = match items.len() {
        most @ (0 | 1) => most,
        most => {
            let jobs = jobs.or_else(|| thread::available_parallelism().ok());
            jobs.map_or(1, NonZero::get).min(most)
        }
    };
    let items = Mutex::new(items.into_iter().enumerate());
    let results = Mutex::new(Results {
        take,
        next: 0,
        early: BTreeMap::new(),
        failed: None,
    });
    let run = || {
        while lock(&results).failed.is_none() {
            let Some((index, item)) = lock(&items).next() else {
                break;
            };
            let result = work(item);
            lock(&results).add(index, result);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // If the system has no more threads, those that run do all the work.
            if thread::Builder::new().spawn_scoped(scope, run).is_err() {
                break;
            }
        }
        run();
    });
    let results = results.into_inner();
    match results.unwrap_or_else(PoisonError::into_inner).failed {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Results on their way into the order of the items.
struct Results<R, F> {
    take: F,
    /// The index of the result to take next.
    next: usize,
    /// Results that were made before those of earlier items.
    early: BTreeMap<usize, Result<R>>,
    failed: Option<Error>,
}

impl<R, F: FnMut(R)> Results<R, F> {
    fn add(&mut self, index: usize, result: Result<R>) {
        self.early.insert(index, result);
        while self.failed.is_none()
            && let Some(result) = self.early.remove(&self.next)
        {
            self.next += 1;
            match result {
                Ok(result) => (self.take)(result),
                Err(error) => self.failed = Some(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;
    use std::thread;
    use std::time::Duration;

    use anyhow::bail;

    /// The first items take longest.
    fn slowly(item: u64) -> u64 {
        thread::sleep(Duration::from_millis(20 - item));
        item
    }

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for jobs in [None, NonZero::new(1), NonZero::new(8), NonZero::new(1000)] {
            let mut taken = Vec::new();
            let done = super::each(
                (0..20).collect(),
                jobs,
                |item| Ok(slowly(item)),
                |item| taken.push(item),
            );
            assert!(done.is_ok());
            assert!(taken.into_iter().eq(0..20));
        }
    }

    #[test]
    fn the_first_error_in_order_wins() {
        for jobs in [1, 8] {
            let mut taken = Vec::new();
            let done = super::each(
                (0..20).collect(),
                NonZero::new(jobs),
                |item| match slowly(item) {
                    5 | 7 => bail!("{item}"),
                    _ => Ok(item),
                },
                |item| taken.push(item),
            );
            assert_eq!(done.map_err(|error| error.to_string()), Err("5".to_owned()));
            assert!(taken.into_iter().eq(0..5));
        }
    }
}
