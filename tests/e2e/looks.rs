//! Pictures for people to look at: every state, on a telephone and on a desk, light and dark, in both languages.
//!
//!     HEARBACK_SCREENSHOTS=directory cargo nextest run -p hearback-e2e looks

use anyhow::Result;

use crate::states;
use crate::world::{World, root};

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_every_state() -> Result<()> {
    let Some(directory) = std::env::var_os("HEARBACK_SCREENSHOTS") else {
        println!("No pictures are drawn: HEARBACK_SCREENSHOTS names no directory for them.");
        return Ok(());
    };
    let directory = root().join(directory);
    std::fs::create_dir_all(&directory)?;
    for (language, customer) in states::LANGUAGES {
        let mut world = World::new().await?;
        states::each(&mut world, customer, async |world, state| {
            for width in [360, 1280] {
                for scheme in ["light", "dark"] {
                    world.browser.prefer_scheme(scheme).await?;
                    let name = format!("{state}-{language}-{width}-{scheme}.png");
                    world.browser.picture(width, &directory.join(name)).await?;
                }
            }
            Ok(())
        })
        .await?;
        world.finish_after_trouble().await?;
    }
    Ok(())
}
