//! What looks like chance and is the same in every deployment.

/// Mixes the bits of a number, so that neighbours have nothing in common (SplitMix64).
const fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The answer that the record of that number gives to a question: always the same, and as good as drawn by lot.
pub(super) fn pick<T: Copy>(number: usize, question: &str, answers: &[T]) -> T {
    let drawn = question.bytes().fold(mix(number as u64), |drawn, letter| mix(drawn ^ u64::from(letter)));
    answers[(drawn % answers.len() as u64) as usize]
}
