//! Rate limits of callers. Each process counts separately.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chot_domain::shared::{Clock, Code};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::web::problem::ApiError;

/// The purpose of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// All requests of a user, with access tokens and API keys.
    Caller,
    /// Lookups by identity number or similarity, for each user.
    Lookup,
    /// Signing in, for each e-mail address from each network address.
    SignIn,
    /// Signing in, for each e-mail address, from network addresses without an earlier success.
    SignInAccount,
    /// Signing in, for each network address.
    SignInAddress,
    /// Submissions of web forms, for each network address.
    FormAddress,
    /// The share of one network address in the hourly quota of one web form.
    FormShare,
    /// Reading calendars by their secret addresses, for each network address.
    CalendarAddress,
    /// Reports of telephone exchanges, for each network address.
    ExchangeAddress,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

impl Policy {
    const fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Lookup => "lookup",
            Self::SignIn => "sign-in",
            Self::SignInAccount => "sign-in-account",
            Self::SignInAddress => "sign-in-address",
            Self::FormAddress => "form-address",
            Self::FormShare => "form-share",
            Self::CalendarAddress => "calendar-address",
            Self::ExchangeAddress => "exchange-address",
        }
    }

    /// The number of requests in one window.
    const fn allowance(self) -> u32 {
        match self {
            Self::Caller | Self::ExchangeAddress => 1_200,
            Self::SignIn => 10,
            Self::SignInAccount => 100,
            Self::Lookup | Self::SignInAddress => 60,
            Self::FormAddress | Self::CalendarAddress => 120,
            Self::FormShare => WHOLE_SHARE,
        }
    }

    const fn window(self) -> Duration {
        match self {
            Self::FormShare => HOUR,
            _ => MINUTE,
        }
    }

    fn limiter(self, clock: &Monotonic) -> Limiter {
        let most = NonZeroU32::new(self.allowance()).unwrap_or(NonZeroU32::MIN);
        let quota = if self.window() == HOUR { Quota::per_hour(most) } else { Quota::per_minute(most) };
        RateLimiter::dashmap_with_clock(quota, clock.clone()).with_middleware::<StateInformationMiddleware>()
    }
}

/// Each form has its own quota, so the share of an address is counted in fractions of this number.
const WHOLE_SHARE: u32 = 1_000_000;

/// A network address may use a quarter of a form's hourly quota, and at least ten submissions.
const fn form_share(quota_per_hour: u32) -> u32 {
    let quarter = quota_per_hour / 4;
    if quarter < 10 { 10 } else { quarter }
}

/// The remaining requests of a limit, for the headers of the response.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    policy: Policy,
    remaining: u32,
}

impl Allowance {
    /// A limit without remaining requests.
    pub const fn exhausted(policy: Policy) -> Self {
        Self { policy, remaining: 0 }
    }
}

/// The remaining requests of all limits that a request has used.
#[derive(Clone, Debug, Default)]
pub struct Allowances(Vec<Allowance>);

impl Allowances {
    /// Adds a limit.
    pub fn add(&mut self, allowance: Allowance) {
        self.0.push(allowance);
    }

    /// The header `RateLimit-Policy`.
    pub fn policy(&self) -> String {
        self.joined(|it| format!("\"{}\";q={};w={}", it.policy.name(), it.policy.allowance(), it.policy.window().as_secs()))
    }

    /// The header `RateLimit`.
    pub fn limit(&self) -> String {
        self.joined(|it| format!("\"{}\";r={};t={}", it.policy.name(), it.remaining, it.policy.window().as_secs()))
    }

    fn joined(&self, write: impl Fn(&Allowance) -> String) -> String {
        self.0.iter().map(write).collect::<Vec<_>>().join(", ")
    }
}

/// The clock that refills the limits.
#[derive(Clone)]
struct Monotonic(Arc<dyn Clock>);

impl governor::clock::Clock for Monotonic {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, Monotonic, StateInformationMiddleware>;

/// A limiter for each policy; a missing one is a compile error.
struct Limiters {
    clock: Monotonic,
    caller: Limiter,
    lookup: Limiter,
    sign_in: Limiter,
    sign_in_account: Limiter,
    sign_in_address: Limiter,
    form_address: Limiter,
    form_share: Limiter,
    calendar_address: Limiter,
    exchange_address: Limiter,
}

impl Limiters {
    fn new(clock: Monotonic) -> Self {
        Self {
            caller: Policy::Caller.limiter(&clock),
            lookup: Policy::Lookup.limiter(&clock),
            sign_in: Policy::SignIn.limiter(&clock),
            sign_in_account: Policy::SignInAccount.limiter(&clock),
            sign_in_address: Policy::SignInAddress.limiter(&clock),
            form_address: Policy::FormAddress.limiter(&clock),
            form_share: Policy::FormShare.limiter(&clock),
            calendar_address: Policy::CalendarAddress.limiter(&clock),
            exchange_address: Policy::ExchangeAddress.limiter(&clock),
            clock,
        }
    }

