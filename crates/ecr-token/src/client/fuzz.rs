//! Hostile answers in which secrets stand, in every place that another party's words can have. Nothing of them may reach an error or a
//! log.

use std::{
    fmt::Write as _,
    io::Write as _,
    sync::{Mutex, PoisonError},
    thread,
};

use futures_util::future::join_all;
use proptest::{collection::vec, prelude::*, sample::select, test_runner::Config as Cases};
use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, ServerConnection, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use serde_json::json;
use sha1::{Digest, Sha1};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use super::*;
use crate::{
    AssumeRole, AssumeRoleWithWebIdentity,
    redaction::fuzz::{CODES, Readings, SECRET},
};

/// The words around a secret.
const MARK: &str = "Zebra";

/// A request that is answered by somebody hostile, and the secret that the answer repeats.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Ecr,
    EcrPublic,
    /// The signature of the request, which the answer takes from it.
    Signature,
    SessionToken,
    Role,
    ExternalId,
    Account,
    WebIdentity,
    Sso,
    SsoRefreshToken,
    SsoClientSecret,
    Container,
    /// The secret is the token of the session.
    Instance,
    /// The secret is the password of the proxy.
    Proxy,
    /// The words are those of a program.
    Process,
    /// The words stand in the shared files, in the place of something else.
    File,
    /// The words are the name in a certificate.
    Certificate,
}

const ASKED: [Asked; 17] = [
    Asked::Ecr,
    Asked::EcrPublic,
    Asked::Signature,
    Asked::SessionToken,
    Asked::Role,
    Asked::ExternalId,
    Asked::Account,
    Asked::WebIdentity,
    Asked::Sso,
    Asked::SsoRefreshToken,
    Asked::SsoClientSecret,
    Asked::Container,
    Asked::Instance,
    Asked::Proxy,
    Asked::Process,
    Asked::File,
    Asked::Certificate,
];

/// Keys of a profile whose values may be shown.
const KEYS: [&str; 16] = [
    "ca_bundle",
    "credential_source",
    "duration_seconds",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "endpoint_url",
    "max_attempts",
    "region",
    "retry_mode",
    "role_arn",
    "sdk_ua_app_id",
    "services",
    "source_profile",
    "sso_session",
    "use_fips_endpoint",
];

/// A place in an answer.
#[derive(Clone, Copy, Debug)]
enum Place {
    CodeInHeader,
    CodeInJson,
    CodeInXml,
    IdInHeader,
    IdInXml,
    MessageInJson,
    MessageInXml,
    Title,
    /// In a header that is nothing to anybody, and as the reason beside the status.
    Elsewhere,
}

const PLACES: [Place; 9] = [
    Place::CodeInHeader,
    Place::CodeInJson,
    Place::CodeInXml,
    Place::IdInHeader,
    Place::IdInXml,
    Place::MessageInJson,
    Place::MessageInXml,
    Place::Title,
    Place::Elsewhere,
];

/// One hostile answer.
#[derive(Clone, Debug)]
struct Attack {
    asked: Asked,
    place: Place,
    status: u16,
    secret: String,
    codes: [fn(&str) -> String; 2],
    /// Stands in the middle of the code.
    unseen: &'static str,
    at: prop::sample::Index,
}

fn attack() -> impl Strategy<Value = Attack> {
    let codes = || select(CODES.to_vec());
    let statuses = vec![200, 200, 301, 400, 401, 403, 429, 500, 503];
    let unseen = select(vec!["", "", "\r", "\n", "\t", "\0", "\u{1b}", "\u{1b}[1m", "\u{200b}"]);
    let of = (
        select(ASKED.to_vec()),
        select(PLACES.to_vec()),
        select(statuses),
        SECRET,
        [codes(), codes()],
        unseen,
        any::<prop::sample::Index>(),
    );
    of.prop_map(|(asked, place, status, secret, codes, unseen, at)| Attack {
        asked,
        place,
        status,
        secret,
        codes,
        unseen,
        at,
    })
}

