// Debian's Chromium, and what the stories look for on each page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.NODE_FOLDER}/`);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** How long something may take on a machine that is busy otherwise. */
export const PATIENCE_MS = 60_000;

export async function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/** A window of its own, with cookies of its own; whatever goes wrong in its pages is collected. */
export async function open(browser, base, options = {}) {
  const context = await browser.newContext({ baseURL: base, timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    // A refused inline script or style is told here too.
    if (message.type() === 'error' && !/status of 4(0[349]|15)/.test(message.text())) {
      page.faults.push(message.text());
    }
  });
  return page;
}

/** What axe finds on a page that keeps people out. */
async function serious(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { iframes: false });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** That axe would find something, and a refused script would be noticed: that the checks check. */
export async function checksWork(page) {
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<div id="bad"><img src="/icon"><p style="color: red">');
  });
  const found = await serious(page);
  assert.ok(found.some((one) => one.startsWith('image-alt')), String(found));
  await until('the refused style is noticed', async () => page.faults.length > 0);
  await page.evaluate(() => document.getElementById('bad').remove());
  page.faults.length = 0;
}

/** That axe finds nothing serious, no script has failed, and nothing is wider than the window. */
export async function isSound(page, what) {
  assert.deepEqual(await serious(page), [], what);
  assert.deepEqual(page.faults, [], what);
  const [needed, there] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(needed <= there, `${what} is ${needed} wide in a window of ${there}`);
  if (process.env.PICTURES) {
    const name = what.replaceAll(/[^a-z0-9]+/gi, '-');
    await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
  }
}

/** Waits until something holds. */
export async function until(what, holds) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`it never came to it that ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Presses Tab until an element has the focus: that it can be reached by keyboard. */
export async function tabTo(page, selector) {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${selector} is not reached by Tab`);
}
