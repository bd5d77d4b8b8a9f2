//! Writing the samples through the same use cases as the pages: drafted, handed in, published, some left on the way.

use std::io::Cursor;

use async_trait::async_trait;
use bytes::Bytes;
use image::{ImageFormat, Rgb, RgbImage};
use ratusha_content::{Seed, files};
use ratusha_platform::{AppError, AppResult, TenantId, Uow, http::form::Upload};
use ratusha_tenants::Principal;

use super::{INVENTED, Sample, samples, unfinished};
use crate::{
    model::{Evidence, Practice, parse_decimal},
    service::{self, Draft},
};

/// How many communities share the samples.
const COMMUNITIES: usize = 3;

/// The samples of one community, the first being 0.
#[derive(Debug, Clone, Copy)]
pub struct Community(pub usize);

#[async_trait]
impl Seed for Community {
    fn name(&self) -> &'static str {
        match self.0 {
            0 => "practices.first_community",
            1 => "practices.second_community",
            _ => "practices.third_community",
        }
    }

    async fn load(&self, uow: &mut Uow) -> AppResult<()> {
        let tenant: TenantId = uow.tenant().clone();
        load(uow, &Principal::system(&tenant, "seeds"), self.0).await.map(|_| ())
    }
}

/// Writes the samples of community `set` (0 to 2) as `who` and returns those that were published.
///
/// Four are published; one more stays a draft, waits for validation, or is sent back, by the set.
///
/// # Errors
/// As for the use cases it goes through.
pub async fn load(uow: &mut Uow, who: &Principal, set: usize) -> AppResult<Vec<Practice>> {
    let mut published = Vec::new();
    for sample in samples().into_iter().skip(set % COMMUNITIES).step_by(COMMUNITIES) {
        published.push(publish(uow, who, sample).await?);
    }
    if let Some(sample) = unfinished().into_iter().nth(set % COMMUNITIES) {
        let practice = service::draft(uow, who, Draft { card: sample.card, ..Draft::default() }).await?;
        match set % COMMUNITIES {
            0 => drop(service::submit(uow, who, &practice.id, practice.version).await?),
            2 => {
                let practice = service::submit(uow, who, &practice.id, practice.version).await?;
                let remarks = "Додайте, будь ласка, скільки укриттів виміряли і хто оновлюватиме дані після завершення обходу.";
                drop(service::send_back(uow, who, &practice.id, practice.version, remarks).await?);
            }
            _ => {}
        }
    }
    Ok(published)
}

async fn publish(uow: &mut Uow, who: &Principal, sample: Sample) -> AppResult<Practice> {
    let mut practice = service::draft(uow, who, Draft { card: sample.card.clone(), ..Draft::default() }).await?;
    // The samples' files are tiny and made here, so they may be prepared with the unit of work open.
    if let Some(picture) = picture(&sample)? {
        let alt = format!("Умовне зображення до практики «{}»: стовпець «до» і стовпець «після».", sample.card.title);
        let prepared = files::prepare(uow.ctx(), &picture, &alt, "file").await?;
        practice = service::attach(uow, who, &practice.id, practice.version, prepared, true).await?;
    }
    if sample.evidence == Evidence::E1 {
        let prepared = files::prepare(uow.ctx(), &passport(&sample), "Паспорт практики з розрахунком показників", "file").await?;
        practice = service::attach(uow, who, &practice.id, practice.version, prepared, false).await?;
        practice = service::set_evidence(
            uow,
            who,
            &practice.id,
            practice.version,
            Evidence::E1,
            "Додано паспорт практики з розрахунком показників.",
        )
        .await?;
    }
    practice = service::submit(uow, who, &practice.id, practice.version).await?;
    service::publish(uow, who, &practice.id, practice.version).await
}

/// What the numbers rest on, as a plain text.
fn passport(sample: &Sample) -> Upload {
    let mut text = format!("{}\n\n{INVENTED}\n\n", sample.card.title);
    for o in &sample.card.outcomes {
        text.push_str(&format!("{}: {} → {} {} ({})\n", o.metric, o.before, o.after, o.unit, o.source));
    }
    Upload { file_name: "passport.txt".to_owned(), bytes: Bytes::from(text) }
}

const WIDTH: u32 = 640;
const HEIGHT: u32 = 360;

/// Two bars, before and after, of the first result, on a calm ground; `None` without a result.
fn picture(sample: &Sample) -> AppResult<Option<Upload>> {
    let Some(outcome) = sample.card.outcomes.iter().find(|o| o.is_measured()) else { return Ok(None) };
    let value = |text: &str| u64::try_from(parse_decimal(text).unwrap_or(0).max(0)).unwrap_or(0);
    let (before, after) = (value(&outcome.before), value(&outcome.after));
    let top = before.max(after).max(1);
    // A bar of zero still shows its foot.
    let height = |value: u64| u32::try_from(value.saturating_mul(260) / top).unwrap_or(0).max(6);
    let shade = u8::try_from(sample.card.title.len() % 40).unwrap_or(0);
    let mut picture = RgbImage::from_fn(WIDTH, HEIGHT, |_, y| {
        let light = u8::try_from(y * 24 / HEIGHT).unwrap_or(0);
        Rgb([226 - light, 234 - light, 246 - light / 2 - shade / 4])
    });
    for (left, height, colour) in [(150, height(before), Rgb([138, 152, 178])), (390, height(after), Rgb([23, 78, 166]))] {
        for x in left..left + 100 {
            for y in HEIGHT - 40 - height..HEIGHT - 40 {
                if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
                    *pixel = colour;
                }
            }
        }
    }
    for x in 90..WIDTH - 90 {
        if let Some(pixel) = picture.get_pixel_mut_checked(x, HEIGHT - 40) {
            *pixel = Rgb([74, 90, 117]);
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(AppError::internal)?;
    Ok(Some(Upload { file_name: "practice.png".to_owned(), bytes: Bytes::from(bytes.into_inner()) }))
}
