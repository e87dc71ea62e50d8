// The page: one stream of states drives all that is live.
import { byId, element, number, setText } from './dom.js';
import * as forms from './forms.js';
import * as letters from './letters.js';
import * as picture from './picture.js';
import * as upload from './upload.js';

const DEAD = 'bindery.dead.';
const sum = (list, value) => list.reduce((total, entry) => total + value(entry), 0);

const TILES = [
  ['orders published', (state) => state.exchanges.find((e) => e.name === 'amq.topic')?.published ?? 0],
  ['waiting in queues', (state) => sum(state.queues.filter((q) => !q.name.startsWith(DEAD)), (q) => q.ready + q.unacknowledged)],
  ['done by beans', (state) => sum(state.beans, (bean) => bean.recorded)],
  ['done per second', (state) => sum(state.beans, (bean) => bean.rate)],
  ['duplicates', (state) => sum(state.beans, (bean) => bean.duplicates)],
  ['redeliveries', (state) => sum(state.beans, (bean) => bean.redelivered)],
  ['dead letters', (state) => sum(state.queues.filter((q) => q.name.startsWith(DEAD)), (q) => q.ready + q.unacknowledged), 'alarm'],
];

const tiles = TILES.map(([text, value, style]) => {
  const count = element('b', {}, '–');
  const tile = element('div', { class: 'tile' }, count, element('span', {}, text));
  byId('tiles').append(tile);
  return { count, value, style, tile };
});

function show(state) {
  picture.show(state);
  letters.show(state);
  for (const { count, value, style, tile } of tiles) {
    const now = value(state);
    setText(count, number(now));
    if (style) {
      tile.classList.toggle(style, now > 0);
    }
  }
  if (state.broker === '') {
    badge('no broker in this server', 'off');
  } else {
    badge(state.ready ? `live · broker ${state.broker}` : 'the beans are starting …', state.ready ? 'on' : '');
  }
}

function badge(text, style) {
  const connection = byId('connection');
  setText(connection, text);
  connection.className = `badge ${style}`;
}

let away = false;

function listen() {
  const events = new EventSource('api/events');
  events.addEventListener('state', (event) => show(JSON.parse(event.data)));
  events.addEventListener('open', () => {
    if (away) {
      away = false;
      upload.back();
    }
  });
  events.addEventListener('error', () => {
    away = true;
    badge('not connected, trying again …', 'off');
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(listen, 3000); // the server refused; the browser does not try again by itself then
    }
  });
}

upload.start();
letters.start();
forms.start();
listen();
