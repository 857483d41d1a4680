//! Expands variables and `~` in paths.

use std::path::{Path, PathBuf};

use crate::{
    environment::{Environment, HOME},
    error::Error,
    origin::Origin,
    problem::SettingProblem,
};

/// Replaces `$VAR` and `${VAR}` in a path, and then a `~` at the beginning of the path, as hashicorp/aws does.
///
/// # Errors
/// Returns an error if the path begins with `~` and the home directory is not known. Also returns an error if the path begins
/// with another user's home directory, such as `~bob`. Such paths are never treated as relative paths.
pub(crate) fn expanded(path: &Path, environment: &Environment, origin: &Origin) -> Result<PathBuf, Error> {
    let path = variables(path, environment);
    if path.as_os_str().as_encoded_bytes().first() != Some(&b'~') {
        return Ok(path);
    }
    let shown = path.display().to_string();
    let Ok(below) = path.strip_prefix("~") else {
        return Err(SettingProblem::HomeOfAnother { path: shown.into() }.at(origin.clone()));
    };
    match environment.home()? {
        Some(home) => Ok(home.join(below)),
        None => Err(SettingProblem::HomeUnknown { path: shown.into(), home: HOME }.at(origin.clone())),
    }
}

/// Replaces variables in a path. A variable that is not set is replaced with an empty text, as in Go's `os.ExpandEnv`.
#[cfg(unix)]
fn variables(path: &Path, environment: &Environment) -> PathBuf {
    use std::{
        ffi::OsString,
        os::unix::ffi::{OsStrExt, OsStringExt},
    };
    let value = |name: &[u8]| {
        let path = std::str::from_utf8(name).ok().and_then(|name| environment.path(name));
        path.map(|path| path.into_os_string().into_vec()).unwrap_or_default()
    };
    OsString::from_vec(replaced(path.as_os_str().as_bytes(), value)).into()
}

/// Replaces variables in a path, on systems where paths are not bytes.
#[cfg(not(unix))]
fn variables(path: &Path, environment: &Environment) -> PathBuf {
    let value = |name: &[u8]| {
        let path = std::str::from_utf8(name).ok().and_then(|name| environment.path(name));
        path.map(|path| path.to_string_lossy().into_owned().into_bytes()).unwrap_or_default()
    };
    let Some(text) = path.to_str() else { return path.to_owned() };
    String::from_utf8_lossy(&replaced(text.as_bytes(), value)).into_owned().into()
}

fn replaced(path: &[u8], value: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        text.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let braced = after.first() == Some(&b'{');
        let end = braced.then(|| after.iter().position(|byte| *byte == b'}')).flatten();
        let (name, after) = match end {
            Some(end) => (&after[1..end], &after[end + 1..]),
            None => {
                let end = after.iter().position(|byte| *byte != b'_' && !byte.is_ascii_alphanumeric());
                after.split_at(end.unwrap_or(after.len()))
            }
        };
        text.extend(value(name));
        rest = after;
    }
    text.extend_from_slice(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(path: &str, variables: &[(&str, &str)]) -> Result<PathBuf, String> {
        let origin = Origin::Argument("shared_config_files");
        expanded(Path::new(path), &Environment::from_variables(variables), &origin).map_err(|error| error.to_string())
    }

    #[test]
    fn expands_variables_and_then_the_tilde() {
        let home = if cfg!(windows) { r"C:\Users\me" } else { "/home/me" };
        let file = format!("{home}/.aws/ci");
        let env = [("HOME", home), ("USERPROFILE", home), ("DIR", "/dir")];
        for (path, expected) in [
            ("~/.aws/ci", &*file),
            ("~", home),
            ("$HOME/.aws/ci", &file),
            ("${DIR}s/$DIR/x", "/dirs//dir/x"),
            ("$UNSET/x", "/x"),
            ("a~b$", "a~b"),
            ("/plain", "/plain"),
            ("relative/~", "relative/~"),
        ] {
            assert_eq!(expand(path, &env).as_deref(), Ok(Path::new(expected)), "{path}");
        }
    }

    #[test]
    fn rejects_a_tilde_if_the_home_is_unknown() {
        for (path, variables, word) in [
            ("~/x", &[][..], "the home directory is unknown"),
            ("~/x", &[("HOME", "h"), ("USERPROFILE", "h")], "not an absolute path"),
            ("~bob/x", &[("HOME", "/home/me"), ("USERPROFILE", "/home/me")], "the whole path"),
            ("$TILDE/x", &[("TILDE", "~")], "the home directory is unknown"),
        ] {
            let problem = expand(path, variables).expect_err(path);
            assert!(problem.contains(word), "{path}: {problem}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn expands_paths_that_are_not_utf8() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
        let path = |bytes: &'static [u8]| Path::new(OsStr::from_bytes(bytes));
        let env = Environment::from_variables(&[]).with("DIR", path(b"/gr\xf6sse"));
        let found = expanded(path(b"$DIR/\xe4"), &env, &Origin::Caller).expect("a path");
        assert_eq!(found, path(b"/gr\xf6sse/\xe4"));
    }
}
