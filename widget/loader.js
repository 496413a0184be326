// The tag of a Hearback survey:
//
//   <script async src="https://collector.example/hearback.js" data-survey="support"></script>
//
// It finds itself, asks the collector for the survey and fetches the program that draws it, both at once, and hands
// everything to that program. It leaves nothing behind in the page but one element with a shadow root; whatever goes
// wrong is said in the console and nowhere else.
//
// What the tag takes:
//   data-survey    the survey's id
//   data-next      address of the thank-you page, which holds the same tag; without it the thanks appear in place
//   data-target    where to draw, as a CSS selector or an id; without it, right after the tag
//   data-language  the language to prefer, before that of the page and of the browser
//
// The collector puts the names of the files in for __GLUE__ and __WASM__. The build takes out lines that are comments:
// none may stand at the end of a line of code.
(async () => {
    const warn = (...words) => console.warn('Hearback:', ...words);
    let told = false;
    const complain = (error) => {
        if (!told) warn('the survey can’t be drawn. Is the collector reachable, and does the page’s content security '
            + 'policy have script-src with the collector and \'wasm-unsafe-eval\', and connect-src with the collector?',
            error);
        told = true;
    };
    try {
        // A script that is running knows its tag; one that a tag manager evaluates does not, and looks for one that no
        // other has taken.
        const mark = Symbol.for('hearback');
        const tags = [...document.getElementsByTagName('script')];
        const running = document.currentScript;
        const tag = running && running.src ? running
            : tags.find((script) => /\/hearback\.js([?#]|$)/.test(script.src) && !script[mark]);
        if (!tag) return warn('no <script src="…/hearback.js" data-survey="…"> on this page is left to draw.');
        tag[mark] = true;
        const { survey, next = '', target, language } = tag.dataset;
        if (!survey) return warn('the tag lacks data-survey="…", the id of the survey.', tag);
        const collector = new URL('.', tag.src).href.slice(0, -1);

        // The token of the link, or the category that the survey's page hands to the thank-you page, leaves the
        // address bar: neither a bookmark nor a screenshot nor another script's log shall hold it. It is kept for a
        // reload of this page.
        const { pathname, search, hash } = location;
        const key = 'hearback ' + pathname;
        const parameters = search.slice(1).split('&');
        const token = parameters.find((parameter) => /^t=/.test(parameter));
        const handed = /^#hearback=/.test(hash) && hash.slice(1);
        let state = token || handed;
        try {
            if (state) sessionStorage.setItem(key, state);
            else state = sessionStorage.getItem(key);
        } catch { /* a browser that keeps nothing: no reload then */ }
        if (token || handed) {
            const others = parameters.filter((parameter) => parameter && parameter != token).join('&');
            history.replaceState(history.state, '', pathname + (others && '?' + others) + (handed ? '' : hash));
        }
        const [, thanked, spoken] = /^hearback=(\w+)\.?([\w-]*)/.exec(state) || [];
        const personal = new URLSearchParams(state || '').get('t') || '';

        // The survey and the program, side by side.
        const languages = [language, spoken, document.documentElement.lang, ...navigator.languages];
        const address = collector + '/v1/surveys/' + encodeURIComponent(survey)
            + (thanked ? '/thanks?category=' + thanked : '/form?token=' + encodeURIComponent(personal))
            + '&language=' + encodeURIComponent([...new Set(languages.filter(Boolean))].slice(0, 5).join());
        const get = (url) => fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(30000) });
        const first = get(address);
        // Whoever waits for it hears of its failure; until then it is nobody's error.
        first.catch(() => {});
        const program = tags.map((script) => script[mark]).find((mark) => mark && mark.then) || fetchProgram();
        tag[mark] = program;
        program.catch(() => {});

        async function fetchProgram() {
            for (let wait = 1; ; wait *= 2) {
                try {
                    const [glue, wasm] = await Promise.all([
                        import(collector + '/widget/__GLUE__'), get(collector + '/widget/__WASM__'),
                    ]);
                    if (!wasm.ok) throw new Error('status ' + wasm.status);
                    await glue.default({ module_or_path: wasm });
                    return glue;
                } catch (error) {
                    // Said at once: it is tried again for a minute.
                    complain(error);
                    // Refused by the page's policy, or by the browser: it will be refused again.
                    if (error instanceof WebAssembly.CompileError || wait > 60) throw error;
                    await new Promise((done) => setTimeout(done, wait * 1000));
                }
            }
        }

        // Where to draw may stand further down than the tag.
        const find = () => {
            if (!target) return document.body && !document.head.contains(tag) && tag.parentNode ? tag : document.body;
            try {
                return document.querySelector(target) || document.getElementById(target);
            } catch {
                return document.getElementById(target);
            }
        };
        let place = find();
        if (!place && document.readyState == 'loading') {
            await new Promise((done) => document.addEventListener('DOMContentLoaded', done));
            place = find();
        }
        if (!place) return warn('nothing on this page matches data-target="' + target + '".', tag);
        const host = document.createElement('hearback-survey');
        if (place == tag) tag.after(host);
        else place.append(host);
        const root = host.attachShadow({ mode: 'open' });
        const settings = { collector, survey, token: personal, next, thanks: !!thanked, address, first };
        (await program).start(root, settings);
    } catch (error) {
        complain(error);
    }
})();
