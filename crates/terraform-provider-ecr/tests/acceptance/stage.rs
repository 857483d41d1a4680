//! The context of a test: one Terraform, the programs it declares, and the servers that all tests share.

use std::sync::{Arc, OnceLock};

use test_support::{programs::Programs, terraform::Terraform};

use crate::{denied::Guarded, moto::Moto, packages::Release};

/// The provider under test: the dev binary that cargo built for this suite.
pub(crate) const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-ecr");

/// One row of the matrix.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) terraform: Terraform,
    pub(crate) servers: Arc<Servers>,
    pub(crate) programs: Programs,
}

impl Stage {
    /// An AWS that accepts every key.
    pub(crate) fn moto(&self) -> &Moto {
        self.servers.moto.get_or_init(Moto::start)
    }

    /// An AWS that knows one user and checks signatures and permissions.
    pub(crate) fn guarded(&self) -> &Guarded {
        self.servers.guarded.get_or_init(Guarded::start)
    }

    /// The files of a release.
    pub(crate) fn release(&self) -> &Release {
        self.servers.release.get_or_init(|| Release::make(&self.programs))
    }
}

/// Servers and files, each made by the first test that asks for it. They end when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    moto: OnceLock<Moto>,
    guarded: OnceLock<Guarded>,
    release: OnceLock<Release>,
}
