//! Users, teams, keys and sessions.

use chot_tests::fixtures::{id, text};
use serde_json::{Value, json};

use super::{Story, list};

const NONE: Value = Value::Null;

impl Story {
    pub(super) async fn of_people(&mut self) {
        self.of_sessions().await;
        let admin = self.cast.admin.clone();
        self.tell(&admin, "getCurrentUser", json!({}), NONE).await;
        self.tell(&admin, "listRoles", json!({}), NONE).await;
        self.tell(&admin, "listUsers", json!({"?": "role=salesperson"}), NONE).await;
        let teams = list(&admin, "/teams").await;
        let north = id(teams.iter().find(|team| team["name"] == "Kinh doanh Hà Nội").unwrap());
        let hired = json!({
            "email": "trang.pham@demo.example.vn", "full_name": "Phạm Thu Trang", "role": "salesperson", "team_id": north,
            "password": "song-dai-troi-rong-2027",
        });
        self.tell(&admin, "createUser", json!({}), hired).await;
        let colleague = json!({"user_id": self.cast.colleague});
        self.tell(&admin, "getUser", colleague.clone(), NONE).await;
        self.tell(&admin, "updateUser", colleague, json!({"role": "sales_leader", "team_id": north})).await;
        self.tell(&admin, "listTeams", json!({}), NONE).await;
        let whole = id(teams.iter().find(|team| team["parent_id"].is_null()).unwrap());
        self.tell(&admin, "createTeam", json!({}), json!({"name": "Kinh doanh Đà Nẵng", "parent_id": whole})).await;
        self.tell(&admin, "getTeam", json!({"team_id": north}), NONE).await;
        self.tell(&admin, "updateTeam", json!({"team_id": north}), json!({"name": "Kinh doanh miền Bắc"})).await;
        let key = json!({"name": "Website icheck.example.vn", "scopes": ["leads:create"], "expires_at": "2027-12-31T17:00:00Z"});
        let key = id(&self.tell(&admin, "createApiKey", json!({}), key).await["api_key"]);
        self.tell(&admin, "listApiKeys", json!({}), NONE).await;
        self.tell(&admin, "getApiKey", json!({"api_key_id": key}), NONE).await;
        self.tell(&admin, "revokeApiKey", json!({"api_key_id": key}), NONE).await;
    }

    async fn of_sessions(&mut self) {
        let anonymous = self.cast.anonymous.clone();
        let known = json!({"email": "admin@demo.example.vn", "password": "dung-thu-chot-2026"});
        self.tell(&anonymous, "signIn", json!({}), known).await;
        let anh = json!({"email": "sales_leader@demo.example.vn", "password": "dung-thu-chot-2026"});
        let tokens = anonymous.post("/auth/login", anh).await.expect(200);
        let refresh = json!({"refresh_token": tokens["refresh_token"]});
        let tokens = self.tell(&anonymous, "refreshTokens", json!({}), refresh).await;
        let anh = anonymous.with_credential(&text(&tokens, "access_token"));
        let change = json!({"current_password": "dung-thu-chot-2026", "new_password": "song-dai-troi-rong-2027"});
        self.tell(&anh, "changePassword", json!({}), change).await;
        self.tell(&anonymous, "listSigningKeys", json!({}), NONE).await;
        let anh = self.world.sign_in("sales_leader@demo.example.vn", "song-dai-troi-rong-2027").await;
        self.tell(&anh, "signOut", json!({}), NONE).await;
    }
}
