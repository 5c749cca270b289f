// What all pages of the administration share. Everything works without it, but uploads.

const token = () => document.querySelector('input[name="csrf"]')?.value ?? '';

// What was done is told once: not again when the page is loaded anew.
const here = new URL(location.href);
if (here.searchParams.has('done')) {
  here.searchParams.delete('done');
  history.replaceState(null, '', here);
}

/** Asks the blog to do something with a picture; its answer, or an error that says why not. */
async function ask(path, body, more = {}) {
  const headers = { accept: 'application/json', 'x-csrf-token': token(), ...more };
  const answer = await fetch(path, { method: 'POST', headers, body });
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const tooLarge = 'The picture is larger than what this blog’s server takes: make it smaller.';
  throw new Error(told.error ?? (answer.status === 413 ? tooLarge : `The upload failed (${answer.status}).`));
}

const askJson = (path, body) => ask(path, JSON.stringify(body), { 'content-type': 'application/json' });

/** What the bucket takes; other files the blog recognises by their content, or refuses with a reason. */
const DIRECT = ['image/jpeg', 'image/png', 'image/webp'];

/** Puts a file where the blog keeps pictures; its key there, or nothing if that way is closed. */
async function putDirectly(file) {
  if (!('directUploads' in document.body.dataset) || !DIRECT.includes(file.type)) return undefined;
  try {
    const { key, url, headers } = await askJson('/admin/images/direct', { mime: file.type, size_bytes: file.size });
    // The browser makes these two itself.
    const own = headers.filter(([name]) => !['content-length', 'host'].includes(name));
    const put = await fetch(url, { method: 'PUT', headers: own, body: file, credentials: 'omit' });
    return put.ok ? key : undefined;
  } catch {
    // Whatever is wrong with the file itself the blog says too.
    return undefined;
  }
}

/** Uploads a picture; its address, or an error that says why not. */
async function upload(file) {
  const key = await putDirectly(file);
  if (key) return (await askJson('/admin/images/direct/done', { key, name: file.name })).url;
  const body = new FormData();
  body.append('file', file);
  return (await ask('/admin/images', body)).url;
}

/** Calls `take` with the files that are dropped onto an element. */
function onDrop(element, take) {
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  element.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    element.classList.add('over');
  });
  element.addEventListener('dragleave', () => element.classList.remove('over'));
  element.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    element.classList.remove('over');
    take([...event.dataTransfer.files]);
  });
}

/** A field with the address of a picture: shows it, and takes files. */
function picture(box) {
  const field = box.querySelector('input:not([type="file"])');
  const file = box.querySelector('input[type="file"]');
  const status = box.querySelector('[role="status"]');
  const image = box.querySelector('img');
  const show = () => {
    image.hidden = field.value === '';
    if (field.value) image.src = field.value;
  };
  const take = async ([first]) => {
    if (!first) return;
    status.textContent = 'Uploading…';
    try {
      field.value = await upload(first);
      status.textContent = 'Uploaded.';
      show();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    } catch (error) {
      status.textContent = error.message;
    }
  };
  file.closest('label').hidden = false;
  file.addEventListener('change', () => take([...file.files]));
  field.addEventListener('change', show);
  onDrop(box, take);
}

document.querySelectorAll('[data-picture]').forEach(picture);

document.querySelectorAll('form[data-submit-on-change]').forEach((form) => {
  form.addEventListener('change', (event) => {
    if (event.target.matches('select')) form.requestSubmit();
  });
});

document.querySelectorAll('[data-copy]').forEach((button) => {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = 'Copied';
  });
});

// The last row of a list of links is always an empty one.
document.querySelectorAll('[data-rows]').forEach((set) => {
  set.addEventListener('input', () => {
    const last = set.querySelector('.row:last-child');
    if ([...last.querySelectorAll('input')].every((field) => field.value === '')) return;
    const next = last.cloneNode(true);
    const number = set.querySelectorAll('.row').length + 1;
    for (const field of next.querySelectorAll('input')) {
      field.value = '';
      field.setAttribute('aria-label', field.getAttribute('aria-label').replace(/\d+$/, number));
    }
    last.after(next);
  });
});

globalThis.blogAdmin = { upload, onDrop };