impl Attack {
    /// The words of the other party, which repeat this secret.
    fn words(&self, secret: &str) -> String {
        let mut code: String = self.codes.iter().fold(secret.to_owned(), |text, code| code(&text));
        code.insert_str(self.at.index(code.len()), self.unseen);
        format!("{MARK} {code} {MARK}")
    }

    /// An answer with these words in their place.
    fn answer(&self, secret: &str) -> Vec<u8> {
        let words = self.words(secret);
        // A code or an id is one word.
        let word = words.replace(MARK, "").trim_matches(' ').to_owned();
        let in_header = |text: &str| text.replace(|letter: char| letter.is_control() && letter != '\t', "");
        let in_xml = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace(['\0', '\u{1b}'], "");
        let xml = |code: &str, message: &str, id: &str| {
            format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
            )
        };
        let (mut headers, mut reason) = (String::new(), "Reason".to_owned());
        let body = match self.place {
            Place::CodeInHeader => {
                headers = format!("x-amzn-errortype: {}\r\n", in_header(&word));
                json!({"message": "x"}).to_string()
            }
            Place::CodeInJson => json!({"__type": word, "code": word, "Code": word, "error": word}).to_string(),
            Place::CodeInXml => xml(&in_xml(&word), "x", "1"),
            Place::IdInHeader => {
                headers = format!("x-amzn-requestid: {0}\r\nx-amz-request-id: {0}\r\n", in_header(&word));
                "{}".to_owned()
            }
            Place::IdInXml => xml("AccessDenied", "x", &in_xml(&word)),
            Place::MessageInJson => {
                json!({"__type": "AccessDeniedException", "Code": "x", "message": words, "error_description": words})
                    .to_string()
            }
            Place::MessageInXml => xml("AccessDenied", &in_xml(&words), "1"),
            Place::Title => format!("<html><title>{words}</title></html>"),
            Place::Elsewhere => {
                (headers, reason) =
                    (format!("x-other: {}\r\nlocation: {}\r\n", in_header(&word), in_header(&word)), in_header(&word));
                words
            }
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {} {reason}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n",
            self.status
        );
        (head + &body).into_bytes()
    }
}

/// Serves one attack, for as long as the runtime lives.
async fn serve(attack: &Attack, repeated: Arc<Mutex<String>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let attack = attack.clone();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let (mut request, mut buffer) = (String::new(), [0; 8192]);
            while !request.contains("\r\n\r\n") {
                match connection.read(&mut buffer).await {
                    Ok(length @ 1..) => request += &String::from_utf8_lossy(&buffer[..length]),
                    _ => break,
                }
            }
            let mut secret = attack.secret.clone();
            if let (Asked::Signature, Some((_, signature))) = (attack.asked, request.split_once("Signature=")) {
                secret = signature.chars().take_while(char::is_ascii_hexdigit).collect();
                repeated.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&secret);
            }
            let answer = if request.starts_with("PUT /latest/api/token") {
                format!("HTTP/1.1 200 OK\r\nx-aws-ec2-metadata-token-ttl-seconds: 300\r\ncontent-length: {}\r\n\r\n{secret}", secret.len()).into_bytes()
            } else if request.contains("security-credentials/ ") {
                b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nrole".to_vec()
            } else {
                attack.answer(&secret)
            };
            connection.write_all(&answer).await.ok();
        }
    });
    host
}

/// Serves TLS with a certificate in whose name the words stand. Returns the host, and the certificate in PEM form.
fn serve_certificate(attack: &Attack) -> Option<(String, String)> {
    let words = attack.words(&attack.secret).replace(|letter: char| !letter.is_ascii(), "");
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![rcgen::SanType::DnsName(words.try_into().ok()?)];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).ok()?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a certificate");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().ok()?;
        let mut connection = ServerConnection::new(Arc::new(config)).ok()?;
        while connection.is_handshaking() && connection.complete_io(&mut socket).is_ok() {}
        connection.writer().write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()
    });
    Some((host, certificate.pem()))
}

