pub(crate) mod user {
    //! One row of `users`.

    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::storage::locked::{HasRow, Versioned};
    use crate::storage::sort::{HasCreatedAt, HasName};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub email: String,
        pub full_name: String,
        pub name_key: String,
        pub role: String,
        pub team_id: Option<Uuid>,
        pub password_hash: Option<String>,
        pub is_active: bool,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasName for Entity {
        const NAME_KEY: Column = Column::NameKey;
    }

    impl HasRow for chot_domain::identity::User {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::identity::User;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    }
}

pub(super) mod team {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::storage::locked::{HasRow, Versioned};
    use crate::storage::sort::{HasCreatedAt, HasName};

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "teams")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub name: String,
        pub name_key: String,
        pub parent_id: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
        pub archived_at: Option<DateTime<Utc>>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasName for Entity {
        const NAME_KEY: Column = Column::NameKey;
    }

    impl HasRow for chot_domain::identity::Team {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::identity::Team;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    }
}

pub(super) mod session {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
        pub ended_at: Option<DateTime<Utc>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod refresh_token {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub session_id: Uuid,
        pub created_at: DateTime<Utc>,
        pub spent_at: Option<DateTime<Utc>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod api_key {
    use std::collections::BTreeSet;

    use chot_domain::identity::Permission;
    use chot_domain::shared::Json;
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::storage::locked::{HasRow, Versioned};
    use crate::storage::sort::HasCreatedAt;

    pub type Scopes = crate::Col<Json<BTreeSet<Permission>>>;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub prefix: String,
        pub secret_hash: String,
        pub name: String,
        pub user_id: Uuid,
        pub scopes: Scopes,
        pub created_at: DateTime<Utc>,
        pub expires_at: Option<DateTime<Utc>>,
        pub revoked_at: Option<DateTime<Utc>>,
        /// The API key that created it. It ends with that key.
        pub parent_id: Option<Uuid>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasRow for chot_domain::identity::ApiKey {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::identity::ApiKey;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = None;
    }
}

pub(super) mod signing_key {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub secret: String,
        pub created_at: DateTime<Utc>,
        pub signs_from: Option<DateTime<Utc>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
