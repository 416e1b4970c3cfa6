/* What all charts share: the page's colours, its zone, elements. Loaded before the charts' own script. */
"use strict";

/* Whatever a colour is written in, the canvas says it as red, green, blue. */
const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);
function colour(name, alpha = 1) {
  probe.style.color = name === "--color-muted" ? "color-mix(in oklab, var(--color-base-content) 66%, var(--color-base-100))" : `var(${name})`;
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = getComputedStyle(probe).color;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

const timeZone = document.documentElement.dataset.zone || "UTC";
const format = (options) => {
  const form = new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...options });
  return (seconds) => form.format(new Date(seconds * 1000));
};
const minute = format({ hour: "2-digit", minute: "2-digit" });
const day = format({ day: "numeric", month: "short" });
const moment = format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const tick = (seconds, kind) => (kind < 3 ? day(seconds) : minute(seconds));

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/* Axes, grid and crosshair in the colours of the present theme. */
function chartPaint() {
  const [text, line] = [colour("--color-muted"), colour("--color-base-300")];
  const cross = { color: text, labelBackgroundColor: colour("--color-neutral") };
  const grid = { color: colour("--color-base-300", 0.5) };
  return {
    layout: {
      background: { color: "transparent" }, textColor: text,
      panes: { separatorColor: line, separatorHoverColor: colour("--color-base-content", 0.08) },
    },
    grid: { vertLines: grid, horzLines: grid },
    rightPriceScale: { borderColor: line },
    timeScale: { borderColor: line },
    crosshair: { vertLine: cross, horzLine: cross },
  };
}

function onTheme(redraw) {
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
