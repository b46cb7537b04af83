use proptest::prelude::*;
use serde_json::{Value, json};

/// Any JSON, with frequent difficult cases: NUL, names used in drafts, numbers at the limits.
pub(crate) fn arbitrary_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("\0".to_owned()),
        Just("name".to_owned()),
        Just("from".to_owned()),
        Just("kind".to_owned()),
        Just("timestamp_ms".to_owned()),
        Just("profile".to_owned()),
        Just("address".to_owned()),
        ".{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop_oneof![Just(json!(1.5)), Just(json!(-0.0)), Just(json!(1e300)), Just(json!(-1e-300))],
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
