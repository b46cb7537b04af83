use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use mailin::{Action, Handler, Response, SessionBuilder, response};
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};

/// How a mail server treats clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It accepts every e-mail.
    Accepts,
    /// It asks to retry later.
    RefusesForNow,
    /// It rejects the mailbox as unknown.
    RefusesForGood,
    /// It closes the connection without a greeting.
    HangsUp,
    /// It accepts the connection and sends nothing, until the manner changes.
    KeepsSilent,
}

/// The shared state of all connections.
struct Orders {
    manner: Mutex<Manner>,
    changed: Condvar,
    kept_waiting: AtomicUsize,
}

impl Orders {
    fn manner(&self) -> Manner {
        *self.manner.lock().unwrap()
    }

    /// Sends nothing as long as that is the manner.
    fn keep_silent(&self) {
        let manner = self.manner.lock().unwrap();
        if *manner == Manner::KeepsSilent {
            self.kept_waiting.fetch_add(1, Ordering::Relaxed);
        }
        drop(self.changed.wait_while(manner, |manner| *manner == Manner::KeepsSilent).unwrap());
    }
}

/// A received e-mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The recipient in the envelope.
    pub to: String,
    raw: Vec<u8>,
}

impl Mail {
    fn parsed(&self) -> ParsedMail<'_> {
        parse_mail(&self.raw).unwrap()
    }

    /// A decoded header line.
    pub fn header(&self, name: &str) -> Option<String> {
        self.parsed().headers.get_first_value(name)
    }

    /// The names of all header lines.
    pub fn header_names(&self) -> Vec<String> {
        self.parsed().headers.iter().map(|header| header.get_key()).collect()
    }

    /// The decoded text.
    pub fn text(&self) -> String {
        self.parsed().get_body().unwrap().replace("\r\n", "\n")
    }
}

/// A mail server on its own port, with the SMTP of the `mailin` crate.
pub struct MailServer {
    /// Its address.
    pub url: String,
    orders: Arc<Orders>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// A server that accepts every e-mail. It runs as long as the process.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let orders = Orders { manner: Mutex::new(Manner::Accepts), changed: Condvar::new(), kept_waiting: AtomicUsize::new(0) };
        let (orders, mails) = (Arc::new(orders), Arc::new(Mutex::new(Vec::new())));
        let clerk = Clerk { orders: orders.clone(), mails: mails.clone(), coming: None };
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let clerk = clerk.clone();
                std::thread::spawn(move || clerk.serve(stream));
            }
        });
        Self { url, orders, mails }
    }

    /// Changes the manner.
    pub fn now(&self, manner: Manner) {
        *self.orders.manner.lock().unwrap() = manner;
        self.orders.changed.notify_all();
    }

    /// The number of clients that it has kept waiting.
    pub fn kept_waiting(&self) -> usize {
        self.orders.kept_waiting.load(Ordering::Relaxed)
    }

    /// The accepted e-mails, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

/// The handler of one client.
#[derive(Clone)]
struct Clerk {
    orders: Arc<Orders>,
    mails: Arc<Mutex<Vec<Mail>>>,
    coming: Option<Mail>,
}

impl Clerk {
    /// Serves until one side closes the connection.
    fn serve(self, mut stream: TcpStream) -> Option<()> {
        let orders = self.orders.clone();
        let is_gone = || orders.manner() == Manner::HangsUp;
        orders.keep_silent();
        if is_gone() {
            return None;
        }
        let mut session = SessionBuilder::new("mail.example.vn").build(stream.peer_addr().ok()?.ip(), self);
        stream.write_all(&session.greeting().buffer().ok()?).ok()?;
        let mut lines = BufReader::new(stream.try_clone().ok()?);
        loop {
            let mut line = Vec::new();
            if lines.read_until(b'\n', &mut line).ok()? == 0 || is_gone() {
                return None;
            }
            let response = session.process(&line);
            stream.write_all(&response.buffer().ok()?).ok()?;
            if response.action == Action::Close {
                return None;
            }
        }
    }
}

impl Handler for Clerk {
    fn rcpt(&mut self, to: &str) -> Response {
        match self.orders.manner() {
            Manner::RefusesForNow => Response::custom(451, "Come again later".into()),
            Manner::RefusesForGood => response::NO_MAILBOX,
            Manner::Accepts | Manner::HangsUp | Manner::KeepsSilent => {
                self.coming = Some(Mail { to: to.to_owned(), raw: Vec::new() });
                response::OK
            }
        }
    }

    fn data(&mut self, line: &[u8]) -> std::io::Result<()> {
        if let Some(coming) = &mut self.coming {
            coming.raw.extend_from_slice(line);
        }
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.mails.lock().unwrap().extend(self.coming.take());
        response::OK
    }
}
