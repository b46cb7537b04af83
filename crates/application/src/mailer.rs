use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chot_domain::deliveries::{DeliveryId, Failure};
use chot_domain::notifications::EmailContent;
use chrono::{DateTime, TimeDelta, Utc};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// The words of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedText {
    /// The subject line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// How letters become words: the messages stand where people are spoken to.
pub type Renderer = fn(&EmailContent) -> RenderedText;

/// Sends e-mails by a mail server.
pub struct Mailer {
    /// Opens a connection for each e-mail. A pool of them would close them in a task, and panic when it is dropped outside of a runtime.
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    wording: Renderer,
    /// The server does not answer; it is left alone until then.
    resting_until: Mutex<Option<DateTime<Utc>>>,
}

/// Why an e-mail did not leave.
#[derive(Clone, Debug)]
pub struct SendError {
    /// In the words of the other side, or ours.
    pub error: String,
    /// Whether it may leave later.
    pub failure: Failure,
    /// Whether it was the server that failed, and not this e-mail.
    pub is_server_error: bool,
}

/// A server that takes longer for one e-mail is taken for dead.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many e-mails are on their way at the same time.
pub const CONCURRENCY: u64 = 4;

/// A server that does not answer is left alone for so long.
const REST: TimeDelta = TimeDelta::seconds(30);

/// How a mail server says that it does not know us: we are to be set up rightly, and no e-mail is at fault.
const UNKNOWN_TO_SERVER: [u16; 4] = [530, 534, 535, 538];

impl Mailer {
    /// A mailer on the server at `url` (`smtp://`, `smtp://…?tls=required` or `smtps://`), writing from that address. It connects when
    /// there is something to send.
    ///
    /// # Errors
    /// What is wrong with the server's address or the sender's. A password is not repeated.
    pub fn new(url: &str, from: &str, wording: Renderer) -> Result<Self, String> {
        let from = from.parse().map_err(|error| format!("the sender of e-mails, {from}, is no address: {error}"))?;
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| "the address of the mail server is not smtp://… or smtps://…".to_owned())?;
        let transport = server.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from, wording, resting_until: Mutex::default() })
    }

    /// Whether the server is left alone at this instant.
    pub fn is_paused(&self, now: DateTime<Utc>) -> bool {
        self.paused_until().is_some_and(|until| now < until)
    }

    /// Until when the server is left alone, or was last.
    pub fn paused_until(&self) -> Option<DateTime<Utc>> {
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves the server alone for a while.
    pub fn pause(&self, now: DateTime<Utc>) {
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + REST);
    }

    /// Sends a letter. The same delivery always bears the same `Message-ID`, so that one that comes twice can be recognised.
    ///
    /// # Errors
    /// Why it did not leave.
    pub async fn send(&self, id: DeliveryId, to: &str, letter: &EmailContent) -> Result<(), SendError> {
        let message = self.message(id, to, letter).map_err(SendError::for_good)?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SendError::of(&error)),
            Err(_) => Err(SendError {
                error: "the mail server does not answer".into(),
                failure: Failure::Transient,
                is_server_error: true,
            }),
        }
    }

    fn message(&self, id: DeliveryId, to: &str, letter: &EmailContent) -> Result<Message, String> {
        let address: Address = to.parse().map_err(|error| format!("no e-mail address: {error}"))?;
        let RenderedText { subject, text } = (self.wording)(letter);
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(one_line(&letter.name)), address))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .subject(one_line(&subject))
            .header(ContentType::TEXT_PLAIN);
        message.body(text).map_err(|error| error.to_string())
    }
}

/// Header lines are made of what people have typed: a line break in it begins no new header.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl SendError {
    /// It can never leave.
    pub fn for_good(error: String) -> Self {
        Self { error, failure: Failure::Permanent, is_server_error: false }
    }

    fn of(error: &smtp::Error) -> Self {
        let mut told = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            told = format!("{told}: {deeper}");
            cause = deeper.source();
        }
        let status = error.status().map(u16::from);
        let is_of_server = status.is_none_or(|status| UNKNOWN_TO_SERVER.contains(&status));
        let failure = if error.is_permanent() && !is_of_server { Failure::Permanent } else { Failure::Transient };
        Self { error: told, failure, is_server_error: is_of_server }
    }
}
