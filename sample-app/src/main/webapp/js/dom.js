// Small things that every part of the page needs. Text goes in as text only, never as markup.

const SVG = 'http://www.w3.org/2000/svg';
const WHOLE = new Intl.NumberFormat('en');

export const byId = (id) => document.getElementById(id);

export const number = (value) => WHOLE.format(value);

export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** What the desk refused, with what it says about where and what to do. */
export class Refusal extends Error {
  constructor(body, status) {
    super(body.error || `the desk answered ${status}`);
    this.status = status;
    this.action = body.action || '';
    this.problems = body.problems || [];
    this.upload = body.upload;
  }

  get text() {
    const lines = this.problems.map((p) => `${p.line ? `line ${p.line} ` : ''}${p.field ?? ''} ${p.reason}`.trim());
    const action = this.action ? ` – ${this.action}` : '';
    return lines.length > 0 && !lines.includes(this.message)
      ? `${this.message}: ${lines.join('; ')}${action}`
      : `${this.message}${action}`;
  }
}

/** Calls the desk; the answer's JSON, or a Refusal, or a TypeError if nobody answers. */
export async function call(method, path, body, type = 'application/json') {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers['Content-Type'] = type;
    options.body = type === 'application/json' ? JSON.stringify(body) : body;
  }
  const response = await fetch(`api/${path}`, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Refusal(answer, response.status);
  }
  return answer;
}

export const explain = (error) =>
  error instanceof Refusal ? error.text : 'The desk does not answer. Is the server running?';
