//! The record of the requests so far, without secrets.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

/// The maximum number of entries. Older entries are removed, because a sandbox may run for days.
const MAX_ENTRIES: usize = 10_000;

/// The maximum length of each text in the record, in characters. Valid texts are shorter.
const MAX_LENGTH: usize = 2048;

/// A request in the record, with or without an HTTP response.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// The service: `ecr`, `ecr-public`, `sts`, `sso`, `sso-oidc`, `metadata`, `container`, `proxy` or `registry`.
    pub service: String,
    /// The action of an API, or the path for a service without actions. For a registry, the method and the path. For a proxy,
    /// `CONNECT` and the host with its port.
    pub action: String,
    /// The Region in the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The access key id in the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// The ARN of the role to assume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The HTTP status of the response. `None` if the sandbox did not send an HTTP response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The request id in the response. JSON omits the id, so that equal requests have equal JSON.
    #[serde(skip)]
    pub request_id: Option<String>,
}

impl Request {
    /// Returns an entry for a request that is not signed and is not for an API.
    pub(crate) fn unsigned(service: &str, action: String, region: Option<String>, status: Option<u16>) -> Self {
        Self { service: service.to_owned(), action, region, status, ..Self::default() }
    }
}

/// The most recent entries, oldest first. Holds at most [`MAX_ENTRIES`].
#[derive(Debug)]
pub(crate) struct Recent<T>(Mutex<VecDeque<T>>);

impl<T: Clone> Recent<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    pub(crate) fn push(&self, entry: T) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == MAX_ENTRIES {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Recent<Request> {
    /// Adds a request. Truncates the texts of the request, since clients can send texts of any length.
    pub(crate) fn add(&self, mut request: Request) {
        let texts =
            [Some(&mut request.action), request.region.as_mut(), request.access_key.as_mut(), request.role.as_mut()];
        for text in texts.into_iter().flatten() {
            if let Some((end, _)) = text.char_indices().nth(MAX_LENGTH) {
                text.truncate(end);
                text.shrink_to_fit();
            }
        }
        self.push(request);
    }
}
