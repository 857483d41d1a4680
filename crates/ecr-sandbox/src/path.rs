//! Paths of requests that have no operation: EC2's instance metadata service, and the agents of ECS and EKS.

/// The path of all metadata.
pub(crate) const METADATA: &str = "/latest/";
/// Begins a session.
pub(crate) const SESSION: &str = "/latest/api/token";
/// Lists the roles of the instance, with a slash at the end of the path or without.
pub(crate) const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
pub(crate) const ROLES_WITHOUT_SLASH: &str = "/latest/meta-data/iam/security-credentials";
/// The credentials of the one role, `instance`.
pub(crate) const CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials/instance";
pub(crate) const REGION: &str = "/latest/meta-data/placement/region";
pub(crate) const IDENTITY: &str = "/latest/dynamic/instance-identity/document";
/// The path of the credentials of a container, and of a pod of EKS.
pub(crate) const CONTAINER: &str = "/v1/credentials";
