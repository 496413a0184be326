// A part of loader.js, within its function: when the survey opens by itself or is clicked open, and for whom.
//
// It gives `arm`, `openByItself` and `remember`; it takes `open` and `program`, what the tag says, and what is personal.

function memory(key, value) {
    try {
        if (value !== undefined) localStorage.setItem(key, value);
        return localStorage.getItem(key);
    } catch { /* a browser that keeps nothing */ }
}

const quiet = 'hearback quiet ' + survey;
const days = number('quiet-days', 3650);
const remember = () => days && memory(quiet, Date.now());

const sample = number('sample', 100);

// What is kept is the lot that was drawn: who was among 5 in 100 is among 10 as well.
function isChosen() {
    const key = 'hearback sample ' + survey;
    const lot = Math.random() * 100;
    return Number(memory(key) || memory(key, lot) || lot) < sample;
}
const mayOpen = personal || sample === undefined || isChosen();

function openByItself() {
    const isQuiet = days && !personal && Date.now() - memory(quiet) < days * 864e5;
    if (isSpent || !mayOpen || isQuiet) return;
    isSpent = true;
    open();
}

// Calls `f` with how far something was scrolled, how far it can be, and when. Also where not the page scrolls, but
// something large on it.
const whenScrolled = (f) => document.addEventListener('scroll', ({ target, timeStamp }) => {
    const part = target == document ? document.scrollingElement : target;
    if (part && part.clientHeight * 2 >= innerHeight) {
        f(part.scrollTop, part.scrollHeight - part.clientHeight, timeStamp);
    }
}, { capture: true, passive: true });

function whenScrolledBack() {
    let last = 0, from = 0, since = 0;
    whenScrolled((top, room, now) => {
        if (top >= last || now - since > 500) [from, since] = [Math.max(top, last), now];
        last = top;
        if (from - top > innerHeight / 2 && matchMedia('(hover: none)').matches) openByItself();
    });
}

function whenClicked(selector) {
    document.querySelector(selector);
    const when = (event, f) => document.addEventListener(event, ({ target }) => {
        if (target.closest && target.closest(selector)) f();
    }, true);
    when('click', open);
    // Who points at it will perhaps click.
    const prepare = () => program().catch(() => {});
    when('pointerover', prepare);
    when('focusin', prepare);
}

// Arms one of data-open; whether it was understood.
function arm(kind, value) {
    const amount = /^\d*\.?\d+$/.test(value) ? Number(value) : NaN;
    if (kind == 'click' && value) {
        try {
            whenClicked(value);
            return true;
        } catch {
            return false;
        }
    }
    if (kind == 'delay' && amount <= 86400) setTimeout(openByItself, amount * 1000);
    else if (kind == 'scroll' && amount <= 100) {
        whenScrolled((top, room) => room > 0 && top + 1 >= room * amount / 100 && openByItself());
    } else if (value) return false;
    else if (kind == 'load') openByItself();
    else if (kind == 'exit') {
        document.documentElement.addEventListener('mouseleave', ({ clientY }) => clientY <= 0 && openByItself());
        whenScrolledBack();
    } else if (kind != 'event') return false;
    return true;
}
