// An author's story, from an empty blog on: set-up, writing, publishing, conflicts, former versions.
//
// node author.mjs http://127.0.0.1:PORT

import assert from 'node:assert/strict';

import { checksWork, isSound, launch, open, tabTo, until } from './browser.mjs';

const base = process.argv[2];
const PASSWORD = 'correct horse battery';

/** By keyboard alone: no click. */
async function setUp(page) {
  await page.goto('/admin');
  await page.waitForURL('**/admin/setup');
  await checksWork(page);
  await isSound(page, 'set-up');
  await page.keyboard.type('A blog of tests');
  await tabTo(page, '#name');
  await page.keyboard.type('Ada Lovelace');
  await tabTo(page, '#email');
  await page.keyboard.type('ada@example.org');
  await tabTo(page, '#password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/posts');
  await page.getByText('Welcome.').waitFor();
  await isSound(page, 'first page');
}

async function logOutAndIn(page) {
  await tabTo(page, '.who button');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/login');
  await isSound(page, 'log-in');
  await page.keyboard.type('ada@example.org');
  await tabTo(page, '#password');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.getByText('is wrong').waitFor();
  await tabTo(page, '#password');
  await page.keyboard.type(PASSWORD);
  // The refusal was meant.
  page.faults.length = 0;
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/posts');
}

