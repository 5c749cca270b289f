// Shows status.json, live. All text comes from others: it is set as text, never as HTML.
"use strict";

const byId = (id) => document.getElementById(id);

function element(tag, className, children = []) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// Writes only what differs, so that selections and the screen reader's place stay.
function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

const milliseconds = (value) =>
  value === null ? "–"
    : value < 10 ? `${value.toFixed(2)} ms`
    : value < 100 ? `${value.toFixed(1)} ms`
    : value < 10_000 ? `${value.toFixed(0)} ms`
    : `${(value / 1000).toFixed(1)} s`;

function bytes(value) {
  const megabytes = value / 1048576;
  return value === null ? "–" : `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
}

const count = (value) => value.toLocaleString("en");

const plural = (value, noun) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

// Since the start of the tool, as its own lines have it.
const moment = (ms) => `${(ms / 1000).toFixed(1)} s`;

function age(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function percentiles({ p50_ms, p95_ms }) {
  return p50_ms === null ? "" : `p50 ${milliseconds(p50_ms)}, p95 ${milliseconds(p95_ms)}`;
}

// Brings the children of `parent` in line with `items`: one child per key, in order, kept as long
// as its item is there.
function list(parent, items, key, make, update) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = old.get(name);
    old.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item);
  }
  for (const gone of old.values()) gone.remove();
}

// ---- figures ----

function figures(status) {
  const { function: app, totals, sandboxes, cold_starts } = status;
  const in_state = new Map();
  for (const { state } of sandboxes) in_state.set(state, (in_state.get(state) ?? 0) + 1);
  text(byId("live"), count(sandboxes.length));
  const states = [...in_state].map(([state, number]) => `${number} ${state}`);
  text(byId("live-note"), states.length ? states.join(", ") : `up to ${app.max_sandboxes}`);
  text(byId("cold"), count(totals.cold_starts));
  text(byId("cold-note"), percentiles(cold_starts.init));
  text(byId("invoked"), count(totals.invocations));
  text(byId("invoked-note"), percentiles(totals.duration));
  const errors = totals.errors + totals.failed_starts;
  text(byId("errors"), count(errors));
  byId("errors").classList.toggle("some", errors > 0);
  text(byId("errors-note"), totals.failed_starts ? plural(totals.failed_starts, "failed start") : "");
}

// ---- sandboxes ----

function fact(name, className) {
  return element("div", "", [element("dt", "", [name]), element("dd", className)]);
}

function makeSandbox({ number }) {
  const head = element("div", "head", [
    element("span", "title", [`Sandbox ${number}`]),
    element("span", "state"),
  ]);
  const facts = element("dl", "", [
    fact("init", "init"), fact("age", "age"), fact("served", "served"), fact("memory", "memory"),
  ]);
  return element("li", "", [head, facts, element("div", "meter", [element("i")])]);
}

function updateSandbox(card, sandbox, status) {
  const part = (name) => card.querySelector(name);
  card.dataset.state = sandbox.state;
  card.title = `process ${sandbox.pid}`;
  text(part(".state"), sandbox.state);
  text(part(".init"), milliseconds(sandbox.init_ms));
  text(part(".age"), age(status.now_ms - sandbox.started_at_ms));
  text(part(".served"), count(sandbox.invocations));
  text(part(".memory"), bytes(sandbox.memory_bytes));
  const share = (sandbox.memory_bytes ?? 0) / (status.function.memory_mb * 1048576);
  part(".meter").title = `${(share * 100).toFixed(0)} % of ${status.function.memory_mb} MB`;
  part(".meter i").style.width = `${Math.min(100, Math.max(1, share * 100))}%`;
}

function makeEnded({ number, ended_at_ms, invocations, how }) {
  return element("li", "", [
    element("span", "", [`#${number}`]),
    element("span", "muted", [`at ${moment(ended_at_ms)}`]),
    element("span", "muted", [`served ${count(invocations)}`]),
    element("span", "how", [how]),
  ]);
}

function sandboxes(status) {
  list(byId("sandboxes"), status.sandboxes, (it) => it.number, makeSandbox,
    (card, sandbox) => updateSandbox(card, sandbox, status));
  byId("no-sandboxes").hidden = status.sandboxes.length > 0;
  list(byId("ended"), status.ended, (it) => it.number, makeEnded, () => {});
  text(byId("ended-count"), count(status.ended_count));
  byId("ended-box").hidden = status.ended.length === 0;
}

// ---- histogram ----

const edge = (ms) => `${ms < 1000 ? +ms.toFixed(1) : +(ms / 1000).toFixed(2)}`;

function updateBin(bin, { count: number, from_ms, to_ms }, most, label) {
  const part = (name) => bin.querySelector(name);
  bin.title = `${edge(from_ms)} to ${edge(to_ms)} ${to_ms < 1000 ? "ms" : ""}: ${number}`;
  text(part(".count"), number ? count(number) : "");
  part("i").style.height = number ? `${Math.max(2, (number / most) * 88)}%` : "0";
  text(part(".edge"), label);
}

