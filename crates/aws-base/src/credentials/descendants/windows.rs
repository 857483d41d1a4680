//! A job contains all processes that its processes start:
//! <https://learn.microsoft.com/en-us/windows/win32/procthread/job-objects>

use tokio::process::Child;
use tracing::debug;
use win32job::{ExtendedLimitInfo, Job, JobError};

/// Kills the process and all its descendants when dropped. The system drops it too when this process ends for any reason.
#[derive(Debug)]
pub(in crate::credentials) struct Descendants(Option<Job>);

impl Descendants {
    /// Tracks a program that has just been started. Processes that it has already started are not included.
    pub(in crate::credentials) fn new(child: &Child) -> Self {
        let job = job_of(child).inspect_err(|error| {
            debug!(%error, "no job object for the program, and processes that it starts may \
                                                              outlive it")
        });
        Self(job.ok().flatten())
    }

    /// Drops this without killing any process.
    pub(in crate::credentials) fn disarm(self) {
        if let Some(job) = &self.0 {
            let mut limits = ExtendedLimitInfo::new();
            let spared = job.set_extended_limit_info(limits.clear_limits());
            spared.inspect_err(|error| debug!(%error, "the job object of the program keeps its limit")).ok();
        }
    }
}

/// Returns the job of a program, or `None` if the program has ended.
fn job_of(child: &Child) -> Result<Option<Job>, JobError> {
    let Some(handle) = child.raw_handle() else { return Ok(None) };
    let mut limits = ExtendedLimitInfo::new();
    let job = Job::create_with_limit_info(limits.limit_kill_on_job_close())?;
    job.assign_process(handle as isize)?;
    Ok(Some(job))
}
