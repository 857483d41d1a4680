//! The problems with settings, credential sources, shared files and logins, and the messages about these problems.

use crate::{
    account_id::InvalidAccountId, origin::Origin, proxy_url::InvalidProxyUrl, region::InvalidRegion, secrets::Secrets,
    service::Service, shown::Shown, static_keys::KeyFlaw,
};

/// A value that appears in the message of a problem. If the value comes from the configuration, it can be a secret that a
/// person put into the wrong setting.
pub(crate) trait Value {
    /// Hides secrets in the value.
    fn hide(&mut self, _secrets: &Secrets) {}

    /// Checks whether a part of the value is hidden.
    fn hides_value(&self) -> bool {
        false
    }
}

/// A `String` is always a name or a message, and never the value of the setting that the error is about.
impl Value for String {
    fn hide(&mut self, secrets: &Secrets) {
        *self = secrets.hidden_in(self).to_string();
    }
}

impl Value for Shown {
    fn hide(&mut self, secrets: &Secrets) {
        secrets.hide(self);
    }

    fn hides_value(&self) -> bool {
        self.hides_value()
    }
}

impl Value for &'static str {}
impl Value for usize {}
impl Value for u64 {}
impl Value for InvalidAccountId {
    fn hides_value(&self) -> bool {
        self.hides_value()
    }
}
impl Value for InvalidProxyUrl {}
impl Value for InvalidRegion {}
impl Value for KeyFlaw {}
impl Value for Origin {
    fn hide(&mut self, secrets: &Secrets) {
        self.hide(secrets);
    }
}
impl Value for Service {}
impl<T: Value> Value for Box<T> {
    fn hide(&mut self, secrets: &Secrets) {
        (**self).hide(secrets);
    }

    fn hides_value(&self) -> bool {
        (**self).hides_value()
    }
}