function histogram({ cold_starts: { bins, init } }) {
  const chart = byId("histogram");
  chart.hidden = bins.length === 0;
  byId("no-cold-starts").hidden = bins.length > 0;
  const most = Math.max(...bins.map((bin) => bin.count));
  // About five labels, the unit at the first, and one at the end.
  const step = Math.ceil(bins.length / 5);
  const unit = (ms) => (ms < 1000 ? "ms" : "s");
  const labelled = (at) => at % step === 0 && (at === 0 || at + step / 2 < bins.length);
  const make = () => element("div", "bin", [
    element("span", "count"), element("i"), element("span", "edge"), element("span", "edge end"),
  ]);
  list(chart, bins, (bin) => bin.from_ms, make, (node, bin) => {
    const at = bins.indexOf(bin);
    const first = at === 0 ? ` ${unit(bin.from_ms)}` : "";
    updateBin(node, bin, most, labelled(at) ? edge(bin.from_ms) + first : "");
    text(node.querySelector(".end"), at > 0 && at === bins.length - 1 ? edge(bin.to_ms) : "");
  });
  const said = bins.filter((bin) => bin.count)
    .map((bin) => `${edge(bin.from_ms)} to ${edge(bin.to_ms)} ${unit(bin.to_ms)}: ${bin.count}`);
  chart.setAttribute("aria-label", `Cold starts, ${percentiles(init)}. ${said.join("; ")}`);
}

// ---- invocations ----

function makeInvocation(answer) {
  const failed = answer.error !== null;
  const code = answer.status === null ? (failed ? "failed" : "ok") : String(answer.status);
  const status = element("td", "status", [code]);
  status.dataset.class = answer.status === null ? (failed ? "5" : "2") : code[0];
  const what = `${answer.method ?? "invoke"} ${answer.target}`;
  const request = element("td", "request", [what]);
  request.title = what;
  if (failed) request.append(element("div", "why", [answer.error]));
  return element("tr", "", [
    status,
    request,
    element("td", "number", [milliseconds(answer.duration_ms)]),
    element("td", "number muted", [answer.sandbox === null ? "–" : `#${answer.sandbox}`]),
    element("td", "number muted", [moment(answer.at_ms)]),
  ]);
}

function invocations(status) {
  list(byId("invocations"), status.invocations, (it) => it.number, makeInvocation, () => {});
  byId("no-invocations").hidden = status.invocations.length > 0;
}

// ---- log ----

function makeLine(line) {
  return element("li", line.is_error ? "stderr" : "stdout", [
    element("span", "at", [moment(line.at_ms)]),
    element("span", "who", [`#${line.sandbox}`]),
    element("span", "text", [line.text]),
  ]);
}

function log(status) {
  const box = byId("log-box");
  const was_at_end = box.scrollTop + box.clientHeight >= box.scrollHeight - 8;
  list(byId("log"), status.log, (it) => it.number, makeLine, () => {});
  byId("no-log").hidden = status.log.length > 0;
  if (was_at_end) box.scrollTop = box.scrollHeight;
}

// ---- all of it ----

function show(status) {
  const app = status.function;
  text(byId("name"), app.name);
  text(byId("about"), `${app.source}, ${count(app.memory_mb)} MB, up to ${plural(app.max_sandboxes, "sandbox")
    .replace(/xs$/, "xes")}`);
  document.title = `${app.name}: ${status.sandboxes.length} live`;
  list(byId("notices"), status.notices, (it) => it, (it) => element("li", "", [it]), () => {});
  byId("notices").hidden = status.notices.length === 0;
  figures(status);
  sandboxes(status);
  histogram(status);
  invocations(status);
  log(status);
}

// The last status, and when it came: ages go on between two of them.
let latest = null;
let came = 0;
let paused = false;

function connection(state, words) {
  byId("connection").dataset.state = state;
  text(byId("connection"), words);
}

function listen() {
  const events = new EventSource("events");
  events.onopen = () => connection("live", "live");
  events.onerror = () => {
    connection("lost", "serve has ended");
    // The browser gives up for good after some errors.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
  events.onmessage = (event) => {
    latest = JSON.parse(event.data);
    came = performance.now();
    if (!paused) show(latest);
  };
}

function tick() {
  if (!latest || paused || byId("connection").dataset.state !== "live") return;
  sandboxes({ ...latest, now_ms: latest.now_ms + performance.now() - came });
}

function pause() {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  if (!paused && latest) show(latest);
}

byId("pause").addEventListener("click", pause);
document.addEventListener("keydown", (event) => {
  if (event.key === "p" && !event.ctrlKey && !event.metaKey && !event.altKey) pause();
});
setInterval(tick, 1000);
listen();
