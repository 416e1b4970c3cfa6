/* Ages that count up, the clock, the theme, and dialogs. Every page works without it. */
"use strict";

const root = document.documentElement;

function ageText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [minutes, second] = [Math.floor(seconds / 60), seconds % 60];
  const [hours, minute] = [Math.floor(minutes / 60), minutes % 60];
  const [days, hour] = [Math.floor(hours / 24), hours % 24];
  const two = (number) => String(number).padStart(2, "0");
  if (days) return `${days} d ${two(hour)} h`;
  if (hours) return `${hours} h ${two(minute)} min`;
  return minutes ? `${minutes} min ${two(second)} s` : `${second} s`;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function countOn() {
  const now = Date.now() + clockOffset;
  for (const element of document.querySelectorAll("time[data-age]")) {
    setText(element, ageText(now - Date.parse(element.dateTime)));
  }
  for (const element of document.querySelectorAll("time[data-clock]")) {
    setText(element, clockText(now));
    element.title = `${new Date(now).toISOString().slice(11, 19)} UTC`;
  }
}

/* The page's zone is the server's word; a browser that does not know it shows UTC. */
const zone = root.dataset.zone || "UTC";
function clockText(now) {
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone };
  const label = zone === "UTC" ? " UTC" : "";
  return new Date(now).toLocaleTimeString("en-GB", options) + label;
}

/* The server draws the next page in this zone, unless the profile names another. */
function keepCookie(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
}
keepCookie("browser_zone", Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC");

/* A computer whose clock is off still shows true ages: the server's time is the measure. */
let clockOffset = 0;
const served = document.querySelector("[data-served]");
if (served) {
  const difference = Date.parse(served.dataset.served) - Date.now();
  if (Math.abs(difference) > 5000) clockOffset = difference;
}

countOn();
setInterval(countOn, 1000);

/* Theme: the cookie is read by the server, so the next page starts in the right colours. */
document.querySelector("[data-theme-form]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const isDark = getComputedStyle(root).colorScheme === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
  keepCookie("theme", root.dataset.theme);
  const chosen = new FormData(event.target);
  chosen.set("theme", root.dataset.theme);
  fetch(event.target.action, { method: "POST", body: chosen }).catch(() => {}); // for the profile
});

/* A form asked for by htmx opens over the page; without script its own page opens. */
const dialog = document.getElementById("dialog");
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "dialog-body" && !dialog.open) dialog.showModal();
  countOn();
});
/* Who clicks twice asks twice: the second answer would empty the form that the first has opened. */
for (const moment of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
  document.addEventListener(moment, (event) => {
    const { target, requestConfig } = event.detail;
    const isOther = target.id === "dialog-body" && !dialog.contains(requestConfig.elt);
    if (isOther && dialog.open) event.preventDefault();
  });
}
document.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close]")) {
    if (dialog?.open) {
      event.preventDefault();
      dialog.close();
    }
  }
});

/* A form that came back with something wrong begins there. */
document.querySelector('main [aria-invalid="true"]')?.focus();

/* What a copy button names is copied; without script there is no button, the text can be marked. */
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.lastChild.textContent;
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.lastChild.textContent = "Copied";
  } catch {
    button.lastChild.textContent = "Press Ctrl+C";
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
  }
  setTimeout(() => (button.lastChild.textContent = label), 2000);
});

/* What the reader has opened stays open when its part is drawn anew. */
let opened = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  opened = [...event.target.querySelectorAll("details[open][id]")].map((details) => details.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});

/* The address of a filtered list names only the filters that are set. */
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("[data-lean]")) return;
  for (const [name, value] of [...event.detail.parameters.entries()]) {
    if (!value) event.detail.parameters.delete(name);
  }
});

/* Where tabs have no room, the chosen one is still seen. */
function showCurrentTabs() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const tabs = tab.closest(".tabs");
    tabs.scrollLeft = tab.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }
}
showCurrentTabs();
document.addEventListener("htmx:afterSwap", showCurrentTabs);

/* A form that leads to another page may change who we are, as a new password does. What was asked before is given up
   and no part asks by itself until then: an answer to the former session would lead to the login instead. */
const LONGEST_LEAVE = 10000; // ms; after that it was a download, or it failed
let leftAt = -Infinity;
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return; // an htmx form stays on its page
  leftAt = Date.now();
  for (const asking of document.querySelectorAll(".htmx-request")) htmx.trigger(asking, "htmx:abort");
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const isReaders = event.detail.requestConfig.triggeringEvent?.isTrusted; // who clicks is still here
  if (!isReaders && Date.now() - leftAt < LONGEST_LEAVE) event.preventDefault();
});

/* Say so when the desk no longer answers: ages count on, prices would look fresh. */
const offline = document.getElementById("offline");
const setOffline = (isOffline) => offline?.toggleAttribute("hidden", !isOffline);
document.addEventListener("htmx:sendError", () => setOffline(true));
document.addEventListener("htmx:afterOnLoad", () => setOffline(false));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) setOffline(true);
  if (event.detail.xhr.status === 403) location.reload();
});

/* A price that moved flashes once, in the direction it moved. */
const before = new Map();
document.addEventListener("htmx:beforeSwap", () => {
  for (const element of document.querySelectorAll("[data-price]")) {
    before.set(element.dataset.key, Number(element.dataset.price));
  }
});
document.addEventListener("htmx:afterSettle", () => {
  for (const element of document.querySelectorAll("[data-price]")) {
    const [old, price] = [before.get(element.dataset.key), Number(element.dataset.price)];
    if (old && old !== price) element.classList.add(price > old ? "moved-up" : "moved-down");
    before.set(element.dataset.key, price);
  }
});
