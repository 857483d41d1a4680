//! The paths of requests without an operation: requests to EC2's instance metadata service, and to the agents of ECS and EKS.

/// The prefix of all paths of the metadata service.
pub(crate) const METADATA: &str = "/latest/";
/// The path at which a client starts a session with the metadata service.
pub(crate) const SESSION: &str = "/latest/api/token";
/// The path that lists the roles of the instance. The slash at the end is optional.
pub(crate) const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
pub(crate) const ROLES_WITHOUT_SLASH: &str = "/latest/meta-data/iam/security-credentials";
/// The path of the credentials of the instance's only role, `instance`.
pub(crate) const CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials/instance";
pub(crate) const REGION: &str = "/latest/meta-data/placement/region";
pub(crate) const IDENTITY: &str = "/latest/dynamic/instance-identity/document";
/// The path of the credentials of a container in ECS, and of a pod in EKS.
pub(crate) const CONTAINER: &str = "/v1/credentials";
