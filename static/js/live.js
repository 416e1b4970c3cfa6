/* Keeps the live parts of a page fresh: by the stream while it runs, else by asking every 5 s.
   A tab nobody looks at listens to nothing and asks for nothing; it catches up when shown. */
const POLL_EVERY = 5000;
const AT_MOST_EVERY = 1000; // between two refreshes of one part
const JITTER = 300; // so that a thousand pages do not ask in the same moment
const SILENCE = 40000; // without a heartbeat: something on the way holds the stream back
const GRACE = 3000; // a stream that is back by then was never away
const LONGEST_PAUSE = 30000;

const parts = () => [...document.querySelectorAll("[data-live]")];
const kindsOf = (part) => part.dataset.live.split(" ").filter(Boolean);
const stateSign = document.getElementById("stream");

let source = null;
let isHeard = false; // since it was opened
let failures = 0;
const timers = { silence: 0, grace: 0, retry: 0 };
let isWaiting = false; // for a stream that was cut to be back before anybody is told

/* One part, at most once a second; what happens meanwhile is shown by the refresh that waits. What happens
   while an answer is on its way may not be in it, so then the part is asked for once more. */
const refreshed = new Map(); // id of a part: when it is or will be refreshed
const asking = new Set(); // ids of parts whose answer is on its way
const missed = new Set(); // those of them that have changed since

function refreshSoon(part) {
  const now = Date.now();
  const due = refreshed.get(part.id) ?? 0;
  if (due > now) return;
  const wait = Math.max(0, due + AT_MOST_EVERY - now) + Math.random() * JITTER;
  refreshed.set(part.id, now + wait);
  setTimeout(() => {
    const shown = document.getElementById(part.id);
    if (asking.has(part.id)) missed.add(part.id);
    else if (shown && !document.hidden) htmx.trigger(shown, "refresh");
  }, wait);
}

/* What the reader asks for goes before what a part asks for by itself: its answer would find the place gone. */
const awaited = new Map(); // request: the place its answer is for
document.addEventListener("htmx:beforeSend", ({ detail: { xhr, target, requestConfig } }) => {
  const { id } = requestConfig.elt;
  if (requestConfig.elt !== target) awaited.set(xhr, target);
  else if (target.matches("[data-live]")) asking.add(id);
  xhr.addEventListener("loadend", () => {
    if (awaited.delete(xhr) || !asking.delete(id) || !missed.delete(id)) return;
    const shown = document.getElementById(id);
    if (shown) refreshSoon(shown);
  });
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const isOwn = detail.requestConfig.elt === detail.target;
  if (isOwn && [...awaited.values()].includes(detail.target)) detail.shouldSwap = false;
});

/* A click whose row is exchanged between press and release is lost, so that row waits. */
const LONGEST_PRESS = 5000; // a release outside the window is never told
let pressedAt = -Infinity;
addEventListener("pointerdown", () => { pressedAt = Date.now(); }, true);
for (const kind of ["pointerup", "pointercancel"]) {
  addEventListener(kind, () => { pressedAt = -Infinity; }, true);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, detail } = event;
  const isPressed = Date.now() - pressedAt < LONGEST_PRESS;
  if (!isPressed || !detail.shouldSwap || !target.matches("[data-live]")) return;
  detail.shouldSwap = false;
  refreshSoon(target);
});

function refreshAll() {
  if (!document.hidden) parts().forEach(refreshSoon);
}

/* Live, polling or offline: what the sign in the header says. */
function say(state) {
  if (stateSign && stateSign.dataset.state !== state) stateSign.dataset.state = state;
}

const isLive = () => stateSign?.dataset.state === "live";

function after(name, milliseconds, act) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(act, milliseconds);
}

/* A stream begins with a heartbeat. An answer without one is held back on the way: not live. */
function hearsSomething() {
  after("silence", SILENCE, startAgain);
  if (isHeard) return;
  isHeard = true;
  failures = 0;
  isWaiting = false;
  clearTimeout(timers.grace);
  say("live");
  refreshAll(); // whatever happened while nobody listened
}

function heard(kind, event) {
  hearsSomething();
  if (kind === "heartbeat") return;
  const detail = { kind, data: JSON.parse(event.data) };
  document.dispatchEvent(new CustomEvent("desk:event", { detail }));
  parts().filter((part) => kindsOf(part).includes(kind)).forEach(refreshSoon);
}

function listen() {
  if (source || document.hidden) return;
  const kinds = [...new Set(parts().flatMap(kindsOf))].sort();
  if (!kinds.length) return;
  source = new EventSource(`/api/stream?kinds=${kinds}`);
  isHeard = false;
  source.onopen = () => { isHeard = false; };
  source.onerror = failed;
  for (const kind of [...kinds, "heartbeat"]) {
    source.addEventListener(kind, (event) => heard(kind, event));
  }
  waitForIt();
}

/* The browser comes back by itself after a cut; after a refusal it does not, so we do. */
function failed() {
  if (source?.readyState === EventSource.CLOSED) startAgain();
  else waitForIt();
}

/* Each try that fails is told anew, so the time runs from the first. */
function waitForIt() {
  if (isWaiting) return;
  isWaiting = true;
  after("grace", GRACE, poll);
}

function startAgain() {
  stop();
  poll();
  const pause = Math.min(LONGEST_PAUSE, 2000 * 2 ** failures);
  failures += 1;
  after("retry", pause * (0.75 + Math.random() / 2), listen);
}

function stop() {
  source?.close();
  source = null;
  isWaiting = false;
  Object.values(timers).forEach(clearTimeout);
}

function poll() {
  if (isLive() || !stateSign?.dataset.state) say("polling");
  refreshAll(); // an answer says whether the desk is there, and whether we may still read it
}

setInterval(() => {
  if (!isLive()) refreshAll();
}, POLL_EVERY);

/* Any answer tells whether the desk is there. */
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) say("offline");
});
document.addEventListener("htmx:afterOnLoad", () => {
  if (stateSign?.dataset.state !== "offline") return;
  say(source?.readyState === EventSource.OPEN ? "live" : "polling");
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else {
    refreshAll();
    listen();
  }
});
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => event.persisted && listen());
listen();
