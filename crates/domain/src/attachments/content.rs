use super::FileType::{self, Csv, Doc, Docx, Gif, Jpeg, M4a, Mp3, Mp4, Ogg, Pdf, Png, Pptx, Text, Wav, Webp, Xls, Xlsx, Zip};
use super::container;

/// Collects facts about the content of a file while it is streamed: enough to detect its type, never the whole file.
#[derive(Debug, Default)]
pub struct Content {
    size: u64,
    head: Vec<u8>,
    end: Vec<u8>,
    text: Utf8,
    compound: Compound,
}

/// How many bytes of the beginning are kept: the signature, and the size of most images.
const HEAD: usize = 1 << 16;

/// How many bytes of the beginning of a text show whether it is markup or a script.
const OPENING: usize = 1 << 10;

/// The signature of compound files, the format of old Office documents.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The harmless file for testing virus scanners.
const TEST_VIRUS: &[u8] = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE";

/// Maximum width and height of images in pixels.
const LARGEST_SIDE: usize = 16_384;

impl Content {
    /// Processes the next piece.
    pub fn see(&mut self, piece: &[u8]) {
        self.size += piece.len() as u64;
        let of_head = piece.len().min(HEAD - self.head.len());
        self.head.extend_from_slice(&piece[..of_head]);
        self.see_end(piece);
        self.text.see(piece);
        let known = self.head.len().min(COMPOUND.len());
        if self.head[..known] == COMPOUND[..known] {
            self.compound.see(piece);
        }
    }

    fn see_end(&mut self, piece: &[u8]) {
        let kept = if self.head.starts_with(b"PK") { container::LOOKED_AT } else { container::RECORD };
        self.end.extend_from_slice(piece);
        // Surplus bytes are removed from time to time, not for each piece.
        if self.end.len() > 2 * kept {
            self.end.drain(..self.end.len() - kept);
        }
    }

    /// The size in bytes.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The possible types of the content, most likely first. Empty if none is allowed.
    pub fn file_types(&self) -> Vec<FileType> {
        if self.head.starts_with(b"PK") {
            return container::parts(&self.end, self.size).map(|parts| of_container(&parts)).unwrap_or_default();
        }
        // A file that is one type by its beginning and a container by its end is probably malicious.
        if container::ends_as_container(&self.end) {
            return Vec::new();
        }
        if self.head.starts_with(COMPOUND) {
            return self.compound.file_types();
        }
        let signed = self.signed();
        if signed.is_empty() && self.text.is_whole() && !is_markup_or_script(&self.head) {
            vec![Text, Csv]
        } else {
            signed.to_vec()
        }
    }

    /// The types given by the signature.
    fn signed(&self) -> &'static [FileType] {
        match infer::get(&self.head).map_or("", |kind| kind.mime_type()) {
            "image/png" => &[Png],
            "image/jpeg" => &[Jpeg],
            "image/gif" => &[Gif],
            "image/webp" => &[Webp],
            // Readers accept this signature also further on in a file. Then other content could precede it.
            "application/pdf" if self.head.starts_with(b"%PDF-") => &[Pdf],
            "audio/mpeg" => &[Mp3],
            "audio/x-wav" => &[Wav],
            "audio/m4a" => &[M4a, Mp4],
            "audio/ogg" | "audio/opus" => &[Ogg],
            "video/mp4" => &[Mp4, M4a],
            _ => &[],
        }
    }

    /// The code of any other rule that the content violates.
    pub fn objection(&self) -> Option<&'static str> {
        let is_harmful = self.head[..self.head.len().min(OPENING)].windows(TEST_VIRUS.len()).any(|piece| piece == TEST_VIRUS);
        let is_vast = || {
            let size = imagesize::blob_size(&self.head).ok();
            size.is_some_and(|size| size.width > LARGEST_SIDE || size.height > LARGEST_SIDE)
        };
        if is_harmful {
            return Some("harmful_content");
        }
        is_vast().then_some("image_too_large")
    }
}

/// Office documents are containers with parts of known names. A document with macros is not what its type says.
fn of_container(parts: &[&[u8]]) -> Vec<FileType> {
    let is_document = parts.contains(&&b"[Content_Types].xml"[..]) && !parts.iter().any(|name| name.ends_with(b"vbaProject.bin"));
    let kinds = [(&b"word/"[..], Docx), (b"xl/", Xlsx), (b"ppt/", Pptx)];
    let kind = kinds.into_iter().find(|(folder, _)| parts.iter().any(|name| name.starts_with(folder)));
    kind.filter(|_| is_document).map(|(_, kind)| kind).into_iter().chain([Zip]).collect()
}