    const fn of(&self, policy: Policy) -> &Limiter {
        match policy {
            Policy::Caller => &self.caller,
            Policy::Lookup => &self.lookup,
            Policy::SignIn => &self.sign_in,
            Policy::SignInAccount => &self.sign_in_account,
            Policy::SignInAddress => &self.sign_in_address,
            Policy::FormAddress => &self.form_address,
            Policy::FormShare => &self.form_share,
            Policy::CalendarAddress => &self.calendar_address,
            Policy::ExchangeAddress => &self.exchange_address,
        }
    }

    /// Removes callers whose limits are full again.
    fn forget_idle(&self) {
        let Self {
            clock: _,
            caller,
            lookup,
            sign_in,
            sign_in_account,
            sign_in_address,
            form_address,
            form_share,
            calendar_address,
            exchange_address,
        } = self;
        let by_caller = [caller, lookup, sign_in, sign_in_account];
        let by_address = [sign_in_address, form_address, form_share, calendar_address, exchange_address];
        by_caller.into_iter().chain(by_address).for_each(RateLimiter::retain_recent);
    }
}

/// The limits of all callers, or `None` if they are disabled.
#[derive(Clone)]
pub struct RateLimits(Option<Arc<Limiters>>);

impl RateLimits {
    /// Active limits with that clock.
    pub fn on(clock: Arc<dyn Clock>) -> Self {
        Self(Some(Arc::new(Limiters::new(Monotonic(clock)))))
    }

    /// No limits: for load tests on loopback.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Takes one request from a limit.
    ///
    /// # Errors
    /// `too_many_requests`, with the time after which to try again.
    pub fn take(&self, policy: Policy, who: &str) -> Result<Option<Allowance>, ApiError> {
        self.take_parts(policy, who, 1)
    }

    /// Takes one submission from the share of a network address in a form's quota.
    ///
    /// # Errors
    /// `too_many_requests`, with the time after which to try again.
    pub fn take_form_share(&self, form: &str, address: &str, quota_per_hour: u32) -> Result<(), ApiError> {
        let parts = WHOLE_SHARE / form_share(quota_per_hour);
        self.take_parts(Policy::FormShare, &format!("{form} {address}"), parts).map(|_| ())
    }

    fn take_parts(&self, policy: Policy, who: &str, parts: u32) -> Result<Option<Allowance>, ApiError> {
        let Some(limiters) = &self.0 else {
            return Ok(None);
        };
        let parts = NonZeroU32::new(parts).unwrap_or(NonZeroU32::MIN);
        let taken = limiters.of(policy).check_key_n(&who.to_owned(), parts).map_err(|_| Code::TooManyRequests)?;
        match taken {
            Ok(left) => Ok(Some(Allowance { policy, remaining: left.remaining_burst_capacity() })),
            Err(early) => {
                let wait = early.wait_time_from(limiters.clock.0.monotonic());
                Err(ApiError { retry_after: Some(seconds(wait)), ..Code::TooManyRequests.into() })
            }
        }
    }

    /// Removes callers whose limits are full again.
    pub fn forget_idle(&self) {
        if let Some(limiters) = &self.0 {
            limiters.forget_idle();
        }
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

#[cfg(test)]
mod tests {
    use chot_domain::shared::SystemClock;

    use super::*;

    #[test]
    fn an_address_has_a_quarter_of_the_quota_of_a_form() {
        let limits = RateLimits::on(Arc::new(SystemClock));
        let taken = (0..200).filter(|_| limits.take_form_share("form", "198.51.100.7", 200).is_ok()).count();
        assert_eq!(taken, 50);
        // A twelfth does not divide the whole evenly.
        assert_eq!((0..50).filter(|_| limits.take_form_share("odd form", "198.51.100.7", 48).is_ok()).count(), 12);
        assert!(limits.take_form_share("form", "198.51.100.8", 200).is_ok());
        assert!(limits.take_form_share("other form", "198.51.100.7", 200).is_ok());
    }

    #[test]
    fn a_small_form_takes_ten_submissions_from_one_address() {
        let limits = RateLimits::on(Arc::new(SystemClock));
        assert_eq!((0..20).filter(|_| limits.take_form_share("form", "198.51.100.7", 1).is_ok()).count(), 10);
    }
}
