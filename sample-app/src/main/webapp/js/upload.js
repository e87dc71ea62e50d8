// Uploads a file in slices. The desk says which byte is confirmed; each slice starts there, so a
// broken upload goes on where it stopped, also after the page was closed or the server killed.
import { byId, call, element, explain, number, Refusal } from './dom.js';

const FAST_SLICE = 256 * 1024;
const BYTES_PER_LINE = 64; // of a usual order; only for the pace
const TICK_MS = 250;
const REMEMBERED = 'order-desk-upload';
const SHOWN_BAD_LINES = 1000;

let current = null;

export function start() {
  const drop = byId('drop');
  byId('file').addEventListener('change', (event) => {
    if (event.target.files.length > 0) {
      take(event.target.files[0]);
      event.target.value = '';
    }
  });
  for (const kind of ['dragenter', 'dragover']) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files.length > 0) {
      take(event.dataTransfer.files[0]);
    }
  });
  byId('bundled').addEventListener('click', takeBundled);
  byId('pause').addEventListener('click', () => {
    if (current?.running) {
      current.running = false;
    } else if (current) {
      send(current);
    }
  });
  offerToGoOn();
}

async function takeBundled() {
  try {
    const response = await fetch('orders.csv');
    if (!response.ok) {
      throw new Refusal({ error: 'the bundled file is missing' }, response.status);
    }
    const blob = await response.blob();
    await take(new File([blob], 'orders.csv (bundled)'));
  } catch (error) {
    fail(error);
  }
}

async function take(file) {
  if (current?.running) {
    fail(new Refusal({ error: 'An upload is running', action: 'break it off first' }, 409));
    return;
  }
  fail(null);
  try {
    const status = await remembered(file) ?? await call('POST', 'uploads', { name: file.name, size: file.size });
    localStorage.setItem(REMEMBERED, JSON.stringify({ id: status.id, name: file.name, size: file.size }));
    current = { file, status, running: false };
    await send(current);
  } catch (error) {
    fail(error);
  }
}

/** The status of an upload of this very file that broke off, if the desk still knows it. */
async function remembered(file) {
  const stored = JSON.parse(localStorage.getItem(REMEMBERED) ?? 'null');
  if (stored?.name !== file.name || stored.size !== file.size) {
    return null;
  }
  const status = await call('GET', `uploads/${encodeURIComponent(stored.id)}`).catch(() => null);
  return status?.state === 'waiting' && status.confirmedLine > 0 ? status : null;
}

/** The desk is there again after it was away: an upload that broke off can go on. */
export async function back() {
  if (current === null) {
    await offerToGoOn();
  } else if (!current.running) {
    try {
      current.status = await call('GET', `uploads/${current.status.id}`);
      fail(null);
      show(current.status);
      if (current.status.state === 'waiting') {
        byId('progress-text').textContent += ' – the desk is back; go on behind this line.';
      }
    } catch (error) {
      fail(error);
    }
  }
}

async function offerToGoOn() {
  const stored = JSON.parse(localStorage.getItem(REMEMBERED) ?? 'null');
  if (stored === null) {
    return;
  }
  const status = await call('GET', `uploads/${encodeURIComponent(stored.id)}`).catch(() => null);
  if (status === null) {
    localStorage.removeItem(REMEMBERED);
    return;
  }
  show(status);
  if (status.state === 'waiting') {
    byId('progress-text').textContent += ' – it broke off; choose the same file to go on there.';
  }
}

async function send(upload) {
  upload.running = true;
  fail(null);
  try {
    upload.status = await call('GET', `uploads/${upload.status.id}`);
    while (upload.running && upload.status.state === 'waiting') {
      const startedMs = performance.now();
      await sendSlice(upload);
      show(upload.status);
      await rest(startedMs);
    }
  } catch (error) {
    upload.status = error.upload ?? upload.status;
    fail(error);
  }
  upload.running = false;
  show(upload.status);
}

async function sendSlice(upload) {
  const pace = Number(byId('pace').value);
  const from = upload.status.confirmedByte;
  const size = pace === 0 ? FAST_SLICE : Math.max(4500, Math.round(pace * BYTES_PER_LINE * TICK_MS / 1000));
  const slice = upload.file.slice(from, from + size);
  upload.status = await call('PUT', `uploads/${upload.status.id}?offset=${from}`, slice, 'text/csv');
  if (upload.status.confirmedByte === from && upload.status.state === 'waiting') {
    await sendLongLine(upload, from, size);
  }
}

/** A slice without a line end confirms nothing: a longer one does, the end of the file at the latest. */
async function sendLongLine(upload, from, tried) {
  for (let size = tried * 4; upload.status.confirmedByte === from; size *= 4) {
    const slice = upload.file.slice(from, from + size);
    upload.status = await call('PUT', `uploads/${upload.status.id}?offset=${from}`, slice, 'text/csv');
    if (from + size >= upload.file.size) {
      return;
    }
  }
}

function rest(startedMs) {
  const left = Number(byId('pace').value) === 0 ? 0 : TICK_MS - (performance.now() - startedMs);
  return left > 0 ? new Promise((go) => setTimeout(go, left)) : Promise.resolve();
}

function show(status) {
  const size = status.size || 1;
  byId('progress').hidden = false;
  byId('bar').value = status.state === 'complete' ? 1 : status.confirmedByte / size;
  const parts = [
    `${status.name}: ${status.state === 'complete' ? 'all' : `${Math.floor(100 * status.confirmedByte / size)} %`}`,
    `line ${number(status.confirmedLine)} confirmed`,
    `${number(status.published)} orders published`,
    `${number(status.bad)} bad lines`,
  ];
  byId('progress-text').textContent = parts.join(' · ');
  const pause = byId('pause');
  pause.hidden = current === null || status.state === 'complete' || status.state === 'refused';
  pause.textContent = current?.running ? 'Break off' : 'Go on';
  byId('bundled').disabled = current?.running ?? false;
  showBad(status);
}

function showBad(status) {
  const bad = status.badLines ?? [];
  byId('bad').hidden = bad.length === 0;
  byId('bad-count').textContent = status.bad > bad.length
    ? `${number(status.bad)} bad lines, the first ${number(bad.length)} here`
    : `${number(bad.length)} bad lines, skipped`;
  const body = byId('bad-lines');
  const known = body.rows.length <= bad.length && body.dataset.upload === status.id ? body.rows.length : 0;
  if (known === 0) {
    body.replaceChildren();
    body.dataset.upload = status.id;
  }
  for (const problem of bad.slice(known, SHOWN_BAD_LINES)) {
    body.append(element('tr', {},
      element('td', {}, number(problem.line)),
      element('td', {}, problem.field ?? 'line'),
      element('td', {}, problem.reason)));
  }
}

function fail(error) {
  const line = byId('upload-error');
  line.hidden = error === null;
  line.textContent = error === null ? '' : explain(error);
}
