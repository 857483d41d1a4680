//! Checks that the credentials belong to an allowed account.

use crate::{
    account_id::AccountId,
    error::Error,
    origin::Origin,
    settings::{AllowedAccounts, AssumeRole, Settings},
};

const ALLOWED: &str = "allowed_account_ids";
const FORBIDDEN: &str = "forbidden_account_ids";

/// Checks whether the account ID of the credentials must be known. This is the case if the settings restrict the allowed accounts,
/// and do not turn off the request that returns the account ID.
pub(crate) fn need_account(settings: &Settings) -> bool {
    !matches!(settings.allowed_accounts, AllowedAccounts::Any) && !forbids_account_request(settings)
}

/// Checks that the settings do not turn off the request that `allowed_account_ids` needs.
///
/// # Errors
/// Returns [`Error::AccountNotAsked`] if only some accounts are allowed, but the settings turn off the request that returns the
/// account ID of the credentials.
pub(crate) fn check_settings(settings: &Settings) -> Result<(), Error> {
    match settings.allowed_accounts {
        AllowedAccounts::Only(_) if forbids_account_request(settings) => Err(Error::AccountNotAsked),
        _ => Ok(()),
    }
}

/// Checks whether the settings turn off the request that returns the account ID of the credentials. With the same two settings,
/// hashicorp/aws does not send this request either. hashicorp/aws then does not notice a forbidden account.
fn forbids_account_request(settings: &Settings) -> bool {
    settings.skip_credentials_validation && settings.skip_requesting_account_id
}

/// Checks that the last of `roles` belongs to an allowed account. `roles` are the roles that the caller of this crate wants to
/// assume, in addition to the roles in the settings. The session of a role belongs to the account in the role's ARN, so no request
/// is needed.
///
/// # Errors
/// Returns [`Error::Role`] if the account of the last role is not allowed. The source of the error is [`Error::AccountNotAllowed`].
pub(crate) fn check_roles(settings: &Settings, roles: &[AssumeRole]) -> Result<(), Error> {
    let Some((role, before)) = roles.split_last().filter(|_| need_account(settings)) else { return Ok(()) };
    let Some(account) = role.role_arn.account_id() else { return Ok(()) };
    check(&settings.allowed_accounts, account).map_err(|source| Error::Role {
        role: role.role_arn.as_str().into(),
        origin: Origin::CallerElement("assume_role", before.len()),
        source: Box::new(source),
    })
}

/// Checks that an account is allowed.
///
/// # Errors
/// Returns [`Error::AccountNotAllowed`] if the account is not allowed.
pub(crate) fn check(allowed: &AllowedAccounts, account: AccountId) -> Result<(), Error> {
    let (is_allowed, name) = match allowed {
        AllowedAccounts::Any => return Ok(()),
        AllowedAccounts::Only(accounts) => (accounts.contains(&account), ALLOWED),
        AllowedAccounts::AllBut(accounts) => (!accounts.contains(&account), FORBIDDEN),
    };
    if is_allowed { Ok(()) } else { Err(Error::AccountNotAllowed { account, origin: Origin::Argument(name) }) }
}
