//! What every test gets: one Terraform, and the world around it that all tests share.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::{denied::Guarded, moto::Moto, packages::Release, terraform::Terraform};

/// The provider under test: the dev binary that cargo built for this suite.
pub(crate) const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-ecr");

/// One row of the matrix.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) terraform: Terraform,
    pub(crate) world: Arc<World>,
}

impl Stage {
    /// An AWS that accepts every key.
    pub(crate) fn moto(&self) -> &Moto {
        self.world.moto.get_or_init(Moto::start)
    }

    /// An AWS that knows two users and checks signatures and permissions.
    pub(crate) fn guarded(&self) -> &Guarded {
        self.world.guarded.get_or_init(Guarded::start)
    }

    /// What a release would be.
    pub(crate) fn release(&self) -> &Release {
        self.world.release.get_or_init(Release::make)
    }
}

/// Servers and files, each made by the first test that asks for it. They end when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct World {
    moto: OnceLock<Moto>,
    guarded: OnceLock<Guarded>,
    release: OnceLock<Release>,
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository is where it was at build time")
}
