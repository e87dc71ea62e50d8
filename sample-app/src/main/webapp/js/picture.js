// The picture: exchange → bindings → queues → beans → dead letters. It is drawn when its shape
// changes; otherwise only numbers move.
import { byId, element, number, setText, svg } from './dom.js';

const DEAD = 'bindery.dead.';
const PHONE = matchMedia('(max-width: 640px)');

// Where things are. Side by side where there is room; on a phone each exchange stands above its
// queues, and a queue's binding above it. Texts: style, x (from the right if negative), y.
const WIDE = {
  width: 1210, top: 34, row: 72, inset: 0, height: 54, middle: 27,
  x: { source: 8, exchange: 160, queue: 478, bean: 770, letters: 1040 },
  w: { source: 104, exchange: 122, queue: 222, bean: 216, letters: 162 },
  source: [['middle', 52, 26], ['small middle', 52, 42]],
  exchange: [['middle', 61, 19], ['count middle', 61, 37], ['small middle', 61, 49]],
  queue: [['', 10, 18], ['count right', -10, 20], ['small', 10, 35]],
  bar: 42,
  bean: [['', 10, 18], ['count right', -10, 20], ['small', 10, 34], ['small', 10, 47]],
  letters: [['small', 10, 22], ['count right', -10, 24], ['small', 10, 42]],
};
const NARROW = {
  width: 360, top: 0, row: 136, inset: 24, height: 74, middle: 37, group: 62,
  x: { exchange: 0, queue: 24, bean: 196, letters: 196 },
  w: { exchange: 360, queue: 150, bean: 164, letters: 164 },
  source: [['', 12, 20], ['small', 12, 37]],
  exchange: [['middle', 190, 28], ['count right', -12, 22], ['small right', -12, 38]],
  queue: [['', 10, 18], ['count right', -10, 40], ['small', 10, 56]],
  bar: 63,
  bean: [['', 10, 18], ['count right', -10, 38], ['small', 10, 36], ['small', 10, 51], ['small', 10, 65]],
  letters: [['small', 10, 14], ['count right', -10, 15], ['hidden', 0, 0]],
};

let shape = '';
let rows = [];
let exchanges = [];
let at = WIDE;

PHONE.addEventListener('change', () => { shape = ''; });

export function show(state) {
  const queues = new Map(state.queues.map((queue) => [queue.name, queue]));
  const found = state.beans.map((bean) => row(bean, state, queues));
  const nextShape = JSON.stringify(found.map((r) => [r.bean.name, r.source, r.key, r.selector, r.bean.queue, Boolean(r.letters)]));
  if (nextShape !== shape) {
    shape = nextShape;
    draw(found);
  }
  found.forEach((now, i) => update(rows[i], now));
  const rates = new Map(state.exchanges.map((exchange) => [exchange.name, exchange]));
  for (const drawn of exchanges) {
    const exchange = rates.get(drawn.name);
    setText(drawn.count, exchange ? number(exchange.published) : '–');
    setText(drawn.rate, exchange ? `${number(exchange.rate)} / s` : '');
    if (drawn.flow) {
      flow(drawn.flow, exchange ? exchange.rate : 0);
    }
  }
  describe(found);
}

function row(bean, state, queues) {
  const binding = state.bindings.find((b) => b.destination === bean.queue && b.source !== '');
  return {
    bean,
    queue: queues.get(bean.queue),
    letters: queues.get(DEAD + bean.queue),
    source: bean.onTopic ? binding?.source ?? 'amq.topic' : '',
    key: binding?.routingKey ?? bean.pattern,
    selector: binding?.selector || bean.selector,
  };
}

function draw(found) {
  at = PHONE.matches ? NARROW : WIDE;
  const picture = byId('picture');
  picture.replaceChildren();
  picture.classList.toggle('narrow', at === NARROW);
  const wires = svg('g');
  const boxes = svg('g');
  picture.append(wires, boxes);
  const { tops, bottom } = at === NARROW ? grouped(found) : { tops: found.map((r, i) => at.top + i * at.row), bottom: at.top + found.length * at.row + 4 };
  picture.setAttribute('viewBox', `0 0 ${at.width} ${bottom}`);
  if (at === WIDE) {
    headings(boxes);
  }
  exchanges = drawExchanges(found, tops, wires, boxes);
  rows = found.map((r, i) => drawRow(r, tops[i], wires, boxes));
}

