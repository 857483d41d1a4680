//! Sends hostile responses to the client. Each response repeats a secret in a place from which an error or a log could show text. No error
//! and no log may contain the secret.

mod attack;
mod configuration;
mod log;
mod server;

use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use proptest::{collection::vec, prelude::*, test_runner::Config as Cases};

use aws_base::{EndpointUrl, StaticKeys};
use test_support::readings::Readings;

use super::*;

use attack::{Attack, MARK, Place, Target, attack};
use configuration::configuration;
use log::Log;
use server::{serve, serve_certificate};

/// Runs an attack. Returns a text with the `Display` output and the two `Debug` outputs of the client's error. Returns `None` if the client
/// got a token.
async fn printed(attack: &Attack, repeated: Arc<Mutex<String>>) -> Option<String> {
    let host = serve(attack, repeated).await;
    let (mut settings, environment, directory) = configuration(attack, &host);
    if matches!(attack.asked, Target::Certificate) {
        let (host, pem) = serve_certificate(attack)?;
        let bundle = directory.path().join("ca.pem");
        std::fs::write(&bundle, pem).expect("written");
        let url = format!("https://localhost:{}", host.rsplit(':').next()?);
        settings.endpoints.insert(Service::Ecr, EndpointUrl::parse(&url).expect("a URL"));
        settings.custom_ca_bundle = Some(bundle);
        settings.static_keys = StaticKeys::parse(Some("AKIDEXAMPLE"), Some(&attack.secret), None).expect("keys");
    }
    let client = Client::new(Session::new(settings, environment));
    let answer = match attack.asked {
        Target::EcrPublic => client.public_token(None, Vec::new()).await,
        _ => client.token(Request::default()).await,
    };
    let error = answer.err()?;
    Some(format!("{error}\n{error:?}\n{error:#?}"))
}

/// The number of attacks that run at the same time. Attacks run concurrently because some attacks wait before a retry.
const CONCURRENT_ATTACKS: usize = 16;

proptest! {
    #![proptest_config(Cases { cases: Cases::default().cases.div_ceil(32), max_shrink_iters: 50, ..Cases::default() })]

    #[test]
    fn secrets_repeated_in_responses_are_not_printed(attacks in vec(attack(), CONCURRENT_ATTACKS)) {
        let log = Log::default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let repeated: Vec<_> = attacks.iter().map(|attack| Arc::new(Mutex::new(attack.secret.clone()))).collect();
        let printed = tracing::subscriber::with_default(log.clone(), || {
            let runs = attacks.iter().zip(&repeated).map(|(attack, repeated)| printed(attack, Arc::clone(repeated)));
            runtime.block_on(join_all(runs))
        });
        let log = Readings::new(&log.text());
        for ((attack, secret), printed) in attacks.iter().zip(&repeated).zip(printed) {
            let secret = secret.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let printed = printed.unwrap_or_default();
            for readings in [&log, &Readings::new(&printed)] {
                prop_assert!(!readings.hold(&secret), "{secret} of {attack:?} in {readings:?}");
            }
            let is_message = matches!(attack.place, Place::MessageInXml) && attack.status == 403;
            if is_message && matches!(attack.asked, Target::Ecr | Target::Role) {
                prop_assert!(printed.contains(MARK), "{printed}");
            }
        }
    }
}
