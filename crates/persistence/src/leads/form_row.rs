pub(super) mod form {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    use crate::storage::locked::{HasRow, Versioned};
    use crate::storage::sort::HasCreatedAt;

    pub type FieldMap = crate::Col<
        chot_domain::shared::Json<std::collections::BTreeMap<chot_domain::shared::Text<100>, chot_domain::leads::FormField>>,
    >;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "lead_forms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i64,
        pub form_key: String,
        pub name: String,
        pub source: String,
        pub product_id: Option<Uuid>,
        pub field_map: FieldMap,
        pub trap_field: Option<String>,
        pub quota_per_hour: i64,
        pub is_active: bool,
        pub created_by: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl HasCreatedAt for Entity {
        const CREATED_AT: Column = Column::CreatedAt;
    }

    impl HasRow for chot_domain::leads::LeadForm {
        type Row = Model;
    }

    impl Versioned for Model {
        type Kind = chot_domain::leads::LeadForm;
        const ID: Column = Column::Id;
        const VERSION: Column = Column::Version;
        const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    }
}

pub(super) mod submission {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "lead_submissions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub form_id: Uuid,
        pub lead_id: Option<Uuid>,
        pub is_duplicate: bool,
        #[sea_orm(column_type = "JsonBinary")]
        pub fields: Json,
        pub received_at: DateTime<Utc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
