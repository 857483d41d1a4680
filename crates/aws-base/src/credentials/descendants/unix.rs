//! `/proc` knows the parent of each process. macOS has none: there, what a program has started is not found.

use std::{collections::HashMap, fs};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::process::Child;

/// Ends all that the process has started, and what that has started, when this is dropped: a shell that is killed does not take
/// its program along. Not the process itself.
///
/// A process group of its own would do the same, and would also take the terminal from a program that asks a person at it.
#[derive(Debug)]
pub(in crate::credentials) struct Descendants(Option<u32>);

impl Descendants {
    /// Of a program that runs.
    pub(in crate::credentials) fn new(child: &Child) -> Self {
        Self(child.id())
    }

    /// Lets them live.
    pub(in crate::credentials) fn spare(mut self) {
        self.0 = None;
    }
}

impl Drop for Descendants {
    fn drop(&mut self) {
        let Some(pid) = self.0 else { return };
        let children = children();
        let mut families = vec![pid];
        while let Some(parent) = families.pop() {
            for child in children.get(&parent).into_iter().flatten() {
                families.push(*child);
                if let Ok(pid) = i32::try_from(*child) {
                    // An error: it has ended.
                    kill(Pid::from_raw(pid), Signal::SIGKILL).ok();
                }
            }
        }
    }
}

/// Every process's children. Empty without a `/proc`.
fn children() -> HashMap<u32, Vec<u32>> {
    let mut children = HashMap::<_, Vec<_>>::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = process.file_name().to_str().and_then(|name| name.parse().ok());
        let parent = || parent(&fs::read_to_string(process.path().join("stat")).ok()?);
        if let Some((pid, parent)) = pid.and_then(|pid| Some((pid, parent()?))) {
            children.entry(parent).or_default().push(pid);
        }
    }
    children
}

/// The second field after the name, which may hold anything, in parentheses.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_stands_after_the_name() {
        assert_eq!(parent("7 (a) b) S 42 7 7 0"), Some(42));
        assert_eq!(parent("7 (sh S"), None);
    }
}
