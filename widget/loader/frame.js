// A part of loader.js, within its function: where the program cannot run, the collector's own page in a frame, which needs
// no script.

async function frame(root, token, first) {
    const form = await first.then((answer) => answer.json()).catch(() => ({}));
    const page = document.createElement('iframe');
    const language = form.language || attribute('language');
    // The score that was pressed in a mail is chosen there too; only a click sends it.
    const query = new URLSearchParams(language && { language });
    if (token == personal && linked.has('score')) query.set('score', linked.get('score'));
    page.src = collector + (token ? '/s/' + encodeURIComponent(token) : '/o/' + encodeURIComponent(survey))
        + String(query).replace(/^./, '?$&');
    page.title = form.brand && form.brand.name || survey;
    // Attributes, which no policy forbids.
    page.width = '100%';
    page.height = 720;
    page.setAttribute('frameborder', '0');
    if (mode == 'inline') return root.append(page);
    const box = document.createElement(mode == 'dialog' ? 'dialog' : 'div');
    const button = document.createElement('button');
    const bye = () => (tag.isConnected ? tag : document).dispatchEvent(
        new CustomEvent('hearback:close', { bubbles: true, composed: true, detail: { survey } }));
    button.textContent = form.words && form.words.close || '✕';
    button.addEventListener('click', bye);
    // In the frame, Esc is the frame's; the button stands before it.
    box.addEventListener(box.showModal ? 'cancel' : 'keydown', ({ key }) => (box.showModal || key == 'Escape') && bye());
    box.setAttribute('aria-label', page.title);
    box.append(button, page);
    root.append(box);
    if (box.showModal) {
        box.showModal();
        // The focus goes back to where it was.
        stop = () => box.close();
    } else box.setAttribute('role', 'region');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('dialog,div{position:fixed;inset:auto 1rem 1rem auto;z-index:2147483647;box-sizing:border-box;'
        + 'width:min(26rem,100% - 2rem);height:min(46rem,100% - 2rem);margin:0;padding:0;display:flex;'
        + 'flex-direction:column;background:Canvas;color:CanvasText;border:1px solid;border-radius:.5rem;'
        + 'overflow:hidden}dialog{inset:0;margin:auto}button{font:inherit;min-height:2.75rem;flex:none}'
        + 'iframe{flex:1;min-height:0}');
    root.adoptedStyleSheets = [sheet];
}
