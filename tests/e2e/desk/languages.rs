//! The desk in the language of whoever reads.

use anyhow::Result;
use serde_json::json;

use super::{Desk, PASSWORD, company, numbers};

#[tokio::test(flavor = "multi_thread")]
async fn before_somebody_signs_in_the_browsers_language_is_spoken_and_then_the_persons() -> Result<()> {
    let world = company().await?;
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
    let german = json!({"userAgent": agent, "acceptLanguage": "de-AT,de"});
    world.browser.devtools("Network.setUserAgentOverride", german).await?;
    let desk = Desk::at(&world);
    desk.open("").await?;
    desk.see("h1", "Anmelden").await?;
    desk.until("the page to say its language", "document.documentElement.lang === 'de'").await?;
    desk.look("sign-in-de").await?;
    desk.follow_link_of("lead-connections").await?;
    desk.see("h1", "Willkommen, Lead of connections").await?;
    desk.write("#password", "kurz").await?;
    desk.press_button("Passwort festlegen").await?;
    desk.see("[role=alert]", "mindestens 15 Zeichen").await?;
    desk.write("#password", PASSWORD).await?;
    desk.press_button("Passwort festlegen").await?;
    desk.see("h1", "Fälle").await?;
    desk.look("list-de").await?;
    desk.click(".who").await?;
    desk.see(".trail", "hat den Fall eröffnet, nach der Regel „detractors“").await?;
    desk.look("case-de").await?;
    desk.open("account").await?;
    desk.see("h1", "Ihr Konto").await?;
    desk.look("account-de").await?;
    world.finish_after_trouble().await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_arabic_the_desk_runs_from_right_to_left() -> Result<()> {
    let world = numbers::company_of_agent("ar").await?;
    let desk = Desk::at(&world);
    desk.welcome_of("amelia").await?;
    desk.see("h1", "الحالات").await?;
    let there =
        "document.documentElement.lang === 'ar' && getComputedStyle(document.body).direction === 'rtl'";
    desk.until("the page to run from right to left", there).await?;
    desk.look("list-ar").await?;
    desk.click(".who").await?;
    desk.see(".trail", "فتح الحالة").await?;
    desk.look("case-ar").await?;
    desk.click(".me a:first-child").await?;
    desk.see("h1", "أرقامي").await?;
    desk.see(".nps", "+33").await?;
    desk.look("numbers-ar").await?;
    desk.press_button("تسجيل الخروج").await?;
    desk.see("h1", "Sign in").await?;
    desk.until("English to run from left to right again", "document.documentElement.dir === 'ltr'").await?;
    world.finish_after_trouble().await
}
