//! A forward proxy that records what it is asked for, and lets nothing off this machine.

use std::{net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::{fake_aws::Record, recorded::credentials};

/// Where a proxy leads to.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) name: String,
    pub(crate) record: Arc<Record>,
    /// The fake AWS that answers `http` requests for every host, and records them.
    pub(crate) http: SocketAddr,
    /// The fake AWS that is at the end of a tunnel to `*.test`.
    pub(crate) https: SocketAddr,
}

impl Proxy {
    pub(crate) async fn serve(self, listener: TcpListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let proxy = self.clone();
            // A client that goes away is no failure of the row.
            tokio::spawn(async move { drop(proxy.connection(stream).await) });
        }
    }

    async fn connection(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut client = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if client.read_line(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let Some(target) = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else {
            let mut server = TcpStream::connect(self.http).await?;
            server.write_all(head.as_bytes()).await?;
            copy_bidirectional(&mut client, &mut server).await?;
            return Ok(());
        };
        let host = target.rsplit_once(':').map_or(target, |(host, _)| host);
        // The port of a server of this row is another one each time.
        let shown = if host == "0.0.0.0" { host } else { target };
        let user = credentials(&header(&head, "proxy-authorization"));
        self.record.add(format!("{}: CONNECT {shown}{user}", self.name));
        if !is_tunnelled(host) {
            return client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
        }
        let mut server = TcpStream::connect(self.https).await?;
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        copy_bidirectional(&mut client, &mut server).await?;
        Ok(())
    }
}

/// Whether a tunnel to this host is let through, and not only recorded.
pub(crate) fn is_tunnelled(host: &str) -> bool {
    host.ends_with(".test")
}

fn header(head: &str, name: &str) -> String {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    let value = fields.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).next();
    value.unwrap_or_default().to_owned()
}
