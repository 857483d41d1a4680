//! Defines the arguments about the account of the credentials, and the arguments that skip calls.

use aws_base::{AccountId, AllowedAccounts, Error, Origin, SettingProblem, Settings};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, bool, set, string},
    model,
};

use crate::{
    checks::{choice, conflict, null_element},
    diagnostics,
};

model! {
    #[derive(Debug)]
    pub(super) struct Accounts {
        /// The AWS accounts that the credentials may belong to. Cannot be set together with `forbidden_account_ids`.
        allowed_account_ids: Setting<Vec<AccountId>> =
            set(string().parse(|id: &str| account("allowed_account_ids", id)).not_null(null_element)),
        /// The AWS accounts that the credentials may not belong to. Cannot be set together with
        /// `allowed_account_ids`.
        forbidden_account_ids: Setting<Vec<AccountId>> =
            set(string().parse(|id: &str| account("forbidden_account_ids", id)).not_null(null_element)),
        /// Has an effect only if `skip_requesting_account_id` is `true` too. The provider then does not request the account
        /// ID from AWS STS, even if a setting needs it.
        skip_credentials_validation: bool = bool(),
        /// Has an effect only if `skip_credentials_validation` is `true` too. The provider then does not request the account
        /// ID from AWS STS, even if a setting needs it.
        skip_requesting_account_id: bool = bool(),
        /// `true` disables EC2's instance metadata service, and `false` enables it. Both override the
        /// `AWS_EC2_METADATA_DISABLED` environment variable.
        // As in hashicorp/aws, this is a string. A string can distinguish `false` from a missing value.
        skip_metadata_api_check: Option<bool> = string().parse(switch).zero_as_unset(),
    }
    rules = [one_list];
}

/// Parses an account ID. An empty text is not valid. If an empty text were ignored, a list of allowed accounts could become an empty list,
/// which allows every account.
fn account(argument: &'static str, id: &str) -> Result<AccountId, Problem> {
    AccountId::parse(id).map_err(|invalid| {
        let problem = SettingProblem::Account { problem: invalid };
        diagnostics::problem(&Error::InvalidSetting { origin: Origin::Argument(argument), problem })
    })
}

fn switch(text: &str) -> Result<bool, Problem> {
    choice(
        text,
        |text| text.parse().ok(),
        |got| format!("expected skip_metadata_api_check to be one of '', 'true', or 'false', got '{got}'."),
    )
}

fn one_list(accounts: &Accounts) -> Vec<Diagnostic> {
    conflict(&accounts.allowed_account_ids, &accounts.forbidden_account_ids)
}

impl Accounts {
    pub(super) fn set(self, settings: &mut Settings) {
        let [allowed, forbidden] =
            [self.allowed_account_ids, self.forbidden_account_ids].map(|list| list.into_value().unwrap_or_default());
        settings.allowed_accounts = match (allowed.is_empty(), forbidden.is_empty()) {
            (false, _) => AllowedAccounts::Only(allowed),
            (true, false) => AllowedAccounts::AllBut(forbidden),
            (true, true) => AllowedAccounts::Any,
        };
        settings.skip_credentials_validation = self.skip_credentials_validation;
        settings.skip_requesting_account_id = self.skip_requesting_account_id;
        settings.skip_metadata_api_check = self.skip_metadata_api_check;
    }
}
