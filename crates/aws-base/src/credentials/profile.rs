//! Finds the source of a profile's credentials in the shared files.
//!
//! The rules are the same as in AWS's SDK for Go, which hashicorp/aws uses. The configuration keys of a profile are documented in
//! [the reference of AWS's SDKs](https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html).

use std::{fmt, time::Duration};

use aws_credential_types::Credentials;

use super::{
    sso::Sso,
    web_identity::{IdentityToken, WebIdentity},
};
use crate::{
    error::Error,
    origin::Origin,
    problem::{SettingProblem, SourceProblem},
    region::Region,
    shared_files::{Keys, SharedFiles},
    shown::Shown,
    sts::Role,
};

/// The source of a profile's initial credentials, and the roles to assume. The first role is assumed with the initial credentials,
/// and each other role with the credentials of the role before it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The profile at the end of the `source_profile` chain. The initial credentials come from this profile.
    pub(super) profile: String,
    pub(super) base: Lookup,
    /// The roles in the order in which they are assumed, each with the name of the profile that sets the role.
    pub(super) roles: Vec<(Role, String)>,
}

/// The result of the search for the credentials of a profile.
#[derive(Debug)]
pub(super) enum Lookup {
    Found(Base),
    /// The profile has no credentials. The value is the reason, for error messages. Unless the profile is a `source_profile`, the
    /// credentials of the container or of the EC2 instance are used instead.
    Nothing(SourceProblem),
}

/// The source of a profile's credentials.
pub(super) enum Base {
    Container,
    Environment,
    Instance,
    Keys(Credentials),
    /// A login with `aws login`. The text is the ARN of the console session.
    Login(String),
    Process(String),
    Sso(Sso),
    WebIdentity(Box<WebIdentity>),
}

/// Shows only the name of the variant, because the command of a process may contain a password.
impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Container => "Container",
            Self::Environment => "Environment",
            Self::Instance => "Instance",
            Self::Keys(_) => "Keys",
            Self::Login(_) => "Login",
            Self::Process(_) => "Process",
            Self::Sso(_) => "Sso",
            Self::WebIdentity(_) => "WebIdentity",
        })
    }
}

/// The configuration keys that set a source of credentials. A profile that has more than one of these keys is not valid.
const SOURCES: [&str; 4] = ["source_profile", "credential_source", "credential_process", "web_identity_token_file"];

/// The configuration keys that are valid only together with `role_arn`.
const NEEDS_ROLE: [&str; 3] = ["source_profile", "credential_source", "web_identity_token_file"];

/// Returns the keys in [`SOURCES`] that a profile has.
fn sources(files: &SharedFiles, profile: &str) -> Result<Vec<&'static str>, Error> {
    let mut named = Vec::new();
    for key in SOURCES {
        named.extend(files.value_of(profile, key)?.map(|_| key));
    }
    Ok(named)
}

impl Plan {
    /// Finds the source of credentials and the roles for the profile in use.
    pub(crate) fn find(files: &SharedFiles) -> Result<Self, Error> {
        files.check_home()?;
        if !files.has(&files.profile.name)? {
            let profile = files.profile.name.clone();
            let reason = SourceProblem::NoProfile { profile: profile.clone(), files: files.names.join(" and ") };
            return Ok(Self { profile, base: Lookup::Nothing(reason), roles: Vec::new() });
        }
        let (mut above, mut profile) = (Vec::<ChainStep>::new(), files.profile.name.clone());
        let mut plan = loop {
            match Self::end(files, &profile, &above)? {
                End::Plan(plan) => break plan,
                End::Source(source, role) => {
                    above.push(ChainStep { profile, role });
                    profile = source;
                }
            }
        };
        for ChainStep { profile, role } in above.into_iter().rev() {
            if let Lookup::Nothing(reason) = plan.base {
                let source = files.value_of(&profile, "source_profile")?.unwrap_or_default().to_owned();
                let reason = Box::new(reason);
                let problem = SettingProblem::SourceProfileWithoutCredentials { profile: source, reason };
                return Err(problem.at(Origin::Profile(profile)));
            }
            plan.roles.extend(role);
        }
        Ok(plan)
    }

