//! Decodes a picture within limits and encodes it anew, so that nothing of the sender's file is served.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, codecs::jpeg::JpegEncoder, codecs::webp::WebPEncoder,
    imageops::FilterType,
};

use super::kind::{Kind, Refusal};

/// The most pixels a picture may have as it comes in.
const PIXELS_MAX: u64 = 40_000_000;
/// The most memory its decoder may take, in bytes.
const MEMORY_MAX: u64 = 256 * 1024 * 1024;
/// The longer side of the picture as it is kept, in pixels.
pub const SIDE: u32 = 1600;
/// The longer side of its small form, in pixels.
pub const THUMB_SIDE: u32 = 480;
const QUALITY: u8 = 82;

/// One encoded form of a picture.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// JPEG or WebP.
    pub kind: Kind,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Both forms of a picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// At most [`SIDE`] pixels long.
    pub full: Encoded,
    /// At most [`THUMB_SIDE`] pixels long.
    pub thumb: Encoded,
}

/// Decodes `bytes` and makes both forms; takes a second of a processor, so it belongs on a blocking thread.
///
/// The turn that a camera noted in EXIF is carried out; all metadata stays behind.
///
/// # Errors
/// [`Refusal::Pixels`] before a large picture is unpacked, [`Refusal::Damaged`] for what cannot be decoded.
pub fn process(bytes: &[u8], kind: Kind) -> Result<Picture, Refusal> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Webp => ImageFormat::WebP,
        _ => return Err(Refusal::Type),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY_MAX {
        return Err(Refusal::Pixels);
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    image.apply_orientation(orientation);
    let image = plain(image);
    Ok(Picture { full: encode(&shrink(&image, SIDE), kind)?, thumb: encode(&shrink(&image, THUMB_SIDE), kind)? })
}

fn refusal(error: image::ImageError) -> Refusal {
    match error {
        image::ImageError::Limits(_) => Refusal::Pixels,
        _ => Refusal::Damaged,
    }
}

/// Eight bits a channel, and an alpha channel only where something shows through.
fn plain(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        let rgba = image.into_rgba8();
        if rgba.pixels().any(|pixel| pixel.0.last().is_some_and(|alpha| *alpha != u8::MAX)) {
            return DynamicImage::ImageRgba8(rgba);
        }
        return DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(rgba).into_rgb8());
    }
    DynamicImage::ImageRgb8(image.into_rgb8())
}

fn shrink(image: &DynamicImage, side: u32) -> DynamicImage {
    if image.width() <= side && image.height() <= side { image.clone() } else { image.resize(side, side, FilterType::CatmullRom) }
}

/// Photographs become JPEG; drawings and whatever has see-through parts become lossless WebP where that is smaller or needed.
fn encode(image: &DynamicImage, source: Kind) -> Result<Encoded, Refusal> {
    let (width, height) = (image.width(), image.height());
    let webp = || {
        let mut bytes = Vec::new();
        WebPEncoder::new_lossless(&mut bytes)
            .write_image(image.as_bytes(), width, height, image.color().into())
            .map_err(|_| Refusal::Damaged)?;
        Ok(Encoded { kind: Kind::Webp, bytes, width, height })
    };
    if image.color().has_alpha() {
        return webp();
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(image.as_bytes(), width, height, image.color().into())
        .map_err(|_| Refusal::Damaged)?;
    let jpeg = Encoded { kind: Kind::Jpeg, bytes, width, height };
    if source == Kind::Jpeg {
        return Ok(jpeg);
    }
    let lossless = webp()?;
    Ok(if lossless.bytes.len() <= jpeg.bytes.len() { lossless } else { jpeg })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A small photograph-like picture, encoded as `format`.
    pub fn sample(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let image =
            image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, ((x * y) % 256) as u8]));
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// The header of a PNG that claims `width` x `height` and holds next to nothing.
    pub fn png_bomb(width: u32, height: u32) -> Vec<u8> {
        let mut out = sample(1, 1, ImageFormat::Png);
        out.splice(16..20, width.to_be_bytes());
        out.splice(20..24, height.to_be_bytes());
        let crc = crc32(&out[12..29]);
        out.splice(29..33, crc.to_be_bytes());
        out
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes
            .iter()
            .fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 }))
    }

    /// Puts an EXIF block with a camera's name and an orientation into a JPEG.
    pub fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0");
        tiff.extend_from_slice(&[orientation, 0, 0, 0]);
        tiff.extend_from_slice(b"\x0f\x01\x02\0\x08\0\0\0\x26\0\0\0\0\0\0\0SECRETS\0");
        let mut block = b"Exif\0\0".to_vec();
        block.extend_from_slice(&tiff);
        let mut out = jpeg[..2].to_vec();
        out.extend_from_slice(&[0xff, 0xe1]);
        out.extend_from_slice(&((block.len() + 2) as u16).to_be_bytes());
        out.extend_from_slice(&block);
        out.extend_from_slice(&jpeg[2..]);
        out
    }

    #[test]
    fn r25_exif_is_dropped_and_its_turn_is_carried_out() {
        let source = with_exif(&sample(60, 40, ImageFormat::Jpeg), 6);
        assert!(source.windows(7).any(|w| w == b"SECRETS"));
        let picture = process(&source, Kind::Jpeg).unwrap();
        assert_eq!((picture.full.width, picture.full.height), (40, 60));
        for bytes in [&picture.full.bytes, &picture.thumb.bytes] {
            assert!(!bytes.windows(7).any(|w| w == b"SECRETS"));
            assert!(!bytes.windows(4).any(|w| w == b"Exif"));
        }
    }

    #[test]
    fn s26_a_pixel_bomb_is_refused_before_it_is_unpacked() {
        assert_eq!(process(&png_bomb(20_000, 20_000), Kind::Png).unwrap_err(), Refusal::Pixels);
        assert_eq!(process(&png_bomb(u32::MAX >> 1, u32::MAX >> 1), Kind::Png).unwrap_err(), Refusal::Pixels);
        assert_eq!(process(&png_bomb(100, 100), Kind::Png).unwrap_err(), Refusal::Damaged);
    }

    #[test]
    fn r25_a_polyglot_loses_its_second_nature() {
        let mut source = sample(30, 30, ImageFormat::Jpeg);
        source.extend_from_slice(b"<script>alert(1)</script>PK\x03\x04");
        let picture = process(&source, Kind::Jpeg).unwrap();
        assert!(!picture.full.bytes.windows(7).any(|w| w == b"<script"));
    }

    #[test]
    fn large_pictures_shrink_and_see_through_ones_stay_so() {
        let picture = process(&sample(2000, 1000, ImageFormat::Jpeg), Kind::Jpeg).unwrap();
        assert_eq!((picture.full.width, picture.full.height), (1600, 800));
        assert_eq!((picture.thumb.width, picture.thumb.height), (480, 240));
        let mut out = Cursor::new(Vec::new());
        image::RgbaImage::from_pixel(20, 20, image::Rgba([1, 2, 3, 100])).write_to(&mut out, ImageFormat::Png).unwrap();
        let picture = process(out.get_ref(), Kind::Png).unwrap();
        assert_eq!(picture.full.kind, Kind::Webp);
        let back = image::load_from_memory(&picture.full.bytes).unwrap();
        assert!(back.color().has_alpha());
    }
}
