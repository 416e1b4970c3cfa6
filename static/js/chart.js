/* Candlestick charts: every [data-chart] is drawn from its JSON, in the page's zone and colours. */
"use strict";

const { createChart, createSeriesMarkers, CandlestickSeries, LineSeries, LineStyle, LineType } = LightweightCharts;
const POLL = 60000;
const PLOTS = ["--color-info", "--color-warning", "--color-muted", "--color-primary"];
const LINES = {
  entry: ["--color-base-content", LineStyle.Solid],
  sl: ["--color-error", LineStyle.Dashed],
  tp: ["--color-success", LineStyle.Dashed],
  stop: ["--color-error", LineStyle.Solid],
};
const MARKS = {
  BUY: ["--color-success", "arrowUp", "belowBar"],
  SELL: ["--color-error", "arrowDown", "aboveBar"],
  FLAT: ["--color-base-content", "square", "aboveBar"],
  exit: ["--color-base-content", "circle", "atPriceMiddle"],
};

class SignalChart {
  constructor(room) {
    this.room = room;
    this.part = (name) => room.querySelector(`[data-${name}]`);
    this.series = [];
    room.hidden = false;
    this.chart = createChart(this.part("canvas"), {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: getComputedStyle(room).fontFamily, fontSize: 11 },
      localization: { timeFormatter: moment },
      timeScale: { tickMarkFormatter: tick, timeVisible: true, rightOffsetPixels: 88, minBarSpacing: 1 },
      rightPriceScale: { scaleMargins: { top: 0.1, bottom: 0.08 } },
      handleScroll: { vertTouchDrag: false },
    });
    this.chart.subscribeCrosshairMove((at) => this.read(at.time));
    this.part("table").closest("details").addEventListener("toggle", () => this.list());
  }

  async load() {
    if (document.hidden || (this.shown && "still" in this.room.dataset)) return;
    const url = new URL(this.room.dataset.chart, location.href);
    if (this.shown) url.searchParams.set("v", this.shown.version);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.status === 200) this.show(await answer.json());
    } catch {
      if (!this.shown) this.note(["The chart could not be loaded; it is tried again every minute."]);
    }
  }

  show(drawn) {
    const scale = this.chart.timeScale();
    const [range, before] = [scale.getVisibleLogicalRange(), this.shown?.bars.length];
    const sees = range && before && range.to >= before - 1;
    this.shown = drawn;
    this.draw();
    const added = drawn.bars.length - (before ?? 0);
    if (!before) this.fit(scale);
    else if (range && sees) scale.setVisibleLogicalRange({ from: range.from + added, to: range.to + added });
    else if (range) scale.setVisibleLogicalRange(range);
    this.note(drawn.notes);
    this.read();
    this.list();
  }

  /* All of it; where bars would be too thin to read, those around the decision. */
  fit(scale) {
    scale.fitContent();
    const { bars, marks } = this.shown;
    const [width, labels] = [this.part("canvas").clientWidth, 150];
    const most = Math.floor((width - labels) / 3);
    if (width >= 500 || bars.length <= most) return;
    const decided = bars.findIndex(([time]) => time === marks[0]?.time);
    const from = Math.max(0, Math.min(decided - most / 3, bars.length - most));
    scale.setVisibleLogicalRange({ from, to: from + most * (1 + 88 / (width - labels)) });
  }

  /* Everything anew, so that a bar, a level or the theme may have changed. */
  draw() {
    for (const series of this.series) this.chart.removeSeries(series);
    this.series = [];
    this.chart.applyOptions(chartPaint());
    const { bars, digits } = this.shown;
    const price = { type: "price", precision: digits, minMove: 10 ** -digits };
    this.candles = this.add(CandlestickSeries, 0, {
      priceFormat: price,
      priceLineVisible: false,
      lastValueVisible: false,
      upColor: colour("--color-success"), wickUpColor: colour("--color-success"),
      downColor: colour("--color-error"), wickDownColor: colour("--color-error"),
      borderVisible: false,
    });
    this.candles.setData(bars.map(([time, open, high, low, close]) => ({ time, open, high, low, close })));
    this.shown.plots.forEach((plot, number) => this.plot(plot, number, price));
    for (const line of this.shown.lines) this.line(line, price);
    createSeriesMarkers(this.candles, this.shown.marks.flatMap((mark) => this.mark(mark)));
  }

  add(type, pane, options) {
    const series = this.chart.addSeries(type, options, pane);
    this.series.push(series);
    return series;
  }

  plot(plot, number, price) {
    const hue = PLOTS[number % PLOTS.length];
    const panes = [...new Set(this.shown.plots.map((each) => each.pane).filter(Boolean))];
    const pane = plot.pane ? panes.indexOf(plot.pane) + 1 : 0;
    const series = this.add(LineSeries, pane, {
      color: colour(hue), lineWidth: 1, priceLineVisible: false, lastValueVisible: Boolean(pane),
      crosshairMarkerVisible: false, priceFormat: pane ? { type: "price", precision: 1, minMove: 0.1 } : price,
    });
    series.setData(this.shown.bars.map(([time], row) => (plot.values[row] === null ? { time } : { time, value: plot.values[row] })));
    if (pane) this.chart.panes()[pane].setStretchFactor(0.25);
  }

  line(line, price) {
    const [hue, lineStyle] = LINES[line.kind];
    const points = new Map(line.points); // a line of one bar has both ends there
    this.add(LineSeries, 0, {
      color: colour(hue), lineWidth: line.kind === "stop" ? 2 : 1, lineStyle, lineType: LineType.WithSteps, title: line.label, priceFormat: price, priceLineVisible: false,
      crosshairMarkerVisible: false, pointMarkersVisible: points.size === 1,
    }).setData([...points].map(([time, value]) => ({ time, value })));
  }

  /* A shape and its word. The exit is a dot at its price: its word stands clear of the entry's. */
  mark(mark) {
    const [hue, shape, position] = MARKS[mark.kind];
    const drawn = { time: mark.time, position, shape, price: mark.price, color: colour(hue) };
    if (mark.kind !== "exit") return [{ ...drawn, text: mark.label }];
    const kinds = this.shown.marks.map((each) => each.kind);
    if (kinds.includes("FLAT")) return [drawn]; // whose word says it there
    const aside = kinds.includes("BUY") ? "aboveBar" : "belowBar";
    return [drawn, { time: mark.time, position: aside, shape, size: 0, color: drawn.color, text: "Exit" }];
  }

  /* The bar under the pointer, else the newest: what it was, in numbers. */
  read(time) {
    const { bars, plots, digits } = this.shown ?? {};
    if (!bars?.length) return;
    const found = bars.findIndex((bar) => bar[0] === time);
    const row = found < 0 ? bars.length - 1 : found;
    const [at, ...prices] = bars[row];
    const parts = [element("b", moment(at))];
    ["O", "H", "L", "C"].forEach((name, n) => parts.push(element("span", `${name} ${prices[n].toFixed(digits)}`)));
    plots.forEach((plot, number) => {
      const value = plot.values[row];
      const [label, key] = [element("span"), element("i")];
      key.style.background = colour(PLOTS[number % PLOTS.length]);
      label.append(key, ` ${plot.label} ${value === null ? "-" : value.toFixed(plot.pane ? 2 : digits)}`);
      parts.push(label);
    });
    this.part("legend").replaceChildren(...parts);
  }

  note(notes) {
    this.part("notes").textContent = notes.join(" ");
    this.part("canvas").hidden = this.shown?.bars.length === 0;
    this.part("legend").hidden = this.shown?.bars.length === 0;
  }

  /* For those who read rather than look: newest bar first, drawn only when asked for. */
  list() {
    if (!this.shown || !this.part("table").closest("details").open) return;
    const { bars, plots, digits, marks } = this.shown;
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const name of ["Bar", "Open", "High", "Low", "Close", ...plots.map((plot) => plot.label), "What happened"]) {
      head.append(element("th", name, { scope: "col" }));
    }
    const body = table.createTBody();
    for (let row = bars.length - 1; row >= 0; row -= 1) {
      const [time, ...prices] = bars[row];
      const line = body.insertRow();
      line.append(element("th", moment(time), { scope: "row" }));
      for (const price of prices) line.append(element("td", price.toFixed(digits)));
      for (const plot of plots) line.append(element("td", plot.values[row]?.toFixed(plot.pane ? 2 : digits) ?? "-"));
      line.append(element("td", marks.filter((mark) => mark.time === time).map((mark) => mark.label).join(", ")));
    }
    this.part("table").replaceChildren(table);
  }
}

const charts = [...document.querySelectorAll("[data-chart]")].map((room) => new SignalChart(room));
const loadAll = () => charts.forEach((chart) => chart.load());
const redraw = () => charts.forEach((chart) => chart.shown && (chart.draw(), chart.read()));
loadAll();

/* The stream says when a bar closed or the signal changed; without it a look once a minute. */
let waiting;
document.addEventListener("desk:event", (event) => {
  if (!["health", "signal", "signal.update"].includes(event.detail.kind)) return;
  clearTimeout(waiting);
  waiting = setTimeout(loadAll, 500);
});
document.addEventListener("visibilitychange", loadAll);
setInterval(loadAll, POLL);

onTheme(redraw);