/** The rows' places when each exchange stands above its own. */
function grouped(found) {
  let y = 0;
  const tops = new Array(found.length);
  for (const name of new Set(found.map((r) => r.source))) {
    y += at.group;
    found.forEach((r, i) => {
      if (r.source === name) {
        tops[i] = y;
        y += at.row;
      }
    });
  }
  return { tops, bottom: y };
}

function headings(boxes) {
  const titles = { source: 'PUBLISHED', exchange: 'EXCHANGE', queue: 'QUEUES', bean: 'BEANS', letters: 'DEAD LETTERS' };
  for (const [column, title] of Object.entries(titles)) {
    boxes.append(svg('text', { class: 'heading', x: at.x[column], y: 16 }, title));
  }
  boxes.append(svg('text', { class: 'heading', x: 350, y: 16 }, 'BINDINGS'));
}

function drawExchanges(found, tops, wires, boxes) {
  return [...new Set(found.map((r) => r.source))].map((name) => {
    const own = found.flatMap((r, i) => (r.source === name ? [tops[i]] : []));
    const what = name === '' ? ['price requests', 'resent letters'] : ['orders', ''];
    const title = name || 'default exchange';
    if (at === NARROW) {
      const y = Math.min(...own) - at.group;
      const drawn = box(boxes, 'exchange', y, [title, '', ''], 46);
      at.source.forEach(([style, x, lineY], i) => drawn.group.append(svg('text', { class: style, x, y: lineY }, i === 0 ? `${what[i]} →` : what[i])));
      return { name, y: y + 46, count: drawn.texts[1], rate: drawn.texts[2] };
    }
    const y = (Math.min(...own) + Math.max(...own)) / 2;
    const source = box(boxes, 'source', y, what);
    source.texts[0].setAttribute('y', what[1] ? 26 : 32);
    const drawn = box(boxes, 'exchange', y, [title, '', '']);
    const line = wire(wires, across([at.x.source + at.w.source, y], [at.x.exchange, y]));
    source.group.append(svg('title', {}, 'What the REST resources publish'));
    return { name, y, count: drawn.texts[1], rate: drawn.texts[2], flow: line };
  });
}

function drawRow(r, top, wires, boxes) {
  const exchange = exchanges.find((e) => e.name === r.source);
  const y = top + at.inset;
  const binding = wire(wires, at === NARROW
    ? down(exchange.y, y + at.middle)
    : across([at.x.exchange + at.w.exchange, exchange.y], [at.x.queue, y]));
  label(boxes, r, y);
  const queue = box(boxes, 'queue', y, [r.bean.queue, '', '']);
  const bar = { x: 10, y: at.bar, height: 5, rx: 2.5 };
  const depth = svg('rect', { class: 'depth', ...bar, width: 0 });
  queue.group.append(svg('rect', { class: 'track', ...bar, width: at.w.queue - 20 }), depth);
  const delivery = wire(wires, across([at.x.queue + at.w.queue, y], [at.x.bean, y]));
  const bean = box(boxes, 'bean', y, [r.bean.name, ...at.bean.slice(1).map(() => '')]);
  const lettersY = at === NARROW ? y + at.height + 6 : y;
  const death = r.letters && at === WIDE ? wire(wires, across([at.x.bean + at.w.bean, y], [at.x.letters, y])) : null;
  death?.classList.add('dead');
  const letters = box(boxes, 'letters', lettersY, ['waiting', '', ''], at === NARROW ? 20 : at.height);
  return { binding, queue, depth, delivery, bean, death, letters };
}

function label(boxes, r, y) {
  if (at === NARROW) {
    const text = r.selector ? `${r.key} only if ${r.selector}` : r.key;
    boxes.append(svg('text', { class: 'key', x: at.x.queue, y: y - 8 }, text));
    return;
  }
  const middle = y + at.middle;
  const text = svg('text', { class: 'key right', x: at.x.queue - 16, y: middle + (r.selector ? -5 : 4) }, r.key);
  const width = r.key.length * 7.4 + 12;
  boxes.append(svg('rect', { class: 'plate', x: at.x.queue - 10 - width, y: middle - 10, width, height: 20, rx: 6 }), text);
  if (r.selector) {
    boxes.append(svg('text', { class: 'small right', x: at.x.queue - 16, y: middle + 18 }, `only if ${r.selector}`));
  }
}

