//! Values that look random and are the same in every deployment.

/// Mixes the bits of a number, so that neighbours have unrelated results (SplitMix64).
const fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The answer of the record with that number to a question: always the same, but it looks random. `None` if there are no answers.
pub(super) fn pick<'a, T>(number: usize, question: &str, answers: &'a [T]) -> Option<&'a T> {
    let drawn = question.bytes().fold(mix(number as u64), |drawn, letter| mix(drawn ^ u64::from(letter)));
    answers.get((drawn % (answers.len() as u64).max(1)) as usize)
}

/// The same for texts; an empty text means none.
pub(super) fn pick_text<'a>(number: usize, question: &str, answers: &'a [String]) -> Option<&'a str> {
    pick(number, question, answers).map(String::as_str).filter(|text| !text.is_empty())
}

/// Whether the record with that number has something that every second record has.
pub(super) fn is_so(number: usize, question: &str) -> bool {
    pick(number, question, &[true, false]) == Some(&true)
}