async function write(page) {
  await tabTo(page, 'a[href="/admin/posts/new"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/posts/new');
  await page.keyboard.type('My first post');
  await tabTo(page, '#source');
  await page.keyboard.type('Some ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('bold');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type(' words.\n\n```rust\nfn main() {}\n```\n');
  // It saves itself, and has an address of its own then.
  await page.waitForURL(/\/admin\/posts\/[0-9a-f]{24}$/);
  await page.getByText(/^Saved at/).waitFor();
  await isSound(page, 'editor');
  return page.url();
}

async function preview(page) {
  await tabTo(page, '[data-preview]');
  await page.keyboard.press('Enter');
  const inside = page.frameLocator('#live');
  await inside.locator('.prose strong', { hasText: 'bold' }).waitFor();
  await inside.locator('.prose .hl-keyword, .prose .hl-storage').first().waitFor();
  const colour = await inside.locator('h1').evaluate((h1) => getComputedStyle(h1).fontWeight);
  assert.equal(colour, '700', 'the theme is there');
  await page.locator('#source').focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nAnd *more*.\n');
  await inside.locator('.prose em', { hasText: 'more' }).waitFor();
  await isSound(page, 'editor with preview');
  await page.locator('#source').focus();
  await page.keyboard.type('x');
  await page.keyboard.press('Control+s');
  await page.getByText(/^Saved at/).waitFor();
  await page.reload();
  assert.match(await page.inputValue('#source'), /And \*more\*\.\nx/);
}

/** Dropped onto the text, and chosen as a cover. */
async function pictures(page) {
  const png = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 450 });
    const context = canvas.getContext('2d');
    context.fillStyle = 'seagreen';
    context.fillRect(0, 0, 800, 450);
    return canvas.toDataURL('image/png').split(',')[1];
  });
  await page.locator('#source').focus();
  await page.keyboard.press('Control+End');
  const dropped = await page.evaluateHandle((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'Green sea.png', { type: 'image/png' }));
    return transfer;
  }, png);
  await page.locator('#source').dispatchEvent('drop', { dataTransfer: dropped });
  const written = /!\[What it shows\]\((\/images\/[^)]+)\)/;
  await until('the picture is in the text', async () => written.test(await page.inputValue('#source')));
  const [, url] = written.exec(await page.inputValue('#source'));
  assert.equal((await page.request.get(url)).headers()['content-type'], 'image/png');
  const cover = page.locator('[data-picture]').first();
  await cover.locator('input[type="file"]').setInputFiles({
    name: 'cover.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64'),
  });
  await cover.getByText('Uploaded.').waitFor();
  assert.match(await page.inputValue('#cover_image'), /^\/images\//);
  const text = { name: 'note.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
  await cover.locator('input[type="file"]').setInputFiles(text);
  await cover.getByText('convert it to one of them').waitFor();
  page.faults.length = 0;
  await page.locator('#cover_alt').fill('A green sea');
  await page.getByText(/^Saved at/).waitFor();
  await isSound(page, 'editor with pictures');
}

async function schedule(page) {
  const date = page.locator('#publish_at');
  await date.fill('2099-01-01T12:00');
  const publish = page.locator('[data-publish]');
  assert.equal(await publish.textContent(), 'Schedule');
  await publish.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Scheduled.').waitFor();
  assert.equal((await page.request.get('/my-first-post/')).status(), 404);
  await isSound(page, 'editor of a scheduled post');
  await page.getByRole('button', { name: 'Publish now' }).press('Enter');
  await page.getByText('Published').first().waitFor();
}

async function read(browser) {
  const reader = await open(browser, base, { javaScriptEnabled: true });
  await reader.goto('/');
  await reader.getByRole('link', { name: 'My first post' }).first().click();
  await reader.waitForURL('**/my-first-post/');
  await reader.locator('.prose strong', { hasText: 'bold' }).waitFor();
  await isSound(reader, 'post as a reader');
  return reader;
}

async function rename(page, reader) {
  await page.locator('#slug').fill('my-best-post');
  await page.locator('[data-save]').press('Enter');
  await page.getByText('Saved.').waitFor();
  await reader.goto('/my-first-post/');
  assert.equal(new URL(reader.url()).pathname, '/my-best-post/');
}

async function keepAside(page) {
  await page.locator('#source').focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nNot for readers yet.\n');
  await page.getByText(/^Kept for you at/).waitFor();
  const seen = await page.request.get('/my-best-post/');
  assert.doesNotMatch(await seen.text(), /Not for readers yet/);
  await page.reload();
  await page.getByText('You have unsaved changes').waitFor();
  assert.equal(await page.getByText('Saved.', { exact: true }).count(), 0);
  await isSound(page, 'editor with unsaved changes');
  await page.getByRole('link', { name: 'go on with them' }).press('Enter');
  await page.getByText('This is another version').waitFor();
  assert.match(await page.inputValue('#source'), /Not for readers yet/);
  await page.locator('#source').focus();
  await page.keyboard.press('Control+s');
  await page.getByText('Saved.', { exact: true }).waitFor();
  assert.match(await (await page.request.get('/my-best-post/')).text(), /Not for readers yet/);
}

/** Two windows, as two authors have them. */
async function conflict(page, url) {
  const other = await page.context().newPage();
  other.faults = [];
  await other.goto(url);
  await page.goto(url);
  await other.locator('#source').fill('What the other one has written.');
  await other.locator('[data-save]').press('Enter');
  await other.getByText('Saved.', { exact: true }).waitFor();
  await page.locator('#source').fill('What I have written.');
  await page.locator('[data-save]').press('Enter');
  await page.getByText('Somebody else has saved this post').waitFor();
  await isSound(page, 'conflict');
  const text = await page.locator('.version-text').textContent();
  assert.equal(text, 'What the other one has written.');
  assert.equal(await page.inputValue('#source'), 'What I have written.');
  await page.locator('#source').fill('What we both have written.');
  await page.getByRole('button', { name: 'Save yours' }).press('Enter');
  await page.getByText('Saved.', { exact: true }).waitFor();
  await other.close();
}

async function restore(page) {
  await page.locator('summary', { hasText: 'History' }).press('Enter');
  await page.getByRole('link', { name: 'Former versions' }).press('Enter');
  await page.getByRole('heading', { name: 'Former versions' }).waitFor();
  await isSound(page, 'former versions');
  await page.locator('.list-title').first().press('Enter');
  await page.locator('.diff').waitFor();
  await isSound(page, 'difference');
  await page.getByRole('link', { name: 'Restore in the editor' }).press('Enter');
  await page.getByText('This is another version').waitFor();
  assert.equal(await page.inputValue('#source'), 'What the other one has written.');
  await page.locator('[data-save]').press('Enter');
  await page.getByText('Saved.', { exact: true }).waitFor();
  const seen = await (await page.request.get('/my-best-post/')).text();
  assert.match(seen, /What the other one has written/);
}

/** A colleague is invited, takes the invitation up, and does not see what is not theirs. */
async function invite(browser, page) {
  await page.goto('/admin/users');
  await page.locator('#name').fill('Bob');
  await page.locator('#email').fill('bob@example.org');
  await page.getByRole('button', { name: 'Invite' }).press('Enter');
  const link = await page.locator('#link').inputValue();
  await isSound(page, 'invitation made');
  const bob = await open(browser, base);
  await bob.goto(link);
  await isSound(bob, 'invitation');
  await bob.locator('#password').fill('the password of bob');
  await bob.keyboard.press('Enter');
  await bob.waitForURL('**/admin/posts');
  await bob.getByText('There is no post yet.').waitFor();
  assert.equal(await bob.getByRole('link', { name: 'Settings' }).count(), 0);
  await bob.goto('/admin/settings');
  await bob.getByText('Your role does not allow this').waitFor();
  bob.faults.length = 0;
  await isSound(bob, 'not allowed');
  await bob.context().close();
}

/** A tag, a longer navigation, another time zone. */
async function arrange(page, url) {
  await page.goto(url);
  await page.locator('#tags').fill('Testing, Browsers');
  await page.locator('[data-save]').press('Enter');
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.goto('/admin/tags');
  await page.getByRole('link', { name: 'Testing' }).press('Enter');
  await page.locator('#description').fill('How one knows.');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByText('Saved.', { exact: true }).waitFor();
  await isSound(page, 'tag');
  await page.goto('/admin/settings');
  await page.locator('#timezone').fill('Europe/Vienna');
  const row = page.locator('[data-rows] .row').nth(3);
  await row.locator('input').first().fill('Testing');
  await row.locator('input').last().fill('/tag/testing/');
  assert.equal(await page.locator('[data-rows]').first().locator('.row').count(), 5);
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.goto('/');
  await page.locator('.site-nav').getByRole('link', { name: 'Testing' }).press('Enter');
  await page.getByText('How one knows.').waitFor();
}

/** Every page at both sizes, light and dark. */
async function lookAround(browser, page, url) {
  const state = await page.context().storageState();
  for (const [size, viewport] of [
    ['phone', { width: 360, height: 740 }],
    ['desktop', { width: 1280, height: 800 }],
  ]) {
    for (const colorScheme of ['light', 'dark']) {
      const options = { viewport, colorScheme, storageState: state };
      const window = await open(browser, base, options);
      for (const path of ['posts', 'posts/new', 'posts/new?kind=page', 'tags', 'users', 'profile', 'settings']) {
        await window.goto(`/admin/${path}`);
        await isSound(window, `${path} ${size} ${colorScheme}`);
      }
      await window.goto(url);
      await isSound(window, `post ${size} ${colorScheme}`);
      await window.goto(`${url}/delete`);
      await isSound(window, `delete ${size} ${colorScheme}`);
      for (const path of ['/', '/my-best-post/', '/tag/testing/', '/author/ada-lovelace/', '/archive/', '/search/?q=written', '/none/']) {
        await window.goto(path);
        await isSound(window, `reader ${path} ${size} ${colorScheme}`);
      }
      await window.context().close();
    }
  }
}

async function withoutScripts(browser, page) {
  const storageState = await page.context().storageState();
  const plain = await open(browser, base, { javaScriptEnabled: false, storageState });
  await plain.goto('/admin/posts/new');
  await plain.locator('#title').fill('Without scripts');
  await plain.locator('#source').fill('Some *text*.');
  const [shown] = await Promise.all([
    plain.context().waitForEvent('page'),
    plain.locator('[data-preview]').click(),
  ]);
  await shown.locator('.prose em').waitFor();
  await shown.close();
  await plain.locator('[data-publish]').click();
  await plain.getByText('Published.').waitFor();
  await plain.goto('/without-scripts/');
  await plain.locator('.prose em').waitFor();
  await plain.context().close();
}

const browser = await launch();
try {
  const page = await open(browser, base);
  await setUp(page);
  await logOutAndIn(page);
  const url = await write(page);
  await preview(page);
  await pictures(page);
  await schedule(page);
  const reader = await read(browser);
  await rename(page, reader);
  await keepAside(page);
  await conflict(page, url);
  await restore(page);
  await arrange(page, url);
  await invite(browser, page);
  await lookAround(browser, page, url);
  await withoutScripts(browser, page);
  await until('all windows are quiet', async () => page.faults.length === 0);
  console.log('ok');
} finally {
  await browser.close();
}
