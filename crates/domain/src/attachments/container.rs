//! Reads the table of contents of a ZIP container (APPNOTE 4.3). Nothing is unpacked, so a ZIP bomb does no harm.

/// Maximum length of the comment after the end record.
const COMMENT: usize = 0xffff;
/// Length of the end record without its comment.
const END: usize = 22;
/// Length of a table entry without its names and comment.
const ENTRY: usize = 46;

/// The end record is within this many bytes from the end of a file.
pub const RECORD: usize = END + COMMENT;
/// How many bytes from the end of a container are examined: the end record, and a table of up to 1 MiB.
pub const LOOKED_AT: usize = RECORD + (1 << 20);

/// Maximum number of parts of a container.
const MOST_PARTS: usize = 10_000;

/// Whether the file with this end can be read as a container.
pub fn ends_as_container(end: &[u8]) -> bool {
    record_at(end).is_some()
}

/// The position of the end record. Its comment must end exactly at the end of the file.
fn record_at(end: &[u8]) -> Option<usize> {
    let last = end.len().checked_sub(END)?;
    let reaches_the_end = |at: usize| number(end, at + 20, 2).is_some_and(|comment| at + END + comment == end.len());
    (last.saturating_sub(COMMENT)..=last).rev().find(|at| end[*at..].starts_with(b"PK\x05\x06") && reaches_the_end(*at))
}

/// The names of the parts. `None` if the table of contents is incomplete or not at the position given in the end record: no
/// data may precede a container.
pub fn parts(end: &[u8], size: u64) -> Option<Vec<&[u8]>> {
    let record = record_at(end)?;
    let (count, length, offset) = (number(end, record + 10, 2)?, number(end, record + 12, 4)?, number(end, record + 16, 4)?);
    let unseen = usize::try_from(size).ok()?.checked_sub(end.len())?;
    let table = end.get(offset.checked_sub(unseen)?..record)?.get(..length)?;
    if count > MOST_PARTS {
        return None;
    }
    let (mut names, mut rest) = (Vec::with_capacity(count), table);
    for _ in 0..count {
        let (name, behind) = entry(rest)?;
        names.push(name);
        rest = behind;
    }
    rest.is_empty().then_some(names)
}

/// The name in the first entry of a table, and the rest of the table.
fn entry(table: &[u8]) -> Option<(&[u8], &[u8])> {
    if !table.starts_with(b"PK\x01\x02") {
        return None;
    }
    let (name, extra, comment) = (number(table, 28, 2)?, number(table, 30, 2)?, number(table, 32, 2)?);
    Some((table.get(ENTRY..ENTRY + name)?, table.get(ENTRY + name + extra + comment..)?))
}

/// A little-endian number of `length` bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let digits = bytes.get(at..at + length)?;
    Some(digits.iter().rev().fold(0, |number, digit| number << 8 | usize::from(*digit)))
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A container with empty parts.
    pub fn container(names: &[&str]) -> Vec<u8> {
        let (mut file, mut table) = (Vec::new(), Vec::new());
        for name in names {
            let length = u16::try_from(name.len()).unwrap_or_default().to_le_bytes();
            let at = u32::try_from(file.len()).unwrap_or_default().to_le_bytes();
            file.extend([b"PK\x03\x04\x14\0\0\0\0\0".as_slice(), &[0; 16], &length, &[0; 2], name.as_bytes()].concat());
            table.extend([b"PK\x01\x02\x14\0\x14\0".as_slice(), &[0; 20], &length, &[0; 12], &at, name.as_bytes()].concat());
        }
        let count = u16::try_from(names.len()).unwrap_or_default().to_le_bytes();
        let (length, at) = (u32::try_from(table.len()).unwrap_or_default(), u32::try_from(file.len()).unwrap_or_default());
        let numbers = [&count[..], &count, &length.to_le_bytes(), &at.to_le_bytes(), &[0; 2]].concat();
        [file, table, b"PK\x05\x06\0\0\0\0".to_vec(), numbers].concat()
    }

    fn names_of(file: &[u8]) -> Option<Vec<&[u8]>> {
        parts(file, file.len() as u64)
    }

    #[test]
    fn a_container_tells_its_parts() {
        let file = container(&["[Content_Types].xml", "word/document.xml"]);
        assert_eq!(names_of(&file), Some(vec![&b"[Content_Types].xml"[..], b"word/document.xml"]));
        assert_eq!(names_of(&container(&[])), Some(vec![]));
    }

    #[test]
    fn only_the_end_has_to_be_seen() {
        let file = [vec![7; 100], container(&["a.txt"])].concat();
        assert_eq!(parts(&file[90..], file.len() as u64), None, "the table does not stand where the record says");
        let whole = container(&["a.txt", "b.txt"]);
        assert_eq!(parts(&whole[10..], whole.len() as u64).map(|parts| parts.len()), Some(2));
        assert_eq!(parts(&whole[whole.len() - 40..], whole.len() as u64), None, "the table begins before what is seen");
    }

    #[test]
    fn what_is_cut_or_continued_is_no_container() {
        let file = container(&["a.txt"]);
        assert!(ends_as_container(&file) && ends_as_container(&[b"%PDF-1.7".to_vec(), file.clone()].concat()));
        for broken in [&file[..file.len() - 1], &[&file[..], b"x"].concat(), b"", b"PK\x05\x06"] {
            assert!(!ends_as_container(broken) && names_of(broken).is_none());
        }
        let mut too_many = file;
        let count = too_many.len() - 12;
        too_many[count..count + 2].copy_from_slice(&[0xff, 0xff]);
        assert_eq!(names_of(&too_many), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_borne(bytes: Vec<u8>, size: u64, at in 0..200_usize, byte: u8) {
            let _ = parts(&bytes, size);
            let mut file = container(&["[Content_Types].xml", "xl/workbook.xml"]);
            let at = at.min(file.len() - 1);
            file[at] = byte;
            let _ = names_of(&file);
        }
    }
}
