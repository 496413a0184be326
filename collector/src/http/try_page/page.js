// The page for designers: copies tags, opens what was closed, and shows at once what is chosen.
document.addEventListener('change', ({ target }) => target.form && target.form.submit());

document.addEventListener('click', async ({ target }) => {
    const button = target.closest('article button');
    if (!button) return;
    const article = button.closest('article');
    if (button.matches('.open')) {
        const tag = article.querySelector('iframe').contentDocument.querySelector('script[data-survey]');
        tag.dispatchEvent(new Event('hearback:open'));
        return;
    }
    const code = article.querySelector('code');
    const said = document.querySelector('.said');
    try {
        await navigator.clipboard.writeText(code.textContent);
        said.textContent = 'Copied.';
    } catch {
        // Not allowed, or no TLS: it is selected, to be copied by hand.
        getSelection().selectAllChildren(code);
        said.textContent = 'Selected: copy it with Ctrl+C or ⌘C.';
    }
    setTimeout(() => said.textContent = '', 4000);
});
