// The history page's behaviour. It reads the data that the page holds, and loads nothing.
const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);
const lanes = [...document.querySelectorAll('.lane')].map((lane) => [...lane.querySelectorAll('.span')]);
const ticks = [...document.querySelectorAll('.tick')];
const rows = [ticks, ...lanes].filter((row) => row.length > 0);
const buttons = rows.flat();
const detail = byId('detail');
const MOST = 64;
let zoom = 1;
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
const verdict = (name) => element('span', { class: `badge ${name}` }, name);
const commit = ({ commit: id, url, date, subject }) => [link(id.slice(0, 12), url), ` ${date} ${subject}`];

function spanDetail({ dataset }) {
  const fix = data.fixes[dataset.fix];
  const span = fix.spans[dataset.span];
  const story = fix.chapters.map((chapter) => [
    `${chapter.turn} `,
    ...commit(chapter),
    ...(chapter.pull ? [' ', link(chapter.pull, chapter.pullUrl)] : []),
  ]);
  if (fix.needing) story.push([`needed by ${fix.needing}`]);
  for (const { commit: id, url, onto } of fix.picks)
    story.push(['cherry-pick ', link(id.slice(0, 12), url), ` onto ${onto}`]);
  return [
    fix.id,
    element('p', {}, verdict(span.verdict), ` ${span.reason}`),
    element('p', {}, 'since ', ...(span.because ? commit(span.because) : ['the start'])),
    element(
      'p',
      { class: 'quiet' },
      `${span.commits}, the last of them `,
      link(span.last.slice(0, 12), span.lastUrl),
    ),
    ...(span.paths.length > 0
      ? section('What changed', list(span.paths.map((path) => [element('code', {}, path)])))
      : []),
    ...(story.length > 0 ? section('The whole story', list(story)) : []),
    ...section('What breaks without it', element('p', {}, fix.why)),
    ...section('It can retire', element('p', {}, fix.retire)),
  ];
}

function releaseDetail({ dataset }) {
  const release = data.releases[dataset.release];
  const table = element('table');
  for (const [id, name, own] of release.states) {
    const cells = [
      element('th', { scope: 'row' }, element('code', {}, id)),
      element('td', {}, verdict(name)),
    ];
    table.append(element('tr', {}, ...cells, element('td', { class: 'quiet' }, own)));
  }
  return [
    release.name,
    element('p', {}, link(release.commit.slice(0, 12), release.url), ` ${release.date}`),
    element('p', { class: 'quiet' }, `it parts from the line after ${release.parts.slice(0, 12)}`),
    table,
  ];
}

function select(button) {
  selected?.setAttribute('aria-pressed', 'false');
  selected = button;
  button.setAttribute('aria-pressed', 'true');
  rove(button);
  const [title, ...content] = button.classList.contains('tick') ? releaseDetail(button) : spanDetail(button);
  const close = element('button', { type: 'button', id: 'close' }, 'Close');
  close.addEventListener('click', closeDetail);
  detail.replaceChildren(element('h2', { id: 'detail-title', tabindex: '-1' }, title), ...content, close);
  detail.hidden = false;
  byId('detail-title').focus({ preventScroll: true });
  detail.scrollIntoView({ block: 'nearest' });
  history.replaceState(
    null,
    '',
    `#${encodeURI(button.dataset.key ?? `release:${data.releases[button.dataset.release].name}`)}`,
  );
}

function closeDetail() {
  detail.hidden = true;
  selected?.setAttribute('aria-pressed', 'false');
  selected?.focus();
  selected = undefined;
  history.replaceState(null, '', '#');
}

/** One button is in the tab order; the arrow keys move it. */
function rove(button) {
  for (const one of buttons) one.tabIndex = one === button ? 0 : -1;
}

function move(button, [down, right]) {
  const at = rows.findIndex((row) => row.includes(button));
  const row = rows[at + down];
  if (!row) return;
  const middle = (one) => one.offsetLeft + one.offsetWidth / 2;
  const nearest = () =>
    row.reduce((a, b) =>
      Math.abs(middle(b) - middle(button)) < Math.abs(middle(a) - middle(button)) ? b : a,
    );
  const next = down === 0 ? row[row.indexOf(button) + right] : nearest();
  if (!next) return;
  rove(next);
  next.focus();
}

/** Names of releases that would stand on each other are left out. */
function thin() {
  for (const tick of ticks) tick.classList.remove('crowded');
  let end = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    const left = tick.offsetLeft;
    if (left < end) tick.classList.add('crowded');
    else end = left + tick.offsetWidth + 2;
  }
}

function zoomTo(value) {
  const place = byId('time');
  const middle = (place.scrollLeft + place.clientWidth / 2) / place.scrollWidth;
  zoom = Math.min(MOST, Math.max(1, value));
  byId('wide').style.setProperty('--zoom', zoom);
  place.scrollLeft = middle * place.scrollWidth - place.clientWidth / 2;
  thin();
}

function switchTheme() {
  const root = document.documentElement;
  const dark = !root.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark || root.dataset.theme === 'dark' ? 'light' : 'dark';
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const KEYS = {
  '+': () => zoomTo(zoom * 2),
  '=': () => zoomTo(zoom * 2),
  '-': () => zoomTo(zoom / 2),
  0: () => zoomTo(1),
  t: switchTheme,
  '?': () => byId('help').showModal(),
  Escape: () => !detail.hidden && closeDetail(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
  const step = STEPS[event.key];
  if (step && buttons.includes(event.target)) move(event.target, step);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});
for (const button of buttons) button.addEventListener('click', () => select(button));
for (const [id, key] of [
  ['in', '+'],
  ['out', '-'],
  ['whole', '0'],
  ['theme', 't'],
  ['keys', '?'],
])
  byId(id).addEventListener('click', KEYS[key]);
addEventListener('resize', thin);

thin();
if (lanes[0]?.[0]) rove(lanes[0][0]);
const asked = decodeURI(location.hash.slice(1));
const first = buttons.find((button) => button.dataset.key === asked);
if (first) select(first);
document.documentElement.dataset.ready = 'true';
