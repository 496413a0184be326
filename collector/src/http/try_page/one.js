// A frame of the page for designers. What was begun in another frame, or before, is not for this one.
for (const storage of [sessionStorage, localStorage]) {
    for (const key of Object.keys(storage)) {
        if (/^hearback-(draft|outbox) .*/.test(key) || key.startsWith('hearback /')) storage.removeItem(key);
    }
}

// Chooses the score that the frame is to show.
document.addEventListener('hearback:ready', () => {
    const { score } = document.querySelector('.page').dataset;
    const root = document.querySelector('hearback-survey').shadowRoot;
    const choice = score && root.querySelector('input[type=radio][value="' + score + '"]');
    if (choice) choice.click();
});
