/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { historyPage } from '../../src/report/history-page.js';
import { chromium } from '../support/browser.js';
import { codemodOf } from '../support/memory.js';
import { FIX, OTHER, timeline } from '../support/timeline.js';

const without = chromium ? '' : ' (skipped: no Chromium was found; name one with CHROMIUM=…)';
const fixOf = (id: string) => codemodOf(id, { judge: async () => ({ absent: '' }), rewrite: () => [] });

describe.skipIf(!chromium)(`the page of a history in a browser${without}`, () => {
  let dir: string;
  let browser: Browser;
  let page: Page;
  const said: string[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dgx-patch-history-page-'));
    await writeFile(join(dir, 'history.html'), historyPage(timeline, [fixOf(FIX), fixOf(OTHER)]));
    browser = await puppeteer.launch({ executablePath: chromium!, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await page?.close();
    said.length = 0;
    page = await browser.newPage();
    page.on('console', (message) => said.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => said.push(`error: ${String(error)}`));
    page.on(
      'request',
      (request) => /^(?:file|data):/.test(request.url()) || said.push(`request: ${request.url()}`),
    );
  });

  async function open(hash = ''): Promise<void> {
    await page.goto(`file://${join(dir, 'history.html')}${hash}`);
    await page.waitForSelector('html[data-ready]');
  }
  const text = (selector: string): Promise<string> =>
    page.$eval(selector, (node) => (node as HTMLElement).innerText);
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement!.getAttribute('aria-label'));

  it('shows the commit behind a verdict on a click, and loads and logs nothing', async () => {
    await open();
    await page.click(`[data-key="${FIX}:1"]`);
    const shown = await text('#detail');
    for (const words of [FIX, 'needed', 'Break <it>', 'src/a.py', 'introduced by', 'cherry-pick', 'v1.0.0'])
      expect(shown).toContain(words);
    expect(said).toEqual([]);
  });

  it('shows the verdicts of a release, in its own tree', async () => {
    await open();
    await page.click('[data-release="0"]');
    const shown = await text('#detail');
    expect(shown).toContain('v1.0.0');
    expect(shown).toContain('needed');
    await open('#release:v1.0.0');
    expect(said).toEqual([]);
  });

  it('is used by keyboard alone', async () => {
    await open();
    await page.focus('.span[tabindex="0"]');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/: needed from /);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain(OTHER);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toMatch(/^release /);
    await page.keyboard.press('Enter');
    expect(await text('#detail-title')).toMatch(/^v/);
    await page.keyboard.press('Escape');
    expect(await page.$eval('#detail', (node) => (node as HTMLElement).hidden)).toBe(true);
    await page.keyboard.press('?');
    expect(await page.$eval('#help', (node) => (node as HTMLDialogElement).open)).toBe(true);
  });

  it('zooms, and leaves out names of releases that would stand on each other', async () => {
    await open();
    const width = (): Promise<number> => page.$eval('#wide', (node) => (node as HTMLElement).offsetWidth);
    const before = await width();
    const crowded = (): Promise<number> => page.$$eval('.tick.crowded', (nodes) => nodes.length);
    expect(await crowded()).toBe(1);
    for (let time = 0; time < 6; time += 1) await page.keyboard.press('+');
    expect(await width()).toBeGreaterThan(before * 30);
    expect(await crowded()).toBe(0);
    await page.keyboard.press('0');
    expect(await width()).toBe(before);
  });

  it('gives every control a name', async () => {
    await open();
    const tree = (await page.accessibility.snapshot({ interestingOnly: true }))!;
    const unnamed: string[] = [];
    const visit = (node: typeof tree): void => {
      if (/^(?:button|link)$/.test(node.role) && !node.name) unnamed.push(node.role);
      for (const child of node.children ?? []) visit(child);
    };
    visit(tree);
    expect(unnamed).toEqual([]);
  });

  it.each(['light', 'dark'])('fits a phone in %s: the page does not scroll sideways', async (scheme) => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
    await open(`#${FIX}:1`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const ground = await page.$eval('body', (node) => getComputedStyle(node).backgroundColor);
    expect(ground === 'rgb(255, 255, 255)').toBe(scheme === 'light');
  });
});