/// HTML, SVG and other XML start with `<`, scripts with `#!`.
fn is_markup_or_script(head: &[u8]) -> bool {
    let opening = String::from_utf8_lossy(&head[..head.len().min(OPENING)]);
    let opening = opening.trim_start_matches('\u{feff}').trim_start();
    opening.starts_with('<') || opening.starts_with("#!")
}

/// Control characters, except those for lines, pages and colours.
const fn is_of_no_text(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c' | b'\x1b')
}

/// Whether the content so far is UTF-8 text without control characters such as NUL.
#[derive(Debug, Default)]
struct Utf8 {
    is_broken: bool,
    /// The first bytes of a character that continues in the next piece.
    unfinished: Vec<u8>,
}

impl Utf8 {
    fn see(&mut self, piece: &[u8]) {
        if self.is_broken {
            return;
        }
        let mut rest = piece;
        while !self.unfinished.is_empty() && !rest.is_empty() {
            self.unfinished.push(rest[0]);
            rest = &rest[1..];
            match std::str::from_utf8(&self.unfinished) {
                Ok(_) => self.unfinished.clear(),
                Err(fault) if fault.error_len().is_some() => self.is_broken = true,
                Err(_) => {}
            }
            if self.is_broken {
                return;
            }
        }
        self.is_broken = rest.iter().any(|byte| is_of_no_text(*byte));
        match std::str::from_utf8(rest) {
            Err(fault) if fault.error_len().is_some() => self.is_broken = true,
            Err(fault) => self.unfinished = rest[fault.valid_up_to()..].to_vec(),
            Ok(_) => {}
        }
    }

    fn is_whole(&self) -> bool {
        !self.is_broken && self.unfinished.is_empty()
    }
}

/// The directory of a compound file (MS-CFB 2.6): entries of 128 bytes. Some of them name the content.
#[derive(Debug, Default)]
struct Compound {
    unfinished: Vec<u8>,
    is_document: bool,
    is_workbook: bool,
}

const DIRECTORY_ENTRY: usize = 128;

impl Compound {
    fn see(&mut self, piece: &[u8]) {
        let missing = (DIRECTORY_ENTRY - self.unfinished.len()).min(piece.len());
        self.unfinished.extend_from_slice(&piece[..missing]);
        if self.unfinished.len() < DIRECTORY_ENTRY {
            return;
        }
        let first = std::mem::take(&mut self.unfinished);
        self.see_entry(&first);
        let entries = piece[missing..].chunks_exact(DIRECTORY_ENTRY);
        self.unfinished = entries.remainder().to_vec();
        entries.for_each(|entry| self.see_entry(entry));
    }

    fn see_entry(&mut self, entry: &[u8]) {
        self.is_document |= is_stream(entry, "WordDocument");
        self.is_workbook |= is_stream(entry, "Workbook") || is_stream(entry, "Book");
    }

    /// A document can contain a workbook and vice versa.
    fn file_types(&self) -> Vec<FileType> {
        [(self.is_document, Doc), (self.is_workbook, Xls)].into_iter().filter(|(is, _)| *is).map(|(_, kind)| kind).collect()
    }
}

