//! Checks that the credentials belong to an allowed account.

use crate::{
    account_id::AccountId,
    error::Error,
    origin::Origin,
    settings::{AllowedAccounts, AssumeRole, Settings},
};

const ALLOWED: &str = "allowed_account_ids";
const FORBIDDEN: &str = "forbidden_account_ids";

/// Checks whether the account of the credentials must be known. This is the case if the settings limit the accounts, and do not
/// forbid the request for the account.
pub(crate) fn need_account(settings: &Settings) -> bool {
    !matches!(settings.allowed_accounts, AllowedAccounts::Any) && !forbids_account_request(settings)
}

/// Checks that the settings do not contradict each other.
///
/// # Errors
/// [`Error::AccountNotAsked`] if only some accounts are allowed, but the request for the account of the credentials is forbidden.
pub(crate) fn check_settings(settings: &Settings) -> Result<(), Error> {
    match settings.allowed_accounts {
        AllowedAccounts::Only(_) if forbids_account_request(settings) => Err(Error::AccountNotAsked),
        _ => Ok(()),
    }
}

/// Checks whether the settings forbid the request for the account of the credentials. With these two settings, hashicorp/aws does
/// not send this request either. hashicorp/aws then does not notice a forbidden account.
fn forbids_account_request(settings: &Settings) -> bool {
    settings.skip_credentials_validation && settings.skip_requesting_account_id
}

/// Checks that the last of `roles` belongs to an allowed account. `roles` are the roles that a caller assumes. The session of a
/// role belongs to the account in the role's ARN, so no request is needed.
///
/// # Errors
/// [`Error::Role`] with [`Error::AccountNotAllowed`] as its source.
pub(crate) fn check_roles(settings: &Settings, roles: &[AssumeRole]) -> Result<(), Error> {
    let Some((role, before)) = roles.split_last().filter(|_| need_account(settings)) else { return Ok(()) };
    let Some(account) = role.role_arn.account_id() else { return Ok(()) };
    check(&settings.allowed_accounts, account).map_err(|source| Error::Role {
        role: role.role_arn.as_str().into(),
        origin: Origin::CallerElement("assume_role", before.len()),
        source: Box::new(source),
    })
}

/// # Errors
/// [`Error::AccountNotAllowed`].
pub(crate) fn check(allowed: &AllowedAccounts, account: AccountId) -> Result<(), Error> {
    let (is_allowed, name) = match allowed {
        AllowedAccounts::Any => return Ok(()),
        AllowedAccounts::Only(accounts) => (accounts.contains(&account), ALLOWED),
        AllowedAccounts::AllBut(accounts) => (!accounts.contains(&account), FORBIDDEN),
    };
    if is_allowed { Ok(()) } else { Err(Error::AccountNotAllowed { account, origin: Origin::Argument(name) }) }
}
