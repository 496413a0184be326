//! Pictures for people to look at: every state, on a telephone and on a desk, light and dark, in both languages.
//!
//!     HEARBACK_SCREENSHOTS=directory cargo nextest run -p hearback-e2e looks

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::kinds;
use crate::states;
use crate::world::{World, root};

/// Takes pictures of what the page shows now.
pub(crate) async fn pictures(world: &World, directory: &Path, name: &str) -> Result<()> {
    world.browser.run::<Option<()>>("scrollTo(0, 0)", Vec::new()).await?;
    for width in [360, 1280] {
        for scheme in ["light", "dark"] {
            world.browser.prefer_scheme(scheme).await?;
            let name = format!("{name}-{width}-{scheme}.png");
            world.browser.picture(width, &directory.join(name)).await?;
        }
    }
    world.browser.resize(1280, 900).await
}

/// Where pictures are wanted, if they are.
pub(crate) fn directory() -> Result<Option<PathBuf>> {
    let Some(directory) = std::env::var_os("HEARBACK_SCREENSHOTS") else {
        println!("No pictures are drawn: HEARBACK_SCREENSHOTS names no directory for them.");
        return Ok(None);
    };
    let directory = root().join(directory);
    std::fs::create_dir_all(&directory)?;
    Ok(Some(directory))
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_state() -> Result<()> {
    let Some(directory) = directory()? else { return Ok(()) };
    for (language, customer) in states::LANGUAGES {
        let mut world = World::new().await?;
        states::each(&mut world, customer, async |world, state| {
            pictures(world, &directory, &format!("{state}-{language}")).await
        })
        .await?;
        world.finish_after_trouble().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_kind() -> Result<()> {
    let Some(directory) = directory()? else { return Ok(()) };
    let world = kinds::world("page").await?;
    for (language, customer) in states::LANGUAGES {
        kinds::each(&world, customer, async |world, state| {
            pictures(world, &directory, &format!("{state}-{language}")).await
        })
        .await?;
    }
    Ok(())
}
