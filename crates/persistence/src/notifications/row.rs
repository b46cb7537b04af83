pub(crate) mod notification {
    //! One row of `notifications`.

    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::events::{ActorKind, SubjectKind};
    use crate::notifications::NotificationKind;
    use crate::storage::locked::{HasRow, Versioned};
    use crate::storage::sort::HasCreatedAt;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "notifications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub user_id: Uuid,
        pub kind: NotificationKind,
        pub subject_kind: SubjectKind,
        pub subject_id: Uuid,
        pub account_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")]
        pub params: Json,
        pub actor_kind: ActorKind,
        pub actor_id: Option<Uuid>,
        pub actor_user_id: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub read_at: Option<DateTime<Utc>>,
        #[sea_orm(belongs_to, from = "actor_user_id", to = "id")]
        pub actor_user: BelongsTo<Option<crate::identity::user::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasRow for chot_domain::notifications::Notification {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::notifications::Notification;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = None;
    }
}

pub(super) mod preferences {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::notifications::{Language, StoredChoices};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_preferences")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub version: i64,
        pub language: Language,
        pub email: StoredChoices,
        pub updated_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