/// Declares an enum of problems, each with its values and its message.
macro_rules! problems {
    ($(#[$attribute:meta])* $name:ident: $($variant:ident $({ $($field:ident: $ty:ty),+ })? = $text:literal,)+) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = $text]
                #[error($text)]
                $variant $({ $(#[doc = concat!("The ", stringify!($field), ".")] $field: $ty,)+ })?,
            )+
        }

        impl Value for $name {
            fn hide(&mut self, secrets: &Secrets) {
                match self {
                    $(Self::$variant $({ $($field),+ })? => { $($(Value::hide($field, secrets);)+)? })+
                }
                let _ = secrets;
            }

            fn hides_value(&self) -> bool {
                match self {
                    $(Self::$variant $({ $($field),+ })? => false $($(|| Value::hides_value($field))+)?,)+
                }
            }
        }
    };
}

problems! {
    /// The problem with a setting. Each message is a fragment that completes a longer error message. In "it is set and empty",
    /// for example, "it" is the setting. Some messages end with an instruction.
    SettingProblem:
    Account { problem: InvalidAccountId } = "{problem}",
    AmbiguousSection { one: String, other: String } =
        "the sections [{one}] and [{other}] both have its name. Remove one of them",
    BothVariables { one: &'static str, other: &'static str } = "both {one} and {other} are set",
    BrokenHead { place: String } =
        "{place} begins with `[` but is not a valid section header. The keys below it may belong to this profile or to \
         another. Write the header as `[profile NAME]`, or as `[NAME]` in a credentials file",
    BundleUnreadable { path: Shown, error: String } = "the CA bundle {path} cannot be read: {error}",
    BundleWithoutCertificate { path: Shown } = "the CA bundle {path} does not contain a certificate in PEM form",
    ChainIsTooLong { most: usize, beginning: String } =
        "its chain of `source_profile` has more than {most} profiles, and begins with {beginning}. Shorten the chain",
    ChainLoops = "its chain of `source_profile` leads back to it",
    ControlCharacter =
        "it contains a control character, such as a line break, and a console login cannot be renewed with it. Remove the \
         character",
    CredentialSource { value: Shown } =
        "its `credential_source` is {value:?}. Write Ec2InstanceMetadata, EcsContainer or Environment",
    CredentialSources { one: &'static str, other: &'static str } =
        "it names more than one credential source: `{one}` and `{other}`",
    DurationSeconds { value: Shown } = "its `duration_seconds` is {value:?}, which is not a number",
    Empty = "it is set and empty. Unset it",
    EndpointMode { value: Shown } = "the endpoint mode of EC2's metadata service is {value:?}. Write IPv4 or IPv6",
    HalfOfKeys = "it has only one of aws_access_key_id and aws_secret_access_key. Write both in the same file",
    HalfOfVariables { missing: &'static str } = "it is set, and {missing} is not. Set both variables, or neither",
    HomeIsRelative { path: Shown } =
        "it is {path:?}, which is not an absolute path. Set it to the home directory",
    HomeOfAnother { path: Shown } = "{path} begins with another user's home directory. Write the whole path",
    HomeUnknown { path: Shown, home: &'static str } =
        "{path} cannot be resolved, because the home directory is unknown: {home} is not set, and the user database has no \
         home directory",
    MaxAttempts { key: &'static str, value: Shown } = "{key} is {value:?}, which is not a number of attempts",
    MfaSerial =
        "its role needs an MFA code (`mfa_serial`), which the provider cannot ask for. Get a session with the AWS CLI, and \
         use its credentials",
    NoDualStack { url: Shown, set_by: Origin, service: Service } =
        "{url}, the endpoint of {service} (from {set_by}), does not have a dual-stack form. Remove the endpoint or the \
         dual-stack setting",
    NoIdentityToken { variable: &'static str, file: &'static str } =
        "it needs `web_identity_token` or `web_identity_token_file`, or {variable} or {file} in the environment",
    NoRole { variable: &'static str } = "it needs `role_arn`, or {variable} in the environment",
    NoRoleArn { source_key: &'static str } = "it has `{source_key}` and no `role_arn`",
    NotUtf8 = "it is not UTF-8 text. Set it again, from a file or terminal that uses UTF-8",
    Proxy { problem: InvalidProxyUrl } = "as a proxy, {problem}",
    RetryMode { key: &'static str, value: Shown } = "{key} is {value:?}. Write standard or adaptive",
    SourceProfileMissing { profile: String, files: String } = "its `source_profile` {profile:?} is missing in {files}",
    SourceProfileWithoutCredentials { profile: String, reason: Box<SourceProblem> } =
        "its `source_profile` {profile:?} has no credentials: {reason}",
    SsoConflict { key: &'static str, own: Shown, session: String, shared: Shown } =
        "its `{key}` is {own:?}, but in the section [sso-session {session}] it is {shared:?}. Remove the key from the profile",
    SsoKeyMissing { key: &'static str } = "it is set up for SSO, but `{key}` is missing",
    SsoKeyMissingInSession { key: &'static str, session: String } =
        "it is set up for SSO, but `{key}` is missing in the section [sso-session {session}]",
    SsoRegion { value: Shown, problem: InvalidRegion } =
        "its `sso_region` is {value:?}, which is not a Region: it {problem}",
    SsoSessionMissing { session: String, files: String } =
        "its `sso_session` is {session:?}, and [sso-session {session}] is missing in {files}",
    Switch { subject: &'static str, value: Shown } = "{subject} is {value:?}. Write true or false",
    TokenCharacter { holder: String } = "{holder} contains a character that is not valid in a token",
    TokenLineBreak { holder: String } = "{holder} contains a line break. Remove it",
    TokenUnreadable { path: Shown, error: String } = "{path} cannot be read: {error}",
    ValueNotUtf8 { place: String } = "{place} is not UTF-8 text. Save the file as UTF-8",
    WithoutVariable { missing: &'static str } = "it is set, and {missing} is not",
}

problems! {
    /// The reason why a source returned no credentials. Each message is a fragment that completes a longer error message.
    SourceProblem:
    Agent { words: String } = "{words}",
    Key { flaw: KeyFlaw } = "{flaw}",
    Late { seconds: u64 } = "no response within {seconds} s",
    LoginNotRenewed { words: String } = "the login could not be renewed: {words}",
    LoginRefused { words: String } = "AWS did not renew the login: {words}",
    LoginUnanswered { seconds: u64 } =
        "the login was not renewed within {seconds} s, or the response was not valid",
    LoginUnreadable { path: String, error: String } = "the login in {path} cannot be read: {error}",
    LoginWithoutAnswer = "the response to the renewal of the login is not valid",
    LoginWithoutHome { variable: &'static str } =
        "a login with the console needs the variable {variable}. Set it to the home directory",
    NoProfile { profile: String, files: String } = "the profile {profile:?} is missing in {files}",
    NotSet { variable: &'static str } = "{variable} is not set",
    NotSetEither { one: &'static str, other: &'static str } = "neither {one} nor {other} is set",
    Nothing { profile: String } = "the profile {profile:?} has no credentials",
    Process { words: String } = "its `credential_process` {words}",
    SwitchedOff { origin: Origin } = "switched off by {origin}",
    TokenEmpty = "the token is empty",
    TokenLineBreak = "the token contains a line break. Remove it",
    TokenUnreadable { path: String, error: String } = "the token file {path} cannot be read: {error}",
}

problems! {
    /// The reason why the shared files cannot be read. Each message is a fragment that completes a longer error message.
    SharedFilesProblem:
    TooSlow { files: String, seconds: u64 } =
        "reading {files}, and a CA bundle if one is set, took longer than {seconds} s. One of these files may be a pipe \
         without a writer, or on a network that does not respond",
    Unreadable { path: String, error: String } = "{path} cannot be read: {error}",
    UnreadableByName { path: String, origin: Origin, error: String } = "{path} (from {origin}) cannot be read: {error}",
    Utf16 { path: String } = "{path} is UTF-16 text, which AWS's tools cannot read. Save the file as UTF-8",
}

problems! {
    /// The reason why a person has to log in. Each message is a fragment that completes a longer error message.
    LoginProblem:
    Expired = "the login has expired, or the file is not a login",
    ExpiredForGood = "the login has expired, and cannot be renewed",
    Missing = "not logged in on this machine, or logged out",
    NotLogin { path: String } = "{path} does not contain a login",
    Refused { words: String } = "{words}",
}
