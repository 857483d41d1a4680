//! Disables core dumps. The memory of a provider contains credentials, which must not be written to disk if the process crashes.

/// Disables core dumps. On Linux, only root can then attach a debugger. If the system does not allow the change, the provider runs with
/// core dumps enabled.
#[cfg(unix)]
pub(crate) fn disable() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // Change only the soft limit, so that a child process can raise its own limit again.
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_CORE) {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, hard);
    }
    // A program that collects core dumps ignores the limit. The flag `dumpable` also applies to such programs. `exec` resets this
    // flag, so that child processes are not affected.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
}

#[cfg(not(unix))]
pub(crate) fn disable() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use nix::sys::{
        prctl::{get_dumpable, set_dumpable},
        resource::{Resource, getrlimit, setrlimit},
    };

    use super::*;

    /// The limit applies to the whole process, which also runs other tests. The test therefore restores the limit at the end.
    #[test]
    fn core_dumps_are_disabled_for_files_and_collectors() {
        let (soft, hard) = getrlimit(Resource::RLIMIT_CORE).expect("a limit");
        setrlimit(Resource::RLIMIT_CORE, hard, hard).expect("a soft limit may be raised");
        disable();
        let found = (getrlimit(Resource::RLIMIT_CORE).expect("a limit"), get_dumpable().expect("known"));
        set_dumpable(true).expect("the process can be dumpable again");
        setrlimit(Resource::RLIMIT_CORE, soft, hard).expect("the old limit can be set again");
        assert_eq!(found, ((0, hard), false));
    }
}
