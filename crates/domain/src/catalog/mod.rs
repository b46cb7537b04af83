//! The products and services of the organisation, with their prices (R-SUNO-27, R-SUNO-28).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::playbook::Playbook;
use crate::shared::{Draft, Id, Key, MergePatch, Money, StringEnum, Text, Violations};

/// A product or service.
pub struct Product;
/// A change to a product.
pub type ProductPatch = MergePatch<ProductDraft>;
/// Identifier of a product.
pub type ProductId = Id<Product>;

/// Value added tax, in the codes of Vietnamese invoices. Rates change over time: 8 % ends on 31 December 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum VatCode {
    /// 0 %: exports.
    #[serde(rename = "0")]
    Zero,
    /// 5 %.
    #[serde(rename = "5")]
    Five,
    /// 8 %: the reduced rate (Decree 174/2025/NĐ-CP).
    #[serde(rename = "8")]
    Eight,
    /// 10 %: the standard rate (Law 48/2024/QH15).
    #[serde(rename = "10")]
    Ten,
    /// Not subject to the tax, such as software (KCT).
    #[serde(rename = "not_subject")]
    NotSubject,
    /// Not to be declared (KKKNT).
    #[serde(rename = "not_declared")]
    NotDeclared,
}

impl StringEnum for VatCode {}

/// A product or service to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "TRUYXUAT", "name": "Truy xuất nguồn gốc", "unit_price": "12000000", "vat_code": "8"}))]
pub struct ProductDraft {
    /// Short code, unique among all products.
    pub code: Text<50>,
    /// Name as printed on quotes.
    pub name: Text<200>,
    /// A product category of the playbook.
    pub category: Option<Key>,
    /// Price of one unit without tax, in whole đồng.
    pub unit_price: Option<Money>,
    /// Code of the value added tax.
    pub vat_code: VatCode,
    /// Unit of sale, such as "gói" or "tháng".
    pub unit: Option<Text<50>>,
    /// What the customer gets.
    pub description: Option<Text<5000>>,
    /// Whether it is currently sold.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub is_active: bool,
}

const fn yes() -> bool {
    true
}

impl Draft for ProductDraft {
    fn check(&self, violations: &mut Violations) {
        if self.unit_price.is_some_and(|price| !price.is_whole()) {
            violations.add("/unit_price", "not_whole");
        }
    }

    fn check_against(&self, playbook: &Playbook, _: DateTime<Utc>, violations: &mut Violations) {
        Playbook::require_list_value(&playbook.product_categories, self.category.as_ref(), "/category", violations);
    }
}
