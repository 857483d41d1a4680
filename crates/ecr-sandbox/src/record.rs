//! The requests so far, without secrets.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

/// The number of entries that are kept: a sandbox may run for days.
const MAX_ENTRIES: usize = 10_000;

/// The longest text of a request that is kept, in letters. Every sensible text is shorter.
const MAX_LENGTH: usize = 2048;

/// A request, answered or not.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// `ecr`, `ecr-public`, `sts`, `sso`, `sso-oidc`, `metadata`, `container`, `proxy` or `registry`.
    pub service: String,
    /// The API's action. For a service without actions, the path. For a registry and a proxy, the method and the path or host.
    pub action: String,
    /// The Region in the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The access key id in the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// The role to assume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The HTTP status of the response. None if the connection was reset or nothing was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The id in the response. JSON leaves it out, so that equal requests look equal there.
    #[serde(skip)]
    pub request_id: Option<String>,
}

impl Request {
    /// Returns a request that is not for an API, and not signed.
    pub(crate) fn unsigned(service: &str, action: String, region: Option<String>, status: Option<u16>) -> Self {
        Self { service: service.to_owned(), action, region, status, ..Self::default() }
    }
}

/// The last entries, oldest first.
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
    /// Adds a request. Shortens the texts of the request, which can have any length.
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
