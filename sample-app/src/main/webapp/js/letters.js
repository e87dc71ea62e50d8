// The dead letters and the buttons that send them again.
import { byId, call, element, explain, number, setText } from './dom.js';

const DEAD = 'bindery.dead.';
let shown = '';
let asking = false;

export function start() {
  byId('repaired').addEventListener('change', async (event) => {
    const repaired = event.target.checked;
    await tell(() => call('PUT', 'dead-letters/repair', { repaired }),
      () => (repaired ? 'Billing can bill poison now.' : 'Billing fails on poison again.'));
  });
}

/** Asks for the list again when the number of letters changed. */
export async function show(state) {
  if (document.activeElement !== byId('repaired')) {
    byId('repaired').checked = state.repaired;
  }
  const counts = state.queues.filter((queue) => queue.name.startsWith(DEAD))
    .map((queue) => `${queue.name}:${queue.ready}:${queue.published}`).join();
  if (counts === shown || asking) {
    return;
  }
  asking = true;
  try {
    const { queues } = await call('GET', 'dead-letters');
    draw(queues);
    shown = counts;
  } catch (error) {
    setText(byId('dead-note'), explain(error));
  } finally {
    asking = false;
  }
}

function draw(queues) {
  const focused = document.activeElement?.dataset?.letter;
  byId('boxes').replaceChildren(...queues.map(box));
  if (queues.length === 0) {
    byId('boxes').append(element('p', {}, 'There are none.'));
  }
  if (focused) {
    byId('boxes').querySelector(`[data-letter="${CSS.escape(focused)}"]`)?.focus();
  }
}

function box({ queue, count, letters }) {
  const all = button(`Send all ${number(count)} again`, 'primary', { queue }, queue);
  const head = element('div', { class: 'box-head' }, element('code', {}, queue), all);
  const rows = letters.map((letter) => {
    const again = button('Send again', 'small', { queue, id: letter.id }, letter.id);
    again.setAttribute('aria-label', `Send order ${letter.orderId} again`);
    return element('tr', {}, element('td', {}, letter.orderId || letter.id),
      element('td', {}, summary(letter.text)), element('td', {}, again));
  });
  const table = element('table', {}, element('tbody', {}, ...rows));
  return element('div', {}, head,
    element('div', { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': `Letters of ${queue}` }, table));
}

function summary(text) {
  try {
    const order = JSON.parse(text);
    return `${order.quantity} × ${order.item} for ${order.customer}, ${order.region}`;
  } catch {
    return text;
  }
}

function button(text, style, request, key) {
  const node = element('button', { type: 'button', class: style, 'data-letter': key }, text);
  node.addEventListener('click', async () => {
    node.disabled = true;
    await tell(() => call('POST', 'dead-letters/resend', request),
      ({ resent, left }) => `${number(resent)} sent again, ${number(left)} left.`);
    shown = '';
    node.disabled = false;
  });
  return node;
}

async function tell(action, good) {
  try {
    setText(byId('dead-note'), good(await action()));
  } catch (error) {
    setText(byId('dead-note'), explain(error));
  }
}
