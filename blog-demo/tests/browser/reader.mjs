// A reader's story in the sample blog: looking around, searching, by keyboard and without scripts.
//
// node reader.mjs http://127.0.0.1:PORT

import assert from 'node:assert/strict';

import { checksWork, isSound, launch, open, tabTo } from './browser.mjs';

const base = process.argv[2];

/** From the front page by keyboard to a second page, a post, its tag, its author. */
async function lookAround(page) {
  await page.goto('/');
  await checksWork(page);
  await isSound(page, 'front page');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
  await tabTo(page, 'a[rel="next"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/page/2/');
  await isSound(page, 'second page');
  await page.locator('main h2 a').first().press('Enter');
  await page.locator('article .prose').waitFor();
  await isSound(page, 'post');
  const described = await page.evaluate(() => [
    document.querySelector('link[rel="canonical"]')?.href,
    document.querySelector('meta[property="og:title"]')?.content,
    JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent).headline,
    document.querySelector('h1').textContent.trim(),
  ]);
  const [canonical, shared, linked, title] = described;
  assert.equal(canonical, page.url());
  assert.deepEqual([shared, linked], [title, title]);
  await page.locator('.tags a').first().press('Enter');
  await page.waitForURL('**/tag/*/');
  await isSound(page, 'tag');
  await page.locator('main h2 a').first().press('Enter');
  await page.locator('a[href^="/author/"]').first().press('Enter');
  await page.waitForURL('**/author/*/');
  await isSound(page, 'author');
}

/** Pictures come in a size that fits, and all of them come. */
async function pictures(page) {
  await page.goto('/');
  const image = page.locator('main img[srcset]').first();
  await image.scrollIntoViewIfNeeded();
  const [chosen, width] = await image.evaluate(async (img) => {
    await img.decode();
    return [img.currentSrc, img.naturalWidth];
  });
  assert.match(chosen, /\/images\/.*\.webp$/, chosen);
  assert.ok(width > 0);
}

async function search(page) {
  await page.goto('/search/');
  await page.locator('input[type="search"]').first().fill('<script>alert(1)</script>');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?q=/);
  await isSound(page, 'search for something hostile');
  await page.goto('/');
  const word = (await page.locator('main h2 a').first().textContent()).trim().split(' ').at(-1);
  await page.goto('/search/');
  await page.locator('input[type="search"]').first().fill(word);
  await page.keyboard.press('Enter');
  await page.locator('main h2 a').first().waitFor();
  await isSound(page, 'search');
}

/** Asked again, a page that is the same has no body; feeds are XML that a browser can read. */
async function forPrograms(page) {
  const first = await page.request.get('/');
  const { etag } = first.headers();
  const again = await page.request.get('/', { headers: { 'if-none-match': etag } });
  assert.equal(again.status(), 304);
  for (const path of ['/rss/', '/atom/', '/sitemap.xml']) {
    const answer = await page.request.get(path);
    assert.equal(answer.status(), 200, path);
    const problem = await page.evaluate((xml) => {
      const parsed = new DOMParser().parseFromString(xml, 'application/xml');
      return parsed.querySelector('parsererror')?.textContent ?? '';
    }, await answer.text());
    assert.equal(problem, '', path);
  }
  assert.equal((await page.request.get('/no-such-post/')).status(), 404);
}

async function withoutScripts(browser) {
  const page = await open(browser, base, { javaScriptEnabled: false, colorScheme: 'dark' });
  await page.goto('/');
  await page.locator('a[rel="next"]').click();
  await page.waitForURL('**/page/2/');
  await page.locator('main h2 a').first().click();
  await page.locator('article .prose').waitFor();
  await page.goto('/search/');
  await page.locator('input[type="search"]').first().fill('the');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?q=the/);
  await page.context().close();
}

const browser = await launch();
try {
  const page = await open(browser, base);
  await lookAround(page);
  await pictures(page);
  await search(page);
  await forPrograms(page);
  await withoutScripts(browser);
  assert.deepEqual(page.faults, []);
  console.log('ok');
} finally {
  await browser.close();
}
