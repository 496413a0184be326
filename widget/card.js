// The card with a customer's last score, for the screen of the agent who talks to that customer:
//
//   <script async src="https://collector.example/hearback.js" data-show="last-score" data-customer="SIGNED"></script>
//
// The loader fetches this file for a tag with data-show; a survey never does. The card draws itself anew when the customer
// answers, when the tag's data-customer changes, and in the place that data-target names, else after the tag. While
// nobody looks at the page it listens for a minute more, and then no longer: it comes up to date when it is looked at again.

const COLOURS = { promoter: '#1a7f37', passive: '#5b6470', detractor: '#c0262d' };
// As the icons of the collector have them, in a square of 16.
const SHAPES = {
    promoter: ['circle', { cx: 8, cy: 8, r: 8 }],
    passive: ['rect', { x: 1, y: 1, width: 14, height: 14, rx: 1.4 }],
    detractor: ['path', { d: 'M8 0l8 8-8 8-8-8z' }],
    never: ['circle', { cx: 8, cy: 8, r: 7 }],
    unknown: ['rect', { x: 1.8, y: 1.8, width: 12.4, height: 12.4, rx: 1.5 }],
};
const LIGHT = '--ink:#1b1f24;--soft:#57606a;--paper:#fff;--line:#d0d7de;--promoter:#1a7f37;--passive:#5b6470;--detractor:#c0262d';
const DARK = '--ink:#e6edf3;--soft:#9da7b3;--paper:#0d1117;--line:#3d444d;--promoter:#3fb950;--passive:#8b949e;--detractor:#f85149';
const HIDDEN = 60000;
const MINUTE = 60000;

const STYLE = `
:host{display:block;font:inherit;color-scheme:light dark;text-align:start;${LIGHT}}
@media(prefers-color-scheme:dark){:host{${DARK}}}
:host([theme=light]){color-scheme:light;${LIGHT}}
:host([theme=dark]){color-scheme:dark;${DARK}}
section{box-sizing:border-box;max-width:26em;padding:1em;border:1px solid var(--line);border-radius:.5em;
background:var(--paper);color:var(--ink);font-family:system-ui,sans-serif;line-height:1.4;overflow-wrap:anywhere}
h2,p,blockquote{margin:0;font-size:1em}
h2,h3{font-size:.8125em;font-weight:600;color:var(--soft);margin:0}
.top{display:flex;gap:.875em;align-items:center}
.badge{flex:none;width:3.5em;height:3.5em;forced-color-adjust:none}
.badge text{font:600 9px system-ui,sans-serif;text-anchor:middle;fill:#fff}
.badge .hollow{fill:none;stroke:var(--soft);stroke-width:1.6}
.badge .hollow+text{fill:var(--ink)}
.score{font-size:1.25em;font-weight:600}
strong{color:var(--ink)}
.soft{color:var(--soft);font-size:.875em}
.trend{display:flex;gap:.375em;align-items:center;margin-top:.625em}
.trend svg{flex:none;width:.75em;height:.75em;fill:currentColor}
.spark{display:block;width:100%;height:3.5em;margin-top:.75em;overflow:visible}
:host([dir=rtl]) .spark{transform:scaleX(-1)}
.spark path{fill:none;stroke:var(--soft);stroke-width:1.5;vector-effect:non-scaling-stroke}
.spark .edge{stroke:var(--line);stroke-width:1}
.spark .dot{stroke-width:7;stroke-linecap:round}
.spark .now{stroke-width:11}
.spark .promoter{stroke:var(--promoter)}
.spark .passive{stroke:var(--passive)}
.spark .detractor{stroke:var(--detractor)}
blockquote{margin-top:.25em;white-space:pre-line}
h3{margin-top:.875em}
.notice{margin-top:.75em;padding:.5em .75em;border-inline-start:.25em solid var(--soft);font-size:.875em}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(forced-colors:active){section,.notice{border-color:CanvasText}.spark path{stroke:CanvasText}.spark .edge{stroke:GrayText}}
`;

function make(name, attributes, ...children) {
    const element = document.createElement(name);
    return fill(element, attributes, children);
}

function draw(name, attributes, ...children) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    return fill(element, attributes, children);
}

function fill(element, attributes, children) {
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children.filter((child) => child != null));
    return element;
}

const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// What is drawn in the badge, and what it is.
const kindOf = (card) => (card.known ? card.category || 'never' : 'unknown');

