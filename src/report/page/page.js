// The page's behaviour. It reads the data that the page holds, and loads nothing.
const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);
const cells = [...document.querySelectorAll('.cell')];
const detail = byId('detail');
let mode = window.innerWidth < 900 ? 'line-by-line' : 'side-by-side';
let selected;

/** An element with attributes and children; strings become text, never markup. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

const link = (text, url) =>
  url ? element('a', { href: url, rel: 'noopener' }, text) : element('code', {}, text);
const list = (items) => element('ul', {}, ...items.map((item) => element('li', {}, ...item)));
const section = (title, ...content) => [element('h3', {}, title), ...content];

function evidenceItem([ref, url, date, note]) {
  return [link(ref, url), `${date ? ` (${date})` : ''}: ${note}`];
}

function drawDiff(patch) {
  const host = element('div', { class: 'diff' });
  const theme = document.documentElement.dataset.theme ?? 'auto';
  const ui = new Diff2HtmlUI(host, patch, {
    drawFileList: false,
    fileContentToggle: false,
    stickyFileHeaders: false,
    synchronisedScroll: true,
    highlight: true,
    highlightLanguages: new Map([
      ['cu', 'cpp'],
      ['cuh', 'cpp'],
      ['hpp', 'cpp'],
      ['h', 'cpp'],
      ['py', 'python'],
      ['json', 'json'],
    ]),
    matching: 'lines',
    outputFormat: mode,
    colorScheme: theme,
  });
  ui.draw();
  return host;
}

function drawDetail() {
  if (!selected) return;
  const fix = data.fixes[selected.dataset.fix];
  const column = data.columns[selected.dataset.column];
  const cell = fix.cells[selected.dataset.column];
  const other = mode === 'side-by-side' ? 'Unified' : 'Side by side';
  const toggle = element('button', { type: 'button', id: 'mode' }, `${other} diff`);
  toggle.addEventListener('click', switchMode);
  const close = element('button', { type: 'button', id: 'close' }, 'Close');
  close.addEventListener('click', closeDetail);
  const sites = cell.sites.map(([path, line, state, what, url]) => [
    link(`${path}:${line}`, url),
    ` ${state}: ${what}`,
  ]);
  detail.replaceChildren(
    element('h2', { id: 'detail-title', tabindex: '-1' }, `${fix.id} on ${column.name}`),
    element('p', {}, element('span', { class: `badge ${cell.verdict}` }, cell.verdict), ` ${cell.reason}`),
    ...(cell.effect === '' ? [] : [element('p', {}, `Without it: ${cell.effect}`)]),
    element('div', { class: 'bar' }, ...(cell.patch === undefined ? [] : [toggle]), close),
    ...(cell.patch === undefined ? [] : [drawDiff(data.patches[cell.patch])]),
    ...section('What breaks without it', element('p', {}, fix.why)),
    ...(sites.length > 0 ? section('Sites', list(sites)) : []),
    ...(cell.evidence.length > 0 ? section('Evidence here', list(cell.evidence.map(evidenceItem))) : []),
    ...(fix.references.length > 0 ? section('References', list(fix.references.map(evidenceItem))) : []),
    ...section('It can retire', element('p', {}, fix.retire)),
  );
  detail.hidden = false;
}

function select(button, { focus = true } = {}) {
  selected?.setAttribute('aria-pressed', 'false');
  selected = button;
  selected.setAttribute('aria-pressed', 'true');
  rove(button);
  drawDetail();
  history.replaceState(null, '', `#${encodeURI(button.dataset.key)}`);
  if (!focus) return;
  byId('detail-title').focus({ preventScroll: true });
  detail.scrollIntoView({ block: 'start' });
}

function closeDetail() {
  detail.hidden = true;
  selected?.setAttribute('aria-pressed', 'false');
  selected?.focus();
  selected = undefined;
  history.replaceState(null, '', '#');
}

function switchMode() {
  mode = mode === 'side-by-side' ? 'line-by-line' : 'side-by-side';
  drawDetail();
  byId('mode')?.focus();
}

/** One cell of the matrix is in the tab order; the arrow keys move it. */
function rove(button) {
  for (const cell of cells) cell.tabIndex = cell === button ? 0 : -1;
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function move(button, [down, right]) {
  const rows = [...document.querySelectorAll('.matrix tbody tr:not([hidden])')];
  let row = rows.indexOf(button.closest('tr'));
  let column = Number(button.dataset.column);
  for (;;) {
    row += down;
    column += right;
    if (row < 0 || row >= rows.length || column < 0 || column >= data.columns.length) return;
    // The next project has columns of its own.
    const next =
      rows[row].querySelector(`[data-column="${column}"]`) ??
      (down ? rows[row].querySelector('.cell') : null);
    if (!next) continue;
    rove(next);
    next.focus();
    return;
  }
}

function filter() {
  const words = byId('query').value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = new Set([...document.querySelectorAll('.filters input:checked')].map((box) => box.value));
  let shown = 0;
  for (const row of document.querySelectorAll('.matrix tbody tr')) {
    const inText = words.every((word) => row.dataset.text.includes(word));
    const own = [...row.querySelectorAll('.cell')];
    for (const cell of own) cell.classList.toggle('dimmed', !verdicts.has(cell.dataset.verdict));
    row.hidden = !inText || own.every((cell) => cell.classList.contains('dimmed'));
    if (!row.hidden) shown += 1;
  }
  byId('shown').textContent = `${shown} of ${data.fixes.length} fixes shown`;
}

function switchTheme() {
  const root = document.documentElement;
  const dark =
    getComputedStyle(root).colorScheme === 'dark' ||
    (!root.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'light' : 'dark';
  drawDetail();
}

const KEYS = {
  '/': () => byId('query').focus(),
  d: () => selected && switchMode(),
  t: switchTheme,
  '?': () => byId('help').showModal(),
  Escape: () => !detail.hidden && closeDetail(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
  if (event.target instanceof HTMLInputElement && event.target.type === 'search') {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const step = STEPS[event.key];
  if (step && event.target.classList?.contains('cell')) move(event.target, step);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});
for (const cell of cells) cell.addEventListener('click', () => select(cell));
byId('filters').addEventListener('input', filter);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
byId('theme').addEventListener('click', switchTheme);
byId('keys').addEventListener('click', KEYS['?']);

const named = () => cells.findLast((cell) => cell.dataset.key === decodeURI(location.hash.slice(1)));
addEventListener('hashchange', () => named() && select(named()));

filter();
if (cells[0]) rove(cells[0]);
const first = named();
if (first) select(first);
else if (data.columns.length === 1 && cells.length > 0) {
  const weight = ({ dataset }) =>
    ['unjudged', 'drifted', 'conflicting', 'refused', 'needed'].indexOf(dataset.verdict) >>> 0;
  select([...cells].sort((a, b) => weight(a) - weight(b))[0], { focus: false });
}
document.documentElement.dataset.ready = 'true';
