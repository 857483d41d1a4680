//! The table, by theme.

mod answers;
mod busy;
mod colors;
mod files;
mod foreign;
mod logins;
mod network;
mod proxies;
mod refusals;
mod registries;
mod roles;
mod settings;
mod sources;
mod successes;
mod tls;

use crate::row::Row;

/// Every row.
pub(crate) fn all() -> Vec<Row> {
    [
        network::rows(),
        tls::rows(),
        proxies::rows(),
        answers::rows(),
        refusals::rows(),
        busy::rows(),
        roles::rows(),
        sources::rows(),
        logins::rows(),
        files::rows(),
        settings::rows(),
        registries::rows(),
        successes::rows(),
        foreign::rows(),
        colors::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