function badge(card) {
    const kind = kindOf(card);
    const [name, attributes] = SHAPES[kind];
    const colour = COLOURS[kind];
    const sign = { never: '–', unknown: '?' }[kind] || String(card.score);
    return draw('svg', { viewBox: '0 0 16 16', class: 'badge', 'aria-hidden': 'true' },
        draw(name, { ...attributes, ...(colour ? { fill: colour } : { class: 'hollow' }) }),
        draw('text', { x: 8, y: 11.2 }, sign));
}

function headline({ known, category, words, of, score }) {
    if (!known) return words.unknown;
    return category ? put(of, { n: score, total: 10 }) : words.never;
}

function trend({ words, score, previous }) {
    if (!previous) return;
    const way = Math.sign(score - previous.score);
    const line = { '-1': 'M5 10L1 5h2.7V0h2.6v5H9z', 0: 'M1 2h8v2H1zM1 6h8v2H1z', 1: 'M5 0l4 5H6.3v5H3.7V5H1z' }[way];
    const text = { '-1': words.lower, 0: words.same, 1: words.higher }[way];
    return make('p', { class: 'trend soft' },
        draw('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, draw('path', { d: line })),
        put(text, { n: previous.score }));
}

// Ten is at the top; each score has the same room, however long ago it is.
function sparkline({ words, history }) {
    if (history.length < 2) return;
    const x = (place) => 4 + place * 192 / (history.length - 1);
    const y = (score) => 46 - score * 3.6;
    const points = history.map(({ score }, place) => x(place).toFixed(1) + ' ' + y(score).toFixed(1));
    // A line of no length with round ends is a dot, and stays round where the picture is stretched.
    const dot = (point, place) => draw('path', {
        d: 'M' + point + 'h.01',
        class: 'dot ' + history[place].category + (place == history.length - 1 ? ' now' : ''),
    });
    const edge = (score) => draw('path', { d: 'M0 ' + y(score) + 'h200', class: 'edge' });
    const scores = history.map(({ score }) => score).join(', ');
    return draw('svg', {
        viewBox: '0 0 200 50', preserveAspectRatio: 'none', class: 'spark', role: 'img',
        'aria-label': put(words.history, { scores }),
    }, edge(0), edge(10), draw('path', { d: 'M' + points.join('L') }), ...points.map(dot));
}

function age({ at, language }) {
    const seconds = (Date.now() - Date.parse(at)) / 1000;
    const units = [['year', 31556952], ['month', 2629746], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60]];
    const [unit, length] = units.find(([, length]) => seconds >= length) || ['minute', 60];
    // A clock that is a little ahead of the collector's must not tell the future.
    const amount = -Math.max(0, Math.floor(seconds / length));
    return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(amount, unit);
}

const date = ({ at, language }) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));

