//! The accounts that the credentials may belong to.

use crate::{
    account_id::AccountId,
    error::Error,
    origin::Origin,
    settings::{AllowedAccounts, Settings},
};

const ALLOWED: &str = "allowed_account_ids";
const FORBIDDEN: &str = "forbidden_account_ids";

/// Whether the account has to be known.
pub(crate) fn matter(settings: &Settings) -> bool {
    !matches!(settings.allowed_accounts, AllowedAccounts::Any) && !may_not_ask(settings)
}

/// Finds settings that contradict each other.
///
/// # Errors
/// [`Error::AccountNotAsked`].
pub(crate) fn check_settings(settings: &Settings) -> Result<(), Error> {
    match settings.allowed_accounts {
        AllowedAccounts::Only(_) if may_not_ask(settings) => Err(Error::AccountNotAsked),
        _ => Ok(()),
    }
}

/// With both settings, hashicorp/aws does not ask for the account, and does not notice a forbidden one.
fn may_not_ask(settings: &Settings) -> bool {
    settings.skip_credentials_validation && settings.skip_requesting_account_id
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

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(ids: &[&str]) -> Vec<AccountId> {
        ids.iter().map(|id| AccountId::parse(id).expect("an ID")).collect()
    }

    #[test]
    fn accounts_that_are_forbidden_or_not_allowed_are_rejected() {
        let blamed = |allowed| match check(&allowed, AccountId::parse("111111111111").expect("an ID")) {
            Ok(()) => None,
            Err(Error::AccountNotAllowed { origin: Origin::Argument(name), .. }) => Some(name),
            Err(other) => panic!("{other}"),
        };
        let (one, two) = ("111111111111", "222222222222");
        assert_eq!(blamed(AllowedAccounts::Any), None);
        assert_eq!(blamed(AllowedAccounts::Only(accounts(&[one, two]))), None);
        assert_eq!(blamed(AllowedAccounts::Only(accounts(&[two]))), Some(ALLOWED));
        assert_eq!(blamed(AllowedAccounts::AllBut(accounts(&[two]))), None);
        assert_eq!(blamed(AllowedAccounts::AllBut(accounts(&[two, one]))), Some(FORBIDDEN));
    }

    #[test]
    fn a_list_of_allowed_accounts_that_cannot_be_checked_is_an_error() {
        let skipping = |allowed_accounts| Settings {
            allowed_accounts,
            skip_credentials_validation: true,
            skip_requesting_account_id: true,
            ..Settings::default()
        };
        let ids = || accounts(&["123456789012"]);
        assert!(matches!(check_settings(&skipping(AllowedAccounts::Only(ids()))), Err(Error::AccountNotAsked)));
        let forbidden = skipping(AllowedAccounts::AllBut(ids()));
        assert!(check_settings(&forbidden).is_ok() && !matter(&forbidden));
        let one = Settings { skip_requesting_account_id: false, ..skipping(AllowedAccounts::Only(ids())) };
        assert!(check_settings(&one).is_ok() && matter(&one) && !matter(&Settings::default()));
    }
}
