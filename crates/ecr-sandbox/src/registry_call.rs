//! Requests to registries, and the ECR actions for which a client needs permission.
//!
//! For each action, AWS's reference describes the client requests that need this action:
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html>. The two actions of a pull are the actions in
//! the managed policy <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html>.

use http::{Method, Uri};
use percent_encoding::percent_decode_str;

use crate::registry::Registry;

/// A request to a registry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum RegistryCall {
    /// Checks whether the client is logged in.
    LogIn,
    /// Lists the repositories.
    ListRepositories,
    /// Performs an operation in the repository with this name.
    InRepository(String, Operation),
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Operation {
    ReadManifest,
    ReadBlob,
    CheckBlob,
    ListTags,
    ListReferrers,
    /// Starts an upload, or uploads a whole blob.
    Upload {
        is_whole: bool,
        /// The repositories that the blob may be mounted from. An empty name means any repository.
        from: Vec<String>,
    },
    UploadPart,
    CompleteUpload,
    WriteManifest,
    DeleteManifest,
}

/// The reason why ECR does not support a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UnsupportedRequest {
    Unsupported,
    /// The name of the repository is not valid.
    Name,
}

/// The registry that a repository is in.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// The registry of an account in a Region.
    Private(Registry),
    /// ECR Public. The sandbox does not know which account owns an alias, and uses this account for every alias.
    Public { account: String },
}

/// A permission for an action on a resource.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Permission {
    pub(crate) action: String,
    pub(crate) resource: String,
}

impl RegistryCall {
    /// Parses the method, the path and the query. Decodes the path, as a registry does.
    pub(crate) fn parse(method: &Method, uri: &Uri) -> Result<Self, UnsupportedRequest> {
        let path = percent_decode_str(uri.path()).decode_utf8().map_err(|_| UnsupportedRequest::Name)?;
        let is_read = [Method::GET, Method::HEAD].contains(method);
        let rest = match path.strip_prefix("/v2").ok_or(UnsupportedRequest::Unsupported)? {
            "" | "/" if is_read => return Ok(Self::LogIn),
            "/_catalog" if is_read => return Ok(Self::ListRepositories),
            rest => rest.strip_prefix('/').ok_or(UnsupportedRequest::Unsupported)?,
        };
        let segments: Vec<_> = rest.split('/').collect();
        let (name, operation) = match (&segments[..], method) {
            ([name @ .., "blobs", "uploads"] | [name @ .., "blobs", "uploads", ""], &Method::POST) => {
                (name, Operation::begin_upload(uri.query().unwrap_or_default()))
            }
            ([name @ .., "blobs", "uploads", _], &Method::PATCH) => (name, Operation::UploadPart),
            ([name @ .., "blobs", "uploads", _], &Method::PUT) => (name, Operation::CompleteUpload),
            ([name @ .., "blobs", _], &Method::GET) => (name, Operation::ReadBlob),
            ([name @ .., "blobs", _], &Method::HEAD) => (name, Operation::CheckBlob),
            ([name @ .., "manifests", _], _) if is_read => (name, Operation::ReadManifest),
            ([name @ .., "manifests", _], &Method::PUT) => (name, Operation::WriteManifest),
            ([name @ .., "manifests", _], &Method::DELETE) => (name, Operation::DeleteManifest),
            ([name @ .., "tags", "list"], _) if is_read => (name, Operation::ListTags),
            ([name @ .., "referrers", _], _) if is_read => (name, Operation::ListReferrers),
            _ => return Err(UnsupportedRequest::Unsupported),
        };
        let name = name.join("/");
        if is_name(&name) { Ok(Self::InRepository(name, operation)) } else { Err(UnsupportedRequest::Name) }
    }