// Draws the card of `tag` and keeps it up to date until tag or card leave the page.
export function show(tag, collector, warn) {
    const attribute = (name) => (tag.getAttribute('data-' + name) || '').trim();
    const host = document.createElement('hearback-card');
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const body = make('section', { 'aria-labelledby': 'name' });
    const heard = make('p', { class: 'heard', role: 'status' });
    const notice = make('p', { class: 'notice', hidden: '' });
    root.append(body, heard);

    let source, card, state, retry, leaving, isOver, signed, failed = 0;

    function place() {
        const target = attribute('target');
        let found;
        try {
            found = target && (document.querySelector(target) || document.getElementById(target));
        } catch {
            found = document.getElementById(target);
        }
        if (found) found.append(host);
        else if (tag.isConnected && !document.head.contains(tag)) tag.after(host);
        else document.body.append(host);
    }

    function redraw() {
        host.dir = card.direction;
        host.lang = card.language;
        const theme = attribute('theme');
        if (theme == 'light' || theme == 'dark') host.setAttribute('theme', theme);
        else host.removeAttribute('theme');
        const { words } = card;
        const more = card.category && make('p', { class: 'soft' }, make('strong', {}, words[card.category]), ' · ',
            make('time', { datetime: card.at, title: date(card) }, age(card)));
        body.replaceChildren(...[
            make('div', { class: 'top' }, badge(card), make('div', {},
                make('h2', { id: 'name' }, words.last_score),
                make('p', { class: 'score' }, headline(card)), more)),
            trend(card), sparkline(card),
            card.comment && make('h3', {}, words.comment),
            card.comment && make('blockquote', { dir: 'auto' }, card.comment),
            notice,
        ].filter(Boolean));
    }

    function take(next) {
        const nextState = JSON.stringify([next.known, next.response, next.score, next.comment, next.history]);
        const isNews = card && state != nextState;
        [card, state] = [next, nextState];
        say();
        redraw();
        if (isNews) {
            const said = [card.words.new, headline(card), card.words[card.category], card.comment];
            heard.textContent = said.filter(Boolean).join(' · ');
        }
    }

    // What is wrong with what is shown; nothing, if nothing is.
    function say(text = '') {
        notice.textContent = heard.textContent = text;
        notice.hidden = !text;
    }

    function end() {
        isOver = true;
        leave();
        if (card) {
            // What was private is not left on the screen.
            card = { ...card, known: true, category: undefined, at: undefined, comment: undefined, previous: undefined, history: [] };
            redraw();
            body.querySelector('.top').remove();
            body.removeAttribute('aria-labelledby');
            body.setAttribute('aria-label', card.words.last_score);
            say(card.words.expired);
        } else warn('the link of data-customer is not good any more: a new one is needed.', tag);
    }

    function leave() {
        clearTimeout(retry);
        if (source) source.close();
        source = undefined;
    }

    const address = (ending) => {
        const languages = [attribute('language'), document.documentElement.lang, ...navigator.languages];
        return collector + '/c/' + encodeURIComponent(signed) + ending + '?language='
            + encodeURIComponent([...new Set(languages.filter(Boolean))].slice(0, 5).join());
    };

    function listen() {
        leave();
        if (isOver || !signed) return;
        const mine = source = new EventSource(address('/events'));
        mine.addEventListener('card', ({ data }) => {
            failed = 0;
            clearTimeout(retry);
            take(JSON.parse(data));
        });
        mine.addEventListener('expired', () => end());
        mine.addEventListener('open', () => say());
        mine.addEventListener('error', () => {
            if (mine != source) return;
            // The browser tries again by itself, unless the answer was an error.
            if (mine.readyState == EventSource.CLOSED) ask();
            else if (card) say(card.words.offline);
        });
    }

    // Where it cannot be listened to: asked, now and every minute.
    async function ask() {
        leave();
        const asked = signed;
        let again = MINUTE;
        try {
            const answer = await fetch(address('.json'), { credentials: 'omit', signal: AbortSignal.timeout(30000) });
            if (asked != signed) return;
            if (answer.status == 404 || answer.status == 410) return end();
            if (!answer.ok) throw new Error('status ' + answer.status);
            take(await answer.json());
            failed = 0;
        } catch (error) {
            if (asked != signed) return;
            if (!failed) {
                warn('the card can’t be loaded. Is the collector reachable, and does the page’s content security policy '
                    + 'have connect-src with it?', error);
            }
            again = Math.min(MINUTE, 2000 * 2 ** failed++);
            if (card) say(card.words.offline);
        }
        retry = setTimeout(listen, again);
    }

    function begin() {
        const before = signed;
        signed = attribute('customer');
        if (!signed) {
            warn('the tag lacks data-customer="…": what POST /v1/customers/ID/last-score/links calls "signed".', tag);
        }
        if (signed != before) {
            // Another customer: nothing of the one before stays.
            [card, state, isOver] = [];
            body.replaceChildren();
            heard.textContent = '';
        }
        listen();
    }

    const look = () => {
        clearTimeout(leaving);
        if (document.hidden) leaving = setTimeout(leave, HIDDEN);
        else if (!source && !isOver) listen();
    };
    const watcher = new MutationObserver(begin);
    const beat = setInterval(() => {
        if (!host.isConnected) {
            leave();
            clearTimeout(leaving);
            clearInterval(beat);
            watcher.disconnect();
            document.removeEventListener('visibilitychange', look);
            return;
        }
        const time = card && card.at && root.querySelector('time');
        if (time && !document.hidden) time.textContent = age(card);
    }, 10000);

    const start = () => {
        place();
        watcher.observe(tag, { attributes: true, attributeFilter: ['data-customer', 'data-language', 'data-theme'] });
        document.addEventListener('visibilitychange', look);
        begin();
    };
    if (document.readyState == 'loading') document.addEventListener('DOMContentLoaded', start, { once: true });
    else start();
}
