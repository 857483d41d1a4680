//! Describes a hostile response: the request that is answered, the place of the secret in the response, and the encoding of the secret.

use proptest::{prelude::*, sample::select};
use serde_json::json;
use test_support::readings::{CODES, SECRET};

/// The text before and after the secret in a response.
pub(super) const MARK: &str = "Zebra";

/// The request that the hostile server answers. The request determines the secret that the response repeats. Unless the comment on a
/// variant names another secret, the secret is a credential in the configuration.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Ecr,
    EcrPublic,
    /// The secret is the signature of the request.
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
    /// The secret is the session token of the metadata service.
    Instance,
    /// The secret is the password of the proxy.
    Proxy,
    /// The secret is in the output of a `credential_process`.
    Process,
    /// The secret is the secret access key in the shared configuration file. Another setting in this file has a value that repeats the
    /// secret.
    File,
    /// The secret is in the host name of a server certificate.
    Certificate,
}

const TARGETS: [Target; 17] = [
    Target::Ecr,
    Target::EcrPublic,
    Target::Signature,
    Target::SessionToken,
    Target::Role,
    Target::ExternalId,
    Target::Account,
    Target::WebIdentity,
    Target::Sso,
    Target::SsoRefreshToken,
    Target::SsoClientSecret,
    Target::Container,
    Target::Instance,
    Target::Proxy,
    Target::Process,
    Target::File,
    Target::Certificate,
];

/// The place of the secret in a response.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    CodeInHeader,
    CodeInJson,
    CodeInXml,
    IdInHeader,
    IdInXml,
    MessageInJson,
    MessageInXml,
    Title,
    /// The secret is in headers that the client does not use, in the reason phrase after the status, and in the body.
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

/// One hostile response.
#[derive(Clone, Debug)]
pub(super) struct Attack {
    pub(super) asked: Target,
    pub(super) place: Place,
    pub(super) status: u16,
    pub(super) secret: String,
    codes: [fn(&str) -> String; 2],
    /// The text to insert into the encoded secret: empty, a control character, an escape sequence or an invisible character.
    unseen: &'static str,
    pub(super) at: prop::sample::Index,
}

pub(super) fn attack() -> impl Strategy<Value = Attack> {
    let codes = || select(CODES.to_vec());
    let statuses = vec![200, 200, 301, 400, 401, 403, 429, 500, 503];
    let unseen = select(vec!["", "", "\r", "\n", "\t", "\0", "\u{1b}", "\u{1b}[1m", "\u{200b}"]);
    let of = (
        select(TARGETS.to_vec()),
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
    /// Returns the text that the server sends. The text contains this secret in encoded form.
    pub(super) fn words(&self, secret: &str) -> String {
        let mut code: String = self.codes.iter().fold(secret.to_owned(), |text, code| code(&text));
        code.insert_str(self.at.index(code.len()), self.unseen);
        format!("{MARK} {code} {MARK}")
    }

    /// Returns an HTTP response that contains this secret, in encoded form, at the [`Place`] of this attack.
    pub(super) fn answer(&self, secret: &str) -> Vec<u8> {
        let words = self.words(secret);
        // An error code or a request ID is one word, so the text before and after the secret is removed.
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
