// The editor: saves by itself, shows what readers would see, takes pictures.

const form = document.querySelector('form[data-editor]');
const source = form.querySelector('#source');
const title = form.querySelector('#title');
const state = form.querySelector('[data-state]');
const save = form.querySelector('[data-save]');
const live = form.querySelector('#live');
const field = (name) => form.elements[name];

const isDraft = form.dataset.status === 'draft';
const PAUSE_MS = 1500;
const LONGEST_MS = 10_000;
const AGAIN_MS = 15_000;

let isChanged = 'changed' in form.dataset;
let isStopped = false;
let running = null;
let timer = 0;
let since = 0;

const say = (text) => { state.textContent = text; };
const body = () => new URLSearchParams(new FormData(form));
const post = (path) => fetch(path, {
  method: 'POST',
  headers: { accept: 'application/json', 'x-csrf-token': field('csrf').value },
  body: body(),
});

// ---- saving ----

function changed() {
  isChanged = true;
  if (isStopped) return;
  since ||= Date.now();
  clearTimeout(timer);
  const pause = Math.min(PAUSE_MS, Math.max(0, since + LONGEST_MS - Date.now()));
  timer = setTimeout(autosave, pause);
}

/** Saves now, unless nothing has changed; after a save that is under way. */
async function autosave() {
  clearTimeout(timer);
  while (running) await running;
  const isEmpty = title.value.trim() === '' && source.value.trim() === '';
  const isNew = field('version').value === '0';
  if (!isChanged || isStopped || (isNew && isEmpty)) return;
  running = keep().finally(() => { running = null; });
  await running;
}

async function keep() {
  isChanged = false;
  since = 0;
  say('Saving…');
  try {
    const answer = await post(`${form.getAttribute('action')}/autosave`);
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return kept(told);
    isChanged = true;
    if (answer.status === 409) {
      isStopped = true;
      say('Somebody else has saved this. Save to compare.');
    } else {
      say(told.error ?? `Not saved (${answer.status}).`);
      if (answer.status !== 422) timer = setTimeout(autosave, AGAIN_MS);
    }
  } catch {
    isChanged = true;
    say('Not saved: no connection. It will be tried again.');
    timer = setTimeout(autosave, AGAIN_MS);
  }
}

function kept(told) {
  const at = new Date(told.saved_at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (told.is_aside) {
    say(`Kept for you at ${at}. Readers see it when you update.`);
    return;
  }
  field('version').value = told.version;
  field('slug').placeholder = told.slug;
  const path = `/admin/posts/${told.id}`;
  if (form.getAttribute('action') !== path) {
    form.setAttribute('action', path);
    history.replaceState(null, '', path);
  }
  say(`Saved at ${at}.`);
}

let isLeaving = false;
form.addEventListener('submit', (event) => {
  if (event.submitter?.matches('[data-preview]')) return;
  clearTimeout(timer);
  isStopped = true;
  if (running) {
    // Its answer brings the version that this has to name.
    event.preventDefault();
    const { submitter } = event;
    running.finally(() => form.requestSubmit(submitter));
    return;
  }
  isLeaving = true;
});
addEventListener('beforeunload', (event) => {
  if (isChanged && !isLeaving) event.preventDefault();
});
// Back from a page that was left: the buttons work again.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
form.addEventListener('input', (event) => {
  changed();
  if (event.target === source || event.target === title) count();
  if (!live.hidden) showSoon();
});

// ---- preview ----

let showing = 0;
const preview = form.querySelector('[data-preview]');
preview.setAttribute('aria-pressed', 'false');
preview.addEventListener('click', (event) => {
  event.preventDefault();
  live.hidden = !live.hidden;
  live.parentElement.classList.toggle('both', !live.hidden);
  document.getElementById('main').classList.toggle('wide', !live.hidden);
  preview.setAttribute('aria-pressed', String(!live.hidden));
  if (!live.hidden) show();
});

function showSoon() {
  clearTimeout(showing);
  showing = setTimeout(show, 300);
}

let asked = 0;
async function show() {
  const number = ++asked;
  const answer = await post('/admin/preview').catch(() => null);
  const html = answer?.ok ? await answer.text() : null;
  if (html === null || number !== asked) return;
  const there = live.contentDocument;
  if (!there?.querySelector('.prose')) {
    live.srcdoc = html;
    return;
  }
  // Only what stands in the page is exchanged: it does not jump to its top.
  const next = new DOMParser().parseFromString(html, 'text/html');
  there.body.replaceWith(there.adoptNode(next.body));
}

// ---- writing ----

const words = form.querySelector('[data-count]');
function count() {
  const number = source.value.trim().split(/\s+/).filter(Boolean).length;
  words.textContent = `${number} ${number === 1 ? 'word' : 'words'}`;
}
count();

/** Replaces what is selected, so that it can be undone. */
function type(text) {
  source.focus();
  if (!document.execCommand('insertText', false, text)) {
    source.setRangeText(text, source.selectionStart, source.selectionEnd, 'end');
    source.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

function wrap(mark) {
  const { selectionStart: start, selectionEnd: end, value } = source;
  type(`${mark}${value.slice(start, end)}${mark}`);
  source.setSelectionRange(start + mark.length, end + mark.length);
}

function link() {
  const { selectionStart: start, selectionEnd: end, value } = source;
  const text = value.slice(start, end);
  type(`[${text}](https://)`);
  const from = start + (text ? text.length + 3 : 1);
  source.setSelectionRange(from, text ? from + 8 : from);
}

function line(mark) {
  const start = source.value.lastIndexOf('\n', source.selectionStart - 1) + 1;
  source.setSelectionRange(start, start);
  type(mark);
}

const tools = form.querySelector('[role="toolbar"]');
tools.hidden = field('format').value !== 'markdown';
tools.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (!button) return;
  if (button.dataset.wrap) wrap(button.dataset.wrap);
  else if (button.dataset.line) line(button.dataset.line);
  else link();
});

document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const key = event.key.toLowerCase();
  if (key === 's') {
    event.preventDefault();
    if (isDraft && !isStopped) autosave();
    else form.requestSubmit(save);
  } else if (event.target === source && !tools.hidden && 'bik'.includes(key)) {
    event.preventDefault();
    if (key === 'k') link();
    else wrap(key === 'b' ? '**' : '*');
  }
});

// ---- pictures ----

const SHOWS = 'What it shows';
async function pictures(files) {
  for (const file of files.filter((one) => one.type.startsWith('image/'))) {
    say(`Uploading ${file.name}…`);
    try {
      const url = await globalThis.blogAdmin.upload(file);
      const start = source.selectionStart;
      type(`![${SHOWS}](${url})\n`);
      source.setSelectionRange(start + 2, start + 2 + SHOWS.length);
      say('');
    } catch (error) {
      say(error.message);
    }
  }
}

globalThis.blogAdmin.onDrop(source, pictures);
source.addEventListener('paste', (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  pictures(files);
});
const chosen = form.querySelector('[data-pictures]');
chosen.addEventListener('change', async () => {
  await pictures([...chosen.files]);
  chosen.value = '';
});

// ---- scheduling ----

const publish = form.querySelector('[data-publish]');
const date = field('publish_at');
function label() {
  if (!publish) return;
  const zone = form.dataset.timezone || 'UTC';
  const parts = { dateStyle: 'short', timeStyle: 'short', timeZone: zone };
  const here = new Intl.DateTimeFormat('sv-SE', parts).format(new Date()).replace(' ', 'T');
  publish.textContent = date.value > here ? 'Schedule' : 'Publish';
}
date.addEventListener('input', label);
label();
