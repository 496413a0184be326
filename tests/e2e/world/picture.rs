//! What a browser shows, point by point.

use std::path::Path;

use anyhow::Result;
use image::{ExtendedColorType, ImageFormat};

/// Bytes of a point.
const POINT: usize = 4;

/// A part of a page, in CSS pixels, of which one is one point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

#[derive(PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    points: Vec<u8>,
}

impl Picture {
    pub(super) fn read(png: &[u8]) -> Result<Self> {
        let image = image::load_from_memory_with_format(png, ImageFormat::Png)?.into_rgba8();
        Ok(Self { width: image.width() as usize, points: image.into_raw() })
    }

    /// This part of it.
    pub(crate) fn part(&self, area: Area) -> Self {
        let rows = self.points.chunks_exact(self.width * POINT).skip(area.top).take(area.height);
        let points = rows.flat_map(|row| &row[area.left * POINT..][..area.width * POINT]).copied().collect();
        Self { width: area.width, points }
    }

    /// All but this part of it.
    pub(crate) fn without(mut self, area: Area) -> Self {
        for row in self.points.chunks_exact_mut(self.width * POINT).skip(area.top).take(area.height) {
            row[area.left * POINT..][..area.width * POINT].fill(0);
        }
        self
    }

    /// Whether all of it has one colour.
    pub(crate) fn is_empty(&self) -> bool {
        self.points[POINT..] == self.points[..self.points.len() - POINT]
    }

    /// Where its colours are not those of the other, give or take so much of 255; `None` if they are.
    pub(crate) fn difference(&self, other: &Self, tolerance: u8) -> Option<String> {
        if self == other {
            return None;
        }
        if (self.width, self.points.len()) != (other.width, other.points.len()) {
            return Some("they are not of one size".to_owned());
        }
        let points = self.points.chunks_exact(POINT).zip(other.points.chunks_exact(POINT));
        let different: Vec<usize> = points
            .enumerate()
            .filter(|(_, (one, two))| distance(one, two) > tolerance)
            .map(|(at, _)| at)
            .collect();
        let first = different.first()?;
        let (left, top) = (first % self.width, first / self.width);
        Some(format!("{} points are different, the uppermost at {left}, {top}", different.len()))
    }

    pub(crate) fn save(&self, file: &Path) -> Result<()> {
        let height = self.points.len() / POINT / self.width;
        Ok(image::save_buffer(
            file,
            &self.points,
            self.width as u32,
            height as u32,
            ExtendedColorType::Rgba8,
        )?)
    }
}

/// By how much two colours differ, in the channel in which they differ most.
fn distance(one: &[u8], two: &[u8]) -> u8 {
    one.iter().zip(two).map(|(one, two)| one.abs_diff(*two)).max().unwrap_or_default()
}
