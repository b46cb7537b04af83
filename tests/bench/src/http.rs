//! As much of HTTP/1.1 as the measurement needs, so that asking costs little.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A server and what to say to it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Where it listens.
    pub at: SocketAddr,
    /// What its paths begin with.
    pub prefix: &'static str,
    /// The access token, where one is wanted.
    pub token: String,
}

impl Origin {
    /// A GET of a path.
    pub fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {}{path} HTTP/1.1\r\n{}\r\n", self.prefix, self.headers()).into_bytes()
    }

    /// A POST of a JSON body to a path.
    pub fn post(&self, path: &str, body: &str) -> Vec<u8> {
        let length = body.len();
        let headers = format!("{}content-type: application/json\r\ncontent-length: {length}\r\n", self.headers());
        format!("POST {}{path} HTTP/1.1\r\n{headers}\r\n{body}", self.prefix).into_bytes()
    }

    /// Asks once, on a connection of its own.
    pub fn ask(&self, request: &[u8]) -> io::Result<Answer> {
        Connection::open(self.at)?.ask(request)
    }

    fn headers(&self) -> String {
        let host = format!("host: {}\r\naccept-encoding: identity\r\n", self.at);
        if self.token.is_empty() { host } else { format!("{host}authorization: Bearer {}\r\n", self.token) }
    }
}

/// What a server answers.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// A connection that is kept.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects.
    pub fn open(at: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::with_capacity(1 << 18, stream)))
    }

    /// Sends a request and reads the answer.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.0.get_mut().write_all(request)?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.get(9..12).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no answer: {line:?}")))?;
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(io::Error::other("an answer without a length"));
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }
}
