//! What a file is, judged by its bytes first and by its name second, and what is refused.

use super::zip;

/// The largest picture, in bytes, as it comes in.
pub const IMAGE_MAX: usize = 10 * 1024 * 1024;
/// The largest document, in bytes.
pub const DOCUMENT_MAX: usize = 20 * 1024 * 1024;

/// The kinds of files that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
    /// A WebP picture.
    Webp,
    /// A PDF document.
    Pdf,
    /// A text document of Microsoft Word.
    Docx,
    /// A workbook of Microsoft Excel.
    Xlsx,
    /// Slides of Microsoft PowerPoint.
    Pptx,
    /// A text document of LibreOffice.
    Odt,
    /// A workbook of LibreOffice.
    Ods,
    /// A table as text.
    Csv,
    /// Plain text.
    Txt,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] =
        [Self::Jpeg, Self::Png, Self::Webp, Self::Pdf, Self::Docx, Self::Xlsx, Self::Pptx, Self::Odt, Self::Ods, Self::Csv, Self::Txt];

    /// The media type under which it is served.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Csv => "text/csv",
            Self::Txt => "text/plain",
        }
    }

    /// The ending of its name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Csv => "csv",
            Self::Txt => "txt",
        }
    }

    /// The kind with this media type; parameters do not count.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let name = media_type.split(';').next().unwrap_or("").trim();
        Self::ALL.into_iter().find(|kind| kind.media_type().eq_ignore_ascii_case(name))
    }

    /// The kind that an ending promises.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let lower = extension.to_ascii_lowercase();
        match lower.as_str() {
            "jpeg" | "jpe" => Some(Self::Jpeg),
            other => Self::ALL.into_iter().find(|kind| kind.extension() == other),
        }
    }

    /// True for pictures.
    #[must_use]
    pub fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// The largest size in bytes.
    #[must_use]
    pub fn max_bytes(self) -> usize {
        if self.is_image() { IMAGE_MAX } else { DOCUMENT_MAX }
    }
}

/// Why a file was not taken; each has a sentence of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There are no bytes in it.
    Empty,
    /// Not one of the kinds that are kept.
    Type,
    /// SVG, HTML or XML, which can carry scripts.
    Active,
    /// A program, a script or a document with macros.
    Program,
    /// The name promises something else than the bytes are.
    Mismatch,
    /// Larger than its kind may be; the limit in bytes.
    TooLarge(usize),
    /// More pixels than a picture may have.
    Pixels,
    /// Damaged, or not readable to the end.
    Damaged,
    /// An archive that would unpack to far more than it is.
    Bomb,
    /// Text that is not UTF-8.
    Encoding,
}

impl Refusal {
    /// Locale key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "files-error-empty",
            Self::Type => "files-error-type",
            Self::Active => "files-error-active",
            Self::Program => "files-error-program",
            Self::Mismatch => "files-error-mismatch",
            Self::TooLarge(_) => "files-error-large",
            Self::Pixels => "files-error-pixels",
            Self::Damaged => "files-error-damaged",
            Self::Bomb => "files-error-bomb",
            Self::Encoding => "files-error-encoding",
        }
    }
}

/// Decides what `bytes` called `file_name` are.
///
/// A picture under another picture's ending is taken for what it is, since it is re-encoded anyhow;
/// every other disagreement between name and bytes is refused.
///
/// # Errors
/// Why the file is not taken.
pub fn sniff(bytes: &[u8], file_name: &str) -> Result<Kind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    let promised = file_name.rsplit_once('.').and_then(|(_, extension)| Kind::of_extension(extension.trim()));
    let found = by_magic(bytes)?;
    let kind = match (found, promised) {
        (Some(found), Some(promised)) if found == promised || (found.is_image() && promised.is_image()) => found,
        // Plain text has no magic: the name says whether it is a table.
        (None, Some(promised @ (Kind::Csv | Kind::Txt))) => {
            plain_text(bytes)?;
            promised
        }
        (_, None) => return Err(Refusal::Type),
        _ => return Err(Refusal::Mismatch),
    };
    if bytes.len() > kind.max_bytes() { Err(Refusal::TooLarge(kind.max_bytes())) } else { Ok(kind) }
}

/// The kind that the first bytes show; `None` when they show none that is kept.
fn by_magic(bytes: &[u8]) -> Result<Option<Kind>, Refusal> {
    if is_markup(bytes) {
        return Err(Refusal::Active);
    }
    let programs: [&[u8]; 6] = [b"#!", b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\0asm"];
    if infer::is_app(bytes) || programs.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(Refusal::Program);
    }
    if bytes.starts_with(b"PK") {
        return zip::office_kind(bytes).map(Some);
    }
    Ok(match infer::get(bytes).map(|found| found.mime_type()) {
        Some("image/jpeg") => Some(Kind::Jpeg),
        Some("image/png") => Some(Kind::Png),
        Some("image/webp") => Some(Kind::Webp),
        Some("application/pdf") => Some(Kind::Pdf),
        _ => None,
    })
}

