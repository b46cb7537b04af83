//! Passwords are hashed (Argon2id) by separate threads, one for each core, so that hashing never blocks requests. Each hash needs
//! 19 MiB: every thread allocates them once and reuses them, so that many sign-ins do not increase memory. Few requests may wait;
//! the others get `unavailable`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use chot_domain::shared::Code;
use tokio::sync::oneshot;

use crate::Result;

/// The maximum number of waiting passwords for each thread: about half a second of work.
const WAITING: usize = 32;

/// The reused memory of a thread.
pub(crate) type Memory = Vec<Block>;

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// Runs the work on one of the threads, in order of arrival.
///
/// # Errors
/// `unavailable` if too many are waiting.
pub(crate) async fn in_turn<T: Send + 'static>(work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T> {
    static QUEUE: OnceLock<SyncSender<Work>> = OnceLock::new();
    let (answer_to, result) = oneshot::channel();
    let work: Work = Box::new(move |memory| {
        // The caller may have gone in the meantime.
        let _ = answer_to.send(work(memory));
    });
    QUEUE.get_or_init(start).try_send(work).map_err(|_| Code::Unavailable)?;
    Ok(result.await.map_err(|_| Code::InternalError)?)
}

fn start() -> SyncSender<Work> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (sender, receiver) = sync_channel(WAITING * threads);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let receiver = receiver.clone();
        let thread = thread::Builder::new().name("password hashing".into());
        // With fewer threads the queue takes longer; without any thread, callers get an error.
        let _ = thread.spawn(move || work_off(&receiver));
    }
    sender
}

fn work_off(queue: &Mutex<Receiver<Work>>) {
    let mut memory = Memory::new();
    while let Some(work) = next(queue) {
        // The waiting caller gets an error; the thread continues.
        let _ = catch_unwind(AssertUnwindSafe(|| work(&mut memory)));
    }
}

fn next(queue: &Mutex<Receiver<Work>>) -> Option<Work> {
    queue.lock().ok()?.recv().ok()
}

/// The hash of a password with its parameters (PHC string).
pub(crate) fn hash(password: &[u8], salt: &[u8], memory: &mut Memory) -> Option<String> {
    let (params, version) = (Params::default(), Version::default());
    let mut output = [0_u8; Params::DEFAULT_OUTPUT_LEN];
    fill(&Argon2::new(Algorithm::Argon2id, version, params.clone()), password, salt, &mut output, memory)?;
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(version.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(&output).ok()?),
    };
    Some(hash.to_string())
}

/// Whether a password matches a hash, with the parameters of the hash.
pub(crate) fn fits(password: &[u8], hash: &str, memory: &mut Memory) -> bool {
    is_made_of(password, hash, memory).unwrap_or(false)
}

fn is_made_of(password: &[u8], hash: &str, memory: &mut Memory) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let (salt, expected) = (hash.salt?, hash.hash?);
    let mut output = vec![0_u8; expected.len()];
    fill(&argon2, password, &salt, &mut output, memory)?;
    // Outputs are compared in constant time.
    Some(Output::new(&output).ok()? == expected)
}

fn fill(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], output: &mut [u8], memory: &mut Memory) -> Option<()> {
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    argon2.hash_password_into_with_memory(password, salt, output, memory).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE_BY_THE_CRATE: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let mut memory = Memory::new();
        let hash = hash(b"mot-mat-khau-dai-2026", b"0123456789abcdef", &mut memory).unwrap_or_default();
        assert!(fits(b"mot-mat-khau-dai-2026", &hash, &mut memory));
        assert!(!fits(b"mot-mat-khau-khac-2026", &hash, &mut memory));
        assert!(!fits(b"mot-mat-khau-dai-2026", MADE_BY_THE_CRATE, &mut memory));
        assert!(!fits(b"mot-mat-khau-dai-2026", "x", &mut memory));
    }

    /// Stored hashes and new hashes are compatible with the crate.
    #[test]
    fn hashes_are_those_of_the_crate() {
        use argon2::password_hash::{PasswordHasher, PasswordVerifier};
        let mut memory = Memory::new();
        let ours = hash(b"mot-mat-khau-dai-2026", b"0123456789abcdef", &mut memory).unwrap_or_default();
        assert!(Argon2::default().verify_password(b"mot-mat-khau-dai-2026", ours.as_str()).is_ok());
        let theirs = Argon2::default().hash_password(b"mot-mat-khau-dai-2026").map(|hash| hash.to_string());
        assert!(fits(b"mot-mat-khau-dai-2026", &theirs.unwrap_or_default(), &mut memory));
    }

    #[tokio::test]
    async fn more_than_a_few_are_not_kept_waiting() {
        let work = || in_turn(|_| thread::sleep(std::time::Duration::from_millis(1)));
        let outcomes = futures_util::future::join_all((0..5_000).map(|_| work())).await;
        let refused =
            outcomes.iter().filter(|outcome| matches!(outcome, Err(error) if error.code() == Code::Unavailable)).count();
        assert!((1..5_000).contains(&refused), "{refused}");
        assert!(in_turn(|_| true).await.is_ok());
    }
}
