//! Overlapping units of work: the decision of the second must be correct after the commit of the first.

use chot_application::{accounts, identity, leads, opportunities};
use chot_domain::accounts::MoveCard;
use chot_domain::identity::{Actor, TeamDraft, TeamPatch, UserPatch};
use chot_domain::leads::{MarkContacted, Submission};
use chot_domain::shared::{Code, Id, MergePatch, read};
use chot_persistence::Tx;
use chot_persistence::leads::form_by_key;
use chot_tests::fixtures::{account, company, id, opportunity, own_lead, text};
use chot_tests::{Client, World};
use serde_json::{Value, json};

use super::at_once::{acting, counted, database, overlapping, refusal};

fn patch<T>(members: Value) -> MergePatch<T> {
    MergePatch::from(members.as_object().unwrap().clone())
}

fn known<K>(record: &Value) -> Id<K> {
    id(record).parse().unwrap()
}

#[tokio::test]
async fn r_ichk_79_losing_the_last_two_opportunities_puts_the_account_back_into_the_pool() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let customer = account(&lan, 1).await;
    let stamps = known(&opportunity(&lan, &customer, "Tem chống giả").await);
    let traces = known(&opportunity(&lan, &customer, "Truy xuất nguồn gốc").await);
    let (salesperson, loss) = (acting(&world, &lan).await, read(json!({"reason": "price"})).unwrap());

    let (one, other) = overlapping(
        &world,
        (&salesperson, async |tx| opportunities::lose(tx, stamps, &loss).await),
        (&salesperson, async |tx| opportunities::lose(tx, traces, &loss).await),
    )
    .await;
    one.unwrap();
    other.unwrap();
    let freed = world.user("admin").await.get(&format!("/accounts/{}", id(&customer))).await.expect(200);
    assert_eq!(freed["owner_id"], json!(null), "no primary opportunity is left, but somebody still owns the account");
}

#[tokio::test]
async fn two_administrators_who_step_down_do_not_leave_the_system_without_one() {
    let world = World::under("icheck").await;
    let (one, other) = (world.user("admin").await, world.user("admin").await);
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let leave: UserPatch = patch(json!({"is_active": false}));
    let (first, second) = (one.user_id.parse().unwrap(), other.user_id.parse().unwrap());

    let (_, refused) = overlapping(
        &world,
        (&system, async |tx| identity::update_user(tx, first, &leave, None, None).await),
        (&system, async |tx| identity::update_user(tx, second, &leave, None, None).await),
    )
    .await;
    let active = "SELECT count(*) FROM users WHERE role = 'admin' AND is_active";
    assert_eq!(counted(&database(&world).await, active).await, 1);
    assert_eq!(refusal(refused), Code::LastAdministrator);
}

#[tokio::test]
async fn teams_that_are_put_below_each_other_at_once_make_no_circle() {
    let world = World::under("icheck").await;
    let system = world.engine.act_as(Actor::system()).await.unwrap();
    let mut teams = Vec::new();
    for (name, parent) in [("Miền Bắc", None), ("Hà Nội", Some(0)), ("Miền Nam", None), ("Cần Thơ", Some(2))] {
        let draft = TeamDraft { parent_id: parent.map(|parent: usize| teams[parent]), ..read(json!({"name": name})).unwrap() };
        teams.push(system.write(async |tx| identity::create_team(tx, &draft).await).await.unwrap());
    }
    let below = |team: usize| -> TeamPatch { patch(json!({"parent_id": teams[team]})) };
    let (below_can_tho, below_hanoi) = (below(3), below(1));

    let (_, refused) = overlapping(
        &world,
        (&system, async |tx| identity::update_team(tx, teams[0], &below_can_tho, None).await),
        (&system, async |tx| identity::update_team(tx, teams[2], &below_hanoi, None).await),
    )
    .await;
    let without_top = "SELECT count(*) FROM teams WHERE parent_id IS NULL";
    assert_eq!(counted(&database(&world).await, without_top).await, 1, "a team above which there is none must be left");
    assert_eq!(refusal(refused), Code::ValidationFailed);
}

#[tokio::test]
async fn what_somebody_is_taking_from_the_pool_is_not_taken_again() {
    let world = World::under("icheck").await;
    let (lan, minh, admin) = (world.user("salesperson").await, world.user("salesperson").await, world.user("admin").await);
    let lead = known(&admin.post("/leads", company(1)).await.expect(201));
    let customer = account(&lan, 2).await;
    lan.post(&format!("/accounts/{}/release", id(&customer)), json!({"reason": "manual"})).await.expect(200);
    let customer = known(&customer);
    let (one, other) = (acting(&world, &lan).await, acting(&world, &minh).await);

    let first = (&one, async |tx: &Tx| leads::claim(tx, lead).await);
    let (taken, refused) = overlapping(&world, first, (&other, async |tx| leads::claim(tx, lead).await)).await;
    taken.unwrap();
    // It is no longer visible; of accounts everybody sees the card.
    assert_eq!(refusal(refused), Code::NotFound);
    let first = (&one, async |tx: &Tx| accounts::claim(tx, customer).await);
    let (taken, refused) = overlapping(&world, first, (&other, async |tx| accounts::claim(tx, customer).await)).await;
    taken.unwrap();
    assert_eq!(refusal(refused), Code::NotInPool);
    for path in [format!("/leads/{lead}"), format!("/accounts/{customer}")] {
        assert_eq!(admin.get(&path).await.expect(200)["owner_id"], json!(lan.user_id));
    }
}

