//! The rows of evidence, its reviews and its checks.

pub(crate) mod evidence {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::catalog::StoredMoney;
    use crate::identity::user;
    use crate::opportunities::evidence::EvidenceKind;
    use crate::storage::sort::HasCreatedAt;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "evidence")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub opportunity_id: Uuid,
        pub account_id: Uuid,
        pub kind: EvidenceKind,
        pub proves: bool,
        pub sent_at: Option<DateTime<Utc>>,
        pub code_count: Option<i64>,
        pub code_quantity: Option<i64>,
        pub service_name: Option<String>,
        pub price: Option<StoredMoney>,
        pub summary: Option<String>,
        pub activity_id: Option<Uuid>,
        pub attachment_id: Option<Uuid>,
        pub given_at: DateTime<Utc>,
        pub created_by: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        #[sea_orm(belongs_to, from = "created_by", to = "id")]
        pub creator: BelongsTo<Option<user::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }
}

pub(crate) mod review {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::opportunities::evidence::ReviewOutcome;
    use crate::opportunities::row as opportunity;
    use crate::storage::locked::{HasRow, Parents, Versioned};
    use crate::storage::sort::HasCreatedAt;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "evidence_reviews")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub opportunity_id: Uuid,
        pub account_id: Uuid,
        pub evidence_id: Option<Uuid>,
        pub outcome: ReviewOutcome,
        pub reason: Option<String>,
        pub draw_id: Option<Uuid>,
        pub drawn_by: Option<Uuid>,
        pub drawn_at: Option<DateTime<Utc>>,
        pub reviewed_by: Option<Uuid>,
        pub reviewed_at: Option<DateTime<Utc>>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
        #[sea_orm(belongs_to, from = "opportunity_id", to = "id")]
        pub opportunity: BelongsTo<opportunity::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasRow for chot_domain::opportunities::evidence::EvidenceReview {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::opportunities::evidence::EvidenceReview;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
        const PARENTS: Parents<Column> =
            Parents { account: Some(Column::AccountId), opportunity: Some(Column::OpportunityId), ..Parents::NONE };
    }
}

pub(crate) mod check {
    use chrono::{DateTime, NaiveDate, Utc};
    use sea_orm::entity::prelude::*;

    use crate::opportunities::evidence::{CheckFailures, CheckState};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "evidence_checks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub business_date: NaiveDate,
        pub cut_off_at: DateTime<Utc>,
        pub state: CheckState,
        pub checked_up_to: Option<Uuid>,
        pub checked: i64,
        pub lost: i64,
        pub released: i64,
        pub already_closed: i64,
        pub failures: CheckFailures,
        pub started_at: Option<DateTime<Utc>>,
        pub finished_at: Option<DateTime<Utc>>,
        pub created_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
