//! One fault does not hide another, of whatever kind the two are.

use chot_tests::World;
use chot_tests::given::{id, own_lead};
use serde_json::json;

use super::{Witness, fault};

#[tokio::test]
async fn a_patch_tells_all_faults_of_what_it_changes_and_none_of_what_it_does_not() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let path = format!("/leads/{}", id(&lead));
    let witness = Witness::of(&world).await;
    let patch = json!({"phone": "12", "owner_id": null, "email": "x", "profile": {"website": 5, "address": {"commune_code": "1"}}, "zz": 1});
    let mut faults = lan.patch(&path, 1, patch).await.faults(422);
    faults.sort();
    let expected = [
        ("/email", "invalid_email"),
        ("/owner_id", "immutable"),
        ("/phone", "invalid_phone"),
        ("/profile/address/text", "required"),
        ("/profile/website", "wrong_type"),
        ("/zz", "unknown_member"),
    ];
    assert_eq!(faults, expected.map(|(pointer, code)| fault(pointer, code)));
    let faults = lan.patch(&path, 1, json!({"rank": "platinum", "source": "pigeon", "need": "Tem"})).await.faults(422);
    assert_eq!(faults, [fault("/source", "unknown_key"), fault("/rank", "unknown_key")]);
    witness.nothing_written().await;
    assert_eq!(lan.get(&path).await.expect(200), lead);
}

#[tokio::test]
async fn a_query_tells_all_its_faults() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let mut faults =
        lan.get("/leads?status=alien&limit=0&nonsense=1&phone=12&in_pool=maybe&status=new&q=&owner_id=1").await.faults(400);
    faults.sort();
    let pointers: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/in_pool", "/limit", "/nonsense", "/owner_id", "/phone", "/q", "/status"]);
}