    /// Returns the permissions that this request needs in the registry, in addition to a token.
    pub(crate) fn permissions(&self, place: &Place) -> Result<Vec<Permission>, UnsupportedRequest> {
        match (self, place) {
            (Self::LogIn, _) => Ok(Vec::new()),
            // A request for the list of repositories needs `DescribeRepositories`: the request's parameter `n` has the same limit
            // as this action (<https://github.com/Quiq/registry-ui/pull/48>).
            // <https://github.com/aws-amplify/amplify-cli/issues/10828> shows the resource of this action.
            (Self::ListRepositories, Place::Private(_)) => Ok(vec![place.permission("DescribeRepositories", "*")]),
            (Self::ListRepositories, Place::Public { .. }) => Err(UnsupportedRequest::Unsupported),
            (Self::InRepository(_, operation), Place::Public { .. }) if operation.is_pull() => Ok(Vec::new()),
            (Self::InRepository(name, operation), Place::Public { .. }) => {
                // In ECR Public, the name has the form ALIAS/NAME:
                // <https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html>
                let (_, name) = name.split_once('/').ok_or(UnsupportedRequest::Name)?;
                Ok(operation.actions().iter().map(|action| place.permission(action, name)).collect())
            }
            (Self::InRepository(name, operation), Place::Private(_)) => {
                Ok(operation.actions().iter().map(|action| place.permission(action, name)).collect())
            }
        }
    }

    /// Whether every client may send this request to ECR Public, with or without a login. ECR Public cannot deny pulls to
    /// anybody: <https://docs.aws.amazon.com/AmazonECR/latest/public/public-repository-policy-examples.html>. A request that only
    /// checks whether a blob exists is not a pull: <https://github.com/aws/containers-roadmap/issues/2671>
    pub(crate) fn is_public(&self) -> bool {
        match self {
            Self::LogIn => true,
            Self::ListRepositories => false,
            Self::InRepository(_, operation) => operation.is_pull(),
        }
    }

