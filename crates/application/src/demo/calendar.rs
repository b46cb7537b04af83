use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use chot_domain::identity::Actor;
use chot_domain::shared::Clock;
use chot_persistence::Tx;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::ids::CountedIds;
use crate::{Ctx, Engine, Result};

/// An hour of the story: the day, where 0 is the last day and earlier days are negative, and the hours since seven in the morning
/// in Vietnam.
pub(super) type Hour = (i64, i64);

/// The days of the story. The last day is yesterday, so that nothing is in the future.
pub(super) struct Calendar {
    engine: Engine,
    last_day: DateTime<Utc>,
    units: AtomicU16,
}

/// A clock that stands still during one unit of work.
struct Moment(DateTime<Utc>);

impl Clock for Moment {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

impl Calendar {
    /// The calendar of a story that ends yesterday.
    pub(super) fn until_yesterday(engine: &Engine) -> Self {
        let yesterday = engine.clock.now().date_naive() - TimeDelta::days(1);
        // Midnight UTC is seven in the morning in Vietnam.
        Self { engine: engine.clone(), last_day: yesterday.and_time(NaiveTime::MIN).and_utc(), units: AtomicU16::new(0) }
    }

    /// The instant of an hour of the story, or after it.
    pub(super) fn at(&self, (day, hour): Hour) -> DateTime<Utc> {
        self.last_day + TimeDelta::days(day) + TimeDelta::hours(hour)
    }

    /// The date of a day of the story, or after it.
    pub(super) fn date(&self, day: i64) -> NaiveDate {
        self.at((day, 0)).date_naive()
    }

    /// An actor at that hour.
    pub(super) async fn on(&self, hour: Hour, actor: &Actor) -> Result<Ctx> {
        let mut engine = self.engine.clone();
        engine.clock = Arc::new(Moment(self.at(hour)));
        engine.ids = Arc::new(self.next_ids());
        engine.act_as(actor.clone()).await
    }

    /// The system, at the time of loading.
    pub(super) async fn now(&self) -> Result<Ctx> {
        let mut engine = self.engine.clone();
        engine.ids = Arc::new(self.next_ids());
        engine.act_as(Actor::system()).await
    }

    fn next_ids(&self) -> CountedIds {
        CountedIds::of_unit(self.units.fetch_add(1, Ordering::Relaxed))
    }

    /// One unit of work of one actor: the same action on each of the records. Hours after the last day are skipped.
    pub(super) async fn work<T, U>(
        &self,
        hour: Hour,
        actor: &Actor,
        records: &[T],
        action: impl AsyncFn(&Tx, &T) -> Result<U>,
    ) -> Result<Vec<U>> {
        if hour.0 > 0 || records.is_empty() {
            return Ok(Vec::new());
        }
        let ctx = self.on(hour, actor).await?;
        ctx.write(async |tx| {
            let mut done = Vec::with_capacity(records.len());
            for record in records {
                done.push(action(tx, record).await?);
            }
            Ok(done)
        })
        .await
    }
}
