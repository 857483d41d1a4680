//! The memory of a provider holds credentials: it is not to be written to disk when the process crashes.

/// Asks the system for no core dumps, and on Linux for no debugger but root's. If the system refuses, nothing changes, and the
/// provider works all the same.
#[cfg(unix)]
pub(crate) fn disable() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // The soft limit alone: what a child of this process does about its own is left to it.
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_CORE) {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, hard);
    }
    // The limit does not count if a program collects the dumps. This ends with exec: children are not touched.
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

    /// Of the whole process, which runs other tests as well: put back in the end.
    #[test]
    fn neither_the_process_nor_a_program_that_collects_them_gets_any() {
        let (soft, hard) = getrlimit(Resource::RLIMIT_CORE).expect("a limit");
        setrlimit(Resource::RLIMIT_CORE, hard, hard).expect("a soft limit may be raised");
        disable();
        let found = (getrlimit(Resource::RLIMIT_CORE).expect("a limit"), get_dumpable().expect("known"));
        set_dumpable(true).expect("put back");
        setrlimit(Resource::RLIMIT_CORE, soft, hard).expect("put back");
        assert_eq!(found, ((0, hard), false));
    }
}
