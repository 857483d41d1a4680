//! The context of a test, and the servers that all tests share.

use std::sync::{Arc, OnceLock};

use test_support::{programs::Programs, terraform::Terraform};

use crate::{denied::Guarded, moto::Moto, packages::Release};

/// The provider under test, which cargo built for this suite.
pub(crate) const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-ecr");

/// The context of a test: one Terraform, the programs that the test needs, and the shared servers.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) terraform: Terraform,
    pub(crate) servers: Arc<Servers>,
    pub(crate) programs: Programs,
}

impl Stage {
    /// Returns moto without IAM enforcement. This moto accepts every key.
    pub(crate) fn moto(&self) -> &Moto {
        self.servers.moto.get_or_init(Moto::start)
    }

    /// Returns moto with IAM enforcement. This moto has one user, and checks signatures and permissions.
    pub(crate) fn guarded(&self) -> &Guarded {
        self.servers.guarded.get_or_init(Guarded::start)
    }

    /// Returns the files of a release.
    pub(crate) fn release(&self) -> &Release {
        self.servers.release.get_or_init(|| Release::make(&self.programs))
    }
}

/// The servers and files that all tests share. A server or file is created for the first test that needs it. Dropping this value ends all
/// servers.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    moto: OnceLock<Moto>,
    guarded: OnceLock<Guarded>,
    release: OnceLock<Release>,
}
