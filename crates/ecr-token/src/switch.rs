//! Settings that are on or off.

use crate::{
    environment::Environment,
    error::{Error, Origin},
    shared_files::SharedFiles,
};

/// Whether a variable, else a key of the profile, says `true`; nothing where neither is set.
///
/// What says neither `true` nor `false` is an error, and not taken for one of them: some of these are guard rails.
pub(crate) fn switch(
    env: &Environment,
    name: &'static str,
    files: &SharedFiles,
    key: &str,
) -> Result<Option<bool>, Error> {
    let Some(found) = files.setting(env, &[name], key)? else { return Ok(None) };
    match found {
        (value, _) if value.eq_ignore_ascii_case("true") => Ok(Some(true)),
        (value, _) if value.eq_ignore_ascii_case("false") => Ok(Some(false)),
        (value, origin @ Origin::Profile(_)) => {
            Err(Error::InvalidSetting { origin, problem: format!("{key} is {value:?}, and neither true nor false") })
        }
        (value, origin) => {
            Err(Error::InvalidSetting { origin, problem: format!("it is {value:?}, and neither true nor false") })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[tokio::test]
    async fn the_variable_goes_before_the_profile_and_nonsense_is_an_error() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        std::fs::write(&config, "[default]\non = TRUE\nwrong = yes\n").expect("written");
        let settings = Settings { shared_config_files: vec![config], ..Settings::default() };
        let files = SharedFiles::load(&settings, &Environment::given(&[])).expect("loaded");
        let of = |value: Option<&str>, key| {
            let variables: Vec<_> = value.map(|value| ("SWITCH", value)).into_iter().collect();
            switch(&Environment::given(&variables), "SWITCH", &files, key)
        };
        assert!(matches!(of(Some("False"), "on"), Ok(Some(false))));
        assert!(matches!(of(Some(""), "on"), Ok(Some(true))));
        assert!(matches!(of(None, "off"), Ok(None)));
        let wrong = |found| match found {
            Err(Error::InvalidSetting { origin, problem }) => (origin, problem),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(of(Some("1"), "on")).0, Origin::Variable("SWITCH"));
        let (origin, problem) = wrong(of(None, "wrong"));
        assert!(origin == Origin::Profile("default".into()) && problem.contains("wrong is \"yes\""), "{problem}");
    }
}
