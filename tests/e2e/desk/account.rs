//! Changing one's own password.

use anyhow::Result;
use thirtyfour::Key;

use super::{Desk, EMAIL, PASSWORD, company};

const NEW: &str = "eight dry umbrellas";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_changes_the_password_and_signs_in_with_the_new_one() -> Result<()> {
    let world = company().await?;
    let desk = Desk::at(&world);
    desk.welcome_of("lead-connections").await?;
    desk.tab_to(".me a").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("h1", "Your account").await?;
    desk.see("form", "Lead of connections").await?;
    desk.look("account").await?;

    desk.tab_to("#current").await?;
    desk.browser.press("seven wet umbrellos").await?;
    desk.tab_to("#new").await?;
    desk.browser.press("short").await?;
    desk.browser.press(Key::Enter + "").await?;
    desk.see("[role=alert]", "That is not your password so far.").await?;
    desk.until("the focus", "document.activeElement.id === 'current'").await?;
    desk.look("account-wrong").await?;
    desk.write("#current", PASSWORD).await?;
    desk.press_button("Change the password").await?;
    desk.see("[role=alert]", "at least 15 characters").await?;
    desk.until("the focus", "document.activeElement.id === 'new'").await?;
    desk.write("#new", NEW).await?;
    desk.press_button("Change the password").await?;
    desk.see(".said", "Your password is changed.").await?;
    desk.see("h1", "Follow-ups").await?;

    desk.press_button("Sign out").await?;
    for (password, selector, said) in
        [(PASSWORD, "[role=alert]", "Nobody signs in"), (NEW, "h1", "Follow-ups")]
    {
        desk.see("h1", "Sign in").await?;
        desk.write("#email", EMAIL).await?;
        desk.write("#password", password).await?;
        desk.click("[type=submit]").await?;
        desk.see(selector, said).await?;
    }
    world.finish_after_trouble().await
}
