//! HTTP/1.1 as far as a fake needs it, and as badly as one wants it.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use crate::answer::Message;

/// What a message that breaks promises beyond what it says.
const MISSING: usize = 100;

/// The next request's action, or `None` at the end of the connection: of AWS's APIs their name, of others the path, and
/// for proxies CONNECT.
pub(crate) async fn action(stream: &mut BufReader<impl AsyncRead + Unpin>) -> io::Result<Option<String>> {
    let (mut head, mut length, mut target) = (String::new(), 0, None);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            break;
        }
        if head.is_empty() {
            head = line;
            continue;
        }
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().map_err(io::Error::other)?,
            "x-amz-target" => target = value.split('.').nth(1).map(ToOwned::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body = String::from_utf8_lossy(&body);
    let form = body.split('&').find_map(|field| field.strip_prefix("Action=")).map(ToOwned::to_owned);
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    let other = if method == "CONNECT" { method } else { path };
    Ok(Some(target.or(form).unwrap_or_else(|| other.to_owned())))
}

/// Says the message, or makes as if there were more of it.
pub(crate) async fn write(stream: &mut (impl AsyncWrite + Unpin), message: &Message, breaks: bool) -> io::Result<()> {
    let length = message.body.len() + if breaks { MISSING } else { 0 };
    let mut head = format!("HTTP/1.1 {} -\r\ncontent-length: {length}\r\n", message.status);
    for (name, value) in &message.headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n{}", message.body).as_bytes()).await?;
    stream.flush().await
}

/// Says zeros until nobody listens.
pub(crate) async fn flood(stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 -\r\ncontent-length: 1099511627776\r\n\r\n").await?;
    loop {
        stream.write_all(&[b'0'; 1 << 16]).await?;
    }
}
