//! What an SDK error means.

use aws_sdk_ecr::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
};
use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

use crate::{
    error::{Asked, Error, Failure, Refusal, chain, find, headline},
    http_client::TooLong,
    redaction::redacted,
    retries::ATTEMPT_TIMEOUT,
    secret::Secret,
    token::Malformed,
};

/// Says which way a call failed that was made with these secrets.
pub(crate) fn error<E>(asked: Asked, error: &SdkError<E>, secrets: &[Secret]) -> Error
where
    E: ProvideErrorMetadata + RequestId + std::error::Error + 'static,
{
    match error.raw_response() {
        Some(response) => Error::Refused { asked, refusal: Box::new(refusal(error, response, secrets)) },
        // Without an endpoint nothing was on its way yet.
        None if asked.endpoint.is_none() || matches!(error, SdkError::ConstructionFailure(_)) => {
            Error::NotSent { asked, reason: chain(error) }
        }
        // What was to be sent, or to be asked with, is at fault.
        None if matches!(error, SdkError::DispatchFailure(failure) if failure.is_user()) => {
            Error::NotSent { asked, reason: chain(error) }
        }
        None if matches!(error, SdkError::TimeoutError(_)) => {
            let reason = format!("nothing came within {} s", ATTEMPT_TIMEOUT.as_secs());
            Error::Unreachable { asked, failure: Failure::Timeout, reason }
        }
        None if find::<TooLong>(error).is_some() => {
            Error::Malformed { asked, request_id: None, problem: Malformed::TooLong }
        }
        None => Error::Unreachable { asked, failure: Failure::of(error), reason: chain(error) },
    }
}

fn refusal<E>(error: &SdkError<E>, response: &HttpResponse, secrets: &[Secret]) -> Refusal
where
    E: ProvideErrorMetadata + RequestId,
{
    let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
    // Before it is cut: half of a secret is not found.
    let tidy = |text: &str| headline(&redacted(text, secrets));
    let known = Answer {
        code: meta.and_then(|meta| meta.code()).and_then(tidy),
        message: meta.and_then(|meta| meta.message()).and_then(tidy),
        request_id: error.request_id().map(ToOwned::to_owned),
    };
    let body = response.body().bytes().unwrap_or_default();
    let body = redacted(&String::from_utf8_lossy(body), secrets);
    let xml = xml(body.as_bytes()).unwrap_or_default();
    // The SDK takes it from a header alone.
    let request_id = known.request_id.or(xml.request_id).as_deref().and_then(tidy);
    // Once more: in XML, letters may be written as numbers.
    let of_xml = || (xml.code.as_deref().and_then(tidy), xml.message.as_deref().and_then(tidy));
    let (code, message) = if known.code.is_some() { (known.code, known.message) } else { of_xml() };
    let page = if code.is_none() { title(body.as_bytes()) } else { None };
    Refusal { status: response.status().as_u16(), code, message, request_id, page }
}

/// Of an HTML page: whose page it is says who has answered. Found as text, since few pages are well-formed.
fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    // The same length as the text, byte for byte.
    let small = text.to_ascii_lowercase();
    let tag = small.find("<title")?;
    let start = tag + small[tag..].find('>')? + 1;
    let end = start + small[start..].find("</title")?;
    headline(&text[start..end])
}

#[derive(Debug, Default, Eq, PartialEq)]
struct Answer {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// ECR speaks JSON, but what stands before it (and what imitates it) may answer in the XML of AWS's older services:
/// `<Error>` somewhere, with `<Code>` and `<Message>` in it, and `<RequestId>` or `<RequestID>` in it or beside it.
fn xml(body: &[u8]) -> Option<Answer> {
    let text = std::str::from_utf8(body).ok()?;
    let mut document = Document::new(text);
    let mut root = document.root_element().ok()?;
    let mut answer = Answer::default();
    read(&mut root, &mut answer, 0);
    answer.code.is_some().then_some(answer)
}

/// AWS nests its errors three deep at most.
const MAX_DEPTH: usize = 4;

fn read(element: &mut ScopedDecoder<'_, '_>, answer: &mut Answer, depth: usize) {
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
            *field = headline(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_in_either_form_of_xml() {
        let expected = Answer {
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
        assert_eq!(xml(ec2.as_bytes()).and_then(|answer| answer.code).as_deref(), Some("AccessDenied"));
    }

    #[test]
    fn a_page_has_a_title() {
        let page = "<!DOCTYPE html><HTML><head><Title lang=en>\n Web Proxy \u{1b}[1m \n</Title></head><body>";
        assert_eq!(title(page.as_bytes()).as_deref(), Some("Web Proxy [1m"));
        for none in ["", "<html></html>", "<title", "<title>", "<title></title>", "</title><title>x", "{}"] {
            assert_eq!(title(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn other_bodies_have_no_code() {
        let deep = "<a>".repeat(10_000);
        for body in
            ["", "{}", "<html><body>Blocked by policy</body></html>", "<Error><Code></Code></Error>", "<", &deep]
        {
            assert_eq!(xml(body.as_bytes()), None, "{body:.40}");
        }
    }
}
