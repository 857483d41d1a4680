//! Which Region is asked.

use crate::{
    environment::Environment,
    error::{Error, Origin},
    partition,
    settings::Settings,
    shared_files::SharedFiles,
    shown::shown,
};

/// Says whether `region` is a Region that this version knows, for the argument of that name.
///
/// # Errors
/// [`Error::UnknownRegion`].
pub fn check_region(region: &str) -> Result<(), Error> {
    known(region, || Origin::Argument("region"))
}

/// Says whether `region` is of the form of one, known or new, for a Region that a caller names.
///
/// # Errors
/// [`Error::UnknownRegion`].
pub fn check_region_form(region: &str) -> Result<(), Error> {
    match partition::of(region) {
        Some(_) if is_label(region) => Ok(()),
        Some(_) | None => Err(unknown(region, Origin::Caller)),
    }
}

fn known(region: &str, origin: impl FnOnce() -> Origin) -> Result<(), Error> {
    if partition::knows(region) { Ok(()) } else { Err(unknown(region, origin())) }
}

fn unknown(region: &str, origin: Origin) -> Error {
    Error::UnknownRegion { region: shown(region).to_owned(), origin }
}

/// Regions become a part of host names, also those that nothing is known of.
pub(crate) fn is_label(region: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&region.len()) && region.bytes().all(letter)
}

/// Checks that a configured Region has the form of one, which no setting can change.
pub(crate) fn check_label(region: Option<&str>, origin: impl FnOnce() -> Origin) -> Result<(), Error> {
    match region.and_then(|region| Some((region, region_flaw(region)?))) {
        Some((region, flaw)) => {
            let problem = format!("{:?} is not a Region: it {flaw}", shown(region));
            Err(Error::InvalidSetting { origin: origin(), problem })
        }
        None => Ok(()),
    }
}

/// Says what is wrong with a text that cannot be a Region, old or new; `None` if it has the form of one.
///
/// The answer is a fragment such as `holds a line break: remove it`.
pub fn region_flaw(region: &str) -> Option<&'static str> {
    if is_label(region) {
        return None;
    }
    Some(if region.contains(['\n', '\r']) {
        "holds a line break: remove it"
    } else if region.contains(char::is_whitespace) {
        "holds a blank: remove it"
    } else if region.contains(['"', '\'']) {
        "holds quotation marks: remove them"
    } else {
        "must consist of letters, digits and dashes, 63 at most"
    })
}

/// The Region of the configuration: the argument, the environment, the profile.
pub(crate) fn configured(settings: &Settings, env: &Environment, files: &SharedFiles) -> Result<Option<String>, Error> {
    let argument = settings.region.clone().filter(|region| !region.is_empty());
    let found = match argument {
        Some(region) => Some((region, Origin::Argument("region"))),
        None => files.setting(env, &["AWS_REGION", "AWS_DEFAULT_REGION"], "region")?,
    };
    let Some((region, origin)) = found else { return Ok(None) };
    if settings.skip_region_validation {
        check_label(Some(&region), || origin)?;
    } else {
        known(&region, || origin)?;
    }
    Ok(Some(region))
}

/// The Region to ask: the caller's if there is one, which must be in the partition of the configuration's.
pub(crate) fn asked(caller: Option<&str>, configured: Option<&str>) -> Result<String, Error> {
    let Some(region) = caller.filter(|region| !region.is_empty()) else {
        return configured.map(ToOwned::to_owned).ok_or(Error::NoRegion);
    };
    match (partition::of(region), configured.map(partition::of)) {
        // A configured Region that was let through unknown has no partition to compare with.
        (_, Some(None)) if is_label(region) => {}
        (Some(got), Some(Some(want))) if got != want => {
            return Err(Error::OtherPartition { region: region.to_owned(), got: got.name, want: want.name });
        }
        _ => check_region_form(region)?,
    }
    Ok(region.to_owned())
}

/// Where ECR Public hands out tokens, and is asked unless a caller says otherwise: <https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html>
pub const PUBLIC_REGION: &str = "us-east-1";

