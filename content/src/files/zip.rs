//! Reads the table of contents of an office file, never its contents: what it is, and whether it is a bomb.

use super::kind::{Kind, Refusal};

/// More entries than any office file has.
const ENTRIES_MAX: usize = 10_000;
/// Refused when it would unpack to more than this many bytes.
const UNPACKED_MAX: u64 = 200 * 1024 * 1024;
/// Refused when it would unpack to more than this many times its size.
const RATIO_MAX: u64 = 100;

struct Entry {
    name: String,
    unpacked: u64,
}

/// Which office file `bytes` are.
///
/// # Errors
/// [`Refusal::Damaged`] when the table of contents cannot be read or something stands before or after the
/// archive, [`Refusal::Bomb`], [`Refusal::Program`] for macros, [`Refusal::Mismatch`] for any other archive.
pub fn office_kind(bytes: &[u8]) -> Result<Kind, Refusal> {
    let entries = entries(bytes).ok_or(Refusal::Damaged)?;
    let total = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.unpacked));
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if total > UNPACKED_MAX || total > packed.saturating_mul(RATIO_MAX) {
        return Err(Refusal::Bomb);
    }
    if entries
        .iter()
        .any(|entry| entry.name.ends_with("vbaProject.bin") || entry.name.starts_with("Basic/") || entry.name.starts_with("Scripts/"))
    {
        return Err(Refusal::Program);
    }
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    if has("[Content_Types].xml") {
        let parts = [("word/document.xml", Kind::Docx), ("xl/workbook.xml", Kind::Xlsx), ("ppt/presentation.xml", Kind::Pptx)];
        return parts.into_iter().find(|(name, _)| has(name)).map(|(_, kind)| kind).ok_or(Refusal::Mismatch);
    }
    // OpenDocument puts its media type first and unpacked, right behind the first local header.
    let declared = bytes.get(30..).unwrap_or_default();
    [Kind::Odt, Kind::Ods]
        .into_iter()
        .find(|kind| {
            declared
                .strip_prefix(b"mimetype")
                .and_then(|rest| rest.strip_prefix(kind.media_type().as_bytes()))
                .is_some_and(|rest| rest.starts_with(b"PK"))
        })
        .ok_or(Refusal::Mismatch)
}

/// The central directory; `None` unless the archive begins and ends with the file.
fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let tail_from = bytes.len().saturating_sub(22 + 65_535);
    let end = bytes.get(tail_from..)?.windows(4).rposition(|window| window == b"PK\x05\x06")? + tail_from;
    let comment = usize::from(u16_at(bytes, end + 20)?);
    if end + 22 + comment != bytes.len() || !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let count = usize::from(u16_at(bytes, end + 10)?);
    let size = usize::try_from(u32_at(bytes, end + 12)?).ok()?;
    let offset = usize::try_from(u32_at(bytes, end + 16)?).ok()?;
    if count == 0 || count > ENTRIES_MAX || offset.checked_add(size)? != end {
        return None;
    }
    let mut list = Vec::with_capacity(count);
    let mut at = offset;
    for _ in 0..count {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let unpacked = u64::from(u32_at(bytes, at + 24)?);
        let name_len = usize::from(u16_at(bytes, at + 28)?);
        let extra_len = usize::from(u16_at(bytes, at + 30)?);
        let comment_len = usize::from(u16_at(bytes, at + 32)?);
        let name = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name_len)?).into_owned();
        list.push(Entry { name, unpacked });
        at = at + 46 + name_len + extra_len + comment_len;
    }
    (at == end).then_some(list)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A stored (not compressed) archive whose table of contents may lie about sizes.
    pub fn archive(entries: &[(&str, &[u8], Option<u32>)]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        for (name, body, claimed) in entries {
            let offset = out.len() as u32;
            let size = body.len() as u32;
            let claimed = claimed.unwrap_or(size);
            out.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
            out.extend_from_slice(&size.to_le_bytes());
            out.extend_from_slice(&claimed.to_le_bytes());
            out.extend_from_slice(&(name.len() as u16).to_le_bytes());
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(body);
            directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
            directory.extend_from_slice(&size.to_le_bytes());
            directory.extend_from_slice(&claimed.to_le_bytes());
            directory.extend_from_slice(&(name.len() as u16).to_le_bytes());
            directory.extend_from_slice(&[0; 12]);
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(name.as_bytes());
        }
        let offset = out.len() as u32;
        let count = (entries.len() as u16).to_le_bytes();
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&count);
        out.extend_from_slice(&count);
        out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(&[0, 0]);
        out
    }

    #[test]
    fn office_files_are_told_apart_without_unpacking() {
        let docx = archive(&[("[Content_Types].xml", b"<Types/>", None), ("word/document.xml", b"<w/>", None)]);
        assert_eq!(office_kind(&docx), Ok(Kind::Docx));
        let xlsx = archive(&[("xl/workbook.xml", b"<w/>", None), ("[Content_Types].xml", b"<Types/>", None)]);
        assert_eq!(office_kind(&xlsx), Ok(Kind::Xlsx));
        let odt = archive(&[("mimetype", b"application/vnd.oasis.opendocument.text", None), ("content.xml", b"<x/>", None)]);
        assert_eq!(office_kind(&odt), Ok(Kind::Odt));
        assert_eq!(office_kind(&archive(&[("a.txt", b"a", None)])), Err(Refusal::Mismatch));
    }

    #[test]
    fn r25_a_bomb_a_macro_and_a_polyglot_are_refused() {
        let bomb = archive(&[("[Content_Types].xml", b"<Types/>", None), ("word/document.xml", b"<w/>", Some(4_000_000_000))]);
        assert_eq!(office_kind(&bomb), Err(Refusal::Bomb));
        let dense = archive(&[("[Content_Types].xml", b"<Types/>", None), ("word/document.xml", b"<w/>", Some(1_000_000))]);
        assert_eq!(office_kind(&dense), Err(Refusal::Bomb));
        let macros = archive(&[
            ("[Content_Types].xml", b"<Types/>", None),
            ("word/document.xml", b"<w/>", None),
            ("word/vbaProject.bin", b"x", None),
        ]);
        assert_eq!(office_kind(&macros), Err(Refusal::Program));
        let mut tail = archive(&[("[Content_Types].xml", b"<Types/>", None), ("word/document.xml", b"<w/>", None)]);
        tail.extend_from_slice(b"<script>alert(1)</script>");
        assert_eq!(office_kind(&tail), Err(Refusal::Damaged));
        assert_eq!(office_kind(b"PK\x03\x04"), Err(Refusal::Damaged));
        assert_eq!(office_kind(b"PK\x05\x06"), Err(Refusal::Damaged));
    }
}