/// Whether a directory entry is a stream with this name: the name in UTF-16, its length including the terminating zero, and the
/// kind.
fn is_stream(entry: &[u8], name: &str) -> bool {
    let mut spelled = [0; 64];
    let letters = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes);
    let length = letters.zip(spelled.iter_mut()).map(|(byte, place)| *place = byte).count();
    entry.starts_with(&spelled[..length]) && usize::from(entry[64]) == length && entry[65] == 0 && entry[66] == 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::container::tests::container;
    use super::*;

    fn content(pieces: &[&[u8]]) -> Content {
        let mut content = Content::default();
        pieces.iter().for_each(|piece| content.see(piece));
        content
    }

    fn types(file: &[u8]) -> Vec<FileType> {
        content(&[file]).file_types()
    }

    /// A compound file with these streams, reduced to what is examined.
    fn compound(streams: &[&str]) -> Vec<u8> {
        let mut file = [COMPOUND, &[0; 512 - 8]].concat();
        for name in streams {
            let spelled: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut entry = [0; 128];
            entry[..spelled.len()].copy_from_slice(&spelled);
            entry[64] = u8::try_from(spelled.len() + 2).unwrap_or_default();
            entry[66] = 2;
            file.extend(entry);
        }
        file
    }

    #[test]
    fn content_is_known_by_what_it_shows() {
        assert_eq!(types(b"\x89PNG\r\n\x1a\n...."), [Png]);
        assert_eq!(types(b"\xff\xd8\xff\xe0 JFIF"), [Jpeg]);
        assert_eq!(types(b"GIF89a;;;;"), [Gif]);
        assert_eq!(types(b"RIFF\0\0\0\0WEBPVP8 "), [Webp]);
        assert_eq!(types(b"RIFF\0\0\0\0WAVEfmt "), [Wav]);
        assert_eq!(types(b"%PDF-1.7\n1 0 obj"), [Pdf]);
        assert_eq!(types(b"ID3\x04\0\0\0"), [Mp3]);
        assert_eq!(types(b"OggS\0\x02\0\0"), [Ogg]);
        assert_eq!(types(b"\0\0\0\x20ftypisom\0\0\x02\0"), [Mp4, M4a]);
        assert_eq!(types(b"\0\0\0\x20ftypM4A \0\0\x02\0"), [M4a, Mp4]);
        assert_eq!(types("tên;số\nHoa Sen;1".as_bytes()), [Text, Csv]);
        assert_eq!(types(b"BM is how this text begins"), [Text, Csv]);
    }

    #[test]
    fn office_documents_are_known_by_their_parts() {
        let document = |folder: &str| types(&container(&["[Content_Types].xml", &format!("{folder}/x.xml")]));
        assert_eq!((document("word"), document("xl"), document("ppt")), (vec![Docx, Zip], vec![Xlsx, Zip], vec![Pptx, Zip]));
        assert_eq!(types(&container(&["word/document.xml", "anh.png"])), [Zip]);
        assert_eq!(types(&container(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"])), [Zip]);
        assert_eq!(types(&compound(&["Root", "WordDocument"])), [Doc]);
        assert_eq!(types(&compound(&["Workbook"])), [Xls]);
        assert_eq!(types(&compound(&["WordDocument", "Workbook"])), [Doc, Xls]);
        assert_eq!(types(&compound(&["VisioDocument"])), []);
    }

    #[test]
    fn what_is_not_taken_is_not_known() {
        let not_taken: [&[u8]; 12] = [
            b"MZ\x90\0\x03\0\0\0",
            b"\x7fELF\x02\x01\x01",
            b"<!DOCTYPE html><script>",
            b"\xef\xbb\xbf  <html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<?xml version='1.0'?><svg/>",
            b"#!/bin/sh\nrm -rf /",
            b"a\0b",
            b"\xff\xfea\0b\0",
            b"gi\xe1 b\xe1n",
            b"junk in front %PDF-1.7 \0",
            b"PK\x03\x04 cut",
        ];
        for file in not_taken {
            assert_eq!(types(file), [], "{:?}", String::from_utf8_lossy(file));
        }
        let two_in_one = [b"%PDF-1.7\n".to_vec(), container(&["a.txt"])].concat();
        assert_eq!(types(&two_in_one), [], "a PDF from the front, a ZIP from the end");
        let shifted = [b"PK\x03\x04".to_vec(), container(&["a.txt"])].concat();
        assert_eq!(types(&shifted), [], "something stands in front of the container");
    }

    #[test]
    fn what_would_harm_is_objected_to() {
        let test_virus = [b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$".as_slice(), TEST_VIRUS, b"!$H+H*"].concat();
        assert_eq!(content(&[&test_virus]).objection(), Some("harmful_content"));
        let picture = |side: u32| {
            let size = side.to_be_bytes();
            [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &size, &size, &[8, 2, 0, 0, 0]].concat()
        };
        assert_eq!(content(&[&picture(16_384)]).objection(), None);
        assert_eq!(content(&[&picture(16_385)]).objection(), Some("image_too_large"));
        assert_eq!(content(&[b"%PDF-1.7"]).objection(), None);
    }

    #[test]
    fn little_is_kept_of_much() {
        let mut content = Content::default();
        let piece = [b'x'; 1 << 16];
        (0..1_000).for_each(|_| content.see(&piece));
        assert_eq!((content.size(), content.file_types()), (1_000 << 16, vec![Text, Csv]));
        assert!(content.head.len() + content.end.len() < 1 << 18);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(cuts in proptest::collection::vec(1..200_usize, 0..20), which in 0..5_usize) {
            let files = [
                "tên;số\nHoa Sen;1 ằẵệ\u{1f600}".repeat(9).into_bytes(),
                [compound(&["Root", "Workbook"]), vec![1; 300]].concat(),
                container(&["[Content_Types].xml", "word/document.xml"]),
                b"gi\xe1 b\xe1n".repeat(30),
                b"%PDF-1.4".repeat(40),
            ];
            let file = &files[which];
            let (mut content, mut rest) = (Content::default(), file.as_slice());
            for cut in cuts {
                let (piece, behind) = rest.split_at(cut.min(rest.len()));
                content.see(piece);
                rest = behind;
            }
            content.see(rest);
            prop_assert_eq!(content.size(), file.len() as u64);
            prop_assert_eq!(content.file_types(), types(file));
        }

        #[test]
        fn whatever_comes_is_borne(file: Vec<u8>) {
            let content = content(&[&file]);
            let _ = (content.file_types(), content.objection());
        }
    }
}
