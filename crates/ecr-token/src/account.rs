//! Which accounts the credentials may belong to.

use aws_credential_types::Credentials;

use crate::{
    error::{Error, Origin},
    settings::Settings,
    shown::shown,
    sts::Sts,
};

const ALLOWED: &str = "allowed_account_ids";
const FORBIDDEN: &str = "forbidden_account_ids";

/// Whether this is the id of an account: 12 digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether anything depends on the account.
pub(crate) fn matters(settings: &Settings) -> bool {
    let listed = !settings.allowed_account_ids.is_empty() || !settings.forbidden_account_ids.is_empty();
    listed && !may_not_ask(settings)
}

/// Checks that the lists of accounts hold ids of accounts. A list with anything else would forbid nothing, or allow nothing.
///
/// # Errors
/// [`Error::InvalidSetting`], for the argument of that name.
pub fn check_account_ids(settings: &Settings) -> Result<(), Error> {
    let lists = [(ALLOWED, &settings.allowed_account_ids), (FORBIDDEN, &settings.forbidden_account_ids)];
    for (name, list) in lists {
        if let Some(id) = list.iter().find(|id| !is_account_id(id)) {
            // Terraform converts a number to a string.
            let advice = if id.bytes().all(|byte| byte.is_ascii_digit()) && id.len() < 12 {
                ": write it in quotes, since a number loses the zeros at its beginning"
            } else {
                ""
            };
            let problem = format!("{:?} is not the ID of an AWS account, which has 12 digits{advice}", shown(id));
            return Err(Error::InvalidSetting { origin: Origin::Argument(name), problem });
        }
    }
    Ok(())
}

/// Says whether the settings contradict each other, before anybody is asked.
pub(crate) fn check_settings(settings: &Settings) -> Result<(), Error> {
    check_account_ids(settings)?;
    if may_not_ask(settings) && !settings.allowed_account_ids.is_empty() {
        return Err(Error::AccountNotAsked);
    }
    Ok(())
}

/// Asks STS for the account, where anything depends on it: what the environment or a profile says of it might be wrong.
pub(crate) async fn check(settings: &Settings, sts: &Sts<'_>, credentials: &Credentials) -> Result<(), Error> {
    if !matters(settings) {
        return Ok(());
    }
    verdict(settings, sts.account(credentials).await?)
}

/// As in hashicorp/aws: with both, nobody is asked, and what is forbidden goes unnoticed.
fn may_not_ask(settings: &Settings) -> bool {
    settings.skip_credentials_validation && settings.skip_requesting_account_id
}

fn verdict(settings: &Settings, account: String) -> Result<(), Error> {
    if settings.forbidden_account_ids.contains(&account) {
        return Err(Error::AccountNotAllowed { account, origin: Origin::Argument(FORBIDDEN) });
    }
    if !settings.allowed_account_ids.is_empty() && !settings.allowed_account_ids.contains(&account) {
        return Err(Error::AccountNotAllowed { account, origin: Origin::Argument(ALLOWED) });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(allowed: &[&str], forbidden: &[&str]) -> Settings {
        let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect();
        Settings { allowed_account_ids: ids(allowed), forbidden_account_ids: ids(forbidden), ..Settings::default() }
    }

    #[test]
    fn what_is_forbidden_or_not_allowed_is_refused() {
        let blamed = |allowed: &[&str], forbidden: &[&str]| match verdict(&settings(allowed, forbidden), "1".into()) {
            Ok(()) => None,
            Err(Error::AccountNotAllowed { origin: Origin::Argument(name), .. }) => Some(name),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(blamed(&[], &[]), None);
        assert_eq!(blamed(&["1", "2"], &[]), None);
        assert_eq!(blamed(&["2"], &[]), Some(ALLOWED));
        assert_eq!(blamed(&[], &["2"]), None);
        assert_eq!(blamed(&[], &["2", "1"]), Some(FORBIDDEN));
    }

    #[test]
    fn a_list_of_allowed_accounts_that_cannot_be_checked_is_an_error() {
        let skipping = |allowed: &[&str], forbidden: &[&str]| Settings {
            skip_credentials_validation: true,
            skip_requesting_account_id: true,
            ..settings(allowed, forbidden)
        };
        let id = "123456789012";
        assert!(matches!(check_settings(&skipping(&[id], &[])), Err(Error::AccountNotAsked)));
        assert!(check_settings(&skipping(&[], &[id])).is_ok());
        assert!(!matters(&skipping(&[], &["1"])) && matters(&settings(&[], &["1"])) && !matters(&settings(&[], &[])));
        let one = Settings { skip_requesting_account_id: false, ..skipping(&[id], &[]) };
        assert!(check_settings(&one).is_ok() && matters(&one));
    }
}