function box(parent, kind, y, lines, height = at.height) {
  const width = at.w[kind];
  const group = svg('g', { class: kind, transform: `translate(${at.x[kind]} ${y})` });
  group.append(svg('rect', { class: 'box', width, height, rx: Math.min(10, height / 3) }));
  const texts = lines.map((text, i) => {
    const [style, x, lineY] = at[kind][i];
    const node = svg('text', { class: style, x: x < 0 ? width + x : x, y: lineY }, text);
    group.append(node);
    return node;
  });
  parent.append(group);
  return { group, texts };
}

/** The way from one box to another that stands to its right. */
function across([x1, top1], [x2, top2]) {
  const y1 = top1 + at.middle;
  const y2 = top2 + at.middle;
  const bend = Math.min(60, (x2 - x1) / 2);
  return y1 === y2
    ? `M${x1} ${y1} L${x2} ${y2}`
    : `M${x1} ${y1} C${x1 + bend} ${y1} ${x1 + bend / 2} ${y2} ${x1 + bend * 1.6} ${y2} L${x2} ${y2}`;
}

/** The way from below an exchange to a queue of the column under it. */
const down = (y1, y2) => `M10 ${y1} L10 ${y2 - 12} Q10 ${y2} 22 ${y2} L${at.x.queue} ${y2}`;

function wire(parent, d) {
  const moving = svg('path', { class: 'flow', d });
  parent.append(svg('path', { class: 'wire', d }), moving);
  return moving;
}

function update(drawn, { bean, queue, letters }) {
  drawn.queue.group.classList.toggle('absent', !queue);
  const [, ready, rates] = drawn.queue.texts;
  setText(ready, queue ? number(queue.ready + queue.unacknowledged) : '–');
  setText(rates, queue
    ? `in ${number(queue.inRate)} / s · out ${number(queue.outRate)} / s`
    : 'not declared yet');
  drawn.depth.setAttribute('width', queue ? depthWidth(queue.ready + queue.unacknowledged) : 0);
  flow(drawn.binding, queue ? queue.inRate : 0);
  flow(drawn.delivery, Math.max(bean.rate, queue ? queue.outRate : 0));
  const [, recorded, twice, ...failures] = drawn.bean.texts;
  setText(recorded, number(bean.recorded));
  setText(twice, `${number(bean.duplicates)} duplicates`);
  const told = [`${number(bean.redelivered)} redelivered`, `${number(bean.failed)} failed`];
  failures.forEach((text, i) => setText(text, failures.length === 1 ? told.join(' · ') : told[i]));
  const dead = letters ? letters.ready + letters.unacknowledged : 0;
  drawn.letters.group.classList.toggle('none', dead === 0);
  setText(drawn.letters.texts[0], at === WIDE ? (dead > 0 ? 'waiting' : 'none') : 'dead letters');
  setText(drawn.letters.texts[1], dead > 0 ? number(dead) : '');
  setText(drawn.letters.texts[2], letters ? 'after 10 failures' : '');
  if (drawn.death) {
    flow(drawn.death, letters ? letters.inRate : 0);
  }
}

/** Ten times as many messages are one more quarter of the bar. */
const depthWidth = (count) => Math.min(1, Math.log10(1 + count) / 4) * (at.w.queue - 20);

function flow(path, rate) {
  path.classList.toggle('on', rate > 0);
  path.setAttribute('stroke-width', String(2.5 + Math.min(4, Math.log10(1 + rate))));
}

function describe(found) {
  const text = found.map(({ bean, queue }) =>
    `Queue ${bean.queue} holds ${queue ? queue.ready : 0}; bean ${bean.name} did ${bean.recorded}.`);
  setText(byId('picture-text'), text.join(' '));
  const body = byId('queues').tBodies[0];
  if (!body.closest('details').open) {
    return;
  }
  body.replaceChildren(...found.map(({ bean, queue, key, selector }) => {
    const cells = [bean.queue, selector ? `${key} if ${selector}` : key,
      queue?.ready ?? '–', queue?.unacknowledged ?? '–', queue?.inRate ?? '–', queue?.outRate ?? '–',
      bean.name, bean.recorded, bean.duplicates, bean.redelivered, bean.failed];
    return element('tr', {}, ...cells.map((cell) =>
      element('td', {}, typeof cell === 'number' ? number(cell) : cell)));
  }));
}
