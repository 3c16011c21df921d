// Draws fans of outcomes and probabilities of events as SVG, each with a table beside it.
//
// A plain script: it defines window.EntenteFans, and needs fans.css beside it.
//
//   const fans = EntenteFans.frame(place, frame, options);  // what stays: names, scales, base
//   fans.show(now);                                         // what moves; may be called often
//   fans.show(null);                                        // the base alone
//   fans.rebase(frame);                                     // finer runs of the same base
//
// frame (made by sim/reporting/fans.py, `frame`):
//   { dates: ["2016-10-01", ...],          dates of the base's states, the first is the start
//     runs: 2000, failed: 0,               runs of the base, and how many of them failed
//     marks: [["2017-01-20", "A vote"]],   dated events of the scenario
//     outcomes: [{ id, title,
//       axis: "affinity (−1 to 1)",        quantity and unit
//       ends: "0 means ...",               what the ends of the scale mean, or ""
//       digits: 2, whole: false,           whole: a count, drawn in steps
//       share: false,                      share: the share of the runs in which it is in force
//       range: [low, high],                of the axis; it widens only if a curve leaves it
//       bands: { q05: [...], q25: [...], q50: [...], q75: [...], q95: [...] },
//       history: { dates: [...], values: [...], known: [true, ...], note: "..." } or null }],
//     events: [{ id, title, top: 0.5,      end of the axis of probabilities
//       bands: { p: [...], low: [...], high: [...] } }] }
//   Of a share, q50 is the share, q05 and q95 the ends of its 95 % interval.
//
// now (made by `bands`): { dates, runs, failed,
//     outcomes: { id: bands }, events: { id: bands },
//     words: { "outcome-ID": "+0.05 (+0.02 to +0.08)", "event-ID": "..." } }  words may be left out
//
// options: { ask: "/ask" }               each chart gets a link there; a click on a chart follows it
//          { title: "h3" }               the heading of each chart
"use strict";
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const WIDE = 360, HIGH = 176, LEFT = 46, RIGHT = 350, TOP = 8, BASE = 152;
  const TOPS = [0.05, 0.1, 0.2, 0.5, 1];
  const NBSP = "\u00a0", MINUS = "\u2212";
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];

  // -- words and numbers --------------------------------------------------------

  const day = (text) => Date.parse(`${text}T00:00:00Z`);
  const month = (text) => `${MONTHS[Number(text.slice(5, 7)) - 1]} ${Number(text.slice(0, 4))}`;

  function number(value, digits) {
    if (!Number.isFinite(value)) return "–";
    const written = Math.abs(value).toLocaleString("en-US",
      { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return value < 0 && /[1-9]/.test(written) ? MINUS + written : written;
  }

  // As the reports write it: finer near the ends, where it matters.
  function percent(share) {
    if (!Number.isFinite(share)) return "–";
    const hundredths = 100 * share;
    if (hundredths > 0 && hundredths < 0.1) return `under${NBSP}0.1${NBSP}%`;
    if (hundredths > 99.9 && hundredths < 100) return `over${NBSP}99.9${NBSP}%`;
    const fine = (hundredths > 0 && hundredths < 9.95) || (hundredths > 90 && hundredths < 100);
    return `${hundredths.toFixed(fine ? 1 : 0).replace(/\.0$/, "")}${NBSP}%`;
  }

  const show = (item, value) => {
    if (item.event || item.share) return percent(value);
    return number(value, item.whole && Number.isInteger(value) ? 0 : item.digits);
  };

  // -- elements -----------------------------------------------------------------

  function element(name, attributes = {}, text = "") {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  function shape(parent, name, attributes, text = "") {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  }

  const cell = (row, text, head = false) => {
    const made = element(head ? "th" : "td", head ? { scope: "row" } : {}, text);
    row.append(made);
  };

  // -- scales -------------------------------------------------------------------

  function ticks(low, high, digits) {
    const least = 10 ** -Math.max(digits, 0);
    let step = least;
    for (let power = -digits; power < 12; power += 1) {
      for (const size of [1, 2, 5]) {
        step = size * 10 ** power;
        if ((high - low) / step <= 4.5) {
          const found = [];
          for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9 * step; at += 1) {
            found.push(at * step);
          }
          return found;
        }
      }
    }
    return [low, high];
  }

  function years(first, last) {
    const from = new Date(first).getUTCFullYear(), to = new Date(last).getUTCFullYear();
    const step = [1, 2, 5, 10, 20, 50].find((size) => (to - from) / size <= 6) || 100;
    const found = [];
    for (let year = from; year <= to + 1; year += 1) {
      const at = Date.UTC(year, 0, 1);
      if (year % step === 0 && at >= first && at <= last) found.push([at, String(year)]);
    }
    if (found.length > 1) return found;
    return [[first, month(new Date(first).toISOString())], [last, month(new Date(last).toISOString())]];
  }

  // -- one chart ----------------------------------------------------------------

  class Chart {
    constructor(item, frame, options) {
      this.item = item;
      this.frame = frame;
      this.key = `${item.event ? "event" : "outcome"}-${item.id}`;
      this.range = item.event ? [0, item.top] : [...item.range];
      this.dates = frame.dates;
      this.now = null;
      this.build(options);
      this.scale();
      this.update(null, frame.dates);
    }

    build(options) {
      const { item } = this;
      this.figure = element("figure", { class: "fan", id: `fan-${this.key}` });
      const name = `fan-${this.key}-title`;
      this.figure.append(element(options.title || "h3", { id: name }, item.title));
      this.said = element("p", { class: "fan-said" });
      this.figure.append(this.said);
      this.svg = document.createElementNS(NS, "svg");
      this.svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
      this.svg.setAttribute("role", "img");
      this.svg.setAttribute("aria-labelledby", name);
      this.grid = shape(this.svg, "g", { class: "fan-grid" });
      const wide = item.share || item.event ? "fan-narrow" : "fan-wide";
      this.parts = {};
      for (const layer of ["base", "now"]) {
        const group = shape(this.svg, "g", { class: `fan-${layer}` });
        this.parts[layer] = {
          group,
          wide: shape(group, "path", { class: wide }),
          narrow: shape(group, "path", { class: "fan-narrow" }),
          middle: shape(group, "path", { class: "fan-middle" }),
        };
      }
      this.past = shape(this.svg, "g", { class: "fan-history" });
      this.cursor = shape(this.svg, "path", { class: "fan-cursor", d: "" });
      this.figure.append(this.svg);
      this.reading = element("p", { class: "fan-reading", "aria-hidden": "true" });
      this.figure.append(this.reading);
      const notes = [item.axis && !item.event ? item.axis : "", item.ends || ""].filter(Boolean);
      this.note = element("p", { class: "fan-note" }, notes.join(". "));
      this.figure.append(this.note);
      if (item.history && item.history.note) {
        this.figure.append(element("p", { class: "fan-note" }, item.history.note));
      }
      this.widened = element("p", { class: "fan-note" }, "The scale was widened: the curves left it.");
      this.widened.hidden = true;
      this.figure.append(this.widened);
      this.details = element("details");
      this.details.append(element("summary", {}, `Table: ${item.title}`));
      this.details.addEventListener("toggle", () => this.fill());
      this.figure.append(this.details);
      if (options.ask) this.link(options.ask);
      this.svg.addEventListener("pointermove", (event) => this.point(event));
      this.svg.addEventListener("pointerleave", () => this.point(null));
    }

    link(address) {
      const query = `${address}?${this.item.event ? "event" : "outcome"}=${encodeURIComponent(this.item.id)}`;
      const told = { href: query, class: "fan-ask", "aria-label": `Ask why: ${this.item.title}` };
      this.figure.append(element("a", told, "Ask why"));
      this.svg.classList.add("fan-clickable");
      this.svg.addEventListener("click", (event) => {
        location.assign(`${query}&date=${this.near(event)}`);
      });
    }

    // -- scale and grid

    scale() {
      const ends = [this.frame.dates, this.dates].flatMap((dates) => [day(dates[0]), day(dates.at(-1))]);
      this.first = Math.min(...ends);
      this.last = Math.max(...ends);
      const [low, high] = this.range, rise = high - low || 1, long = this.last - this.first || 1;
      this.x = (at) => +(LEFT + (RIGHT - LEFT) * (at - this.first) / long).toFixed(1);
      this.y = (value) => +(BASE - (BASE - TOP) * (value - low) / rise).toFixed(1);
      this.grid.replaceChildren();
      const { item } = this;
      const digits = item.event || item.share ? 2 : item.whole ? 0 : item.digits;
      for (const value of ticks(low, high, digits + 1)) {
        const at = this.y(value);
        shape(this.grid, "path", { d: `M${LEFT},${at}H${RIGHT}` });
        const text = item.event || item.share ? percent(value) : number(value, this.tidy(value, digits));
        shape(this.grid, "text", { x: LEFT - 5, y: at + 3.5, "text-anchor": "end" }, text);
      }
      for (const [at, text] of years(this.first, this.last)) {
        const x = this.x(at), edge = x > RIGHT - 30 ? "end" : x < LEFT + 12 ? "start" : "middle";
        shape(this.grid, "path", { d: `M${x},${BASE}v4` });
        shape(this.grid, "text", { x, y: BASE + 16, "text-anchor": edge }, text);
      }
      for (const [date, text] of this.frame.marks || []) {
        const at = day(date);
        if (at < this.first || at > this.last) continue;
        const mark = shape(this.grid, "path", { class: "fan-mark", d: `M${this.x(at)},${TOP}V${BASE}` });
        shape(mark, "title", {}, `${month(date)}: ${text}`);
      }
      this.history();
      this.path("base", this.item.bands, this.frame.dates);
    }

    tidy(value, digits) {
      for (let most = 0; most < digits; most += 1) {
        if (Math.abs(value - Number(value.toFixed(most))) < 1e-9) return most;
      }
      return digits;
    }

    history() {
      this.past.replaceChildren();
      const told = this.item.history;
      if (!told || !told.dates.length) return;
      const at = told.dates.map((date, nth) => [this.x(day(date)), this.y(told.values[nth])]);
      shape(this.past, "path", { d: `M${at.map((one) => one.join(",")).join("L")}` });
      at.forEach(([x, y], nth) => {
        if (told.known[nth]) shape(this.past, "path", { class: "fan-known", d: `M${x},${y - 4}l4,4l-4,4l-4,-4z` });
      });
    }

    // -- curves

    line(values, dates) {
      const step = this.item.whole || this.item.event;
      let made = "", before = 0;
      for (let nth = 0; nth < values.length; nth += 1) {
        const x = this.x(day(dates[nth])), y = this.y(values[nth]);
        // What is counted in a round holds for the period that led to its date.
        made += nth === 0 ? `${x},${y}` : step ? `L${before},${y}L${x},${y}` : `L${x},${y}`;
        before = x;
      }
      return made;
    }

    band(low, high, dates) {
      const back = this.line(high, dates).split("L").reverse().join("L");
      return `M${this.line(low, dates)}L${back}Z`;
    }

    path(layer, bands, dates) {
      const part = this.parts[layer];
      part.group.classList.toggle("fan-none", !bands);
      if (!bands) return;
      if (this.item.event) {
        part.wide.setAttribute("d", this.band(bands.low, bands.high, dates));
        part.middle.setAttribute("d", `M${this.line(bands.p, dates)}`);
        return;
      }
      part.wide.setAttribute("d", this.band(bands.q05, bands.q95, dates));
      if (!this.item.share) part.narrow.setAttribute("d", this.band(bands.q25, bands.q75, dates));
      part.middle.setAttribute("d", `M${this.line(bands.q50, dates)}`);
    }

    rebase(item, frame) {
      this.item = { ...this.item, bands: item.bands, history: item.history };
      this.frame = frame;
      this.fit();
      this.scale();
    }

    // The scale is the first one, unless a curve leaves it: then it is as wide as it must be.
    fit() {
      const before = this.range;
      this.range = this.item.event ? [0, this.item.top] : [...this.item.range];
      this.widened.hidden = true;
      for (const bands of [this.item.bands, this.now]) if (bands) this.widen(bands);
      return this.range[0] !== before[0] || this.range[1] !== before[1];
    }

    widen(bands) {
      let [low, high] = this.range;
      if (this.item.event) {
        const most = Math.max(...bands.high);
        if (most > high) high = TOPS.find((top) => most <= top) || 1;
      } else if (!this.item.share) {
        const room = 0.05 * (high - low);
        const least = Math.min(...bands.q05), most = Math.max(...bands.q95);
        if (least < low) low = least - room;
        if (most > high) high = most + room;
      }
      if (low === this.range[0] && high === this.range[1]) return;
      this.range = [low, high];
      this.widened.hidden = false;
    }

    update(bands, dates, words = "") {
      this.now = bands;
      const other = dates.at(-1) !== this.dates.at(-1) || dates[0] !== this.dates[0];
      this.dates = dates;
      if (this.fit() || other) this.scale();
      this.parts.base.group.classList.toggle("fan-alone", !bands);
      this.path("now", bands, dates);
      this.said.textContent = this.sentence(words);
      this.svg.setAttribute("aria-description", this.said.textContent);
      if (this.details.open) this.fill();
    }

    sentence(words) {
      const { item } = this, bands = this.now || item.bands;
      // Both at the same date: the last that they share, where one of them goes on longer.
      const last = this.dates.findLastIndex((date) => this.frame.dates.includes(date));
      const at = last < 0 ? this.dates.length - 1 : last;
      // Beside a difference in points, both shares have its digits.
      const tenths = this.now && /points/.test(words) && (item.event || item.share);
      const written = (value) => (tenths ? `${number(100 * value, 1)}${NBSP}%` : show(item, value));
      const middle = (one, nth) => written((item.event ? one.p : one.q50)[nth]);
      const when = month(this.dates[at]);
      const place = this.frame.dates.indexOf(this.dates[at]);
      const instead = this.now && place >= 0 ? ` instead of ${middle(item.bands, place)}` : "";
      const kind = item.event ? `By ${when}` : item.share ? `Share of the runs in ${when}` : `Median in ${when}`;
      return `${kind}: ${middle(bands, at)}${instead}${words ? `; ${words}` : ""}`;
    }

    // -- numbers

    fill() {
      this.details.querySelector("table")?.parentNode.remove();
      if (!this.details.open) return;
      const { item } = this, two = Boolean(this.now);
      const table = element("table"), head = table.createTHead().insertRow(), body = table.createTBody();
      table.prepend(element("caption", {}, item.axis || item.title));
      const names = item.event ? ["Probability", "From", "To"]
        : item.share ? ["Share of the runs", "From", "To"]
          : ["Median", `50${NBSP}% from`, "to", `90${NBSP}% from`, "to"];
      const columns = item.event ? ["p", "low", "high"]
        : item.share ? ["q50", "q05", "q95"] : ["q50", "q25", "q75", "q05", "q95"];
      const base = new Map(this.frame.dates.map((date, nth) => [date, nth]));
      for (const text of ["Date", names[0], ...(two ? ["Base"] : []), ...names.slice(1)]) {
        head.append(element("th", { scope: "col" }, text));
      }
      const bands = this.now || item.bands;
      this.dates.forEach((date, nth) => {
        const row = body.insertRow();
        cell(row, month(date), true);
        const place = base.get(date), [first, ...ends] = columns;
        cell(row, show(item, bands[first][nth]));
        if (two) cell(row, place === undefined ? "–" : show(item, item.bands[first][place]));
        for (const column of ends) cell(row, show(item, bands[column][nth]));
      });
      const scroll = element("div", { class: "scroll", tabindex: "0", role: "region",
        "aria-label": `Table: ${item.title}` });
      scroll.append(table);
      this.details.append(scroll);
    }

    // -- pointing

    place(event) {
      const box = this.svg.getBoundingClientRect();
      const at = this.first + ((event.clientX - box.left) * WIDE / box.width - LEFT)
        / (RIGHT - LEFT) * (this.last - this.first);
      let best = 0;
      this.dates.forEach((date, nth) => {
        if (Math.abs(day(date) - at) < Math.abs(day(this.dates[best]) - at)) best = nth;
      });
      return best;
    }

    near(event) { return this.dates[this.place(event)]; }

    point(event) {
      if (!event) {
        this.cursor.setAttribute("d", "");
        this.reading.textContent = "";
        return;
      }
      const nth = this.place(event), date = this.dates[nth], { item } = this;
      this.cursor.setAttribute("d", `M${this.x(day(date))},${TOP}V${BASE}`);
      const bands = this.now || item.bands, value = (item.event ? bands.p : bands.q50)[nth];
      const low = (item.event ? bands.low : bands.q05)[nth], high = (item.event ? bands.high : bands.q95)[nth];
      const what = item.event || item.share ? `95${NBSP}% interval` : `90${NBSP}% of the runs`;
      const place = this.frame.dates.indexOf(date);
      const base = this.now && place >= 0
        ? `; base ${show(item, (item.event ? item.bands.p : item.bands.q50)[place])}` : "";
      this.reading.textContent =
        `${month(date)}: ${show(item, value)} (${what} ${show(item, low)} to ${show(item, high)})${base}`;
    }
  }

  // -- all charts ---------------------------------------------------------------

  function frame(place, data, options = {}) {
    place.replaceChildren();
    const charts = [
      ...data.outcomes.map((item) => ({ ...item, event: false })),
      ...data.events.map((item) => ({ ...item, event: true })),
    ].map((item) => new Chart(item, data, options));
    for (const kind of [false, true]) {
      const group = element("div", { class: "fans" });
      group.append(...charts.filter((one) => one.item.event === kind).map((one) => one.figure));
      if (group.childElementCount) place.append(group);
    }
    return {
      rebase(finer) {
        for (const chart of charts) {
          const items = chart.item.event ? finer.events : finer.outcomes;
          const item = items.find((one) => one.id === chart.item.id);
          if (item) chart.rebase(item, finer);
        }
      },
      show(now) {
        for (const chart of charts) {
          const { id, event } = chart.item;
          const bands = now && (event ? now.events : now.outcomes)[id];
          const words = now && now.words ? now.words[chart.key] || "" : "";
          chart.update(bands || null, now ? now.dates : data.dates, words);
        }
      },
    };
  }

  window.EntenteFans = { frame, number, percent, month };
})();