/// A configuration that sends the secret to `host`, and the directory of its files.
fn configuration(attack: &Attack, host: &str) -> (Settings, Environment, TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let home = directory.path().to_str().expect("UTF-8").to_owned();
    let (url, secret) = (format!("http://{host}"), attack.secret.clone());
    let mut settings = Settings {
        access_key: Some("AKIDEXAMPLE".into()),
        secret_key: Some("QQQQQQQQQQQQQQQQQQQQ".into()),
        region: Some("eu-west-1".into()),
        max_retries: Some(if attack.at.index(8) == 0 { 2 } else { 1 }),
        shared_config_files: vec![directory.path().join("config")],
        shared_credentials_files: vec![directory.path().join("credentials")],
        ..Settings::default()
    };
    settings.endpoints = crate::Endpoints {
        ecr: Some(url.clone()),
        ecr_public: Some(url.clone()),
        sso: Some(url.clone()),
        sts: Some(url.clone()),
    };
    let mut env = Environment::given(&[
        ("HOME", &home),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL_SSO_OIDC", &url),
    ]);
    let without_keys = |settings: &mut Settings| (settings.access_key, settings.secret_key) = (None, None);
    let role = AssumeRole { role_arn: "arn:aws:iam::123456789012:role/x".into(), ..AssumeRole::default() };
    let config = |content: &str| std::fs::write(directory.path().join("config"), content).expect("written");
    let sso = |end: &str, [access, refresh, client]: [&str; 3]| {
        config(
            "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = x\n\n\
             [sso-session corp]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n",
        );
        let cache = directory.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).expect("a directory");
        let name: String = Sha1::digest("corp").iter().map(|byte| format!("{byte:02x}")).collect();
        let login = json!({
            "accessToken": access, "expiresAt": end, "refreshToken": refresh, "clientId": "id", "clientSecret": client,
        });
        std::fs::write(cache.join(format!("{name}.json")), login.to_string()).expect("written");
    };
    match attack.asked {
        Asked::Ecr | Asked::EcrPublic => settings.secret_key = Some(secret.as_str().into()),
        Asked::Signature | Asked::Certificate => {}
        Asked::SessionToken => settings.token = Some(secret.as_str().into()),
        Asked::Role => {
            settings.secret_key = Some(secret.as_str().into());
            settings.assume_role = vec![role];
        }
        Asked::ExternalId => settings.assume_role = vec![AssumeRole { external_id: Some(secret.into()), ..role }],
        Asked::Account => {
            settings.secret_key = Some(secret.as_str().into());
            settings.allowed_account_ids = vec!["123456789012".into()];
        }
        Asked::WebIdentity => {
            without_keys(&mut settings);
            settings.assume_role_with_web_identity = Some(AssumeRoleWithWebIdentity {
                role_arn: Some(role.role_arn),
                web_identity_token: Some(secret.as_str().into()),
                ..AssumeRoleWithWebIdentity::default()
            });
        }
        Asked::Sso => {
            without_keys(&mut settings);
            sso("2099-01-01T00:00:00Z", [&secret, "refresh-x", "client-x"]);
        }
        Asked::SsoRefreshToken => {
            without_keys(&mut settings);
            sso("2020-01-01T00:00:00Z", ["access-x", &secret, "client-x"]);
        }
        Asked::SsoClientSecret => {
            without_keys(&mut settings);
            sso("2020-01-01T00:00:00Z", ["access-x", "refresh-x", &secret]);
        }
        Asked::Container => {
            without_keys(&mut settings);
            env = env.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/credentials"));
            env = env.with("AWS_CONTAINER_AUTHORIZATION_TOKEN", &*secret);
        }
        Asked::Instance => {
            without_keys(&mut settings);
            settings.skip_metadata_api_check = Some(false);
            settings.ec2_metadata_service_endpoint = Some(url.into());
        }
        Asked::Proxy => {
            let password: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
            settings.http_proxy = Some(format!("http://me:{password}@{host}").into());
            settings.endpoints.ecr = Some("http://ecr.example".into());
        }
        Asked::File => {
            without_keys(&mut settings);
            (settings.region, settings.endpoints) = (None, crate::Endpoints::default());
            let key = KEYS[attack.at.index(KEYS.len())];
            // Our own words hide short secrets as a whole, and not those that look like words.
            let is_word = secret.bytes().all(|byte| byte.is_ascii_lowercase());
            let words = match secret.len() {
                ..16 if is_word => String::new(),
                ..16 => secret.clone(),
                _ => attack.words(&secret),
            };
            let role = if key == "duration_seconds" {
                "role_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
            } else {
                ""
            };
            config(&format!(
                "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = {secret}\n{key} = {words}\n{role}"
            ));
            env = env.with("AWS_ENDPOINT_URL_ECR", &*url).with("AWS_ENDPOINT_URL_STS", &*url);
        }
        Asked::Process => {
            without_keys(&mut settings);
            let document = json!({"Version": 1, "SecretAccessKey": secret}).to_string();
            std::fs::write(directory.path().join("out"), document).expect("written");
            std::fs::write(directory.path().join("err"), attack.words(&secret)).expect("written");
            config(&format!("[default]\ncredential_process = cat '{home}/out'; cat '{home}/err' >&2; exit 1\n"));
        }
    }
    (settings, env, directory)
}