    /// Returns the plan if `profile` is the end of the chain, or else the next profile. `above` contains the profiles before
    /// `profile` in the chain.
    fn end(files: &SharedFiles, profile: &str, above: &[ChainStep]) -> Result<End, Error> {
        let value = |key| files.value_of(profile, key);
        let error = |problem: SettingProblem| problem.at(Origin::Profile(profile.to_owned()));
        files.check_heads(profile)?;
        let again = above.iter().any(|step| step.profile == profile);
        let first = above.is_empty();
        let keys = keys(files, profile)?;
        let named = sources(files, profile)?;
        if let Some(source) = named.iter().find(|key| NEEDS_ROLE.contains(key))
            && !again
            && value("role_arn")?.is_none()
        {
            return Err(error(SettingProblem::NoRoleArn { source_key: source }));
        }
        // If a source profile has an access key, the access key is used, even if the profile also has another source of
        // credentials. If a profile is its own `source_profile`, the role of the profile is assumed with the credentials that the
        // profile's other keys set.
        if again || !first && keys.is_some() {
            let found = match keys {
                Some(keys) => Lookup::Found(keys),
                None => base(files, profile)?,
            };
            if matches!(found, Lookup::Found(Base::WebIdentity(_)) | Lookup::Nothing(_)) {
                return Err(error(SettingProblem::ChainLoops));
            }
            let roles = if again { Vec::new() } else { role(files, profile)?.into_iter().collect() };
            return Ok(End::Plan(Self { profile: profile.to_owned(), base: found, roles }));
        }
        if let [one, other, ..] = named[..] {
            return Err(error(SettingProblem::CredentialSources { one, other }));
        }
        let role = role(files, profile)?;
        if let Some(source) = value("source_profile")? {
            if !files.has(source)? {
                let (profile, files) = (source.to_owned(), files.names.join(", "));
                return Err(error(SettingProblem::SourceProfileMissing { profile, files }));
            }
            if above.len() + 1 == MAX_CHAIN {
                return Err(too_long(above));
            }
            return Ok(End::Source(source.to_owned(), role));
        }
        if let Some(session) = value("sso_session")?
            && !files.has_session(session)?
        {
            let (session, files) = (session.to_owned(), files.names.join(", "));
            return Err(error(SettingProblem::SsoSessionMissing { session, files }));
        }
        let (base, role) = match keys {
            Some(keys) => (Lookup::Found(keys), role),
            None => match base(files, profile)? {
                // The `WebIdentity` already contains the role of this profile, so the role is not assumed a second time.
                found @ Lookup::Found(Base::WebIdentity(_)) => (found, None),
                other => (other, role),
            },
        };
        Ok(End::Plan(Self { profile: profile.to_owned(), base, roles: role.into_iter().collect() }))
    }
}

/// The maximum number of profiles in a `source_profile` chain. Real chains are much shorter, because each profile except the last
/// sets a role to assume.
const MAX_CHAIN: usize = 100;

/// A profile of a chain, and the role that the profile sets. The role is assumed with the credentials of the next profile.
struct ChainStep {
    profile: String,
    role: Option<(Role, String)>,
}

/// The result for one profile of a chain: the plan, or the next profile together with the role of the current profile.
enum End {
    Plan(Plan),
    Source(String, Option<(Role, String)>),
}

fn too_long(above: &[ChainStep]) -> Error {
    let beginning: Vec<_> = above.iter().take(3).map(|step| format!("{:?}", step.profile)).collect();
    let first = above.first().map(|step| step.profile.clone()).unwrap_or_default();
    let problem = SettingProblem::ChainIsTooLong { most: MAX_CHAIN, beginning: beginning.join(", ") };
    problem.at(Origin::Profile(first))
}

fn keys(files: &SharedFiles, profile: &str) -> Result<Option<Base>, Error> {
    Ok(files.keys_of(profile)?.map(|Keys { id, secret, token }| {
        Base::Keys(Credentials::new(id, secret, token.map(ToOwned::to_owned), None, "profile"))
    }))
}

