//! Converts errors of the SDK to errors of this crate.

use aws_smithy_runtime_api::{
    client::{interceptors::context::InterceptorContext, result::SdkError},
    http::Response,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};
use aws_types::request_id::RequestId;

use crate::{
    error::{Error, Operation, Refusal},
    failure::{Failure, chain, find},
    foreign::{Foreign, Quote},
    limit::ATTEMPT_TIMEOUT,
    malformed::Malformed,
    secrets::Secrets,
    transport_error::TooLong,
};

/// Converts the SDK's error for a failed call to an error of this crate.
pub(crate) fn error<E>(operation: Operation, error: &SdkError<E, Response>, secrets: &Secrets) -> Error
where
    E: ProvideErrorMetadata + RequestId + std::error::Error + 'static,
{
    let reason = || reason(error, secrets);
    match error.raw_response() {
        Some(response) => Error::Refused { operation, refusal: Box::new(refusal(error, response, secrets)) },
        // If the endpoint is not known, no request was sent yet.
        None if operation.endpoint.is_none() || matches!(error, SdkError::ConstructionFailure(_)) => {
            Error::NotSent { operation, reason: reason() }
        }
        // The cause is local: the request could not be created or sent.
        None if matches!(error, SdkError::DispatchFailure(failure) if failure.is_user()) => {
            Error::NotSent { operation, reason: reason() }
        }
        None if matches!(error, SdkError::TimeoutError(_)) => {
            let reason = format!("no data came within {} s", ATTEMPT_TIMEOUT.as_secs());
            Error::Unreachable { operation, failure: Failure::Timeout, reason }
        }
        None if find::<TooLong>(error).is_some() => {
            Error::Malformed { operation, request_id: None, problem: Malformed::TooLong }
        }
        None => Error::Unreachable { operation, failure: Failure::classify(error), reason: reason() },
    }
}

/// Returns the messages of an error and its causes, safe to print.
pub(crate) fn reason(error: &(dyn std::error::Error + 'static), secrets: &Secrets) -> String {
    chain(error).quote(secrets).map(|quote| quote.to_string()).unwrap_or_default()
}

/// Returns a description of a failed attempt, safe to print. `E` is the error type of the operation.
pub(crate) fn attempt<E>(context: &InterceptorContext, secrets: &Secrets) -> String
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let error = context.output_or_error().and_then(Result::err);
    let operation = error.and_then(|error| error.as_operation_error()).and_then(|error| error.downcast_ref::<E>());
    match (context.response(), operation.and_then(|error| code(error, secrets))) {
        (Some(response), Some(code)) => format!("HTTP {} and {code}", response.status().as_u16()),
        (Some(response), None) => format!("HTTP {}", response.status().as_u16()),
        (None, _) => error.map(|error| reason(error, secrets)).unwrap_or_default(),
    }
}

/// Returns the error code in AWS's response, safe to print.
#[expect(clippy::disallowed_methods, reason = "this function makes the text safe to print")]
pub(crate) fn code(error: &impl ProvideErrorMetadata, secrets: &Secrets) -> Option<Quote> {
    error.code().map(Foreign::from)?.name(secrets)
}

/// Checks whether an error has a code. The code can be any text.
#[expect(clippy::disallowed_methods, reason = "the code is not printed")]
fn has_code(error: &impl ProvideErrorMetadata) -> bool {
    error.code().is_some()
}

/// Returns the error message in AWS's response, safe to print.
#[expect(clippy::disallowed_methods, reason = "this function makes the text safe to print")]
pub(crate) fn message(error: &impl ProvideErrorMetadata, secrets: &Secrets) -> Option<Quote> {
    error.message().map(Foreign::from)?.quote(secrets)
}

/// Returns the request ID in AWS's response, safe to print.
#[expect(clippy::disallowed_methods, reason = "this function makes the text safe to print")]
pub(crate) fn request_id(answer: &impl RequestId, secrets: &Secrets) -> Option<Quote> {
    answer.request_id().map(Foreign::from)?.name(secrets)
}

