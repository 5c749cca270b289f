// Pictures go from the browser into the bucket, and nowhere else.
//
// node bucket.mjs http://127.0.0.1:PORT http://HOST-OF-BUCKETS [limited]

import assert from 'node:assert/strict';

import { isSound, launch, open, until } from './browser.mjs';

const [base, bucket, limited] = process.argv.slice(2);
/** What Lambda takes as an event. */
const LIMIT_BYTES = 6 * 1024 * 1024;

async function setUp(page) {
  await page.goto('/admin/setup');
  await page.locator('#title').fill('A blog of tests');
  await page.locator('#name').fill('Ada Lovelace');
  await page.locator('#email').fill('ada@example.org');
  await page.locator('#password').fill('correct horse battery');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/admin/posts');
}

/** The policy names the bucket, on authors' pages alone, and lets nothing else out. */
async function policies(page) {
  const policy = async (path) => (await page.request.get(path)).headers()['content-security-policy'];
  const connects = (text) => /connect-src ([^;]*)/.exec(text)[1];
  for (const path of ['posts/new', 'profile', 'settings']) {
    assert.equal(connects(await policy(`/admin/${path}`)), `'self' ${bucket}/pictures/blog/uploads/`, path);
  }
  assert.equal(connects(await policy('/admin/posts')), "'self'");
  assert.equal(connects(await policy('/')), "'self'");
  assert.equal(connects(await policy('/admin/login')), "'self'");
  await page.goto('/admin/posts/new');
  const left = (url) => page.evaluate((to) => fetch(to, { method: 'PUT' }).then(() => true, () => false), url);
  for (const other of ['http://127.0.0.1:1/', `${bucket}/others/blog/uploads/file`, `${bucket}/pictures/blog/file`]) {
    assert.equal(await left(other), false, other);
    await until(`the policy refuses ${other}`, async () => page.faults.some((fault) => fault.includes('connect-src')));
    page.faults.length = 0;
  }
}

/** A photo of noise: what can't be made small. */
async function photo(page, width, height) {
  const base64 = await page.evaluate(([wide, high]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: high });
    const context = canvas.getContext('2d');
    const image = context.createImageData(wide, high);
    let state = 1;
    image.data.forEach((_, at) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      image.data[at] = at % 4 === 3 ? 255 : state >> 16;
    });
    context.putImageData(image, 0, 0);
    return canvas.toDataURL('image/jpeg', 1).split(',')[1];
  }, [width, height]);
  return Buffer.from(base64, 'base64');
}

/** The requests of a page by method and address. */
function requests(page) {
  const seen = [];
  page.on('request', (request) => seen.push(`${request.method()} ${request.url()}`));
  return seen;
}

async function choose(page, name, buffer) {
  const before = await page.inputValue('#source');
  await page.locator('[data-pictures]').setInputFiles({ name, mimeType: 'image/jpeg', buffer });
  await until(`${name} is in the text`, async () => (await page.inputValue('#source')) !== before);
  const [url] = /\/images\/[^)\s]+(?=\)\n[^!]*$)/.exec(await page.inputValue('#source'));
  const served = await page.request.get(url);
  assert.equal(served.status(), 200, url);
  assert.equal(served.headers()['content-type'], 'image/jpeg');
}

async function throughTheBucket(page) {
  const large = await photo(page, 2200, 2000);
  assert.ok(large.length > LIMIT_BYTES, `${large.length} bytes`);
  const seen = requests(page);
  await choose(page, 'large.jpg', large);
  assert.ok(seen.some((one) => one.startsWith(`PUT ${bucket}/pictures/blog/uploads/`)), seen.join('\n'));
  assert.ok(!seen.includes(`POST ${base}/admin/images`), seen.join('\n'));
  await isSound(page, 'editor with a picture from the bucket');
}

/** A bucket that does not let browsers in: the blog itself takes what passes its front door. */
async function withoutTheBucket(page) {
  await page.route(`${bucket}/**`, (route) => route.abort());
  const seen = requests(page);
  await choose(page, 'small.jpg', await photo(page, 300, 200));
  assert.ok(seen.includes(`POST ${base}/admin/images`), seen.join('\n'));
  if (limited) {
    const buffer = await photo(page, 2200, 2000);
    await page.locator('[data-pictures]').setInputFiles({ name: 'large.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByText('make it smaller').waitFor();
  }
  page.faults.length = 0;
}

const browser = await launch();
try {
  const page = await open(browser, base);
  await setUp(page);
  await policies(page);
  await throughTheBucket(page);
  await withoutTheBucket(page);
  console.log('ok');
} finally {
  await browser.close();
}
