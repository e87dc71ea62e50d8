// The picture: exchange → bindings → queues → beans → dead letters. It is drawn when its shape
// changes; otherwise only numbers move.
import { byId, element, number, setText, svg } from './dom.js';

const ROW = 72;
const TOP = 34;
const HEIGHT = 54;
const X = { source: 8, exchange: 160, queue: 478, bean: 770, letters: 1040 };
const WIDTH = { source: 104, exchange: 122, queue: 222, bean: 216, letters: 162 };
const DEAD = 'bindery.dead.';

let shape = '';
let rows = [];
let exchanges = [];

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
    flow(drawn.flow, exchange ? exchange.rate : 0);
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
  const picture = byId('picture');
  const height = TOP + found.length * ROW + 4;
  picture.setAttribute('viewBox', `0 0 1210 ${height}`);
  picture.replaceChildren();
  const wires = svg('g');
  const boxes = svg('g');
  picture.append(wires, boxes);
  const titles = { source: 'PUBLISHED', exchange: 'EXCHANGE', queue: 'QUEUES', bean: 'BEANS', letters: 'DEAD LETTERS' };
  for (const [column, title] of Object.entries(titles)) {
    boxes.append(svg('text', { class: 'heading', x: X[column], y: 16 }, title));
  }
  boxes.append(svg('text', { class: 'heading', x: 350, y: 16 }, 'BINDINGS'));
  exchanges = drawExchanges(found, wires, boxes);
  rows = found.map((r, i) => drawRow(r, TOP + i * ROW, wires, boxes));
}

function drawExchanges(found, wires, boxes) {
  return [...new Set(found.map((r) => r.source))].map((name) => {
    const own = found.flatMap((r, i) => (r.source === name ? [TOP + i * ROW] : []));
    const y = (Math.min(...own) + Math.max(...own)) / 2;
    const what = name === '' ? 'price requests' : 'orders';
    const source = box(boxes, 'source', y, [['middle', what, WIDTH.source / 2, 32]]);
    const drawn = box(boxes, 'exchange', y, [
      ['middle', name || 'default exchange', WIDTH.exchange / 2, 19],
      ['count middle', '', WIDTH.exchange / 2, 37],
      ['small middle', '', WIDTH.exchange / 2, 49],
    ]);
    const line = wire(wires, [X.source + WIDTH.source, y], [X.exchange, y]);
    source.group.append(svg('title', {}, 'What the REST resources publish'));
    return { name, y, count: drawn.texts[1], rate: drawn.texts[2], flow: line };
  });
}

function drawRow(r, y, wires, boxes) {
  const exchange = exchanges.find((e) => e.name === r.source);
  const from = [X.exchange + WIDTH.exchange, exchange.y];
  const binding = wire(wires, from, [X.queue, y]);
  label(boxes, r, y);
  const queue = box(boxes, 'queue', y, [
    ['', r.bean.queue, 10, 18],
    ['count right', '', WIDTH.queue - 10, 20],
    ['small', '', 10, 35],
  ]);
  const depth = svg('rect', { class: 'depth', x: 10, y: 42, height: 5, width: 0, rx: 2.5 });
  queue.group.append(svg('rect', { class: 'track', x: 10, y: 42, height: 5, width: WIDTH.queue - 20, rx: 2.5 }), depth);
  const delivery = wire(wires, [X.queue + WIDTH.queue, y], [X.bean, y]);
  const bean = box(boxes, 'bean', y, [
    ['', r.bean.name, 10, 18],
    ['count right', '', WIDTH.bean - 10, 20],
    ['small', '', 10, 34],
    ['small', '', 10, 47],
  ]);
  const death = r.letters ? wire(wires, [X.bean + WIDTH.bean, y], [X.letters, y]) : null;
  death?.classList.add('dead');
  const letters = box(boxes, 'letters', y, [
    ['small', 'waiting', 10, 22],
    ['count right', '', WIDTH.letters - 10, 24],
    ['small', '', 10, 42],
  ]);
  return { binding, queue, depth, delivery, bean, death, letters };
}

function label(boxes, r, y) {
  const middle = y + HEIGHT / 2;
  const text = svg('text', { class: 'key right', x: X.queue - 16, y: middle + (r.selector ? -7 : 4) }, r.key);
  const width = r.key.length * 7.4 + 12;
  boxes.append(svg('rect', { class: 'plate', x: X.queue - 22 - width + 12, y: middle - 10, width, height: 20, rx: 6 }));
  boxes.append(text);
  if (r.selector) {
    text.setAttribute('y', middle - 5);
    boxes.append(svg('text', { class: 'small right', x: X.queue - 16, y: middle + 18 }, `only if ${r.selector}`));
  }
}

function box(parent, kind, y, lines) {
  const group = svg('g', { class: kind, transform: `translate(${X[kind]} ${y})` });
  group.append(svg('rect', { class: 'box', width: WIDTH[kind], height: HEIGHT, rx: 10 }));
  const texts = lines.map(([style, text, x, lineY]) => {
    const node = svg('text', { class: style, x, y: lineY }, text);
    group.append(node);
    return node;
  });
  parent.append(group);
  return { group, texts };
}

function wire(parent, [x1, top1], [x2, top2]) {
  const y1 = top1 + HEIGHT / 2;
  const y2 = top2 + HEIGHT / 2;
  const bend = Math.min(60, (x2 - x1) / 2);
  const path = `M${x1} ${y1} C${x1 + bend} ${y1} ${x1 + bend / 2} ${y2} ${x1 + bend * 1.6} ${y2} L${x2} ${y2}`;
  const straight = `M${x1} ${y1} L${x2} ${y2}`;
  const d = y1 === y2 ? straight : path;
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
  const [, recorded, twice, failed] = drawn.bean.texts;
  setText(recorded, number(bean.recorded));
  setText(twice, `${number(bean.duplicates)} duplicates`);
  setText(failed, `${number(bean.redelivered)} redelivered · ${number(bean.failed)} failed`);
  const dead = letters ? letters.ready + letters.unacknowledged : 0;
  drawn.letters.group.classList.toggle('none', dead === 0);
  setText(drawn.letters.texts[0], dead > 0 ? 'waiting' : 'none');
  setText(drawn.letters.texts[1], dead > 0 ? number(dead) : '');
  setText(drawn.letters.texts[2], letters ? 'after 10 failures' : '');
  if (drawn.death) {
    flow(drawn.death, letters ? letters.inRate : 0);
  }
}

/** Ten times as many messages are one more quarter of the bar. */
const depthWidth = (count) => Math.min(1, Math.log10(1 + count) / 4) * (WIDTH.queue - 20);

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