async fn form(marketing: &Client, quota: u32) -> String {
    let field_map = json!({"ho_ten": "name", "sdt": "phone"});
    let form = json!({"name": "Hội chợ", "source": "fair", "field_map": field_map, "quota_per_hour": quota});
    text(&marketing.post("/lead-forms", form).await.expect(201), "form_key")
}

async fn both_submit(world: &World, quota: u32, phones: [&str; 2]) -> [Result<leads::Received, chot_application::Error>; 2] {
    let key = form(&world.user("marketing").await, quota).await;
    let form = form_by_key(&world.engine.db, &key).await.unwrap().unwrap();
    let visitor = world.engine.act_as(Actor::lead_form(form.id.uuid())).await.unwrap();
    let sent =
        phones.map(|phone| -> Submission { json!({"ho_ten": "Chị Hương", "sdt": phone}).as_object().unwrap().clone() });
    let (one, other) = overlapping(
        world,
        (&visitor, async |tx| leads::submit(tx, &form, &sent[0]).await),
        (&visitor, async |tx| leads::submit(tx, &form, &sent[1]).await),
    )
    .await;
    [one, other]
}

#[tokio::test]
async fn who_sends_a_form_twice_becomes_one_lead() {
    let world = World::under("icheck").await;
    let [one, other] = both_submit(&world, 100, ["0912345678", "0912345678"]).await;
    let lead = match one.unwrap() {
        leads::Received::Created(lead) => lead,
        received => panic!("{received:?}"),
    };
    assert_eq!(counted(&database(&world).await, "SELECT count(*) FROM leads").await, 1);
    assert_eq!(other.unwrap(), leads::Received::Duplicate { lead, is_visible: false });
}

#[tokio::test]
async fn the_last_place_of_a_forms_quota_is_given_once() {
    let world = World::under("icheck").await;
    let [one, other] = both_submit(&world, 1, ["0912345678", "0987654321"]).await;
    assert!(matches!(one.unwrap(), leads::Received::Created(_)));
    assert_eq!(counted(&database(&world).await, "SELECT count(*) FROM leads").await, 1);
    assert_eq!(refusal(other), Code::FormQuotaExceeded);
}

#[tokio::test]
async fn who_waits_for_a_lead_that_is_given_away_meanwhile_does_not_work_on_it() {
    let world = World::under("icheck").await;
    let (lan, minh, manager) = (world.user("salesperson").await, world.user("salesperson").await, world.user("admin").await);
    let lead = known(&own_lead(&lan, 1).await);
    let order = read(json!({"owner_id": minh.user_id})).unwrap();
    let contacted: MarkContacted = read(json!({"note": "Khách hẹn gọi lại"})).unwrap();
    let (manager, salesperson) = (acting(&world, &manager).await, acting(&world, &lan).await);

    let (given, refused) = overlapping(
        &world,
        (&manager, async |tx| leads::assign(tx, lead, &order).await),
        (&salesperson, async |tx| leads::mark_contacted(tx, lead, &contacted).await),
    )
    .await;
    given.unwrap();
    assert_eq!(minh.history(&format!("/leads/{lead}")).await, ["lead.created", "lead.assigned"]);
    assert_eq!(refusal(refused), Code::NotFound);
}

#[tokio::test]
async fn a_conversion_is_not_undone_under_somebody_who_works_on_what_it_made() {
    let world = World::under("icheck").await;
    let lan = world.user("salesperson").await;
    let lead = own_lead(&lan, 1).await;
    let conversion = lan.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let deal = known(&conversion["opportunities"][0]);
    let (conversion, salesperson) = (known(&conversion), acting(&world, &lan).await);
    let order: MoveCard = read(json!({"stage": "advising"})).unwrap();

    let (moved, refused) = overlapping(
        &world,
        (&salesperson, async |tx| opportunities::move_to(tx, deal, &order).await),
        (&salesperson, async |tx| leads::revert(tx, conversion).await),
    )
    .await;
    moved.unwrap();
    let kept = lan.get(&format!("/opportunities/{deal}")).await.expect(200);
    assert_eq!((&kept["stage"], &kept["archived_at"]), (&json!("advising"), &json!(null)));
    assert_eq!(refusal(refused), Code::ConversionBlocked);
}
