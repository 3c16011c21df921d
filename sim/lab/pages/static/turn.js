// The page "Turn": knobs, and the fans that follow them. Needs lab.js and fans.js.
"use strict";
(() => {
  const { ask, say } = window.EntenteLab;
  const $ = (id) => document.getElementById(id);
  const page = $("turn");
  const fine = Number(page.dataset.fine);
  const SETTLE = 250; // milliseconds after the last key: arrows are pressed many times
  const knobs = new Map(); // by path
  let fans = null, base = "", latest = 0, following = null, revision = page.dataset.revision;
  let changes = new Map(), moved = ""; // the path that was moved last

  function element(name, attributes = {}, text = "") {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  // -- numbers as people type them: 0,5 and −1 are numbers, too --------------------------------

  function typed(text) {
    const plain = text.trim().replace(/\u2212/g, "-").replace(/\s/g, "").replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  }

  const plain = (value) => String(Number(Number(value).toPrecision(10)));
  const shown = (value) => plain(value).replace("-", "\u2212");

  // -- what a knob looks like ------------------------------------------------------------------

  class Knob {
    constructor(told, nth) {
      this.told = told;
      this.path = told.path;
      this.id = `knob-${nth}`;
      this.place = element("div", { class: "knob", "data-path": told.path });
      this.base = String(told.value);
      this.value = this.base;
      if (told.kind === "switch") this.buildSwitch();
      else if (told.kind === "choice") this.buildChoice();
      else this.buildNumber();
      this.notes();
      this.fault = element("p", { class: "knob-fault", id: `${this.id}-fault`, role: "alert" });
      this.fault.hidden = true;
      this.place.append(this.fault);
    }

    head(labelled) {
      const head = element("div", { class: "knob-head" });
      head.append(element("label", { for: labelled }, this.told.title));
      this.place.append(head);
    }

    buildNumber() {
      const { low, high, step, title } = this.told;
      this.head(this.id);
      const row = element("div", { class: "knob-row" });
      this.range = element("input", { type: "range", id: this.id, min: low, max: high, step: step || "any",
        "aria-describedby": `${this.id}-note` });
      this.exact = element("input", { type: "text", inputmode: "decimal", autocomplete: "off",
        "aria-label": `${title}: exact number`, "aria-describedby": `${this.id}-note ${this.id}-fault` });
      row.append(this.range, this.exact);
      this.place.append(row);
      this.ends();
      let keys = 0;
      this.range.addEventListener("input", () => this.tell(this.range.value));
      this.range.addEventListener("keydown", () => { this.byKey = true; });
      this.range.addEventListener("pointerdown", () => { this.byKey = false; });
      this.range.addEventListener("change", () => {
        clearTimeout(keys);
        const { value } = this.range;
        if (this.byKey) keys = setTimeout(() => this.set(value), SETTLE);
        else this.set(value);
      });
      this.exact.addEventListener("change", () => this.typed());
      this.exact.addEventListener("keydown", (event) => { if (event.key === "Enter") this.typed(); });
    }

    // What places on the slider mean, from its left end to its right one.
    ends() {
      const { low, high, words = [] } = this.told;
      if (!words.length) return;
      const whole = words[0][0] === low && words.at(-1)[0] === high;
      const line = element("p", { class: "knob-ends" });
      for (const [at, word] of words) line.append(element("span", {}, whole ? word : `${shown(at)}: ${word}`));
      this.place.append(line);
    }

    typed() {
      const value = typed(this.exact.value), { kind, least, most } = this.told;
      const what = kind === "whole" ? "a whole number" : "a number";
      const range = least === null && most === null ? "" : most === null ? `, ${shown(least)} or more`
        : least === null ? `, ${shown(most)} or less` : ` from ${shown(least)} to ${shown(most)}`;
      const out = (least !== null && value < least) || (most !== null && value > most);
      if (Number.isNaN(value)) this.refuse(`“${this.exact.value}” is no number: write ${what}${range}.`);
      else if (out) this.refuse(`${shown(value)} is out of range: write ${what}${range}.`);
      else if (kind === "whole" && !Number.isInteger(value)) this.refuse(`${shown(value)} is not whole: write ${what}${range}.`);
      else this.set(plain(value));
    }

    buildChoice() {
      this.head(this.id);
      this.choice = element("select", { id: this.id, "aria-describedby": `${this.id}-note` });
      for (const [value, word] of this.told.words) {
        this.choice.append(element("option", { value }, word));
      }
      this.place.append(this.choice);
      this.choice.addEventListener("change", () => this.set(this.choice.value));
    }

    buildSwitch() {
      const label = element("label", { class: "knob-switch" });
      this.box = element("input", { type: "checkbox", id: this.id, "aria-describedby": `${this.id}-note` });
      label.append(this.box, element("span", {}, this.told.title));
      this.place.append(label);
      this.box.addEventListener("change", () => this.set(this.box.checked ? "on" : "off"));
    }

    notes() {
      const { low, high, spread, source, why } = this.told;
      const said = this.range ? [`In the file ${shown(this.base)}`, `slider from ${shown(low)} to ${shown(high)}`] : [];
      if (spread) said.push(`uncertain: ${spread}`);
      this.place.append(element("p", { class: "knob-note", id: `${this.id}-note` }, said.join("; ")));
      if (source || why) {
        const details = element("details");
        details.append(element("summary", {}, source ? "Source" : "Reason"));
        for (const text of [source, why].filter(Boolean)) details.append(element("p", {}, text));
        this.place.append(details);
      }
    }

    // Shows a value, whoever set it.
    tell(value) {
      if (this.range) {
        if (this.range.value !== String(value)) this.range.value = value;
        this.exact.value = this.wrote = plain(value);
        this.range.setAttribute("aria-valuetext", [shown(value), this.meaning(Number(value))].filter(Boolean).join(", "));
      } else if (this.choice) {
        this.choice.value = value;
      } else {
        this.box.checked = value !== "off";
      }
      this.place.classList.toggle("moved", String(value) !== this.base);
    }

    // The word of a place; between two places, both; empty beyond them.
    meaning(value) {
      const words = this.told.words || [];
      const exact = words.find(([at]) => Math.abs(at - value) < 1e-9);
      if (exact) return exact[1];
      const next = words.findIndex(([at]) => at > value);
      return next > 0 ? `between “${words[next - 1][1]}” and “${words[next][1]}”` : "";
    }

    set(value) {
      this.refuse("");
      if (String(value) === String(this.value)) { this.tell(value); return; }
      this.value = String(value);
      this.tell(value);
      move({ do: "set", path: this.path, value: String(value) }, this);
    }

    // The bench says what holds.
    hold(change) {
      this.value = change === undefined ? this.base : change;
      // An answer must not wipe out what is being typed.
      const typing = this.exact && document.activeElement === this.exact && this.exact.value !== this.wrote;
      if (!typing) this.tell(this.value);
    }

    refuse(text) {
      this.fault.textContent = text;
      this.fault.hidden = !text;
      if (this.exact) this.exact.setAttribute("aria-invalid", text ? "true" : "false");
    }
  }

  const MANY = 6; // events, from which on their list is closed at first
  let made = 0;
  function add(told) {
    if (knobs.has(told.path)) return knobs.get(told.path);
    made += 1;
    const knob = new Knob(told, made);
    knobs.set(told.path, knob);
    const setting = told.kind === "choice" || told.kind === "whole";
    $(told.kind === "switch" ? "knobs-events" : setting ? "knobs-settings" : "knobs-numbers").append(knob.place);
    knob.hold(changes.get(told.path));
    return knob;
  }

  // -- asking and showing ----------------------------------------------------------------------

  function problem(text) {
    $("problem").textContent = text;
    $("problem").hidden = !text;
  }

  function working(text) {
    $("state").textContent = text;
    $("state").classList.add("working");
  }

  async function move(asked, knob) {
    latest += 1;
    const mine = latest;
    moved = asked.path || moved;
    if (following) following.abort();
    page.dataset.shown = "";
    working(`Playing ${page.dataset.coarse} runs`);
    try {
      const told = await ask("/turn/move", { ...asked, base });
      if (mine === latest) show(told, true);
      else if (told.changes) note(told);
    } catch (error) {
      if (mine === latest) refused(error, knob);
    }
  }

  async function refused(error, knob) {
    if (knob) { // is it the number that is refused, or is the scenario's file broken?
      const broken = await ask("/bench").then(() => null, (found) => found);
      if (broken) { error = broken; knob.hold(changes.get(knob.path)); knob = null; }
    }
    const said = [error.message, ...error.faults.map((one) => `${one.problem}${one.remedy ? `: ${one.remedy}` : ""}.`)];
    if (error.faults.length) said.shift();
    if (knob) knob.refuse(said.join(" "));
    else problem(said.join(" "));
    $("state").classList.remove("working");
    $("state").textContent = knob ? "As it was before" : "Nothing is played";
    if (!knob) { $("said").replaceChildren(); $("bar-said").textContent = ""; }
    if (knob) knob.hold(changes.get(knob.path));
  }

  async function follow() {
    const mine = latest;
    following = new AbortController();
    try {
      show(await ask(`/turn/fans?runs=${fine}&base=${base}`, undefined, following.signal), false, mine);
    } catch (error) {
      if (error.name !== "AbortError") refused(error);
    }
  }

  async function begin() {
    latest += 1;
    const mine = latest;
    try {
      const told = await ask(`/turn/fans?base=${base}`);
      if (mine === latest) show(told, true);
    } catch (error) {
      refused(error);
    }
  }

  // What the bench is, apart from its runs.
  function note(told) {
    if (document.body.dataset.scenario && told.scenario !== document.body.dataset.scenario) {
      location.reload(); // another tab of this bench has opened another scenario
      return;
    }
    if (told.note && !$("note")) location.reload(); // the page says at its top what was lost
    $("left-out").hidden = !told.left_out;
    $("left-out").textContent = told.left_out ? `${told.left_out[0].toUpperCase()}${told.left_out.slice(1)}.` : "";
    revision = String(told.revision);
    changes = new Map(told.changes.map((one) => [one.path, one.value]));
    for (const knob of knobs.values()) knob.hold(changes.get(knob.path));
    $("undo").disabled = !told.undo;
    $("reset").disabled = !told.changes.length && !told.left_out;
    $("changes-part").hidden = !told.changes.length;
    $("changes").replaceChildren(...told.changes.map((one) => {
      const line = element("li", {}, one.words);
      const button = element("button", { type: "button", class: "quiet small", "aria-label": `Take back: ${one.words}` }, "Take back");
      button.addEventListener("click", () => { move({ do: "take back", path: one.path }); $("changes-title").focus(); });
      line.append(button);
      return line;
    }));
    bar(told);
    pins(told);
    missing();
  }

  // What was moved last, with what came of it and the buttons, stays in view.
  function bar(told) {
    const many = told.changes.length, last = told.changes.find((one) => one.path === moved) || told.changes.at(-1);
    $("bar-words").textContent = !many ? "Nothing is changed." : many === 1 ? last.words
      : `Last change: ${last.words} (${many} in all)`;
    $("bar-pin").disabled = !many || told.pinned.length >= told.most_pinned;
  }

  function pins(told) {
    const full = told.pinned.length >= told.most_pinned, place = $("pinned");
    $("pin").hidden = full;
    place.hidden = !told.pinned.length;
    place.textContent = told.pinned.length ? `Pinned: ${told.pinned.map((one) => `“${one.name}”`).join(", ")}. ` : "";
    place.append(element("a", { href: "/compare" }, "Compare them"));
    if (full) place.append(` (${told.most_pinned} are the most; unpin one there)`);
  }

  function show(told, coarse, mine = latest) {
    if (told.superseded || mine !== latest) return;
    note(told);
    problem("");
    if (told.frame) {
      const other = told.base.split(".")[0] !== base.split(".")[0];
      if (!fans || other) fans = EntenteFans.frame($("fans"), told.frame, { ask: "/ask" });
      else fans.rebase(told.frame);
      base = told.base;
    }
    fans.show(told.now);
    coarse = coarse && told.runs < told.most;
    const runs = `${told.runs.toLocaleString("en-US")} runs, seed ${told.seed}`;
    $("state").classList.toggle("working", coarse);
    $("state").textContent = coarse ? `${runs}; ${told.most.toLocaleString("en-US")} follow` : runs;
    $("said").replaceChildren(...told.said.map(({ text, chart }) => {
      const line = element("li", {}, text);
      if (chart) line.append(" ", element("a", { href: `#fan-${chart}`, "aria-label": `Chart: ${text}` }, "Chart"));
      return line;
    }));
    const all = told.changes.length > 1 ? `With all ${told.changes.length} changes: ` : "";
    $("bar-said").textContent = told.changes.length && told.said.length ? `${all}${told.said[0].text}` : "";
    $("failed").hidden = !told.failed.length;
    $("failed").replaceChildren(...told.failed.map((text) => element("p", {}, text)));
    page.dataset.shown = String(told.runs);
    page.dataset.shownRevision = revision;
    if (coarse) {
      say(told.said.map((one) => one.text).join(" "));
      follow();
    }
  }

  // -- knobs: those of the scenario, those that were changed, those that were looked for -------

  const KEPT = `entente-knobs/${document.body.dataset.scenario}`;
  const kept = () => (sessionStorage.getItem(KEPT) || "").split("\n").filter(Boolean);

  let asking = "";
  async function missing(more = []) {
    if (!$("knobs").dataset.ready) return;
    const paths = [...new Set([...changes.keys(), ...more])].filter((path) => !knobs.has(path));
    const key = paths.join("\n");
    if (!key || key === asking) return;
    asking = key;
    const told = await ask(`/turn/search?paths=${encodeURIComponent(key)}`).catch(() => ({ knobs: [] }));
    told.knobs.forEach(add);
  }

  async function load() {
    const told = await ask("/turn/knobs");
    if (told.superseded) { setTimeout(load, 500); return; }
    $("knobs-wait").remove();
    told.knobs.forEach(add);
    const events = told.knobs.filter((one) => one.kind === "switch");
    const list = $("knobs-events").parentNode;
    list.hidden = !events.length;
    list.open = events.length <= MANY || events.some((one) => changes.has(one.path));
    list.querySelector("summary").textContent = `Events that can happen (${events.length})`;
    $("numbers").textContent = told.numbers.toLocaleString("en-US");
    $("knobs-more").textContent = `${told.knobs.length} things, and the search below them: this list goes on.`;
    $("knobs-more").hidden = false;
    $("knobs").dataset.ready = "yes";
    missing(kept());
  }

  $("search").addEventListener("submit", (event) => {
    event.preventDefault();
    search($("words").value.trim());
  });

  async function search(words, all = false) {
    $("results").replaceChildren();
    if (!words) { $("found").textContent = "Write a name or a word that you look for."; return; }
    const told = await ask(`/turn/search?q=${encodeURIComponent(words)}${all ? "&all=yes" : ""}`).catch((error) => ({ error }));
    if (told.error) { $("found").textContent = told.error.message; return; }
    const hidden = told.found - told.knobs.length;
    const more = hidden ? `, ${hidden} of them not shown yet` : "";
    $("found").textContent = told.found
      ? `${told.found} found${more}: choose which to move.` : `No number has “${words}” in its name, its words or its reason. Try a single word or a part of one, or the name of an actor, an act or an issue.`;
    const list = element("ul");
    for (const one of told.knobs) {
      const line = element("li"), button = element("button", { type: "button", class: "quiet small" }, one.title);
      button.addEventListener("click", () => choose(one));
      line.append(button, ` ${shown(one.value)}`);
      list.append(line);
    }
    $("results").append(list);
    if (!hidden) return;
    const rest = element("button", { type: "button", class: "quiet small" }, `Show all ${told.found}`);
    rest.addEventListener("click", async () => {
      await search(words, true);
      $("results").querySelectorAll("button")[told.knobs.length]?.focus();
    });
    $("results").append(rest);
  }

  function choose(told) {
    const knob = add(told);
    sessionStorage.setItem(KEPT, [...new Set([...kept(), told.path])].join("\n"));
    knob.place.scrollIntoView({ block: "center" });
    (knob.range || knob.choice || knob.box).focus();
  }

  // -- buttons ---------------------------------------------------------------------------------

  $("undo").addEventListener("click", () => move({ do: "undo", revision }));
  $("reset").addEventListener("click", () => move({ do: "reset" }));
  async function pin(name) {
    try {
      const told = await ask("/bench/pin", { name });
      $("pin-name").value = "";
      note(told);
      say(`Pinned as ${told.pinned.at(-1).name}.`);
    } catch (error) {
      problem(error.message);
    }
  }

  $("pin").addEventListener("submit", (event) => { event.preventDefault(); pin($("pin-name").value); });
  $("bar-pin").addEventListener("click", () => pin(""));

  // Another tab of the same bench may have moved something meanwhile.
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return;
    const told = await ask("/bench").catch(() => null);
    if (told && String(told.revision) !== revision) begin();
  });

  $("changes-title").tabIndex = -1;
  load().catch((error) => { $("knobs-wait").textContent = error.message; });
  begin();
})();
