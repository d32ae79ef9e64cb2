import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/history/forecast.js';
import { after } from '../../src/history/timeline.js';
import { forecastDocument, historyDocument } from '../../src/report/history-document.js';
import { forecastMarkdown, historyMarkdown } from '../../src/report/history-markdown.js';
import { forecastText, historyText, storyText } from '../../src/report/history-text.js';
import { FIX, OTHER, timeline } from '../support/timeline.js';

const golden = (name: string): string => `./golden/${name}`;
const end = { commit: 'f'.repeat(40), date: '2026-04-11', subject: 'The newest' };
const IDS = [FIX, OTHER];

describe('reports of a history', () => {
  it.each([
    ['history.txt', historyText(timeline, IDS, false)],
    ['history.md', historyMarkdown(timeline, IDS)],
    ['history-fix.txt', storyText(timeline, FIX, false)],
    ['history.json', `${JSON.stringify(historyDocument(timeline, [FIX]), null, 2)}\n`],
    ['forecast.txt', forecastText('vllm', forecast(timeline, end), false)],
    ['forecast.md', forecastMarkdown('vllm', forecast(after(timeline, 50), end))],
    ['forecast.json', `${JSON.stringify(forecastDocument(forecast(timeline, end)), null, 2)}\n`],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(golden(name));
  });
});
