//! Settings that are on or off.

use crate::{
    environment::Environment,
    error::{Error, Origin},
    shared_files::SharedFiles,
    shown::shown,
};

/// The variable, else the profile, that says `true`; `None` if the first that is set says `false`, or neither is set.
///
/// # Errors
/// The first that is set says neither `true` nor `false`. Some of these settings are guard rails.
pub(crate) fn switched_on(
    env: &Environment,
    name: &'static str,
    files: &SharedFiles,
    key: &str,
) -> Result<Option<Origin>, Error> {
    let Some((value, origin)) = files.setting(env, &[name], key)? else { return Ok(None) };
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(Some(origin)),
        "false" => Ok(None),
        _ => {
            let subject = if matches!(origin, Origin::Profile(_)) { key } else { "it" };
            let problem = format!("{subject} is {:?}, and neither true nor false", shown(&value));
            Err(Error::InvalidSetting { origin, problem })
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
            switched_on(&Environment::given(&variables), "SWITCH", &files, key)
        };
        assert!(matches!(of(Some("False"), "on"), Ok(None)));
        assert!(matches!(of(Some("True"), "off"), Ok(Some(Origin::Variable("SWITCH")))));
        assert!(matches!(of(Some(""), "on"), Ok(Some(Origin::Profile(_)))));
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
