//! Renews an SSO login: sends the request, and writes the renewed login to the login's file.
//!
//! It is possible that AWS accepts each refresh token only once. AWS returns the next refresh token only in the response to the
//! renewal. The next refresh token must therefore be written to the file, even if the caller no longer waits for the login.

use std::{
    future::pending,
    panic,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use aws_sdk_ssooidc::{Client, operation::create_token::CreateTokenError};
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info};

use super::{
    lock::Lock,
    sso_login::{Grant, SsoLogin},
};
use crate::{
    call::{Call, client},
    config::Config,
    error::Error,
    limit::{ATTEMPT_TIMEOUT, Limit},
    malformed::Malformed,
    region::Region,
    secret::Secret,
    service::Service,
};

/// The longest accepted lifetime of a renewed login, in seconds. A longer lifetime in a response is an error.
const MAX_LIFETIME: i32 = 365 * 24 * 60 * 60;

/// The renewals in progress, of all configurations in this process.
static IN_PROGRESS: LazyLock<TaskTracker> = LazyLock::new(TaskTracker::new);

/// Waits until every renewal in progress has ended, and every renewed login has been written to its file.
///
/// An interrupt ends the wait for a token, but not the renewal of a login. Call this function before the process ends, and set a
/// time limit: the function may wait as long as AWS takes to respond.
pub async fn renewals_end() {
    IN_PROGRESS.close();
    IN_PROGRESS.wait().await;
}

impl SsoLogin {
    /// Renews the login, writes the renewed login to the login's file, and returns the renewed login. Holds the lock until the
    /// file is written.
    ///
    /// The renewal runs in its own task. If the returned future is dropped, the task continues for at most [`ATTEMPT_TIMEOUT`], so
    /// that the current attempt can end.
    pub(super) async fn renewed(
        self,
        grant: Grant,
        region: &Region,
        config: &Config,
        limit: Limit,
        lock: Lock,
    ) -> Result<Self, Error> {
        info!(region = region.as_str(), "renewing the SSO login");
        let secrets = [grant.client_secret.clone(), grant.refresh_token.clone(), self.token()];
        let call = Call::new(config, Service::SsoOidc, "sso-oidc:CreateToken", region, limit, None)?.hiding(secrets);
        let client = client!(aws_sdk_ssooidc, CreateTokenError, call);
        let nobody_waits = CancellationToken::new();
        let waits = nobody_waits.clone().drop_guard();
        let renewal = async move {
            let abandoned = async {
                nobody_waits.cancelled().await;
                sleep(ATTEMPT_TIMEOUT).await;
            };
            let asked = tokio::select! {
                asked = self.ask(grant, &client, &call) => asked,
                () = abandoned => return None,
            };
            if let Ok(renewed) = &asked {
                renewed.save(lock).await;
            }
            Some(asked)
        };
        let renewed = IN_PROGRESS.spawn(renewal.in_current_span()).await;
        drop(waits);
        match renewed {
            Ok(Some(renewed)) => renewed,
            Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
            // The result is not needed, because the future was dropped, or the runtime is ending.
            Ok(None) | Err(_) => pending().await,
        }
    }

    async fn ask(&self, grant: Grant, client: &Client, call: &Call) -> Result<Self, Error> {
        let begin = SystemTime::now();
        let request = client
            .create_token()
            .grant_type("refresh_token")
            .client_id(grant.client_id)
            .client_secret(grant.client_secret.expose())
            .refresh_token(grant.refresh_token.expose());
        let output = call.answer(request.send()).await?;
        let tokens = [output.access_token(), output.refresh_token(), output.id_token()];
        call.secrets().add_recent(tokens.into_iter().flatten().map(Secret::from));
        let lifetime = Some(output.expires_in()).filter(|seconds| (1..=MAX_LIFETIME).contains(seconds));
        let token = output.access_token().filter(|token| !token.is_empty());
        let (Some(token), Some(lifetime)) = (token, lifetime) else {
            return Err(call.malformed(&output, Malformed::NoCredentials));
        };
        let expires_at = begin + Duration::from_secs(lifetime.unsigned_abs().into());
        Ok(self.renewed_with(token, expires_at, output.refresh_token()))
    }
}
