//! The expectations of a row: requests, diagnostics, time limit, logs, and the outcome with hashicorp/aws.

use std::{ops::RangeInclusive, time::Duration};

use expect_test::Expect;

use super::{Asked, Peer, Row};
use crate::expected_diagnostics::ExpectedDiagnostics;

/// Functions that change the expectations of a row.
impl Row {
    /// Expects exactly these requests, in the form of [`crate::recorded`].
    #[must_use]
    pub fn asks<const N: usize>(mut self, requests: [&str; N]) -> Self {
        self.asked = Asked::Exactly(requests.map(ToOwned::to_owned).into());
        self
    }

    /// Adds an expected request that assumes a role, such as `deploy (900s) by AKIDENV`.
    #[must_use]
    pub fn assumes(self, role: &str) -> Self {
        self.then(format!("sts AssumeRole {role}"))
    }

    /// Adds an expected request for the token. `key` names the key that signs the request, and can also name the server:
    /// `AKIDENV`, `AKIDENV at ecr`.
    #[must_use]
    pub fn token_by(self, key: &str) -> Self {
        self.then(format!("ecr GetAuthorizationToken by {key}"))
    }

    /// Adds an expected request to `<proxy>` to connect to this host and port.
    #[must_use]
    pub fn connects(self, host: &str) -> Self {
        self.then(format!("proxy: CONNECT {host}"))
    }

    fn then(mut self, request: String) -> Self {
        match &mut self.asked {
            Asked::Exactly(requests) => requests.push(request),
            Asked::Times(_) => self.asked = Asked::Exactly(vec![request]),
        }
        self
    }

    /// Expects this number of requests.
    #[must_use]
    pub fn requests(self, count: usize) -> Self {
        self.requests_between(count..=count)
    }

    /// Expects a number of requests in this range. The number varies, because waits are random.
    #[must_use]
    pub fn requests_between(mut self, count: RangeInclusive<usize>) -> Self {
        self.asked = Asked::Times(count);
        self
    }

    /// Expects that exactly this text is printed.
    #[must_use]
    pub fn tells(mut self, text: Expect) -> Self {
        self.diagnostics = ExpectedDiagnostics::exactly(text);
        self
    }

    /// Expects an error with these words. If the row does not list requests, also expects that the provider makes no requests.
    #[must_use]
    pub fn fails<const N: usize>(mut self, words: [&'static str; N]) -> Self {
        if matches!(self.asked, Asked::Times(_)) {
            self = self.asks([]);
        }
        self.diagnostics = self.diagnostics.with(true, &words);
        self
    }

    /// Expects a warning with these words.
    #[must_use]
    pub fn warns<const N: usize>(mut self, words: [&'static str; N]) -> Self {
        self.diagnostics = self.diagnostics.with(false, &words);
        self
    }

    /// Sets the time that the provider may take.
    #[must_use]
    pub fn within(mut self, seconds: u64) -> Self {
        self.limit = Duration::from_secs(seconds);
        self
    }

    /// Expects these words in the log.
    #[must_use]
    pub fn logs(mut self, words: &'static str) -> Self {
        self.logged.push(words);
        self
    }

    /// Also runs the row with real Terraform.
    #[must_use]
    pub fn terraform(mut self) -> Self {
        self.is_for_terraform = true;
        self
    }

    /// Also runs the row with real Terraform, and compares Terraform's output with the guide to troubleshooting.
    #[must_use]
    pub fn in_the_guide(mut self) -> Self {
        self.is_in_the_guide = true;
        self.terraform()
    }

    /// Expects that hashicorp/aws sends these requests, which differ from the requests of this provider, and then succeeds. `why`
    /// is the reason why this provider does not copy this behavior.
    #[must_use]
    pub fn peer_asks<const N: usize>(mut self, requests: [&str; N], why: &'static str) -> Self {
        self.peer = Peer::Differs(requests.map(ToOwned::to_owned).into(), ExpectedDiagnostics::nothing(), why);
        self
    }

    /// Expects that hashicorp/aws sends these requests, which differ from the requests of this provider, and then fails with
    /// these words. `why` is the reason why this provider does not copy this behavior.
    #[must_use]
    pub fn peer_fails<const N: usize, const M: usize>(
        mut self,
        requests: [&str; N],
        words: [&'static str; M],
        why: &'static str,
    ) -> Self {
        let diagnostics = ExpectedDiagnostics::nothing().with(true, &words);
        self.peer = Peer::Differs(requests.map(ToOwned::to_owned).into(), diagnostics, why);
        self
    }

    /// Declares that version 5 of hashicorp/aws cannot run the row, for this reason.
    #[must_use]
    pub fn ours_only(mut self, why: &'static str) -> Self {
        self.peer = Peer::CannotTell(why);
        self
    }
}
