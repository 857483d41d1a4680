//! A web server that serves files over TLS, as Terraform requires of a network mirror.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::aws_lc_rs, pki_types::PrivateKeyDer};

/// A web server that serves the files in a directory. The server runs until this value is dropped.
pub(crate) struct Web {
    address: SocketAddr,
    certificate: String,
    ended: Arc<AtomicBool>,
}

impl Web {
    pub(crate) fn serve(directory: &Path) -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([Ipv4Addr::LOCALHOST.to_string()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a certificate with its key");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (config, ended, root) = (Arc::new(config), Arc::new(AtomicBool::new(false)), directory.to_owned());
        let stop = Arc::clone(&ended);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok).take_while(|_| !stop.load(Ordering::Relaxed)) {
                let (config, root) = (Arc::clone(&config), root.clone());
                // An error of a connection is ignored, because the client in the test reports the error.
                thread::spawn(move || answer(stream, config, &root).ok());
            }
        });
        Self { address, certificate: certificate.pem(), ended }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}/", self.address)
    }

    /// Returns the certificate of the server in PEM form.
    pub(crate) fn certificate(&self) -> &str {
        &self.certificate
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // The thread checks whether to stop only after the next connection, so this function opens a connection.
        TcpStream::connect(self.address).ok();
    }
}

/// Reads one request, and responds with the content of the requested file.
fn answer(stream: TcpStream, config: Arc<ServerConfig>, root: &Path) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut request = String::new();
    while reader.read_line(&mut request)? > 2 {}
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
    let file = root.join(path.split('/').filter(|part| *part != "..").collect::<PathBuf>());
    let mut stream = reader.into_inner();
    match fs::read(&file) {
        Ok(content) => {
            let kind = if path.ends_with(".json") { "application/json" } else { "application/octet-stream" };
            let length = content.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
            )?;
            stream.write_all(&content)?;
        }
        Err(_) => write!(stream, "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")?,
    }
    stream.conn.send_close_notify();
    stream.flush()
}
