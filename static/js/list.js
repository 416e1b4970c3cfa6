/* The signals list while it is open: rows change in their place, new ones come in above without
   moving what is being read. Without script the page is as it was when it was asked for. */

const LIST = "signal-list";
const arrivedButton = document.getElementById("arrived");
let arrivals = 0;
let lastTouch = 0; // when the pointer last moved over the rows

const list = () => document.getElementById(LIST);
const rowsIn = (part) => [...part.querySelectorAll("tbody > tr[id]")];
const headerEnd = () => document.querySelector("header.sticky")?.getBoundingClientRect().bottom || 0;

/* Whoever reads the first row and does nothing sees new ones come; anybody else keeps their place. */
function isAtTop() {
  const first = rowsIn(list())[0];
  if (!first || first.getBoundingClientRect().top < headerEnd()) return false;
  return !list().contains(document.activeElement) && Date.now() - lastTouch > 3000;
}

function anchor() {
  const row = rowsIn(list()).find((each) => each.getBoundingClientRect().bottom > headerEnd());
  return row && { id: row.id, top: row.getBoundingClientRect().top };
}

function keepPlace(held) {
  const row = held && document.getElementById(held.id);
  if (row) scrollBy({ top: row.getBoundingClientRect().top - held.top, behavior: "instant" });
}

/* Put the rows of `fresh` into `part`, touching only what differs; how many are new above. */
function mergeRows(part, fresh) {
  const body = part.querySelector("tbody");
  const known = new Map(rowsIn(part).map((row) => [row.id, row]));
  const wanted = rowsIn(fresh);
  const kept = new Set(wanted.map((row) => row.id));
  for (const [id, row] of known) if (!kept.has(id)) row.remove();
  let place = body.firstElementChild;
  let isAbove = true;
  let count = 0;
  for (const row of wanted) {
    const old = known.get(row.id);
    if (!old) {
      row.classList.add("arrived");
      body.insertBefore(row, place);
      if (isAbove) count += 1;
      continue;
    }
    isAbove = false;
    old.classList.remove("arrived");
    const isSame = old.innerHTML === row.innerHTML;
    place = old.nextElementSibling;
    if (!isSame && !old.contains(document.activeElement)) old.innerHTML = row.innerHTML;
  }
  return count;
}

function merge(part, fresh) {
  const held = isAtTop() ? null : anchor();
  const count = mergeRows(part, fresh);
  const isBehind = rowsIn(fresh).some((row) => document.getElementById(row.id)?.innerHTML !== row.innerHTML);
  for (const each of fresh.attributes) {
    if (each.name !== "hx-get" || !isBehind) part.setAttribute(each.name, each.value); // else it is asked for again
  }
  const [pager, newPager] = [part.querySelector(".pager"), fresh.querySelector(".pager")];
  if (pager && newPager && pager.innerHTML !== newPager.innerHTML) pager.replaceWith(newPager);
  htmx.process(part);
  keepPlace(held);
  tellArrivals(held ? arrivals + count : 0);
}

function tellArrivals(count) {
  arrivals = count;
  arrivedButton.hidden = count === 0;
  arrivedButton.querySelector("[data-arrived]").textContent = count ? `↑ ${count} new` : "";
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (target !== list()) return target.id === "signals-page" && tellArrivals(0);
  if (requestConfig.elt !== target) return tellArrivals(0); // another list, not this one again
  if (!event.detail.shouldSwap) return; // unchanged, or live.js lets it wait
  const part = target;
  const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const fresh = page.getElementById(LIST);
  if (!fresh?.querySelector("tbody") || !part.querySelector("tbody")) return;
  event.detail.shouldSwap = false;
  merge(part, document.importNode(fresh, true));
});

document.addEventListener("pointermove", (event) => {
  if (event.target.closest?.(`#${LIST} tbody`)) lastTouch = Date.now();
}, { passive: true });

arrivedButton.addEventListener("click", () => {
  scrollTo({ top: 0 });
  tellArrivals(0);
  rowsIn(list())[0]?.querySelector("a")?.focus({ preventScroll: true });
});
addEventListener("scroll", () => {
  if (scrollY === 0) tellArrivals(0);
}, { passive: true });