/// The Region in which ECR Public is asked: the caller's if there is one, and otherwise the one that has it, whatever is
/// configured. That only says whose partition the credentials are of.
pub(crate) fn asked_of_public(caller: Option<&str>, configured: Option<&str>) -> Result<String, Error> {
    let of_another = |region: Option<&str>| {
        let partition = partition::of(region?).filter(|partition| partition.name != "aws")?;
        Some(Error::PublicPartition {
            region: region?.to_owned(),
            partition: partition.name,
            of_caller: region == caller,
        })
    };
    let caller = caller.filter(|region| !region.is_empty());
    if let Some(error) = of_another(caller).or_else(|| of_another(configured)) {
        return Err(error);
    }
    caller.map_or_else(|| Ok(PUBLIC_REGION.to_owned()), |region| asked(Some(region), configured))
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_overrides_within_the_partition() {
        assert_eq!(asked(None, Some("us-east-1")).expect("a Region"), "us-east-1");
        assert_eq!(asked(Some(""), Some("us-east-1")).expect("a Region"), "us-east-1");
        assert_eq!(asked(Some("eu-west-1"), Some("us-east-1")).expect("a Region"), "eu-west-1");
        assert_eq!(asked(Some("eu-west-1"), None).expect("a Region"), "eu-west-1");
        assert_eq!(asked(Some("us-east-9"), Some("us-east-1")).expect("newer than this list"), "us-east-9");
        assert_eq!(asked(Some("narnia-1"), Some("narnia-2")).expect("let through"), "narnia-1");
        assert!(matches!(asked(Some("x.evil/#"), None), Err(Error::UnknownRegion { origin: Origin::Caller, .. })));
        let long = format!("us-{}-1", "x".repeat(60));
        for (caller, configured) in [("x.evil/#", Some("narnia-2")), (long.as_str(), None), (&long, Some("us-east-1"))]
        {
            let error = asked(Some(caller), configured).expect_err("no part of a host name");
            assert!(matches!(error, Error::UnknownRegion { origin: Origin::Caller, .. }), "{error:?}");
        }
        assert!(matches!(asked(None, None), Err(Error::NoRegion)));
        assert!(matches!(
            asked(Some("cn-north-1"), Some("us-east-1")),
            Err(Error::OtherPartition { got: "aws-cn", want: "aws", .. })
        ));
        assert!(matches!(
            asked(Some("narnia-1"), Some("us-east-1")),
            Err(Error::UnknownRegion { origin: Origin::Caller, .. })
        ));
    }

    #[test]
    fn ecr_public_is_in_one_region_of_one_partition() {
        for configured in [None, Some("eu-west-1"), Some("us-east-1"), Some("narnia-1")] {
            assert_eq!(asked_of_public(None, configured).expect("a Region"), "us-east-1");
            assert_eq!(asked_of_public(Some(""), configured).expect("a Region"), "us-east-1");
            assert_eq!(asked_of_public(Some("us-west-2"), configured).expect("a Region"), "us-west-2");
        }
        for (caller, configured, is_callers) in [
            (None, Some("cn-north-1"), false),
            (None, Some("us-gov-west-1"), false),
            (Some("cn-north-1"), Some("us-east-1"), true),
        ] {
            let error = asked_of_public(caller, configured).expect_err("another partition");
            assert!(matches!(error, Error::PublicPartition { of_caller, .. } if of_caller == is_callers), "{error:?}");
        }
        assert!(matches!(asked_of_public(Some("narnia-1"), Some("us-east-1")), Err(Error::UnknownRegion { .. })));
    }

    #[tokio::test]
    async fn argument_then_environment_then_profile() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = directory.path().join("config");
        std::fs::write(&config, "[default]\nregion = eu-west-3\n").expect("written");
        let base = Settings { shared_config_files: vec![config], ..Settings::default() };
        let region = async |argument: Option<&str>, variables: &[(&str, &str)]| {
            let settings = Settings { region: argument.map(ToOwned::to_owned), ..base.clone() };
            let env = Environment::given(variables);
            let files = SharedFiles::load(&settings, &env).expect("loaded");
            configured(&settings, &env, &files)
        };
        let both = [("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "eu-west-2")];
        assert_eq!(region(Some("us-east-1"), &both).await.expect("a Region").as_deref(), Some("us-east-1"));
        assert_eq!(region(None, &both).await.expect("a Region").as_deref(), Some("eu-west-1"));
        assert_eq!(region(None, &both[1..]).await.expect("a Region").as_deref(), Some("eu-west-2"));
        assert_eq!(region(None, &[]).await.expect("a Region").as_deref(), Some("eu-west-3"));
        let nonsense = region(None, &[("AWS_REGION", "narnia-1")]).await;
        assert!(matches!(nonsense, Err(Error::UnknownRegion { origin: Origin::Variable("AWS_REGION"), .. })));
    }

    #[tokio::test]
    async fn unknown_regions_can_be_let_through() {
        let settings =
            Settings { region: Some("us-east-9".into()), skip_region_validation: true, ..Settings::default() };
        let env = Environment::given(&[]);
        let files = SharedFiles::load(&settings, &env).expect("loaded");
        assert_eq!(configured(&settings, &env, &files).expect("let through").as_deref(), Some("us-east-9"));
        let settings = Settings { region: Some("x.evil/#".into()), ..settings };
        assert!(matches!(configured(&settings, &env, &files), Err(Error::InvalidSetting { .. })));
    }
}