/// True for HTML, SVG and XML, whatever white space, marks or comments stand before the first element.
fn is_markup(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(2048)).unwrap_or(bytes);
    let text: String = String::from_utf8_lossy(head).chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}' && *c != '\0').collect();
    let lower = text.to_ascii_lowercase();
    let begins = ["<!doctype", "<html", "<svg", "<?xml", "<script", "<!--", "<head", "<body", "<iframe", "<math", "<!entity"];
    begins.iter().any(|mark| lower.starts_with(mark))
        || ["<svg", "<html", "<script"].iter().any(|mark| lower.starts_with('<') && lower.contains(mark))
}

/// Accepts UTF-8 without control characters that no text has.
fn plain_text(bytes: &[u8]) -> Result<(), Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::Encoding)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) { Err(Refusal::Mismatch) } else { Ok(()) }
}

/// The name that people see: the last part of what the browser sent, without control characters, cut to 120 characters.
#[must_use]
pub fn shown_name(file_name: &str, kind: Kind) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or("");
    let clean = ratusha_platform::text::clean_line(last);
    let stem = clean.rsplit_once('.').map_or(clean.as_str(), |(stem, _)| stem).trim_matches(['.', ' ']);
    let stem: String = stem.chars().take(120).collect();
    let stem = if stem.is_empty() { "file".to_owned() } else { stem };
    format!("{stem}.{}", kind.extension())
}

/// The name in the address: Latin letters, digits and hyphens.
#[must_use]
pub fn address_name(shown: &str, kind: Kind) -> String {
    let stem = shown.rsplit_once('.').map_or(shown, |(stem, _)| stem);
    let slug = ratusha_platform::text::slug(stem);
    let slug = if slug.is_empty() { "file".to_owned() } else { slug };
    format!("{slug}.{}", kind.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r25_names_never_lead_anywhere() {
        assert_eq!(shown_name("../../etc/passwd.png", Kind::Png), "passwd.png");
        assert_eq!(shown_name("C:\\Users\\me\\Звіт\u{202e}gpj.pdf", Kind::Pdf), "Звітgpj.pdf");
        assert_eq!(shown_name("..", Kind::Txt), "file.txt");
        assert_eq!(address_name("Паспорт практики.pdf", Kind::Pdf), "pasport-praktyky.pdf");
        assert_eq!(address_name("///.png", Kind::Jpeg), "file.jpg");
    }

    #[test]
    fn r25_what_can_carry_a_script_is_refused_under_any_name() {
        for (bytes, name) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(), "photo.png"),
            (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", "photo.jpg"),
            (b"<!-- x --><html><script>1</script>", "photo.jpg"),
            (b"<html><body>", "page.txt"),
            (b"<a><script>alert(1)</script>", "notes.csv"),
            (b"<svg/>", "logo.svg"),
        ] {
            assert_eq!(sniff(bytes, name), Err(Refusal::Active), "{name}");
        }
    }

    #[test]
    fn r25_programs_unknown_kinds_and_false_names_are_refused() {
        assert_eq!(sniff(b"MZ\x90\x00\x03\x00\x00\x00", "setup.pdf"), Err(Refusal::Program));
        assert_eq!(sniff(b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", "a.txt"), Err(Refusal::Program));
        assert_eq!(sniff(b"#!/bin/sh\nrm -rf /\n", "a.txt"), Err(Refusal::Program));
        assert_eq!(sniff(b"GIF89a......", "a.gif"), Err(Refusal::Type));
        assert_eq!(sniff(b"%PDF-1.7\n", "a.txt"), Err(Refusal::Mismatch));
        assert_eq!(sniff(b"a;b;c\n1;2;3\n", "a.pdf"), Err(Refusal::Mismatch));
        assert_eq!(sniff(b"a\0b", "a.txt"), Err(Refusal::Mismatch));
        assert_eq!(sniff(&[0xcf, 0xf0, 0xe8, 0xe2], "a.csv"), Err(Refusal::Encoding));
        assert_eq!(sniff(b"", "a.csv"), Err(Refusal::Empty));
        assert_eq!(sniff(b"\xef\xbb\xbf\xd0\x90;\xd0\x91\n", "a.csv"), Ok(Kind::Csv));
        assert_eq!(sniff(b"%PDF-1.7\n", "a.PDF"), Ok(Kind::Pdf));
        assert_eq!(sniff(&vec![b'a'; DOCUMENT_MAX + 1], "a.txt"), Err(Refusal::TooLarge(DOCUMENT_MAX)));
    }
}