fn base(files: &SharedFiles, profile: &str) -> Result<Lookup, Error> {
    let value = |key| Ok::<_, Error>(files.value_of(profile, key)?.map(ToOwned::to_owned));
    let origin = || Origin::Profile(profile.to_owned());
    let found = if let Some(source) = value("credential_source")? {
        match source.to_ascii_lowercase().as_str() {
            "ec2instancemetadata" => Base::Instance,
            "ecscontainer" => Base::Container,
            "environment" => Base::Environment,
            _ => return Err(SettingProblem::CredentialSource { value: Shown::value(&source) }.at(origin())),
        }
    } else if let (Some(file), Some(arn)) = (value("web_identity_token_file")?, value("role_arn")?) {
        let role = Role { arn, session_name: value("role_session_name")?, ..Role::default() };
        Base::WebIdentity(Box::new(WebIdentity { role, token: IdentityToken::File(file.into()), origin: origin() }))
    } else if let Some(sso) = sso(files, profile)? {
        Base::Sso(sso)
    } else if let Some(session) = value("login_session")? {
        Base::Login(session)
    } else if let Some(command) = value("credential_process")? {
        Base::Process(command)
    } else {
        return Ok(Lookup::Nothing(SourceProblem::Nothing { profile: profile.to_owned() }));
    };
    Ok(Lookup::Found(found))
}

fn sso(files: &SharedFiles, profile: &str) -> Result<Option<Sso>, Error> {
    let value = |key: &str| Ok::<_, Error>(files.value_of(profile, key)?.map(ToOwned::to_owned));
    let session = value("sso_session")?;
    let mut keys = Vec::new();
    for key in ["sso_account_id", "sso_role_name", "sso_region", "sso_start_url"] {
        keys.extend(value(key)?);
    }
    if session.is_none() && keys.is_empty() {
        return Ok(None);
    }
    let error = |problem: SettingProblem| problem.at(Origin::Profile(profile.to_owned()));
    let own = |key| value(key)?.ok_or_else(|| error(SettingProblem::SsoKeyMissing { key }));
    if let Some(name) = &session {
        files.check_heads_of_session(profile, name)?;
    }
    let shared = |key| {
        let Some(session) = session.clone() else { return own(key) };
        let Some(shared) = files.session_value(&session, key)? else {
            return Err(error(SettingProblem::SsoKeyMissingInSession { key, session }));
        };
        match value(key)? {
            Some(own) if own != shared => {
                // The value is a Region or the URL of an AWS access portal. A URL may contain a password.
                let shown =
                    |value: &str| if key == "sso_region" { Shown::value(value) } else { Shown::endpoint(value) };
                let (own, shared) = (shown(&own), shown(shared));
                Err(error(SettingProblem::SsoConflict { key, own, session, shared }))
            }
            Some(_) | None => Ok(shared.to_owned()),
        }
    };
    let start_url = shared("sso_start_url")?;
    let text = shared("sso_region")?;
    let region = Region::parse(&text)
        .map_err(|problem| error(SettingProblem::SsoRegion { value: Shown::value(&text), problem }))?;
    Ok(Some(Sso {
        profile: profile.to_owned(),
        start_url,
        region,
        account_id: own("sso_account_id")?,
        role_name: own("sso_role_name")?,
        session,
    }))
}

/// Returns the role that a profile sets, together with the name of the profile.
fn role(files: &SharedFiles, profile: &str) -> Result<Option<(Role, String)>, Error> {
    let value = |key| Ok::<_, Error>(files.value_of(profile, key)?.map(ToOwned::to_owned));
    let error = |problem: SettingProblem| problem.at(Origin::Profile(profile.to_owned()));
    let Some(arn) = value("role_arn")? else { return Ok(None) };
    if value("mfa_serial")?.is_some() {
        return Err(error(SettingProblem::MfaSerial));
    }
    let seconds = value("duration_seconds")?.map(|text| {
        let seconds = text.parse().map(Duration::from_secs);
        seconds.map_err(|_| error(SettingProblem::DurationSeconds { value: Shown::value(&text) }))
    });
    // Ignores durations of less than 16 minutes, as AWS's SDK for Go does.
    let duration = seconds.transpose()?.filter(|duration| duration.as_secs() / 60 > 15);
    let role = Role {
        arn,
        duration,
        external_id: value("external_id")?.map(Into::into),
        session_name: value("role_session_name")?,
        ..Role::default()
    };
    Ok(Some((role, profile.to_owned())))
}

#[cfg(test)]
mod tests;
