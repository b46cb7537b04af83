pub(super) mod event {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::events::{ActorKind, EventKind, SubjectKind};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: EventKind,
        pub subject_kind: SubjectKind,
        pub subject_id: Uuid,
        pub account_id: Option<Uuid>,
        pub parent_id: Option<Uuid>,
        pub cause_id: Option<Uuid>,
        pub actor_kind: ActorKind,
        pub actor_id: Option<Uuid>,
        pub actor_user_id: Option<Uuid>,
        pub occurred_at: DateTime<Utc>,
        #[sea_orm(column_type = "JsonBinary")]
        pub facts: Json,
        pub position: Option<i64>,
        #[sea_orm(belongs_to, from = "actor_user_id", to = "id")]
        pub actor_user: BelongsTo<Option<crate::identity::user::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod values {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "event_values")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: Uuid,
        #[sea_orm(column_type = "JsonBinary")]
        pub changes: Json,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod position {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "feed")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub last_position: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
