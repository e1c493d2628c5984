import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
/** Only violations are reported in detail: selectors for passed elements took most of the time. */
const violations = (rules: object) => `axe.run({ exclude: ['iframe'] },
  { resultTypes: ['violations'], iframes: false, rules: ${JSON.stringify(rules)} })
  .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0]?.html })))`;
type Violation = { id: string; impact: string; html: string };

/**
 * Expects no serious or critical violation of axe, once animations have ended. The HTML of messages is not
 * checked. `what` names the page in the failure. `colors`: false where the same page was checked in another language,
 * since contrast takes most of the time. `targets`: also that they have 24 px or are so far apart, where nothing lies
 * over the page.
 */
export async function expectAccessible(
  page: Page,
  what?: string,
  { colors = true, targets = false } = {},
): Promise<void> {
  // During a transition the contrast of texts is too low.
  await page.evaluate(waitUntilStill);
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const found: Violation[] = await page.evaluate(
    violations({ 'color-contrast': { enabled: colors }, 'target-size': { enabled: targets } }),
  );
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, html }) => `${id} ${html}`),
    what,
  ).toEqual([]);
}

/**
 * Waits for three frames without animations, because a change of color scheme or width starts its transitions a
 * frame later. Infinite animations, as a loader's, are ignored. An element that Mantine's Transition has faded
 * out is removed by a timer: waits for that too.
 */
const waitUntilStill = `(async () => {
  const moving = () => document.getAnimations().filter((one) =>
    one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
  const leaving = () => [...document.querySelectorAll('[style*="transition-property"]')].some((one) =>
    one.style.opacity === '0' && one.checkVisibility());
  for (let still = 0; still < 3; still += 1) {
    await new Promise(requestAnimationFrame);
    const found = moving();
    if (found.length === 0 && !leaving()) continue;
    await Promise.allSettled(found.map((one) => one.finished));
    still = -1;
  }
})()`;

/** Texts that are clipped at a side without an ellipsis, or outside the window. Scrollable boxes are ignored. */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const cut = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (!text.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, width, height } = range.getBoundingClientRect();
      if (width === 0 || height <= 1) continue;
      for (let box = text.parentElement; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        const sides = box.getBoundingClientRect();
        // Visible to screen readers only, or scrollable.
        if (sides.width <= 1 || /auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis') break;
        const root = box === document.documentElement;
        if (!root && style.overflowX === 'visible' && !/strict|content|paint/.test(style.contain)) continue;
        const edge = root ? innerWidth : sides.right;
        if (right > edge + 1 || left < (root ? 0 : sides.left) - 1) cut.push(text.data.trim().slice(0, 60));
        if (style.position === 'fixed') break;
      }
    }
    return cut;
  })()`);
}

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  // What has the focus may be drawn by another element, as the choices of a segmented control are.
  await target.waitFor({ state: 'attached' });
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there');
}

/** Visible texts that are lower than 12 px. Frames are not looked into. */
export function smallTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const small = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const box = text.parentElement;
      if (!text.data.trim() || box.closest('script, style') || !box.checkVisibility()) continue;
      if (parseFloat(getComputedStyle(box).fontSize) < 12) small.push(text.data.trim().slice(0, 60));
    }
    return small;
  })()`);
}

/** The current code of an authenticator app for a key (RFC 6238: SHA-1, six digits, 30 seconds). */
export function codeOf(key: string, at = Date.now()): string {
  const bits = [...key.replace(/\s/g, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', bytes).update(counter).digest();
  const offset = mac[19]! & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
