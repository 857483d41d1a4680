//! The client code for the three protocols. The test `generated` of the crate `terraform-plugin` generates this code.

#![allow(
    clippy::allow_attributes_without_reason,
    clippy::all,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    reason = "the code has the style of the generator"
)]
#![allow(dead_code, reason = "not every client is used")]

pub(crate) mod tfplugin6 {
    include!("generated/tfplugin6.rs");
}

pub(crate) mod plugin {
    include!("generated/plugin.rs");
}

pub(crate) mod health {
    include!("generated/grpc.health.v1.rs");
}
