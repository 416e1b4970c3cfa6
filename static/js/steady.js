/* A list that grows at its top, [data-steady], leaves what is being read where it is: what is new is
   marked for a moment, or counted on the button that leads up; what was unfolded stays so. */
"use strict";

const IDLE = 3000; // ms after which nobody reads where the pointer lies
const kept = new WeakMap();
const arrivedButton = document.getElementById("arrived");
let arrivals = 0;
let touchedAt = 0;

const rowsIn = (list) => [...list.querySelectorAll("li[id], tr[id]")];
const headerEnd = () => document.querySelector("header.sticky")?.getBoundingClientRect().bottom ?? 0;
const firstInView = (list) =>
  rowsIn(list).find((row) => row.getBoundingClientRect().bottom > headerEnd());

/* Whoever looks at the top and does nothing sees new rows come; anybody else keeps their place. */
function isRead(list) {
  const isTouched = Date.now() - touchedAt < IDLE || list.contains(document.activeElement);
  return list.getBoundingClientRect().top < headerEnd() || isTouched;
}

function tellArrivals(count) {
  arrivals = count;
  if (!arrivedButton) return;
  arrivedButton.hidden = count === 0;
  arrivedButton.querySelector("[data-arrived]").textContent = count ? `↑ ${count} new` : "";
}

document.addEventListener("pointermove", (event) => {
  if (event.target.closest?.("[data-steady]")) touchedAt = Date.now();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const list = event.detail.target;
  if (!list.matches("[data-steady]") || event.detail.xhr.status !== 200) return;
  const row = isRead(list) ? firstInView(list) : null;
  kept.set(event.detail.xhr, {
    list: list.id,
    row: row && { id: row.id, top: row.getBoundingClientRect().top },
    rows: new Set(rowsIn(list).map((each) => each.id)),
    open: [...list.querySelectorAll("details[id][open]")].map((each) => each.id),
  });
});

document.addEventListener("htmx:afterSwap", (event) => {
  const before = kept.get(event.detail.xhr);
  if (!before) return;
  for (const id of before.open) document.getElementById(id)?.setAttribute("open", "");
  const list = document.getElementById(before.list);
  const fresh = rowsIn(list).filter((row) => !before.rows.has(row.id));
  for (const row of fresh) row.classList.add("is-new");
  const row = before.row && document.getElementById(before.row.id);
  if (row) scrollBy({ top: row.getBoundingClientRect().top - before.row.top, behavior: "instant" });
  tellArrivals(row ? arrivals + fresh.length : 0);
});

document.addEventListener("scroll", () => {
  const list = document.querySelector("[data-steady]");
  if (list && list.getBoundingClientRect().top >= headerEnd()) tellArrivals(0);
});
arrivedButton?.addEventListener("click", () => scrollTo({ top: 0 }));
