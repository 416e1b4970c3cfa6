/* A chart of equity above and drawdown below, in R or in money, from the JSON of [data-record].
   htmx may put another record in its place; then it is drawn anew. */
"use strict";

const { createChart, BaselineSeries, AreaSeries, LineType } = LightweightCharts;
const POLL = 60000;
const YEAR = 300 * 86400; // seconds after which an axis needs the year

const days = { short: day, long: format({ day: "numeric", month: "short", year: "numeric" }) };
const moments = { short: moment, long: format({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }) };
const inR = (value) => `${value < 0 ? "" : "+"}${value.toFixed(2)} R`;
const inMoney = (value) => `${value < 0 ? "" : "+"}${value.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const axisMoney = { type: "custom", minMove: 0.01, formatter: (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 0 }) };
const axisR = { type: "custom", minMove: 0.01, formatter: (value) => `${value.toFixed(Math.abs(value) < 10 ? 1 : 0)} R` };

class RecordChart {
  constructor(room) {
    this.room = room;
    this.part = (name) => room.querySelector(`[data-${name}]`);
    room.hidden = false;
    this.chart = createChart(this.part("canvas"), {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: getComputedStyle(room).fontFamily, fontSize: 11 },
      localization: { timeFormatter: (at) => this.words(moments)(at) },
      timeScale: { tickMarkFormatter: (at, kind) => (kind < 3 ? this.words(days)(at) : minute(at)), timeVisible: true, fixLeftEdge: true, fixRightEdge: true, minBarSpacing: 0.1 },
      rightPriceScale: { scaleMargins: { top: 0.1, bottom: 0.1 } },
      handleScroll: { vertTouchDrag: false, mouseWheel: false },
      handleScale: { mouseWheel: false }, // the page scrolls; pinching and dragging the axis zoom
    });
    this.series = [this.add(BaselineSeries, 0, { baseValue: { type: "price", price: 0 }, lineWidth: 2 }), this.add(AreaSeries, 1, { lineWidth: 1, invertFilledArea: true })];
    this.chart.panes()[1].setStretchFactor(0.4);
    this.chart.subscribeCrosshairMove((at) => this.read(at.time));
    this.part("table").closest("details").addEventListener("toggle", () => this.list());
  }

  words({ short, long }) {
    const { points } = this.shown;
    return points.at(-1)[0] - points[0][0] > YEAR ? long : short;
  }

  told(value) {
    return (this.shown.unit === "R" ? inR : inMoney)(value);
  }

  add(type, pane, options) {
    return this.chart.addSeries(type, { lineType: LineType.WithSteps, priceLineVisible: false, ...options }, pane);
  }

  async load() {
    if (document.hidden || (this.shown && "still" in this.room.dataset)) return;
    const url = new URL(this.room.dataset.record, location.href);
    if (this.shown) url.searchParams.set("v", this.shown.version);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      const drawn = answer.status === 200 && (await answer.json());
      if (drawn && this.room.isConnected) this.show(drawn); // else htmx has put another in its place
    } catch {
      if (!this.shown) this.part("notes").textContent = "The chart could not be loaded; it is tried again every minute.";
    }
  }

  show(drawn) {
    this.shown = drawn;
    const isEmpty = drawn.points.length === 0;
    for (const name of ["canvas", "legend"]) this.part(name).hidden = isEmpty;
    this.part("table").closest("details").hidden = isEmpty;
    this.part("notes").textContent = drawn.notes.join(" ");
    if (isEmpty) return;
    this.part("canvas").setAttribute("aria-label", drawn.summary);
    this.draw();
    this.chart.timeScale().fitContent();
    this.read();
    this.list();
  }

  draw() {
    this.chart.applyOptions(chartPaint());
    const [good, bad] = ["--color-success", "--color-error"];
    this.series[0].applyOptions({
      topLineColor: colour(good), topFillColor1: colour(good, 0.22), topFillColor2: colour(good, 0.04),
      bottomLineColor: colour(bad), bottomFillColor1: colour(bad, 0.04), bottomFillColor2: colour(bad, 0.22),
    });
    this.series[1].applyOptions({ lineColor: colour(bad), topColor: colour(bad, 0.04), bottomColor: colour(bad, 0.28) });
    for (const [row, series] of this.series.entries()) {
      series.applyOptions({ priceFormat: this.shown.unit === "R" ? axisR : axisMoney });
      series.setData(this.shown.points.map((point) => ({ time: point[0], value: point[row + 1] })));
    }
  }

  /* The moment under the pointer, else the last: where the record stood. */
  read(time) {
    if (!this.shown?.points.length) return;
    const point = this.shown.points.find(([at]) => at === time) ?? this.shown.points.at(-1);
    const [at, equity, drawdown, count] = point;
    this.part("legend").replaceChildren(
      element("b", this.words(moments)(at)),
      element("span", `Equity ${this.told(equity)}`),
      element("span", `Below its peak ${drawdown < 0 ? this.told(drawdown) : "by nothing"}`),
      element("span", `${count} result${count === 1 ? "" : "s"} so far`),
    );
  }

  /* For those who read rather than look: newest first, only where something closed. */
  list() {
    if (!this.shown || !this.part("table").closest("details").open) return;
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const name of ["Until", "Results so far", "Equity", "Below its peak"]) head.append(element("th", name, { scope: "col" }));
    const body = table.createTBody();
    const { points } = this.shown;
    for (let row = points.length - 1; row > 0; row -= 1) {
      const [at, equity, drawdown, count] = points[row];
      if (count === points[row - 1][3]) continue;
      const line = body.insertRow();
      line.append(element("th", this.words(moments)(at), { scope: "row" }));
      for (const text of [count, this.told(equity), this.told(drawdown)]) line.append(element("td", text));
    }
    this.part("table").replaceChildren(table);
  }
}

let charts = [];
function find() {
  charts.filter((chart) => !chart.room.isConnected).forEach((chart) => chart.chart.remove());
  charts = [...document.querySelectorAll("[data-record]")].map((room) => charts.find((each) => each.room === room) ?? new RecordChart(room));
  charts.filter((chart) => !chart.shown).forEach((chart) => chart.load());
}
const loadAll = () => charts.forEach((chart) => chart.load());
find();

/* Each closed signal is told by the stream; without it a look once a minute. */
let waiting;
document.addEventListener("desk:event", (event) => {
  if (event.detail.kind !== "signal.update") return;
  clearTimeout(waiting);
  waiting = setTimeout(loadAll, 500);
});
document.addEventListener("htmx:afterSwap", find);
document.addEventListener("visibilitychange", loadAll);
setInterval(loadAll, POLL);
onTheme(() => charts.forEach((chart) => chart.shown?.points.length && chart.draw()));