    /// Returns the permissions that a mount of the blob needs: a permission for each repository from which the blob may be
    /// mounted. `None` stands for a repository name that is not valid.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html>
    pub(crate) fn mounts(&self, place: &Place) -> Vec<Option<Permission>> {
        match (self, place) {
            (Self::InRepository(_, Operation::Upload { from, .. }), Place::Private(_)) => {
                let mount = |name: &String| is_name(name).then(|| place.permission("GetDownloadUrlForLayer", name));
                from.iter().map(mount).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Operation {
    fn begin_upload(query: &str) -> Self {
        let (mut is_whole, mut mounts, mut from) = (false, false, Vec::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "digest" => is_whole = true,
                "mount" => mounts = true,
                "from" => from.push(value.into_owned()),
                _ => {}
            }
        }
        if mounts && from.is_empty() {
            // Without `from`, a registry may mount the blob from any repository.
            from.push(String::new());
        }
        Self::Upload { is_whole, from }
    }

    fn is_pull(&self) -> bool {
        matches!(self, Self::ReadManifest | Self::ReadBlob | Self::ListTags | Self::ListReferrers)
    }

    /// Returns the names of the actions that this operation needs, without the name of the service. A push also checks which
    /// layers exist, and fails without the permission for this check: <https://github.com/aws/aws-dotnet-deploy/issues/474>.
    fn actions(&self) -> &'static [&'static str] {
        match self {
            // <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html>
            Self::ReadManifest | Self::ListReferrers => &["BatchGetImage"],
            Self::ReadBlob => &["GetDownloadUrlForLayer"],
            Self::CheckBlob => &["BatchCheckLayerAvailability"],
            Self::ListTags => &["ListImages"],
            Self::Upload { is_whole: false, .. } => &["InitiateLayerUpload"],
            Self::Upload { is_whole: true, .. } => &["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"],
            Self::UploadPart => &["UploadLayerPart"],
            Self::CompleteUpload => &["CompleteLayerUpload"],
            Self::WriteManifest => &["PutImage"],
            Self::DeleteManifest => &["BatchDeleteImage"],
        }
    }
}

impl Place {
    /// Returns the permission for an action on a repository. ARNs of repositories in ECR Public have this format:
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistrypublic.html>
    fn permission(&self, action: &str, name: &str) -> Permission {
        let (service, resource) = match self {
            Self::Private(registry) => ("ecr", registry.repository_arn(name)),
            Self::Public { account } => ("ecr-public", format!("arn:aws:ecr-public::{account}:repository/{name}")),
        };
        Permission { action: format!("{service}:{action}"), resource }
    }
}

/// Whether the text is a valid name of a repository in ECR:
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
fn is_name(text: &str) -> bool {
    (2..=256).contains(&text.len()) && text.split('/').all(is_component)
}

/// Whether the text consists of lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_component(text: &str) -> bool {
    let is_alphanumeric = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let ends = text.starts_with(is_alphanumeric) && text.ends_with(is_alphanumeric);
    let mut separators = text.split(is_alphanumeric);
    ends && separators.all(|part| ["", ".", "_", "__"].contains(&part) || part.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/";

    fn parse(method: &str, target: &str) -> Result<RegistryCall, UnsupportedRequest> {
        RegistryCall::parse(&method.parse().expect("a method"), &target.parse().expect("a URI"))
    }

    fn private() -> Place {
        Place::Private(Registry { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() })
    }

    fn public() -> Place {
        Place::Public { account: "123456789012".to_owned() }
    }

    /// Returns the actions and resources that a request needs.
    fn needs(method: &str, target: &str, place: &Place) -> Result<Vec<String>, UnsupportedRequest> {
        let permissions = parse(method, target)?.permissions(place)?;
        Ok(permissions.into_iter().map(|Permission { action, resource }| format!("{action} {resource}")).collect())
    }

    #[test]
    fn a_request_requires_actions_on_its_repository() {
        for (method, target, actions) in [
            ("GET", "/v2/", &[][..]),
            ("HEAD", "/v2", &[]),
            ("GET", "/v2/team/app/manifests/1", &["BatchGetImage"]),
            ("HEAD", "/v2/team/app/manifests/sha256:00", &["BatchGetImage"]),
            ("GET", "/v2/team/app/blobs/sha256:00", &["GetDownloadUrlForLayer"]),
            ("HEAD", "/v2/team/app/blobs/sha256%3A00", &["BatchCheckLayerAvailability"]),
            ("POST", "/v2/team/app/blobs/uploads/", &["InitiateLayerUpload"]),
            ("POST", "/v2/team/app/blobs/uploads", &["InitiateLayerUpload"]),
            ("POST", "/v2/team/app/blobs/uploads/?mount=sha256:00&from=other", &["InitiateLayerUpload"]),
            (
                "POST",
                "/v2/team/app/blobs/uploads/?digest=sha256:00",
                &["InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"],
            ),
            ("PATCH", "/v2/team/app/blobs/uploads/a-b?_state=x", &["UploadLayerPart"]),
            ("PUT", "/v2/team/app/blobs/uploads/a-b?digest=sha256:00", &["CompleteLayerUpload"]),
            ("PUT", "/v2/team/app/manifests/1", &["PutImage"]),
            ("DELETE", "/v2/team/app/manifests/sha256:00", &["BatchDeleteImage"]),
            ("GET", "/v2/team/app/tags/list?n=10", &["ListImages"]),
            ("GET", "/v2/team/app/referrers/sha256:00", &["BatchGetImage"]),
            // The registry decodes the name.
            ("GET", "/v2/te%61m%2fapp/manifests/1", &["BatchGetImage"]),
        ] {
            let expected: Vec<_> = actions.iter().map(|action| format!("ecr:{action} {ARN}team/app")).collect();
            assert_eq!(needs(method, target, &private()), Ok(expected), "{method} {target}");
        }
        assert_eq!(needs("GET", "/v2/_catalog?n=9", &private()), Ok(vec![format!("ecr:DescribeRepositories {ARN}*")]));
        assert_eq!(
            needs("GET", "/v2/a/tags/list/manifests/1", &private()),
            Ok(vec![format!("ecr:BatchGetImage {ARN}a/tags/list")])
        );
    }

    #[test]
    fn ecr_public_requires_permissions_except_for_pulls() {
        let arn = "arn:aws:ecr-public::123456789012:repository/team/app";
        for (method, target, action) in [
            ("GET", "/v2/", None),
            ("GET", "/v2/alias/team/app/manifests/1", None),
            ("HEAD", "/v2/alias/team/app/manifests/1", None),
            ("GET", "/v2/alias/team/app/blobs/sha256:00", None),
            ("GET", "/v2/alias/team/app/tags/list", None),
            ("HEAD", "/v2/alias/team/app/blobs/sha256:00", Some("BatchCheckLayerAvailability")),
            ("POST", "/v2/alias/team/app/blobs/uploads/", Some("InitiateLayerUpload")),
            ("PUT", "/v2/alias/team/app/manifests/1", Some("PutImage")),
        ] {
            let expected: Vec<_> = action.map(|action| format!("ecr-public:{action} {arn}")).into_iter().collect();
            assert_eq!(needs(method, target, &public()), Ok(expected), "{method} {target}");
            assert_eq!(parse(method, target).map(|call| call.is_public()), Ok(action.is_none()), "{method} {target}");
        }
        assert_eq!(needs("PUT", "/v2/app/manifests/1", &public()), Err(UnsupportedRequest::Name), "without an alias");
        assert_eq!(needs("GET", "/v2/_catalog", &public()), Err(UnsupportedRequest::Unsupported));
    }

    #[test]
    fn a_mount_requires_permission_to_read_the_source() {
        let mounts = |query: &str, place: &Place| {
            let call = parse("POST", &format!("/v2/app/blobs/uploads/?{query}")).expect("a call");
            let actions = call
                .mounts(place)
                .into_iter()
                .map(|permission| permission.map(|Permission { action, resource }| format!("{action} {resource}")));
            actions.collect::<Vec<_>>()
        };
        let read = |name: &str| Some(format!("ecr:GetDownloadUrlForLayer {ARN}{name}"));
        assert_eq!(mounts("mount=sha256:00&from=team%2Fbase", &private()), [read("team/base")]);
        assert_eq!(mounts("from=one&from=../two&mount=x", &private()), [read("one"), None]);
        assert_eq!(mounts("mount=sha256:00", &private()), [None], "a blob may come from any repository");
        assert_eq!(mounts("", &private()), []);
        assert_eq!(mounts("mount=sha256:00&from=team%2Fbase", &public()), [], "everybody may read the repository");
    }

    #[test]
    fn rejects_unsupported_requests() {
        for (method, target) in [
            ("POST", "/v2/"),
            ("DELETE", "/v2/_catalog"),
            ("GET", "/v2/app"),
            ("GET", "/v2//"),
            ("DELETE", "/v2/app/blobs/sha256:00"),
            ("GET", "/v2/app/blobs/uploads/id"),
            ("HEAD", "/v2/app/blobs/uploads/id"),
            ("DELETE", "/v2/app/blobs/uploads/id"),
            ("PATCH", "/v2/app/manifests/1"),
            ("GET", "/v2/app/tags/other"),
            ("POST", "/v2/app/tags/list"),
            ("PUT", "/v2/app/referrers/sha256:00"),
            ("GET", "/v2/_oci/ext/discover"),
            ("GET", "/v3/"),
        ] {
            assert_eq!(parse(method, target), Err(UnsupportedRequest::Unsupported), "{method} {target}");
        }
    }

    #[test]
    fn rejects_invalid_repository_names() {
        let name = |name: &str| parse("GET", &format!("/v2/{name}/manifests/1")).map(drop);
        for valid in ["app", "team/app", "a1", "a.b_c-d/e__f/g--h", &"a".repeat(256)] {
            assert_eq!(name(valid), Ok(()), "{valid}");
        }
        for invalid in [
            "",
            "a",
            "App",
            "-app",
            "app-",
            "a..b",
            "a_.b",
            "a___b",
            "a//b",
            "/app",
            "team/",
            "..",
            "team/../app",
            "a/%2e%2e/b",
            "%ff",
            "a*",
            "a:b",
            &"a".repeat(257),
        ] {
            assert_eq!(name(invalid), Err(UnsupportedRequest::Name), "{invalid}");
        }
    }
}
