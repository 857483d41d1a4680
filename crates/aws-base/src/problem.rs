//! Flaws of settings, sources of credentials, and logins, with the values in their messages.

use crate::{
    account_id::InvalidAccountId, origin::Origin, proxy_url::InvalidProxyUrl, region::InvalidRegion, secrets::Secrets,
    service::Service, shown::Shown, static_keys::KeyFlaw,
};

/// A value in the message of a problem. A text from the configuration may be a secret in the wrong place.
pub(crate) trait Value {
    /// Hides secrets in the value.
    fn hide(&mut self, _secrets: &Secrets) {}

    /// Whether a part of the value is hidden.
    fn hides_value(&self) -> bool {
        false
    }
}

/// A name or a message. It is never the value of the setting that the error is about.
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

/// Declares each problem with its values and its message.
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
    /// The flaw of a setting. Messages are clauses with the setting as their subject, such as "it is set and empty: unset it".
    SettingProblem:
    Account { problem: InvalidAccountId } = "{problem}",
    AmbiguousSection { one: String, other: String } =
        "the sections [{one}] and [{other}] both have its name: remove one of them",
    BothVariables { one: &'static str, other: &'static str } = "both {one} and {other} are set",
    BrokenHead { place: String } =
        "{place} begins with `[` and is not the head of a section, so the keys below it may belong to this profile or to \
         another: write the head as `[profile NAME]`, or as `[NAME]` in a credentials file",
    BundleUnreadable { path: Shown, error: String } = "the bundle of certificates {path} cannot be read: {error}",
    BundleWithoutCertificate { path: Shown } = "the bundle of certificates {path} holds no certificate in PEM form",
    ChainIsTooLong { most: usize, beginning: String } =
        "its chain of `source_profile` has more than {most} profiles, and begins with {beginning}: shorten the chain",
    ChainLoops = "its chain of `source_profile` leads back to it",
    ControlCharacter =
        "it holds a control character, such as a line break, with which no console login can be renewed: remove it",
    CredentialSource { value: Shown } =
        "its `credential_source` is {value:?}, and none of Ec2InstanceMetadata, EcsContainer and Environment",
    CredentialSources { one: &'static str, other: &'static str } =
        "it names more than one credential source: `{one}` and `{other}`",
    DurationSeconds { value: Shown } = "its `duration_seconds` is {value:?}, and no number",
    Empty = "it is set and empty: unset it",
    EndpointMode { value: Shown } = "the way to EC2's metadata service is {value:?}, and neither IPv4 nor IPv6",
    HalfOfKeys = "it has half a pair of keys: write both aws_access_key_id and aws_secret_access_key in the same file",
    HalfOfVariables { missing: &'static str } = "it is set, and {missing} is not: set both variables, or neither",
    HomeIsRelative { path: Shown } =
        "it is {path:?}, which is not an absolute path, so nothing below it is read: set it to the home directory",
    HomeOfAnother { path: Shown } = "{path} begins with the home of another user: write that path in full",
    HomeUnknown { path: Shown, home: &'static str } =
        "{path} is not known: the home directory is missing: {home} is not set, and the user database has none",
    MaxAttempts { key: &'static str, value: Shown } = "{key} is {value:?}, and not a number of attempts",
    MfaSerial =
        "its role needs an MFA code (`mfa_serial`), and nobody is there to type one: get a session with the AWS CLI and use its \
         credentials",
    NoDualStack { url: Shown, set_by: Origin, service: Service } =
        "{url}, the endpoint that {set_by} sets for {service}, has no dual-stack form: remove one of the two",
    NoIdentityToken { variable: &'static str, file: &'static str } =
        "it needs `web_identity_token` or `web_identity_token_file`, and neither {variable} nor {file} is set in their place",
    NoRole { variable: &'static str } = "it needs `role_arn`, and {variable} is not set in its place",
    NoRoleArn { source_key: &'static str } = "it has `{source_key}` and no `role_arn`",
    NotUtf8 = "it is not UTF-8 text: set it again, from a file or a terminal that uses UTF-8",
    Proxy { problem: InvalidProxyUrl } = "as a proxy, {problem}",
    RetryMode { key: &'static str, value: Shown } = "{key} is {value:?}, and not standard or adaptive",
    SourceProfileMissing { profile: String, files: String } = "its `source_profile` {profile:?} is missing in {files}",
    SourceProfileWithoutCredentials { profile: String, reason: Box<SourceProblem> } =
        "its `source_profile` {profile:?} has no credentials: {reason}",
    SsoConflict { key: &'static str, own: Shown, session: String, shared: Shown } =
        "its `{key}` is {own:?}, and that of the section [sso-session {session}] is {shared:?}: remove the one in the profile",
    SsoKeyMissing { key: &'static str } = "it is to log in with SSO, and it has no `{key}`",
    SsoKeyMissingInSession { key: &'static str, session: String } =
        "it is to log in with SSO, and the section [sso-session {session}] has no `{key}`",
    SsoRegion { value: Shown, problem: InvalidRegion } =
        "its `sso_region` is {value:?}, which is not a Region: it {problem}",
    SsoSessionMissing { session: String, files: String } =
        "its `sso_session` is {session:?}, and [sso-session {session}] is missing in {files}",
    Switch { subject: &'static str, value: Shown } = "{subject} is {value:?}, and neither true nor false",
    TokenCharacter { holder: String } = "{holder} holds a character that no token can have",
    TokenLineBreak { holder: String } = "{holder} holds a line break, which no token has: remove it",
    TokenUnreadable { path: Shown, error: String } = "{path} cannot be read: {error}",
    ValueNotUtf8 { place: String } = "{place} is not UTF-8 text: save the file as UTF-8",
    WithoutVariable { missing: &'static str } = "it is set, and {missing} is not",
}

problems! {
    /// The flaw of a source of credentials. Messages are clauses.
    SourceProblem:
    Agent { words: String } = "{words}",
    Key { flaw: KeyFlaw } = "{flaw}",
    Late { seconds: u64 } = "no answer came within {seconds} s",
    LoginNotRenewed { words: String } = "the login could not be renewed: {words}",
    LoginRefused { words: String } = "AWS did not renew the login: {words}",
    LoginUnanswered { seconds: u64 } =
        "the login was not renewed within {seconds} s, or the answer made no sense",
    LoginUnreadable { path: String, error: String } = "the login in {path} cannot be read: {error}",
    LoginWithoutAnswer = "what answered the renewal of the login makes no sense",
    LoginWithoutHome { variable: &'static str } =
        "a login with the console needs the variable {variable}: set it to the home directory",
    NoProfile { profile: String, files: String } = "the profile {profile:?} is missing in {files}",
    NotSet { variable: &'static str } = "{variable} is not set",
    NotSetEither { one: &'static str, other: &'static str } = "{one} or {other} is not set",
    Nothing { profile: String } = "the profile {profile:?} has no credentials",
    Process { words: String } = "its `credential_process` {words}",
    SwitchedOff { origin: Origin } = "switched off by {origin}",
    TokenEmpty = "the token is empty",
    TokenLineBreak = "the token holds a line break, which no token has: remove it",
    TokenUnreadable { path: String, error: String } = "the token file {path} cannot be read: {error}",
}

problems! {
    /// The reason why the shared files cannot be read. Messages are clauses.
    SharedFilesProblem:
    TooSlow { files: String, seconds: u64 } =
        "reading {files}, and a bundle of certificates where one is named, took longer than {seconds} s: one of them may be a \
         pipe that nobody writes to, or on a network that hangs",
    Unreadable { path: String, error: String } = "{path} cannot be read: {error}",
    UnreadableByName { path: String, origin: Origin, error: String } = "{path} (from {origin}) cannot be read: {error}",
    Utf16 { path: String } = "{path} is UTF-16 text, which AWS's tools do not read: save it as UTF-8",
}

problems! {
    /// The reason why a person has to log in. Messages are clauses.
    LoginProblem:
    Expired = "the login has expired, or is not one",
    ExpiredForGood = "the login has expired, and cannot be renewed",
    Missing = "nobody has logged in here, or not since a logout",
    NotLogin { path: String } = "what stands in {path} is not a login",
    Refused { words: String } = "{words}",
}
