//! How many requests a caller may send. Allowances are counted in each process by itself.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chot_domain::shared::Code;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::problem::Failure;

/// What an allowance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Everything that a signed-in caller does.
    Caller,
    /// Signing in, for each e-mail address.
    SignIn,
    /// Signing in, for each network address.
    SignInAddress,
    /// Submissions of web forms, for each network address.
    FormAddress,
    /// Calendars read by their secret addresses, for each network address.
    CalendarAddress,
    /// What telephone exchanges tell, for each network address.
    ExchangeAddress,
}

impl Policy {
    const fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::SignIn => "sign-in",
            Self::SignInAddress => "sign-in-address",
            Self::FormAddress => "form-address",
            Self::CalendarAddress => "calendar-address",
            Self::ExchangeAddress => "exchange-address",
        }
    }

    /// How many requests in a minute.
    const fn per_minute(self) -> u32 {
        match self {
            Self::Caller | Self::ExchangeAddress => 1_200,
            Self::SignIn => 10,
            Self::SignInAddress => 60,
            Self::FormAddress | Self::CalendarAddress => 120,
        }
    }
}

/// What is left of an allowance, for the headers of the answer.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    policy: Policy,
    remaining: u32,
}

impl Standing {
    /// `RateLimit-Policy`.
    pub fn policy(&self) -> String {
        format!("\"{}\";q={};w=60", self.policy.name(), self.policy.per_minute())
    }

    /// `RateLimit`.
    pub fn limit(&self) -> String {
        format!("\"{}\";r={};t=60", self.policy.name(), self.remaining)
    }
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The allowances of all callers, or none when limits are switched off.
#[derive(Clone)]
pub struct RateLimits(Option<Arc<[Limiter; 4]>>);

impl RateLimits {
    /// Limits that hold.
    pub fn on() -> Self {
        let limiter = |policy: Policy| {
            let most = NonZeroU32::new(policy.per_minute()).unwrap_or(NonZeroU32::MIN);
            RateLimiter::dashmap(Quota::per_minute(most)).with_middleware::<StateInformationMiddleware>()
        };
        let policies = [Policy::Caller, Policy::SignIn, Policy::SignInAddress, Policy::FormAddress];
        Self(Some(Arc::new(policies.map(limiter))))
    }

    /// No limits: for load tests on loopback.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Takes one request of an allowance.
    ///
    /// # Errors
    /// `too_many_requests`, with the time after which to try again.
    pub fn take(&self, policy: Policy, who: &str) -> Result<Option<Standing>, Failure> {
        let Some(limiters) = &self.0 else {
            return Ok(None);
        };
        match limiters[policy as usize].check_key(&who.to_owned()) {
            Ok(left) => Ok(Some(Standing { policy, remaining: left.remaining_burst_capacity() })),
            Err(early) => {
                let wait = early.wait_time_from(DefaultClock::default().now());
                Err(Failure { retry_after: Some(seconds(wait)), ..Code::TooManyRequests.into() })
            }
        }
    }

    /// Forgets callers who have their whole allowance again.
    pub fn forget_idle(&self) {
        for limiter in self.0.iter().flat_map(|limiters| limiters.iter()) {
            limiter.retain_recent();
        }
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}
