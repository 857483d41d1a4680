//! Uses a job object to kill the descendants of a program. A job contains the processes that were added to the job, and all
//! processes that these processes start: <https://learn.microsoft.com/en-us/windows/win32/procthread/job-objects>

use tokio::process::Child;
use tracing::debug;
use win32job::{ExtendedLimitInfo, Job, JobError};

/// When this value is dropped, kills a program and all its descendants. If the current process ends first, the system closes the
/// job. Closing the job also kills the program and its descendants.
#[derive(Debug)]
pub(in crate::credentials) struct Descendants(Option<Job>);

impl Descendants {
    /// Adds a program to a new job. Call this function right after starting the program, because processes that the program has
    /// already started are not added to the job.
    pub(in crate::credentials) fn new(child: &Child) -> Self {
        let job = job_of(child).inspect_err(|error| {
            debug!(%error, "no job object for the program, and processes that it starts may \
                                                              outlive it")
        });
        Self(job.ok().flatten())
    }

    /// Drops this value, but does not kill the program or its descendants.
    pub(in crate::credentials) fn disarm(self) {
        if let Some(job) = &self.0 {
            let mut limits = ExtendedLimitInfo::new();
            let spared = job.set_extended_limit_info(limits.clear_limits());
            spared.inspect_err(|error| debug!(%error, "the job object of the program keeps its limit")).ok();
        }
    }
}

/// Creates a job that contains a program. Returns `None` if the program has already ended.
fn job_of(child: &Child) -> Result<Option<Job>, JobError> {
    let Some(handle) = child.raw_handle() else { return Ok(None) };
    let mut limits = ExtendedLimitInfo::new();
    let job = Job::create_with_limit_info(limits.limit_kill_on_job_close())?;
    job.assign_process(handle as isize)?;
    Ok(Some(job))
}
