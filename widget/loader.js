// The tag of a Hearback survey:
//
//   <script async src="https://collector.example/hearback.js" data-survey="support"></script>
//
// It finds itself, opens the survey when it is time to, and closes it. Opening asks the collector for the survey and
// fetches the program that draws it, both at once; until then nothing but this file is loaded. It leaves nothing behind in
// the page but one element with a shadow root; whatever goes wrong is said in the console and nowhere else.
//
// What the tag takes:
//   data-survey      the survey's id
//   data-next        address of the thank-you page, which holds the same tag; without it the thanks appear in place
//   data-target      where to draw, as a CSS selector or an id; without it, right after the tag
//   data-language    the language to prefer, before that of the page and of the browser
//   data-mode        inline (default), dialog, corner or bar; the last three are drawn over the page, wherever the tag is
//   data-open        when to open; several, separated by spaces: the first to happen
//                      load             at once (default)
//                      delay:SECONDS
//                      scroll:PERCENT   of the way down the page, or down a part of it that fills half of the window
//                      exit             when the mouse leaves the page at its top; where there is no mouse, when the page
//                                       is quickly scrolled back by half a window
//                      click:SELECTOR   when what the CSS selector finds is clicked, each time
//                      event            only by the event hearback:open
//   data-quiet-days  after an answer, or after it was put away, the survey doesn't open by itself for so many days
//   data-sample      per cent of the visitors that it opens for by itself; whoever was chosen once stays chosen
//   data-customer    the signed pass of a customer whom the page knows, where the link holds no token
//   data-show        last-score: instead of a survey, the card of an agent's customer (card.js), whose link data-customer holds
//   data-agent, data-attribute-NAME   for a survey that is open to all: the agent, and anything else known
//
// Quiet days and the sample hold for what opens by itself: not for a click, not for hearback:open, not for a personal link
// and not for the words on the thank-you page. A browser that keeps nothing is asked again.
//
// The tag is the handle. It takes hearback:open and hearback:close; hearback:ready, hearback:score, hearback:complete,
// hearback:error and hearback:close come from it, and bubble.
//
// The build puts the glue of wasm-bindgen in for the line __GLUE__ and the files beside this one for the lines with their
// names, and makes all of it small; the collector puts in the program's name for __WASM__, its hash for __INTEGRITY__, and the
// card's name for __CARD__. One file, because every request in a row is waited for, and because a hash in the tag (integrity)
// then covers all that runs.
(() => {
    const warn = (text, ...more) => console.warn('Hearback: ' + text, ...more);
    const scripts = () => [...document.getElementsByTagName('script')];

    // A script that is running knows its tag; one that a tag manager evaluates does not, and looks for one that no other
    // has taken. Whatever belongs to a tag, the element with the survey too, carries its mark: no global names.
    const MARK = Symbol.for('hearback');
    const FILE = /\/hearback(-[0-9a-f]+)?\.js([?#]|$)/;
    const running = document.currentScript;
    let tag = running && running.src && (running.hasAttribute('data-survey') || FILE.test(running.src)) ? running
        : scripts().find((script) => FILE.test(script.src) && !script[MARK]);
    if (!tag) return warn('no <script src="…/hearback.js" data-survey="…"> on this page is left to draw.');
    // Its life began before its script ran: a page put it in the place of one that was gone.
    if (tag[MARK]) return;

    // Not by way of dataset: old libraries give every object names of their own.
    const attribute = (name) => (tag.getAttribute('data-' + name) || '').trim();
    const refuse = (name, value, right) =>
        warn('data-' + name + '="' + value + '" is not understood: it takes ' + right + '.', tag);
    const number = (name, most) => {
        const text = attribute(name);
        if (!text || (Number(text) >= 0 && Number(text) <= most)) return text ? Number(text) : undefined;
        refuse(name, text, 'a number from 0 to ' + most);
    };
    const collector = new URL('.', tag.src).href.slice(0, -1);
    // Not a survey: a card, for the company's own people. It has a file of its own.
    if (attribute('show')) {
        tag[MARK] = {};
        return import(collector + '/widget/__CARD__').then(({ show }) => show(tag, collector, warn)).catch(warn);
    }
    const survey = attribute('survey');
    if (!survey) return warn('the tag lacks data-survey="…", the id of the survey.', tag);
    const target = attribute('target');
    const life = { key: [collector, survey, target].join(' '), program: undefined, file: '__WASM__' };
    const lives = () => [...document.querySelectorAll('script,hearback-survey')].map((element) => element[MARK])
        .filter((other) => other && other != life);
    const isTwice = () => lives().some((other) => other.key == life.key);
    if (isTwice()) {
        return warn('this tag is on the page twice. A second survey needs another data-survey or data-target.', tag);
    }
    tag[MARK] = life;

    let mode = attribute('mode') || 'inline';
    if (!/^(inline|dialog|corner|bar)$/.test(mode)) {
        refuse('mode', mode, 'inline, dialog, corner or bar');
        mode = 'inline';
    }

    // The token of the link, or the category that the survey's page hands to the thank-you page, leaves the address bar:
    // neither a bookmark nor a screenshot nor another script's log shall hold it. It is kept for a reload of this page.
    const { pathname, search, hash } = location;
    const kept = 'hearback ' + pathname;
    const parameters = search.slice(1).split('&');
    const given = parameters.find((parameter) => /^t=/.test(parameter));
    // The numbers in a mail bring the score that was pressed.
    const chosen = given && parameters.find((parameter) => /^score=(?:\d|10)$/.test(parameter));
    const handed = /^#hearback=/.test(hash) && hash.slice(1);
    let state = chosen ? given + '&' + chosen : given || handed;
    try {
        if (state) sessionStorage.setItem(kept, state);
        else state = sessionStorage.getItem(kept);
    } catch { /* a browser that keeps nothing: no reload then */ }
    if (given || handed) {
        const others = parameters.filter((parameter) => parameter && parameter != given && parameter != chosen).join('&');
        history.replaceState(history.state, '', pathname + (others && '?' + others) + (handed ? '' : hash));
    }
    const [, thanked, spoken] = /^hearback=(\w+)\.?([\w-]*)/.exec(state) || [];
    const linked = new URLSearchParams(state || '');
    const personal = linked.get('t') || '';

    // --- The survey and its program ---

    const get = (address, integrity = '') => fetch(address, {
        __proto__: null, credentials: 'omit', integrity, signal: AbortSignal.timeout(30000),
    });
    const languages = () => {
        const all = [attribute('language'), spoken, document.documentElement.lang, ...navigator.languages];
        return encodeURIComponent([...new Set(all.filter(Boolean))].slice(0, 5).join());
    };
    const addressFor = (token) => collector + '/v1/surveys/' + encodeURIComponent(survey)
        + (thanked ? '/thanks?category=' + thanked : '/form?token=' + encodeURIComponent(token))
        + '&language=' + languages();

    let told;
    const complain = (error) => {
        if (!told) warn('the survey can’t be drawn. Is the collector reachable, and does the page’s content security '
            + 'policy name it in connect-src, and in script-src with \'wasm-unsafe-eval\'?', error);
        told = true;
    };

    // All tags of a page share one program, if they have the same.
    const program = () => {
        if (!life.program) {
            const other = lives().find((other) => other.program && other.file == life.file);
            life.program = other ? other.program : fetchProgram();
            life.program.catch(() => life.program = undefined);
        }
        return life.program;
    };

    async function fetchProgram() {
        for (let wait = 1; ; wait *= 2) {
            try {
                // Where the tag's own file is checked, so is the program. Elsewhere it is compiled while it comes.
                const wasm = await get(collector + '/widget/' + life.file, tag.integrity && '__INTEGRITY__');
                if (!wasm.ok) throw new TypeError('status ' + wasm.status);
                return await makeGlue()(wasm);
            } catch (error) {
                // Said at once: it is tried again for a minute.
                complain(error);
                // Requests fail with TypeErrors and DOMExceptions, and may succeed later. Anything else is the browser's
                // or the page's policy, which will refuse it again.
                if (!(error instanceof TypeError || error instanceof DOMException) || wait > 60) throw error;
                await new Promise((done) => setTimeout(done, wait * 1000));
            }
        }
    }

    function makeGlue() {
        if (typeof WebAssembly != 'object') throw new Error('this browser has no WebAssembly');
        __GLUE__;
        return wasm_bindgen;
    }

    // --- Open and close ---

    // It opens by itself once at most.
    let isSpent;
    let wanted, host, place, stop, observer, isMissed, drawnAt;
    // Tag managers take a tag out of the page at once when it has run: it still speaks for the whole page.
    let isLoose = !tag.isConnected;
    setTimeout(() => isLoose = !tag.isConnected);

    function open() {
        if (wanted || isTwice()) return;
        wanted = isSpent = true;
        // Pages without reloads take the survey's place away and bring it back.
        observer = new MutationObserver(look);
        observer.observe(document, { childList: true, subtree: true });
        program().catch(() => {});
        look();
    }

    function close() {
        if (!wanted) return;
        remember();
        end();
    }

    function end() {
        wanted = false;
        observer.disconnect();
        remove();
    }

    function remove() {
        const [before, stopBefore] = [host, stop];
        host = stop = undefined;
        if (stopBefore) stopBefore();
        if (before) before.remove();
    }

    // Draws where the survey is wanted and isn't.
    function look() {
        if (!wanted || (host && host.isConnected)) return;
        if (host) {
            // Whoever takes out the survey and leaves its place wants it closed.
            if (place.isConnected) return end();
            remove();
        }
        place = find();
        if (document.readyState == 'loading' && (!place || place == document.body)) {
            return document.addEventListener('DOMContentLoaded', look, { once: true });
        }
        if (!place) {
            if (!isMissed && !drawnAt && target) {
                warn('nothing on this page matches data-target="' + target + '". It is waited for.', tag);
            }
            isMissed = true;
            return;
        }
        // A page that answers each drawing by a new place must not be kept busy by it.
        const rest = drawnAt + 200 - performance.now();
        if (rest > 0) return setTimeout(look, rest);
        drawnAt = performance.now();
        draw();
    }

    // The tag, where the survey stands after it; else the element that it stands in; nothing while that is not there.
    function find() {
        if (!tag.isConnected && !isLoose) adopt();
        if (mode == 'inline' && target) {
            try {
                return document.querySelector(target) || document.getElementById(target);
            } catch {
                return document.getElementById(target);
            }
        }
        const isThere = tag.isConnected;
        if (mode == 'inline' && isThere && !document.head.contains(tag)) return tag;
        return isThere || isLoose ? document.body : undefined;
    }

    // The same tag again, in new markup, where browsers don't run it: it becomes this one.
    function adopt() {
        const same = scripts().find((script) => script.src == tag.src && !script[MARK]
            && script.getAttribute('data-survey') == survey && (script.getAttribute('data-target') || '') == target);
        if (same) {
            tag = same;
            tag[MARK] = life;
            listen();
        }
    }

    async function draw() {
        const mine = host = document.createElement('hearback-survey');
        host[MARK] = life;
        if (place == tag) tag.after(host);
        else place.append(host);
        const root = host.attachShadow({ mode: 'open' });
        root.addEventListener('click', count);
        let token = personal || attribute('customer');
        let address = addressFor(token);
        let first = get(address);
        try {
            // The link's token is for one of the page's surveys; another gets on without.
            if (personal && !thanked && scripts().some((script) => FILE.test(script.src) && script[MARK] != life)) {
                const answer = await first.catch(() => {});
                if (answer && answer.status == 404) {
                    token = attribute('customer');
                    address = addressFor(token);
                    first = get(address);
                }
            }
            // Whoever waits for it hears of its failure; until then it is nobody's error.
            first.catch(() => {});
            const attributes = [...tag.attributes].filter(({ name }) => /^data-attribute-./.test(name))
                .map(({ name, value }) => [name.slice(15), value]);
            const settings = {
                collector, survey, token, next: attribute('next'), thanks: !!thanked, address, first, tag, mode,
                score: linked.has('score') ? +linked.get('score') : undefined,
                agent: attribute('agent'), attributes: Object.fromEntries(attributes),
            };
            const { start } = await program();
            if (host == mine) stop = start(root, settings);
        } catch (error) {
            complain(error);
            if (host == mine && !thanked) frame(root, token, first);
        }
    }

    // How many follow a link to tell others is counted, not who: each once, as long as it is there.
    function count({ target }) {
        const link = target.closest('.reviews a:not([data-told])');
        if (!link) return;
        link.dataset.told = '';
        const { category } = link.closest('.thanks').dataset;
        fetch(collector + '/v1/surveys/' + encodeURIComponent(survey) + '/reviews/followed?category=' + category
            + '&url=' + encodeURIComponent(link.getAttribute('href')), {
            __proto__: null, credentials: 'omit', method: 'POST', keepalive: true,
        }).catch(() => {});
    }

    __FRAME__;

    // --- When ---

    __TRIGGERS__;

    function listen() {
        for (const [event, f] of [
            ['open', open], ['close', close], ['score', remember], ['complete', remember],
        ]) tag.addEventListener('hearback:' + event, f);
    }

    listen();
    // Those of a tag that is no longer on the page arrive at the document.
    document.addEventListener('hearback:close', ({ target, detail }) => {
        if (target == document && (!detail || detail.survey == survey)) close();
    });
    if (thanked) return open();
    const all = (attribute('open') || 'load').split(/\s+(?=(?:load|exit|event)(?:\s|$)|(?:delay|scroll|click):)/);
    const understood = all.filter((one) => {
        const [, kind, value] = /^([^:]*):?([^]*)/.exec(one);
        return arm(kind, value) || refuse('open', one, 'load, delay:SECONDS, scroll:PERCENT, exit, click:SELECTOR or event');
    });
    if (!understood.length) openByItself();
})();
