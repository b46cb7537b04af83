//! The products of the organisation.

use chot_tests::fixtures::{account, id, product, text, version};
use chot_tests::{World, fault};
use serde_json::{Value, json};

fn names(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| text(record, "name")).collect()
}

#[tokio::test]
async fn r_suno_27_the_catalogue_covers_software_equipment_website_and_printing_supplies() {
    let world = World::under("suno").await;
    let manager = world.user("manager").await;
    let sold = [
        ("PM", "Phần mềm quản lý cửa hàng", "software", "not_subject"),
        ("MIN", "Máy in hóa đơn", "sales_equipment", "8"),
        ("WEB", "Website bán hàng", "website", "not_subject"),
        ("GIAY", "Giấy in nhiệt", "printing_paper", "10"),
        ("MUC", "Mực in", "printing_ink", "10"),
        ("TEM", "Tem in mã vạch", "label_stamps", "5"),
        ("VT", "Bộ vật tư in ấn", "printing_supplies", "8"),
    ];
    for (code, name, category, vat) in sold {
        let draft =
            json!({"code": code, "name": name, "category": category, "vat_code": vat, "unit_price": "250000", "unit": "hộp"});
        let made = manager.post("/products", draft).await.expect(201);
        assert_eq!((&made["category"], &made["vat_code"], &made["currency"]), (&json!(category), &json!(vat), &json!("VND")));
        assert_eq!((&made["unit_price"], &made["is_active"]), (&json!("250000"), &json!(true)));
        assert_eq!(names(&manager.all(&format!("/products?category={category}")).await), [name]);
    }
    let categories = manager.get("/playbook").await.expect(200)["playbook"]["product_categories"].clone();
    assert_eq!(categories.as_array().unwrap().len(), sold.len());
    let faults =
        manager.post("/products", json!({"code": "X", "name": "X", "category": "stamps", "vat_code": "7"})).await.faults(422);
    assert_eq!(faults, [fault("/vat_code", "not_one_of"), fault("/category", "unknown_key")]);
    let faults =
        manager.post("/products", json!({"code": "X", "name": "X", "category": "stamps", "vat_code": "8"})).await.faults(422);
    assert_eq!(faults, [fault("/category", "unknown_key")]);
}

#[tokio::test]
async fn r_suno_28_opportunities_and_leads_name_products_of_the_catalogue() {
    let world = World::under("suno").await;
    let (lan, manager) = (world.user("salesperson").await, world.user("manager").await);
    let software = product(&manager, "PM").await;
    let ours = account(&lan, 1).await;
    let chance = json!({"account_id": ours["id"], "name": "Phần mềm", "product_ids": [software["id"]]});
    let chance = lan.post("/opportunities", chance).await.expect(201);
    assert_eq!(chance["product_ids"], json!([software["id"]]));
    let lead = json!({"name": "Cửa hàng Mai", "email": "mai@cuahang.vn", "product_id": software["id"]});
    let lead = lan.post("/leads", lead).await.expect(201);
    lan.post(&format!("/leads/{}/assign", id(&lead)), json!({"owner_id": lan.user_id})).await.refused(403, "forbidden");
    lan.act(&format!("/leads/{}/claim", id(&lead))).await.expect(200);
    lan.post(&format!("/leads/{}/verify", id(&lead)), json!({"result": "real"})).await.expect(200);
    let conversion = lan.act(&format!("/leads/{}/convert", id(&lead))).await.expect(201);
    let carried = lan.get(&format!("/opportunities/{}", text(&conversion["opportunities"][0], "id"))).await.expect(200);
    assert_eq!(carried["product_ids"], json!([software["id"]]));
}

