use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use mailin::{Action, Handler, Response, SessionBuilder, response};
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};

/// How a mail server treats what comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes every e-mail.
    Accepts,
    /// It asks to come again later.
    RefusesForNow,
    /// It knows no mailbox of that name.
    RefusesForGood,
    /// It hangs up before it has said anything.
    HangsUp,
    /// It takes the call and says nothing, until it is told to treat callers otherwise.
    KeepsSilent,
}

/// What all who talk to clients go by.
struct Orders {
    manner: Mutex<Manner>,
    changed: Condvar,
    kept_waiting: AtomicUsize,
}

impl Orders {
    fn manner(&self) -> Manner {
        *self.manner.lock().unwrap()
    }

    /// Says nothing for as long as that is the order.
    fn keep_silent(&self) {
        let manner = self.manner.lock().unwrap();
        if *manner == Manner::KeepsSilent {
            self.kept_waiting.fetch_add(1, Ordering::Relaxed);
        }
        drop(self.changed.wait_while(manner, |manner| *manner == Manner::KeepsSilent).unwrap());
    }
}

/// An e-mail as it came in.
#[derive(Clone, Debug)]
pub struct Mail {
    /// To whom the envelope is addressed.
    pub to: String,
    raw: Vec<u8>,
}

impl Mail {
    fn parsed(&self) -> ParsedMail<'_> {
        parse_mail(&self.raw).unwrap()
    }

    /// A header line in plain words.
    pub fn header(&self, name: &str) -> Option<String> {
        self.parsed().headers.get_first_value(name)
    }

    /// The names of all header lines.
    pub fn header_names(&self) -> Vec<String> {
        self.parsed().headers.iter().map(|header| header.get_key()).collect()
    }

    /// The text in plain words.
    pub fn text(&self) -> String {
        self.parsed().get_body().unwrap().replace("\r\n", "\n")
    }
}

/// A mail server on a port of its own, as far as the SMTP of the `mailin` crate goes.
pub struct MailServer {
    /// Its address.
    pub url: String,
    orders: Arc<Orders>,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// A server that takes every e-mail. It lives as long as the process.
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

    /// From now on it treats what comes in that manner.
    pub fn now(&self, manner: Manner) {
        *self.orders.manner.lock().unwrap() = manner;
        self.orders.changed.notify_all();
    }

    /// How many callers it has kept waiting.
    pub fn kept_waiting(&self) -> usize {
        self.orders.kept_waiting.load(Ordering::Relaxed)
    }

    /// The e-mails that it has taken, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

/// Who talks to one client.
#[derive(Clone)]
struct Clerk {
    orders: Arc<Orders>,
    mails: Arc<Mutex<Vec<Mail>>>,
    coming: Option<Mail>,
}

impl Clerk {
    /// Talks until one of both hangs up.
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
