//! The actions of requests. A fault can be limited to the requests with one action.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{nearest::nearest, path};

/// The action of faults that apply to requests to a registry.
pub(crate) const REGISTRY: &str = "Registry";
/// The action of faults that apply to requests for a tunnel (`CONNECT`).
pub(crate) const CONNECT: &str = "CONNECT";
/// The path at which AWS's sign-in service renews console logins. The sandbox does not implement the sign-in service, but a fault
/// can answer requests to this path.
const SIGN_IN: &str = "/v1/token";

/// All actions, in the order in which error messages and the guide list them.
const ACTIONS: [&str; 16] = [
    "GetAuthorizationToken",
    "GetCallerIdentity",
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "GetRoleCredentials",
    "CreateToken",
    REGISTRY,
    CONNECT,
    path::SESSION,
    path::ROLES,
    path::ROLES_WITHOUT_SLASH,
    path::CREDENTIALS,
    path::REGION,
    path::IDENTITY,
    path::CONTAINER,
    SIGN_IN,
];

/// Paths that are not names of actions, each with the action that a request to this path needs. The error message for such a
/// path suggests the action.
const PATHS_OF_ACTIONS: [(&str, &str); 4] = [
    ("/federation/credentials", "GetRoleCredentials"),
    ("/token", "CreateToken"),
    ("/v2", REGISTRY),
    ("/v2/", REGISTRY),
];

/// The maximum number of characters that an error message repeats from an unknown action.
const MAX_SHOWN: usize = 100;

/// The action of a request: an operation of AWS's APIs (`GetAuthorizationToken`), the path of a request without an operation
/// (`/latest/api/token`), `Registry` or `CONNECT`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Action(&'static str);

/// The error for text that is not an action. The message suggests the most similar action, and lists all actions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownAction(String);

impl Action {
    /// Returns all actions.
    pub fn all() -> impl Iterator<Item = Self> {
        ACTIONS.into_iter().map(Self)
    }

    /// Returns the name or the path of the action, in the form that [`FromStr`] parses.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    /// Parses the name or the path of an action. The comparison is case-sensitive.
    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        let known = ACTIONS.into_iter().find(|action| *action == text);
        known.map(Self).ok_or_else(|| UnknownAction(text.chars().take(MAX_SHOWN).collect()))
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for UnknownAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(f, "unknown action {text:?}")?;
        let of_path = PATHS_OF_ACTIONS.into_iter().find(|(path, _)| path == text).map(|(_, action)| action);
        if let Some(action) = of_path.or_else(|| nearest(text, &ACTIONS)) {
            write!(f, ". Did you mean {action:?}?")?;
        }
        write!(f, "\nActions: {}", ACTIONS.join(", "))
    }
}

impl std::error::Error for UnknownAction {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_parses_from_its_name() {
        for action in Action::all() {
            assert_eq!(action.as_str().parse(), Ok(action));
        }
    }

    #[test]
    fn an_unknown_action_error_suggests_the_nearest_name() {
        for (text, near) in [
            ("GetAuthorisationToken", "GetAuthorizationToken"),
            ("getauthorizationtoken", "GetAuthorizationToken"),
            ("ecr:GetAuthorizationToken", "GetAuthorizationToken"),
            ("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", "GetAuthorizationToken"),
            ("AssumeRoleWithWebIdentiy", "AssumeRoleWithWebIdentity"),
            (" AssumeRole", "AssumeRole"),
            ("registry", "Registry"),
            ("connect", "CONNECT"),
            ("latest/api/token", "/latest/api/token"),
            ("/latest/api/tokens", "/latest/api/token"),
            ("/V1/credentials", "/v1/credentials"),
            ("/token", "CreateToken"),
            ("/v2/", "Registry"),
        ] {
            let error = text.parse::<Action>().expect_err(text).to_string();
            assert!(error.contains(&format!("Did you mean {near:?}?")), "{text}: {error}");
            assert!(ACTIONS.iter().all(|action| error.contains(action)), "{text}: {error}");
        }
        for text in ["", "x", "DescribeImages"] {
            let error = text.parse::<Action>().expect_err(text).to_string();
            assert!(!error.contains("Did you mean"), "{text}: {error}");
        }
    }

    #[test]
    fn the_error_truncates_a_long_text() {
        let error = "x".repeat(1 << 20).parse::<Action>().expect_err("not an action").to_string();
        assert!(error.len() < 1000, "{}", error.len());
    }
}