#[tokio::test]
async fn a_code_is_unique_case_and_diacritics_aside() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    let first = product(&manager, "TRUY-XUẤT").await;
    for twin in ["TRUY-XUẤT", "truy-xuat", " Truy-Xuất "] {
        manager.post("/products", json!({"code": twin, "name": "Khác", "vat_code": "8"})).await.refused(409, "already_exists");
    }
    let other = product(&manager, "TEM").await;
    let path = format!("/products/{}", id(&other));
    manager.patch(&path, 1, json!({"code": "truy-xuat"})).await.refused(409, "already_exists");
    assert_eq!(manager.get(&path).await.expect(200), other);
    let spelled = manager.patch(&format!("/products/{}", id(&first)), 1, json!({"code": "truy-xuat"})).await.expect(200);
    assert_eq!(spelled["code"], "truy-xuat", "its own code may be spelled anew");
    let (one, two) = tokio::join!(
        manager.post("/products", json!({"code": "MOI", "name": "Một", "vat_code": "8"})),
        manager.post("/products", json!({"code": "moi", "name": "Hai", "vat_code": "8"})),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn a_product_is_changed_by_those_who_run_the_catalogue_and_read_by_all_who_sell() {
    let world = World::under("icheck").await;
    let (manager, lan) = (world.user("manager").await, world.user("salesperson").await);
    let reply = manager.post("/products", json!({"code": "QR", "name": "QR Marketing", "vat_code": "not_subject"})).await;
    assert_eq!(reply.header("location").unwrap(), format!("/api/v1/products/{}", id(&reply.body)));
    let made = reply.expect(201);
    assert_eq!((&made["unit_price"], &made["category"], &made["unit"]), (&json!(null), &json!(null), &json!(null)));
    let path = format!("/products/{}", id(&made));
    assert_eq!(lan.get(&path).await.expect(200), made);
    lan.post("/products", json!({"code": "X", "name": "X", "vat_code": "8"})).await.refused(403, "forbidden");
    lan.patch(&path, 1, json!({"name": "X"})).await.refused(403, "forbidden");
    let priced = manager.patch(&path, 1, json!({"unit_price": "1200000", "unit": "gói", "vat_code": "8"})).await.expect(200);
    assert_eq!((&priced["unit_price"], &priced["unit"], version(&priced)), (&json!("1200000"), &json!("gói"), 2));
    manager.patch(&path, 1, json!({"name": "Cũ"})).await.refused(412, "version_mismatch");
    let cleared = manager.patch(&path, 2, json!({"unit_price": null})).await.expect(200);
    assert_eq!(cleared["unit_price"], json!(null));
    let wrong = json!({"code": "", "unit_price": 1, "is_active": "yes", "vat_code": null, "price": "1"});
    let mut faults = manager.patch(&path, 3, wrong).await.faults(422);
    faults.sort();
    let expected = [
        fault("/code", "blank"),
        fault("/is_active", "wrong_type"),
        fault("/price", "unknown_member"),
        fault("/unit_price", "wrong_type"),
        fault("/vat_code", "required"),
    ];
    assert_eq!(faults, expected);
    lan.get("/products/019583a0-7c1e-7b3a-9f00-2f6d3c1a5e10").await.refused(404, "not_found");
}

#[tokio::test]
async fn the_catalogue_is_listed_by_name_and_found_without_diacritics() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    for (code, name) in [("C", "Đóng gói"), ("A", "Tem chống giả"), ("B", "ấn phẩm"), ("D", "100% sạch")] {
        manager.post("/products", json!({"code": code, "name": name, "vat_code": "8"})).await.expect(201);
    }
    assert_eq!(names(&manager.all("/products?limit=2").await), ["100% sạch", "ấn phẩm", "Đóng gói", "Tem chống giả"]);
    assert_eq!(names(&manager.all("/products?sort=-created_at").await)[0], "100% sạch");
    for (q, found) in [("chong+gia", "Tem chống giả"), ("DONG", "Đóng gói"), ("%E1%BA%A5n", "ấn phẩm")] {
        assert_eq!(names(&manager.all(&format!("/products?q={q}")).await), [found], "{q}");
    }
    let gone = manager.all("/products?q=dong").await.remove(0);
    manager.patch(&format!("/products/{}", id(&gone)), 1, json!({"is_active": false})).await.expect(200);
    assert_eq!(manager.all("/products?is_active=true").await.len(), 3);
    assert_eq!(names(&manager.all("/products?is_active=false").await), ["Đóng gói"]);
}

#[tokio::test]
async fn a_wildcard_is_not_one_of_ours() {
    let world = World::under("icheck").await;
    let manager = world.user("manager").await;
    for (code, name) in [("A", "100% sạch"), ("B", "Tem chống giả")] {
        manager.post("/products", json!({"code": code, "name": name, "vat_code": "8"})).await.expect(201);
    }
    assert_eq!(names(&manager.all("/products?q=100%25").await), ["100% sạch"]);
    assert!(manager.all("/products?q=T_m").await.is_empty());
    let by_signs_alone = manager.all("/products?q=%25_%25").await;
    assert!(by_signs_alone.is_empty(), "{by_signs_alone:?}");
}
