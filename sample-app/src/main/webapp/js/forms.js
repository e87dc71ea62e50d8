// The two forms: one order, and a price request.
import { byId, call, element, explain, Refusal } from './dom.js';

let count = 1;

export function start() {
  const single = byId('single');
  single.elements.id.value = nextId();
  onSubmit(single, async (fields) => {
    const { id, topic } = await call('POST', 'orders', fields);
    single.elements.id.value = nextId();
    return `Order ${id} went to ${topic}.`;
  });
  onSubmit(byId('price'), async ({ item, quantity }) => {
    const request = { item, quantity: /^\d+$/.test(quantity) ? Number(quantity) : quantity };
    const answer = await call('POST', 'prices', request);
    const ms = (answer.roundTripMicros / 1000).toFixed(1);
    return `${answer.quantity} × ${answer.item}: ${answer.price.toFixed(2)} – answered in ${ms} ms.`;
  });
  call('GET', 'prices')
    .then(({ items }) => byId('items').append(...items.map((item) => element('option', { value: item }))))
    .catch(() => {}); // the list only helps typing
}

const nextId = () => `page-${Date.now().toString(36)}-${count++}`;

function onSubmit(form, action) {
  const answer = form.querySelector('.answer');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    mark(form, []);
    try {
      const text = await action(Object.fromEntries(new FormData(form)));
      answer.className = 'answer good';
      answer.textContent = text;
    } catch (error) {
      answer.className = 'answer wrong';
      answer.textContent = explain(error);
      if (error instanceof Refusal) {
        mark(form, error.problems.map((problem) => problem.field));
      }
    }
    button.disabled = false;
  });
}

function mark(form, wrong) {
  for (const field of form.querySelectorAll('input, select')) {
    field.setAttribute('aria-invalid', String(wrong.includes(field.name)));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}
