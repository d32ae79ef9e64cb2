/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compare } from '../../src/history/compare.js';
import { page as pageOf } from '../../src/report/html.js';
import { chromium } from '../support/browser.js';
import { driftedReview, embeddedReview, otherProject } from '../support/reviews.js';

const without = chromium ? '' : ' (skipped: no Chromium was found; name one with CHROMIUM=…)';

describe.skipIf(!chromium)(`the HTML page in a browser${without}`, () => {
  let dir: string;
  let browser: Browser;
  let page: Page;
  const said: string[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dgx-patch-page-'));
    await writeFile(join(dir, 'matrix.html'), pageOf([await embeddedReview(), await driftedReview()]));
    await writeFile(join(dir, 'one.html'), pageOf([await embeddedReview()]));
    const [mini, next] = [await embeddedReview(), await driftedReview()];
    const because = {
      commit: 'f'.repeat(40),
      date: '2026-03-31',
      subject: `Move ${'a_long_name_'.repeat(9)}`,
    };
    const plain = compare(mini, next);
    const comparison = {
      ...plain,
      changes: plain.changes.map((change) => (change.kind === 'same' ? change : { ...change, because })),
    };
    await writeFile(join(dir, 'comparison.html'), pageOf([mini, next], comparison));
    await writeFile(join(dir, 'set.html'), pageOf([mini, await otherProject()]));
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

  async function open(name: string, hash = ''): Promise<void> {
    await page.goto(`file://${join(dir, name)}${hash}`);
    await page.waitForSelector('html[data-ready]');
  }
  const text = (selector: string): Promise<string> =>
    page.$eval(selector, (node) => (node as HTMLElement).innerText);
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement!.getAttribute('aria-label'));

  it('shows a fix on a click: reason, diff, sites, references; nothing is loaded, nothing is logged', async () => {
    await open('matrix.html');
    await page.click('[data-key="vllm/software-e2m1@mini"]');
    const shown = await text('#detail');
    expect(shown).toContain('vllm/software-e2m1 on mini');
    expect(shown).toContain('csrc/quantization/fp4/nvfp4_utils.cuh');
    for (const title of ['What breaks without it', 'Sites', 'References', 'It can retire'])
      expect(shown).toContain(title);
    expect(await page.$$eval('#detail .d2h-ins', (rows) => rows.length)).toBeGreaterThan(5);
    expect(await page.$$eval('#detail .hljs-keyword', (words) => words.length)).toBeGreaterThan(0);
    expect(said).toEqual([]);
  });

  it('shows text of upstream as text', async () => {
    await open('matrix.html', '#vllm/software-e2m1@next');
    expect(await text('#detail')).toContain('drifted a shape that is not known: a | b <c>');
    expect(said).toEqual([]);
  });

  it('is used by keyboard alone', async () => {
    await open('matrix.html');
    await page.focus('.cell[tabindex="0"]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^vllm\/\S+ on next: /);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await text('#detail-title')).toBe('vllm/software-e2m1 on next');
    await page.keyboard.press('Escape');
    expect(await page.$eval('#detail', (node) => (node as HTMLElement).hidden)).toBe(true);
    expect(await focused()).toBe('vllm/software-e2m1 on next: drifted, 3 sites');
    await page.keyboard.press('?');
    expect(await page.$eval('#help', (node) => (node as HTMLDialogElement).open)).toBe(true);
  });

  it('switches between side-by-side and unified', async () => {
    await page.setViewport({ width: 1300, height: 900 });
    await open('one.html');
    expect(await page.$$('.d2h-file-side-diff')).not.toHaveLength(0);
    await page.keyboard.press('d');
    expect(await page.$$('.d2h-file-side-diff')).toHaveLength(0);
    expect(await page.$$('.d2h-file-diff')).not.toHaveLength(0);
  });

  it('filters by words and by verdict', async () => {
    await open('matrix.html');
    const rows = (): Promise<string[]> =>
      page.$$eval('.matrix tbody tr:not([hidden]) code', (nodes) => nodes.map((node) => node.textContent!));
    await page.keyboard.press('/');
    await page.keyboard.type('e2m1');
    expect(await rows()).toEqual(['vllm/software-e2m1']);
    await page.$eval('#query', (node) => {
      (node as HTMLInputElement).value = '';
    });
    await page.click('.filters input[value="needed"]');
    expect(await rows()).toEqual(['vllm/software-e2m1']);
    expect(await text('#shown')).toBe('1 of 3 fixes shown');
  });

  it('gives every control a name', async () => {
    await open('one.html');
    const tree = (await page.accessibility.snapshot({ interestingOnly: true }))!;
    const unnamed: string[] = [];
    const visit = (node: typeof tree): void => {
      if (/^(?:button|link|checkbox|searchbox|textbox)$/.test(node.role) && !node.name)
        unnamed.push(node.role);
      for (const child of node.children ?? []) visit(child);
    };
    visit(tree);
    expect(unnamed).toEqual([]);
  });

  it.each(['light', 'dark'])('has readable colours in %s', async (scheme) => {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await open('matrix.html');
    const contrasts = await page.$$eval('.cell, h1, .quiet, th', (nodes) => {
      const numbers = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const light = (colour: string): number => {
        const [r, g, b] = numbers(colour).map((value) => {
          const part = value / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      const ground = (node: Element | null): string => {
        if (!node) return 'rgb(255, 255, 255)';
        const colour = getComputedStyle(node).backgroundColor;
        return numbers(colour)[3] === 0 ? ground(node.parentElement) : colour;
      };
      return nodes.map((node) => {
        const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      });
    });
    expect(Math.min(...contrasts)).toBeGreaterThan(4.5);
  });

  it('leads from a row of the comparison to the fix at the later revision', async () => {
    await open('comparison.html');
    await page.click('.changes a[href="#vllm/software-e2m1@next"]');
    await page.waitForFunction(() => document.activeElement?.id === 'detail-title');
    expect(await text('#detail-title')).toBe('vllm/software-e2m1 on next');
    expect(said).toEqual([]);
  });

  it('has a table a project, without empty columns, and arrow keys that lead on', async () => {
    await open('set.html');
    expect(
      await page.$$eval('main h2', (nodes) => nodes.slice(0, 2).map((node) => node.textContent)),
    ).toEqual(['vllm', 'flashinfer']);
    expect(await page.$$eval('.matrix td:empty', (nodes) => nodes.length)).toBe(0);
    await page.focus('.matrix tbody tr:last-child .cell');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^flashinfer\/mini-fix on /);
  });

  it.each(['one.html', 'matrix.html', 'comparison.html', 'set.html'])(
    'fits a phone: %s does not scroll sideways',
    async (name) => {
      await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
      await open(name);
      if (process.env.SCREENSHOTS) {
        await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-390.png`), fullPage: true });
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(390);
      if (!process.env.SCREENSHOTS) return;
      await page.setViewport({ width: 1440, height: 900 });
      await open(name);
      await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-1440.png`) });
    },
  );
});
