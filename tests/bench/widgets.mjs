// Opens the same survey as drawn by several widgets in Chromium, on a slow network and a slow processor, and tells how long
// it took until its first question could be seen; called by the benchmark `widgets`.
//
//   node widgets.mjs {"port", "collector", "packages", "runs", "tokens", "chromium"}
//
// Prints a line of JSON for each visit: {"widget", "drawn", "busy", "bytes", "requests", "waterfall"}. Every visit has a
// browser context of its own, so that nothing is cached, and the widgets take turns.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { brotliCompressSync, constants } from 'node:zlib';

const { port, collector, packages, runs, tokens, chromium } = JSON.parse(process.argv[2]);
const origin = `http://127.0.0.1:${port}`;

// Lighthouse's slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms from request to answer. And a processor four times slower.
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const SLOWER = 4;

const QUESTION = 'How likely is it that you would recommend Larkmoor to a friend or colleague?';
const WHY = 'What is the reason for your score?';

// --- The pages, equally simple, and what is loaded by them ---

const page = (head, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Survey</title>
<link rel="icon" href="data:,">${head}</head><body><h1>How did we do?</h1>${body}</body></html>`;

const hearback = page('', `<div id="survey"></div>
<script async src="${collector}/hearback.js" data-survey="support" data-target="#survey"></script>`);

// What PostHog's snippet does, without the snippet's own kilobyte. Flags, recordings and everything else that a survey
// does without are off.
const posthog = page(`<script>
window.posthog = []; posthog._i = []; posthog.__SV = 1;
posthog._i.push(['phc_bench', { api_host: '${origin}', autocapture: false, capture_pageview: false }]);
</script><script async crossorigin="anonymous" src="${origin}/static/array.js"></script>`, '');

const posthogConfig = {
    token: 'phc_bench', supportedCompression: ['gzip-js'], surveys: true, hasFeatureFlags: false, sessionRecording: false,
    autocapture_opt_out: true, heatmaps: false, captureDeadClicks: false, capturePerformance: false, siteApps: [],
    autocaptureExceptions: false, errorTracking: {}, defaultIdentifiedOnly: true, isAuthenticated: false, toolbarParams: {},
};

const posthogSurveys = {
    surveys: [{
        id: '0190a2b4-0000-7000-8000-000000000000', name: 'NPS', type: 'popover', description: '', schedule: 'once',
        start_date: '2024-01-01T00:00:00Z', end_date: null, conditions: null, appearance: {}, current_iteration: null,
        feature_flag_keys: null, linked_flag_key: null, targeting_flag_key: null, internal_targeting_flag_key: null,
        questions: [
            {
                id: 'nps', type: 'rating', display: 'number', scale: 10, question: QUESTION,
                lowerBoundLabel: 'Not at all likely', upperBoundLabel: 'Extremely likely',
            },
            { id: 'why', type: 'open', question: WHY, optional: true },
        ],
    }],
};

const surveyjs = page(`<link rel="stylesheet" href="/survey-core.fontless.min.css">
<script defer src="/survey.core.min.js"></script><script defer src="/survey-js-ui.min.js"></script>
<script defer src="/survey.js"></script>`, '<div id="survey"></div>');

const surveyjsModel = {
    elements: [
        {
            type: 'rating', name: 'nps', title: QUESTION, rateMin: 0, rateMax: 10, displayMode: 'buttons',
            minRateDescription: 'Not at all likely', maxRateDescription: 'Extremely likely',
        },
        { type: 'comment', name: 'why', title: WHY, visibleIf: '{nps} notempty' },
    ],
};

const file = (path) => readFileSync(`${packages}/${path}`);
const SCRIPT = 'text/javascript; charset=utf-8';
const files = {
    '/hearback.html': ['text/html', hearback],
    '/posthog.html': ['text/html', posthog],
    '/static/array.js': [SCRIPT, file('posthog-js/dist/array.js')],
    '/static/surveys.js': [SCRIPT, file('posthog-js/dist/surveys.js')],
    '/array/phc_bench/config.js': [SCRIPT, `(window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {})`
        + `['phc_bench'] = { config: ${JSON.stringify(posthogConfig)}, siteApps: [] }`],
    '/array/phc_bench/config': ['application/json', JSON.stringify(posthogConfig)],
    '/api/surveys/': ['application/json', JSON.stringify(posthogSurveys)],
    '/surveyjs.html': ['text/html', surveyjs],
    '/survey-core.fontless.min.css': ['text/css', file('survey-core/survey-core.fontless.min.css')],
    '/survey.core.min.js': [SCRIPT, file('survey-core/survey.core.min.js')],
    '/survey-js-ui.min.js': [SCRIPT, file('survey-js-ui/survey-js-ui.min.js')],
    '/survey.js': [SCRIPT, `new Survey.Model(${JSON.stringify(surveyjsModel)}).render(document.getElementById('survey'))`],
};
for (const entry of Object.values(files)) {
    entry[1] = brotliCompressSync(entry[1], { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}

const unknown = new Set();
const server = createServer((request, response) => {
    request.resume();
    // PostHog puts its version before the name of a file, or behind it.
    const path = new URL(request.url, origin).pathname.replace(/^\/static\/[\d.]+\//, '/static/');
    const found = files[path];
    if (!found) unknown.add(path);
    const headers = found ? { 'content-type': found[0], 'content-encoding': 'br', 'content-length': found[1].length } : {};
    response.writeHead(found ? 200 : 404, { ...headers, 'access-control-allow-origin': '*' }).end(found && found[1]);
});
await new Promise((done) => server.listen(port, '127.0.0.1', done));

// --- The browser, by the Chrome DevTools Protocol over a pipe ---

const directory = mkdtempSync(`${tmpdir()}/hearback-bench-`);
const browser = spawn(chromium, [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--lang=en-GB',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--window-size=1280,900',
    `--user-data-dir=${directory}`, '--remote-debugging-pipe',
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: directory } });
const ended = new Promise((done) => browser.once('exit', done));
process.on('exit', () => browser.kill('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

const waiting = new Map();
const listeners = new Set();
let last = 0;
let rest = '';
browser.stdio[4].setEncoding('utf8').on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const message of messages.map(JSON.parse)) {
        const { done, fail } = waiting.get(message.id) ?? {};
        waiting.delete(message.id);
        if (done) message.error ? fail(new Error(message.error.message)) : done(message.result);
        else for (const listener of listeners) listener(message);
    }
});
const ask = (method, params = {}, sessionId = undefined) => new Promise((done, fail) => {
    waiting.set(++last, { done, fail });
    browser.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + '\0');
});

// --- A visit ---

// Looks, before every frame, whether the eleven buttons are there and have a size; the frame after that shows them. Only
// the shadow roots that a widget draws in are looked into.
const watch = (host, buttons) => `(() => {
    if (self !== top || location.protocol === 'about:') return;
    const look = () => {
        const place = ${host ? `[...document.querySelectorAll(${JSON.stringify(host)})].find((it) => it.shadowRoot)?.shadowRoot` : 'document'};
        const found = place ? [...place.querySelectorAll(${JSON.stringify(buttons)})] : [];
        const drawn = found.length === 11 && found.every((it) => it.getBoundingClientRect().height > 0);
        requestAnimationFrame(drawn ? () => reportDrawn(String(performance.now())) : look);
    };
    requestAnimationFrame(look);
})()`;

const WIDGETS = [
    { name: 'hearback', path: (visit) => `/hearback.html?t=${tokens[visit]}`, watch: watch('hearback-survey', '.score') },
    { name: 'posthog-js', path: () => '/posthog.html', watch: watch('[class^=PostHogSurvey]', '.ratings-number') },
    { name: 'survey-js-ui', path: () => '/surveyjs.html', watch: watch('', '.sd-rating__item') },
];

async function visit(widget, n) {
    const { browserContextId } = await ask('Target.createBrowserContext');
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    const command = (method, params) => ask(method, params, sessionId);
    const { userAgent } = await ask('Browser.getVersion');

    const requests = new Map();
    let tell;
    const drawn = new Promise((done) => { tell = done; });
    const listener = ({ method, params, sessionId: from }) => {
        if (from !== sessionId) return;
        if (method === 'Runtime.bindingCalled') tell(Number(params.payload));
        if (method === 'Network.requestWillBeSent' && !params.request.url.startsWith('data:')) {
            requests.set(params.requestId, { url: params.request.url, start: params.timestamp });
        }
        const request = requests.get(params.requestId);
        if (!request) return;
        if (method === 'Network.loadingFinished') Object.assign(request, { end: params.timestamp, bytes: params.encodedDataLength });
        if (method === 'Network.loadingFailed') Object.assign(request, { end: params.timestamp, bytes: 0 });
    };
    listeners.add(listener);
    for (const [method, params] of [
        ['Page.enable'], ['Network.enable'], ['Runtime.enable'], ['Performance.enable'],
        // PostHog shows nothing to a browser that says it has no window.
        ['Emulation.setUserAgentOverride', { userAgent: userAgent.replace('Headless', '') }],
        ['Network.emulateNetworkConditions', NETWORK],
        ['Emulation.setCPUThrottlingRate', { rate: SLOWER }],
        ['Runtime.addBinding', { name: 'reportDrawn' }],
        ['Page.addScriptToEvaluateOnNewDocument', { source: widget.watch }],
    ]) await command(method, params);
    const busy = async () => (await command('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
    const before = await busy();
    await command('Page.navigate', { url: origin + widget.path(n) });
    const late = new Promise((_, fail) => setTimeout(fail, 60_000, new Error(`${widget.name} drew nothing in a minute`)).unref());
    const time = await Promise.race([drawn, late]);
    const worked = (await busy()) - before;
    // What was asked for by then is counted in full.
    const counted = [...requests.values()];
    while (counted.some(({ end }) => end === undefined)) await new Promise((done) => setTimeout(done, 20));
    listeners.delete(listener);
    await ask('Target.disposeBrowserContext', { browserContextId });
    const milliseconds = (seconds) => Math.round((seconds - counted[0].start) * 1000);
    return {
        widget: widget.name, drawn: time, busy: worked * 1000, requests: counted.length,
        bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0),
        waterfall: counted.map(({ url, start, end, bytes }) =>
            `${milliseconds(start)}–${milliseconds(end)} ms ${bytes} B ${new URL(url).pathname}`),
    };
}

// The first round warms the machine up and is not counted.
for (let n = 0; n <= runs; n++) {
    for (const widget of WIDGETS) {
        const seen = await visit(widget, n);
        if (n > 0) console.log(JSON.stringify(seen));
    }
}
if (unknown.size) console.error('» not served:', [...unknown].join(' '));
await ask('Browser.close');
await ended;
rmSync(directory, { recursive: true, force: true });
process.exit(0);
