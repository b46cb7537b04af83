use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::sea_query::{Expr, InsertStatement};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityName, EntityTrait, Iterable};

/// Rows that a unit of work adds to tables of history: events, notifications, assignments. They are written together, with one
/// statement for each table: before the unit commits, or before it runs a statement that names one of these tables.
#[derive(Default)]
pub(crate) struct Appends(Mutex<Vec<Append>>);

struct Append {
    table: &'static str,
    values: usize,
    insert: InsertStatement,
}

/// Both databases accept more values than this in one statement.
const MOST_VALUES: usize = 10_000;

impl Appends {
    /// Adds a row. Returns the statements to run now, if many rows are waiting.
    pub fn push<A>(&self, mut row: A) -> Vec<InsertStatement>
    where
        A: ActiveModelTrait,
    {
        let columns = <A::Entity as EntityTrait>::Column::iter;
        let table = A::Entity::default();
        let name = EntityName::table_name(&table);
        let value = |column: <A::Entity as EntityTrait>::Column| match row.take(column).into_value() {
            Some(value) => column.save_as(Expr::val(value)),
            None => Expr::null(),
        };
        let values: Vec<_> = columns().map(value).collect();
        let mut waiting = self.lock();
        let place = waiting.iter().position(|append| append.table == name).unwrap_or_else(|| {
            let insert = InsertStatement::new().into_table(table.table_ref()).columns(columns()).to_owned();
            waiting.push(Append { table: name, values: 0, insert });
            waiting.len() - 1
        });
        let append = &mut waiting[place];
        append.values += values.len();
        append.insert.values_panic(values);
        if append.values < MOST_VALUES {
            return Vec::new();
        }
        std::mem::take(&mut *waiting).into_iter().map(|append| append.insert).collect()
    }

    /// Takes the statements for the waiting rows if a statement names one of their tables. Rows come after those they refer to.
    pub fn take_for(&self, sql: &str) -> Vec<InsertStatement> {
        if self.lock().iter().any(|append| sql.contains(append.table)) { self.take() } else { Vec::new() }
    }

    /// Takes the statements for all waiting rows.
    pub fn take(&self) -> Vec<InsertStatement> {
        std::mem::take(&mut *self.lock()).into_iter().map(|append| append.insert).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Append>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
