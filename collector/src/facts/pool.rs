//! The threads that count.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// As many threads as there are processors, and one fewer while answers arrive: these do not wait for somebody's report.
///
/// That the threads stand back (`NICE`) is not enough. A thread that wakes up to store an answer is put where another of its
/// kind is running just now, although a counting one runs beside it: for the system no processor is free. One that is left
/// alone is.
pub(super) struct Pool {
    processors: usize,
    /// How long after something was written more is expected.
    expected: Duration,
    all: Threads,
    all_but_one: Threads,
    made: Instant,
    /// Until when answers are expected, in milliseconds since `made`.
    until: AtomicU64,
}

/// Threads that are made when first there is much to count.
type Threads = OnceLock<Option<ThreadPool>>;

/// How far the threads stand back. Beside a thread that does not, one gets about a tenth of a processor.
const NICE: i32 = 10;

/// How long after an answer more are expected: where ten a second arrive, or more, they always are.
const EXPECTED: Duration = Duration::from_millis(100);

impl Default for Pool {
    fn default() -> Self {
        Self::new(available_parallelism().map_or(1, NonZero::get), EXPECTED)
    }
}

impl Pool {
    fn new(processors: usize, expected: Duration) -> Self {
        Self {
            processors,
            expected,
            all: Threads::default(),
            all_but_one: Threads::default(),
            made: Instant::now(),
            until: AtomicU64::default(),
        }
    }

    /// Notes that something is written now.
    pub(super) fn note_writing(&self) {
        self.until.store(self.millis() + self.expected.as_millis() as u64, Ordering::Relaxed);
    }

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

    /// Runs `job` on one of the threads: on this one, if it is one.
    fn run<T: Send>(&self, job: impl FnOnce() -> T + Send) -> T {
        if rayon::current_thread_index().is_some() {
            return job();
        }
        match self.threads() {
            Some(pool) => pool.install(job),
            None => job(),
        }
    }

    fn threads(&self) -> Option<&ThreadPool> {
        let answers_arrive = self.millis() < self.until.load(Ordering::Relaxed);
        let (threads, many) = match answers_arrive {
            true => (&self.all_but_one, self.processors.saturating_sub(1).max(1)),
            false => (&self.all, self.processors),
        };
        threads.get_or_init(|| start(many)).as_ref()
    }

    fn millis(&self) -> u64 {
        self.made.elapsed().as_millis() as u64
    }
}

fn start(threads: usize) -> Option<ThreadPool> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|place| format!("counting-{place}"))
        // On Linux the niceness is the thread's own. Where it is not to be had, counting works all the same.
        .start_handler(|_| {
            let _ = rustix::process::nice(NICE);
        })
        // A job that panics has said so, and whoever waits for it finds that nothing comes.
        .panic_handler(|_| {})
        .build();
    pool.inspect_err(|error| tracing::warn!(%error, "no threads for counting: reports are slower")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On how many threads something that is asked now is counted.
    fn threads(pool: &Pool) -> Option<usize> {
        pool.each_thread(|| 1, |one, other| one + other)
    }

    #[test]
    fn counting_leaves_a_processor_to_answers_while_they_arrive() {
        let pool = Pool::new(4, Duration::from_secs(3600));
        assert_eq!(threads(&pool), Some(4));
        pool.note_writing();
        assert_eq!(threads(&pool), Some(3));
    }

    #[test]
    fn counting_takes_all_processors_again_once_no_more_answers_are_expected() {
        let pool = Pool::new(4, Duration::ZERO);
        pool.note_writing();
        assert_eq!(threads(&pool), Some(4));
    }

    #[test]
    fn counting_has_a_thread_where_there_is_one_processor() {
        let pool = Pool::new(1, Duration::from_secs(3600));
        pool.note_writing();
        assert_eq!(threads(&pool), Some(1));
    }
}
