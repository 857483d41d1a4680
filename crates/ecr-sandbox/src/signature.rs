//! Verifies signatures of AWS Signature Version 4. Computes the signature again with the secret key, and compares the two
//! signatures.
//!
//! The error messages are AWS's: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use aws_smithy_types::{DateTime, date_time::Format};
use http::HeaderName;
use sha2::{Digest, Sha256};

use crate::{
    api_call::{ApiCall, Service},
    principal::{Principal, Principals},
    refusal::{Common, Refusal},
};

const MISSING: Common = Common("MissingAuthenticationTokenException", 403, "MissingAuthenticationToken");
const INCOMPLETE: Common = Common("IncompleteSignatureException", 400, "IncompleteSignature");
const INVALID: Common = Common("InvalidSignatureException", 403, "SignatureDoesNotMatch");
const UNKNOWN: Common = Common("UnrecognizedClientException", 403, "InvalidClientTokenId");
const EXPIRED: Common = Common("ExpiredTokenException", 403, "ExpiredToken");

/// The maximum difference between the time of a signature and the clock of the sandbox.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The content of an `Authorization` header with a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Claim {
    pub(crate) access_key: String,
    date: String,
    pub(crate) region: String,
    service: String,
    signed_headers: Vec<String>,
    signature: String,
}

impl Claim {
    /// Parses the header. Returns `None` if the header does not have the right form.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let rest = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let part = |name: &str| {
            let mut parts = rest.split(',').map(str::trim);
            parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
        };
        let scope: Vec<_> = part("Credential")?.split('/').collect();
        let [access_key, date, region, service, "aws4_request"] = scope[..] else { return None };
        Some(Self {
            access_key: access_key.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: part("SignedHeaders")?.split(';').map(str::to_ascii_lowercase).collect(),
            signature: part("Signature")?.to_owned(),
        })
    }
}

/// Verifies the signature of a request. Returns the signer, and the Region in the signature.
pub(crate) fn verify(
    request: &ApiCall,
    service: Service,
    principals: &Principals,
    now: SystemTime,
) -> Result<(Principal, String), Refusal> {
    let refuse = |error, message: &str| Err(Refusal::by(service, error, message));
    let Some(header) = request.header("authorization") else {
        return refuse(MISSING, "Request is missing Authentication Token");
    };
    let Some(claim) = Claim::parse(header) else {
        let message = "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.";
        return refuse(INCOMPLETE, message);
    };
    let wrong = |message: &str| refuse(INVALID, message);
    let token = request.header("x-amz-security-token");
    let Some(known) = principals.find(&claim.access_key).filter(|known| known.token.as_deref() == token) else {
        return refuse(UNKNOWN, "The security token included in the request is invalid.");
    };
    if known.expires_at.is_some_and(|end| end <= now) {
        return refuse(EXPIRED, "The security token included in the request is expired");
    }
    let Some((date, time)) = request.header("x-amz-date").and_then(|date| Some((date, time(date)?))) else {
        let message = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
        return refuse(INCOMPLETE, message);
    };
    if let Some(skew) = skew(date, time, now) {
        return wrong(&skew);
    }
    if claim.service != service.name() {
        return wrong(&format!("Credential should be scoped to correct service: '{}'.", service.name()));
    }
    if claim.date != date[..8] {
        return wrong(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}'.",
            claim.date,
            &date[..8]
        ));
    }
    if !is_region(&claim.region) {
        return wrong("Credential should be scoped to a valid region.");
    }
    if let Some(name) = unsigned(request, &claim) {
        return wrong(&format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."));
    }
    let body: String = Sha256::digest(&request.body).iter().map(|byte| format!("{byte:02x}")).collect();
    if request.header("x-amz-content-sha256").is_some_and(|hash| hash != body) {
        return wrong("The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
    let credentials = Credentials::new(&claim.access_key, &known.secret, known.token.clone(), None, "ecr-sandbox");
    if signature(request, &claim, credentials, time).as_deref() != Some(&*claim.signature) {
        return wrong(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
             Key and signing method. Consult the service documentation for details.",
        );
    }
    Ok((known.principal, claim.region))
}

/// Returns the name of a header that must be signed but is not signed. `Host` and all headers that begin with `X-Amz-` must be
/// signed: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
fn unsigned<'a>(request: &'a ApiCall, claim: &Claim) -> Option<&'a str> {
    let of_aws = request.headers.keys().map(HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    ["host"].into_iter().chain(of_aws).find(|name| !claim.signed_headers.iter().any(|signed| signed == name))
}

fn is_region(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Computes the signature. Returns `None` if the request cannot be signed. Also returns `None` if a header that the client signed
/// is missing, or if the names of the signed headers are not sorted.
fn signature(request: &ApiCall, claim: &Claim, credentials: Credentials, time: SystemTime) -> Option<String> {
    let mut settings = SigningSettings::default();
    // By default, `sign` would leave out some headers that the client may have signed.
    settings.excluded_headers = None;
    let identity = credentials.into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&claim.region)
        .name(&claim.service)
        .time(time)
        .settings(settings)
        .build()
        .ok()?
        .into();
    let path = request.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = format!("http://{}{path}", request.header("host")?);
    // The function `sign` adds these headers itself.
    let own = ["x-amz-date", "x-amz-security-token"];
    if !claim.signed_headers.is_sorted() {
        return None;
    }
    let names = claim.signed_headers.iter().filter(|name| !own.contains(&name.as_str()));
    let headers: Vec<_> = names.map(|name| Some((name.as_str(), request.header(name)?))).collect::<Option<_>>()?;
    let body = SignableBody::Bytes(&request.body);
    let signable = SignableRequest::new(request.method.as_str(), uri, headers.into_iter(), body).ok()?;
    Some(sign(signable, &params).ok()?.into_parts().1)
}

/// Returns an error message if the time of the signature differs too much from the clock of the sandbox.
fn skew(date: &str, time: SystemTime, now: SystemTime) -> Option<String> {
    let (problem, limit, sign) = if time + TOLERANCE < now {
        (format!("expired: {date} is now earlier"), now - TOLERANCE, '-')
    } else if time > now + TOLERANCE {
        (format!("not yet current: {date} is still later"), now + TOLERANCE, '+')
    } else {
        return None;
    };
    let (limit, now, minutes) = (basic(limit), basic(now), TOLERANCE.as_secs() / 60);
    Some(format!("Signature {problem} than {limit} ({now} {sign} {minutes} min.)"))
}

/// Parses a time such as `20261124T150500Z`.
fn time(date: &str) -> Option<SystemTime> {
    let shape: String = date.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    if shape != "00000000T000000Z" {
        return None;
    }
    let [year, month, day] = [&date[..4], &date[4..6], &date[6..8]];
    let [hour, minute, second] = [&date[9..11], &date[11..13], &date[13..15]];
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    DateTime::from_str(&text, Format::DateTime).ok()?.try_into().ok()
}

fn basic(time: SystemTime) -> String {
    let text = DateTime::from(time).fmt(Format::DateTime).unwrap_or_default();
    let seconds = text.split('.').next().unwrap_or_default().trim_end_matches('Z');
    format!("{}Z", seconds.replace(['-', ':'], ""))
}