fn refusal<E>(error: &SdkError<E, Response>, response: &Response, secrets: &Secrets) -> Refusal
where
    E: ProvideErrorMetadata + RequestId,
{
    let status = response.status().as_u16();
    let known = error.as_service_error();
    let body = response.body().bytes().unwrap_or_default();
    let xml = xml(body).unwrap_or_default();
    let name = |text: Option<Foreign>| text.and_then(|text| text.name(secrets));
    // The SDK reads the request ID only from a header, and not from the body.
    let request_id = request_id(error, secrets).or_else(|| name(xml.request_id));
    if let Some(code) = known.and_then(|error| code(error, secrets)) {
        let message = known.and_then(|error| message(error, secrets));
        return Refusal { status, code: Some(code), message, request_id, page: None };
    }
    match name(xml.code) {
        Some(code) => {
            let message = xml.message.and_then(|message| message.quote(secrets));
            Refusal { status, code: Some(code), message, request_id, page: None }
        }
        None => {
            let page = title(body).and_then(|title| title.quote(secrets));
            // The response has no code, or a code that AWS would not return. The message next to such a code can still be
            // useful.
            let message = known.filter(|error| has_code(*error)).and_then(|error| message(error, secrets));
            Refusal { status, code: None, message, request_id, page }
        }
    }
}

/// Returns the title of an HTML page. The title often shows who operates the server. Searches the page as text, because few pages
/// are well-formed.
fn title(body: &[u8]) -> Option<Foreign> {
    let text = String::from_utf8_lossy(body);
    // The lowercase text has the same length in bytes as `text`, so positions in both texts are equal.
    let small = text.to_ascii_lowercase();
    let tag = small.find("<title")?;
    let start = tag + small[tag..].find('>')? + 1;
    let end = start + small[start..].find("</title")?;
    Some(Foreign::from(&text[start..end]))
}

#[derive(Debug, Default, Eq, PartialEq)]
struct XmlError {
    code: Option<Foreign>,
    message: Option<Foreign>,
    request_id: Option<Foreign>,
}

/// Parses an error in the XML format of AWS's older services. ECR uses JSON. However, gateways in front of ECR and servers that
/// replace ECR can return XML. `<Error>` contains `<Code>` and `<Message>`. `<RequestId>` or `<RequestID>` is inside `<Error>`
/// or next to it.
fn xml(body: &[u8]) -> Option<XmlError> {
    let text = std::str::from_utf8(body).ok()?;
    let mut document = Document::new(text);
    let mut root = document.root_element().ok()?;
    let mut answer = XmlError::default();
    read(&mut root, &mut answer, 0);
    answer.code.is_some().then_some(answer)
}

/// The maximum depth of XML elements that are searched. In AWS's errors, the depth is at most three.
const MAX_DEPTH: usize = 4;

fn read(element: &mut ScopedDecoder<'_, '_>, answer: &mut XmlError, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    while let Some(mut tag) = element.next_tag() {
        let field = match tag.start_el().local() {
            "Code" => &mut answer.code,
            "Message" => &mut answer.message,
            "RequestId" | "RequestID" => &mut answer.request_id,
            _ => {
                read(&mut tag, answer, depth + 1);
                continue;
            }
        };
        if let Ok(text) = try_data(&mut tag) {
            *field = Some(Foreign::from(text.trim())).filter(|text| *text != Foreign::from(""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_error_code_in_both_xml_formats() {
        let expected = XmlError {
            code: Some("AccessDenied".into()),
            message: Some("User is not authorized".into()),
            request_id: Some("1-2".into()),
        };
        let query = "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type>\n\
                     <Code>AccessDenied</Code><Message>User is not authorized</Message></Error>\
                     <RequestId>1-2</RequestId></ErrorResponse>";
        let ec2 = "<Response><Errors><Error><Code>AccessDenied</Code><Message>User is not authorized</Message></Error>\
                   </Errors><RequestID>1-2</RequestID></Response>";
        assert_eq!(xml(query.as_bytes()), Some(expected));
        assert_eq!(xml(ec2.as_bytes()).and_then(|answer| answer.code), Some("AccessDenied".into()));
    }

    #[test]
    fn reads_the_title_of_an_html_page() {
        let page = "<!DOCTYPE html><HTML><head><Title lang=en>\n Web Proxy \u{1b}[1m \n</Title></head><body>";
        let shown = |page: &str| title(page.as_bytes())?.quote(&Secrets::default()).map(|title| title.to_string());
        assert_eq!(shown(page).as_deref(), Some("Web Proxy"));
        for none in ["", "<html></html>", "<title", "<title>", "<title></title>", "</title><title>x", "{}"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }

    #[test]
    fn ignores_bodies_without_an_error_code() {
        let deep = "<a>".repeat(10_000);
        for body in
            ["", "{}", "<html><body>Blocked by policy</body></html>", "<Error><Code></Code></Error>", "<", &deep]
        {
            assert_eq!(xml(body.as_bytes()), None, "{body:.40}");
        }
    }
}
