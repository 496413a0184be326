//! The threads that count.

use std::sync::OnceLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// As many threads as there are processors, made when first there is much to count. They give way to everybody else: answers
/// that arrive do not wait for somebody's report.
#[derive(Default)]
pub(super) struct Pool(OnceLock<Option<ThreadPool>>);

/// How far the threads stand back. Beside a thread that does not, one gets about a tenth of a processor.
const NICE: i32 = 10;

impl Pool {
    /// Runs `job` as often as there are threads, on those that are free, and puts what comes of it together.
    pub(super) fn each_thread<T: Send>(
        &self,
        job: impl Fn() -> T + Send + Sync,
        together: impl Fn(T, T) -> T + Send + Sync,
    ) -> Option<T> {
        self.run(|| {
            let jobs = (0..rayon::current_num_threads()).into_par_iter().with_max_len(1);
            jobs.map(|_| job()).reduce_with(together)
        })
    }

    /// Has one of the threads run `job` when it can.
    pub(super) fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        match self.threads() {
            Some(pool) => pool.spawn(job),
            None => job(),
        }
    }

    /// Runs `job` on one of the threads.
    fn run<T: Send>(&self, job: impl FnOnce() -> T + Send) -> T {
        match self.threads() {
            Some(pool) => pool.install(job),
            None => job(),
        }
    }

    fn threads(&self) -> Option<&ThreadPool> {
        let made = self.0.get_or_init(|| {
            let pool = ThreadPoolBuilder::new()
                .thread_name(|place| format!("counting-{place}"))
                // On Linux the niceness is the thread's own. Where it is not to be had, counting works all the same.
                .start_handler(|_| {
                    let _ = rustix::process::nice(NICE);
                })
                // A job that panics has said so, and whoever waits for it finds that nothing comes.
                .panic_handler(|_| {})
                .build();
            pool.inspect_err(|error| tracing::warn!(%error, "no threads for counting: reports are slower"))
                .ok()
        });
        made.as_ref()
    }
}