/// All that is printed in the end: the error in its three forms. `None` if there is a token.
async fn printed(attack: &Attack, repeated: Arc<Mutex<String>>) -> Option<String> {
    let host = serve(attack, repeated).await;
    let (mut settings, env, directory) = configuration(attack, &host);
    if matches!(attack.asked, Asked::Certificate) {
        let (host, pem) = serve_certificate(attack)?;
        let bundle = directory.path().join("ca.pem");
        std::fs::write(&bundle, pem).expect("written");
        settings.endpoints.ecr = Some(format!("https://localhost:{}", host.rsplit(':').next()?));
        settings.custom_ca_bundle = Some(bundle);
        settings.secret_key = Some(attack.secret.as_str().into());
    }
    let client = Client::within(settings, env);
    let answer = match attack.asked {
        Asked::EcrPublic => client.public_authorization_token(Some("us-east-1")).await,
        _ => client.authorization_token(None).await,
    };
    let error = answer.err()?;
    Some(format!("{error}\n{error:?}\n{error:#?}"))
}

/// Keeps every event, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for &Log {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(log, "{field}={value:?}").expect("memory");
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Of other crates, the program logs warnings and errors alone.
        metadata.target().starts_with("ecr_token") || *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut &*self);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Attacks at once, since some wait before they try again.
const AT_ONCE: usize = 16;

proptest! {
    #![proptest_config(Cases { cases: Cases::default().cases.div_ceil(32), max_shrink_iters: 50, ..Cases::default() })]

    #[test]
    fn no_answer_makes_a_secret_be_printed(attacks in vec(attack(), AT_ONCE)) {
        let log = Log::default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let repeated: Vec<_> = attacks.iter().map(|attack| Arc::new(Mutex::new(attack.secret.clone()))).collect();
        let printed = tracing::subscriber::with_default(log.clone(), || {
            let runs = attacks.iter().zip(&repeated).map(|(attack, repeated)| printed(attack, Arc::clone(repeated)));
            runtime.block_on(join_all(runs))
        });
        let log = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let log = Readings::of(&log);
        for ((attack, secret), printed) in attacks.iter().zip(&repeated).zip(printed) {
            let secret = secret.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let printed = printed.unwrap_or_default();
            for readings in [&log, &Readings::of(&printed)] {
                prop_assert!(!readings.hold(&secret), "{secret} of {attack:?} in {readings:?}");
            }
            let is_message = matches!(attack.place, Place::MessageInXml) && attack.status == 403;
            if is_message && matches!(attack.asked, Asked::Ecr | Asked::Role) {
                prop_assert!(printed.contains(MARK), "{printed}");
            }
        }
    }
}
