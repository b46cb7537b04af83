use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chot_domain::deliveries::{DeliveryId, Failure};
use chot_domain::notifications::EmailContent;
use chrono::{DateTime, TimeDelta, Utc};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// The text of an e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedText {
    /// The subject line.
    pub subject: String,
    /// The body.
    pub text: String,
}

/// Renders an e-mail; the messages are in the crate of the API.
pub type Renderer = fn(&EmailContent) -> RenderedText;

/// Sends e-mails through a mail server.
pub struct Mailer {
    /// Opens a connection for each e-mail. A pool would close connections in a task, and panic when dropped outside a runtime.
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    wording: Renderer,
    /// The server does not respond; sending is paused until then.
    resting_until: Mutex<Option<DateTime<Utc>>>,
}

/// Why an e-mail was not sent.
#[derive(Clone, Debug)]
pub struct SendError {
    /// The error text of the server or of this system.
    pub error: String,
    /// Whether a later attempt may succeed.
    pub failure: Failure,
    /// Whether the server failed, and not this e-mail.
    pub is_server_error: bool,
}

/// A server that takes longer for one e-mail counts as not responding.
const PATIENCE: Duration = Duration::from_secs(15);

/// The number of e-mails that are sent at the same time.
pub const CONCURRENCY: u64 = 4;

/// The pause after the server did not respond.
const REST: TimeDelta = TimeDelta::seconds(30);

/// Status codes with which a server rejects our credentials: the configuration is wrong, not the e-mail.
const UNKNOWN_TO_SERVER: [u16; 4] = [530, 534, 535, 538];

impl Mailer {
    /// A mailer for the server at `url` (`smtp://`, `smtp://…?tls=required` or `smtps://`) with the given sender. It connects
    /// when there is something to send.
    ///
    /// # Errors
    /// The address of the server or of the sender is not valid. The error contains no password.
    pub fn new(url: &str, from: &str, wording: Renderer) -> Result<Self, String> {
        let from = from.parse().map_err(|error| format!("the sender of e-mails, {from}, is no address: {error}"))?;
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| "the address of the mail server is not smtp://… or smtps://…".to_owned())?;
        let transport = server.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from, wording, resting_until: Mutex::default() })
    }

    /// Whether sending is paused at this instant.
    pub fn is_paused(&self, now: DateTime<Utc>) -> bool {
        self.paused_until().is_some_and(|until| now < until)
    }

    /// The end of the current or last pause.
    pub fn paused_until(&self) -> Option<DateTime<Utc>> {
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pauses sending for a while.
    pub fn pause(&self, now: DateTime<Utc>) {
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + REST);
    }

    /// Sends an e-mail. A delivery always has the same `Message-ID`, so that a duplicate can be recognised.
    ///
    /// # Errors
    /// Why it was not sent.
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

/// Header lines contain user input: a line break in it must not start a new header.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl SendError {
    /// It can never be sent.
    pub fn for_good(error: String) -> Self {
        Self { error, failure: Failure::Permanent, is_server_error: false }
    }

    fn of(error: &smtp::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            text = format!("{text}: {deeper}");
            cause = deeper.source();
        }
        let status = error.status().map(u16::from);
        let is_of_server = status.is_none_or(|status| UNKNOWN_TO_SERVER.contains(&status));
        let failure = if error.is_permanent() && !is_of_server { Failure::Permanent } else { Failure::Transient };
        Self { error: text, failure, is_server_error: is_of_server }
    }
}
