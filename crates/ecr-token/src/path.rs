//! Paths as people write them.

use std::path::{Path, PathBuf};

use aws_types::os_shim_internal::Env;

use crate::shared_files::variable;

/// With `$VAR` and `${VAR}` replaced, and then `~` at the beginning, as hashicorp/aws does it.
pub(crate) fn expanded(path: &str, env: &Env) -> PathBuf {
    let mut text = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        text += before;
        let (name, after) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(braced) => braced,
            None => {
                let end = after.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
                after.split_at(end.unwrap_or(after.len()))
            }
        };
        text += &variable(env, name).unwrap_or_default();
        rest = after;
    }
    text += rest;
    let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    match (Path::new(&text).strip_prefix("~"), variable(env, home)) {
        (Ok(below), Some(home)) => Path::new(&home).join(below),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_and_then_the_home_directory() {
        let env = Env::from_slice(&[("HOME", "/home/me"), ("USERPROFILE", "/home/me"), ("DIR", "/dir")]);
        for (path, expected) in [
            ("~/.aws/ci", "/home/me/.aws/ci"),
            ("$HOME/.aws/ci", "/home/me/.aws/ci"),
            ("${DIR}s/$DIR/x", "/dirs//dir/x"),
            ("$UNSET/x", "/x"),
            ("a~b$", "a~b"),
            ("/plain", "/plain"),
        ] {
            assert_eq!(expanded(path, &env), Path::new(expected), "{path}");
        }
    }
}
