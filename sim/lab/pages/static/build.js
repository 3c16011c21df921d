// The builder: fields are saved as they are left, and faults and notes follow without a reload.
"use strict";
(() => {
  const page = document.querySelector("[data-build]");
  if (!page || !window.EntenteLab) return;
  const { ask, say } = window.EntenteLab;
  const base = page.dataset.build, part = page.dataset.part;
  let state = { faults: [], unstated: [] };
  let queue = Promise.resolve(), waiting = 0;
  page.classList.add("live");

  // What is saved goes one after another; the page is not left before all of it is there.
  function inTurn(work) {
    waiting += 1;
    queue = queue.then(work).finally(() => { waiting -= 1; });
    return queue;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !waiting || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    queue.then(() => link.click());
  });
  document.addEventListener("submit", (event) => {
    if (!waiting || event.defaultPrevented) return;
    event.preventDefault();
    queue.then(() => event.target.requestSubmit(event.submitter));
  });

  // -- what is wrong, with links to fields -------------------------------------------------------
  // The field of a path, or the nearest one above it.
  function fieldAt(path) {
    const all = [...page.querySelectorAll("[data-fields] [name]")];
    for (let here = path; here; here = here.includes(".") ? here.slice(0, here.lastIndexOf(".")) : "") {
      const found = all.find((one) => one.name === here || one.name === `${here}|value`)
        || all.find((one) => one.type !== "hidden" && (one.name.startsWith(`${here}.`) || one.name.startsWith(`${here}|`)));
      if (found) return found;
    }
    return null;
  }
  function show(box, list) {
    const items = list.map((one) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.textContent = one.where;
      const card = one.card ? `&card=${encodeURIComponent(one.card)}` : "";
      link.href = `${base}?part=${one.page}${card}#at=${encodeURIComponent(one.path)}`;
      link.dataset.path = one.path; link.dataset.page = one.page;
      item.append(link, `: ${one.problem}.`);
      if (one.remedy) {
        const remedy = document.createElement("span");
        remedy.className = "remedy";
        remedy.textContent = `${one.remedy.charAt(0).toUpperCase()}${one.remedy.slice(1)}.`;
        item.append(" ", remedy);
      }
      if (one.key) item.append(answering(one));
      return item;
    });
    box.querySelector(".told").replaceChildren(...items);
    box.querySelector("[data-count]").textContent = list.length || "";
  }
  // A note can be answered: the reason why it is meant so goes into the file.
  function answering(one) {
    const fold = document.createElement("details"), title = document.createElement("summary");
    const reason = document.createElement("input"), button = document.createElement("button");
    fold.className = "answer";
    title.textContent = "It is meant so";
    reason.setAttribute("aria-label", `Why it is meant so: ${one.text || one.problem}`);
    reason.placeholder = "because ...";
    button.type = "button"; button.className = "quiet small"; button.textContent = "Say so";
    button.addEventListener("click", async () => {
      if (!reason.value.trim()) { reason.focus(); return; }
      const name = `notes.${one.key}`;
      try { take(await ask(`${base}/fields`, { fields: { [name]: reason.value }, was: { [name]: "" }, names: [] })); notes(); }
      catch (error) { say(error.message); }
    });
    fold.append(title, reason, button);
    return fold;
  }
  function mark() {
    for (const one of page.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (const one of state.faults) {
      const found = one.page === part && fieldAt(one.path);
      if (found) found.setAttribute("aria-invalid", "true");
    }
  }
  function many(number) { return `${number} ${number === 1 ? "fault" : "faults"}`; }
  function take(told) {
    const before = state.faults.length;
    state = told;
    for (const one of document.querySelectorAll("[data-number]")) one.value = told.number;
    const faults = page.querySelector("[data-faults]"), unstated = page.querySelector("[data-unstated]");
    show(faults, told.faults); show(unstated, told.unstated);
    faults.querySelector("[data-fine]").hidden = told.faults.length > 0;
    unstated.querySelector("[data-fine]").hidden = told.unstated.length > 0 || !told.runs;
    page.querySelector("[data-undo]").disabled = !told.undo;
    page.querySelector("[data-redo]").disabled = !told.redo;
    page.querySelector("[data-turn]").disabled = !told.runs;
    const waits = page.querySelector("[data-waits]"), number = told.faults.length;
    waits.hidden = told.runs;
    waits.querySelector("[data-waits-for]").textContent = many(number);
    waits.querySelector("[data-first]").textContent = number ? `: ${told.faults.slice(0, 3).map((one) => one.where).join("; ")}${number > 3 ? `; and ${number - 3} more` : ""}` : "";
    mark();
    if (told.faults.length !== before) say(told.faults.length ? many(told.faults.length) : "no faults");
  }
  function go(path) {
    const found = fieldAt(path);
    if (!found) return false;
    for (let up = found.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    found.focus();
    found.scrollIntoView({ block: "center" });
    return true;
  }
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-path]");
    if (link && link.dataset.page === part && go(link.dataset.path)) event.preventDefault();
  });

  // -- notes: what is perhaps not meant, computed beside the page ---------------------------------
  let asked = 0;
  async function notes() {
    const mine = ++asked, box = page.querySelector("[data-notes]"), line = box.querySelector("[data-state]");
    if (state.faults.length) { line.textContent = "Told once there are no faults."; show(box, []); return; }
    line.textContent = "A few hundred short runs are played ...";
    try {
      const told = await ask(`${base}/notes`);
      if (mine !== asked || told.superseded) return;
      show(box, told.notes);
      line.textContent = told.notes.length ? (told.left_out ? `${told.left_out} more of less weight.` : "") : "Nothing that looks odd.";
    } catch (error) { if (mine === asked) line.textContent = error.message; }
  }

  // -- fields: saved when they are left -----------------------------------------------------------
  const was = (one) => one.dataset.was ?? "";
  function changed(form) {
    return [...form.elements].filter((one) => one.dataset.was !== undefined && one.value !== was(one));
  }
  function clash(one, theirs) {
    const line = document.createElement("p"), keep = document.createElement("button"), mine = document.createElement("button");
    const typed = one.value, holder = one.closest("p, td, .number") || one.parentElement;
    line.className = "warn clash"; line.setAttribute("role", "alert");
    line.append(`Changed in another tab meanwhile, to “${theirs}”. `);
    keep.type = mine.type = "button"; keep.className = mine.className = "quiet small";
    keep.textContent = `Keep “${theirs}”`; mine.textContent = `Use mine, “${typed}”`;
    keep.addEventListener("click", () => { one.value = one.dataset.was = theirs; line.remove(); one.focus(); });
    mine.addEventListener("click", () => { one.dataset.was = theirs; one.value = typed; line.remove(); one.focus(); save(one.form); });
    line.append(keep, " ", mine);
    holder.after(line);
  }
  function save(form) { return inTurn(() => saveNow(form)); }
  async function saveNow(form) {
    const fields = changed(form);
    if (!fields.length) return;
    const saved = form.querySelector("[data-saved]");
    const sent = { fields: {}, was: {}, names: [...form.elements].filter((one) => one.dataset.was !== undefined).map((one) => one.name) };
    for (const one of fields) { sent.fields[one.name] = one.value; sent.was[one.name] = was(one); }
    let told;
    try {
      told = await ask(form.action, sent);
    } catch (error) {
      saved.textContent = `Not saved: ${error.message} What you typed still stands here.`;
      form.closest(".live")?.classList.remove("live");
      return;
    }
    page.classList.add("live");
    const refused = new Map(told.clashes.map((one) => [one.name, one.theirs]));
    for (const one of form.elements) {
      if (one.dataset.was === undefined || told.values[one.name] === undefined) continue;
      const now = told.values[one.name];
      if (refused.has(one.name)) clash(one, refused.get(one.name));
      else if (sent.fields[one.name] === one.value || one.value === was(one)) {
        if (one !== document.activeElement || one.tagName === "SELECT") one.value = now;
        one.dataset.was = now;
      }
    }
    const also = told.followed.length ? ` Changed with it: ${told.followed.join("; ")}. Undo brings all of it back.` : "";
    saved.textContent = (told.runs ? "Saved." : "Kept, but it cannot run yet.") + also;
    for (const one of fields) stale(one, told.values);
    take(told);
    if (fields.some((one) => one.dataset.again !== undefined || /^\w+\.\w+\.name$/.test(one.name))) await again(form);
    pins(form.closest("article"));
    notes();
  }
  // A reason was given for the number that stood there: whoever changes the number is asked.
  function stale(one, values) {
    const box = one.closest(".number"), name = one.name.replace(/\|value$/, "|why");
    if (!box) return;
    box.querySelector(".stale")?.remove();
    if (!one.name.endsWith("|value") || !values[name] || values[name].startsWith("a starting point to be replaced") || one.dataset.was === "") return;
    const line = document.createElement("p");
    line.className = "note stale";
    line.textContent = "The reason was given for the number before: is it still true?";
    box.append(line);
  }
  const round = page.querySelector('[name="calendar.round"]');
  if (round) {
    const first = round.value;
    round.addEventListener("change", () => {
      const form = document.getElementById("rescale");
      form.elements.before.value = first;
      form.classList.add("warn");
      say("The numbers of how often were given for another length of round: below they can be written anew.");
    });
  }
  // A card whose rows have changed is shown anew.
  async function again(form) {
    const card = form.closest("article"), focus = document.activeElement?.id;
    const answer = await fetch(`${base}?part=${part}&card=${encodeURIComponent(form.elements.card.value)}`);
    if (!answer.ok) return;
    const anew = new DOMParser().parseFromString(await answer.text(), "text/html"), other = anew.getElementById(card.id);
    if (!other || changed(form).length) return;
    const link = page.querySelector(".names [aria-current]");
    if (link) link.textContent = other.querySelector("h3").textContent;
    // What fits into a round depends on all levers: the other grids are shown anew, too.
    for (const grid of page.querySelectorAll("table.grid")) {
      const home = grid.closest("article"), now = home !== card && anew.getElementById(home.id);
      if (!now || changed(home.querySelector("[data-fields]")).length) continue;
      const place = [...home.querySelectorAll("table.grid")].indexOf(grid), made = now.querySelectorAll("table.grid")[place];
      if (made) grid.replaceWith(document.adoptNode(made));
    }
    const open = new Set([...card.querySelectorAll("details[open][data-group]")].map((one) => one.dataset.group));
    other.querySelector("[data-saved]").textContent = card.querySelector("[data-saved]").textContent;
    card.replaceWith(document.adoptNode(other));
    for (const one of other.querySelectorAll("details[data-group]")) one.open = open.has(one.dataset.group);
    if (focus) document.getElementById(focus)?.focus();
    mark();
  }
  page.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.dataset.fields !== undefined && event.target.dataset.was !== undefined) save(form);
  });
  page.addEventListener("submit", (event) => {
    if (event.target.dataset.fields === undefined) return;
    event.preventDefault();
    save(event.target);
  });

  // -- rulers: a pin is drawn along its line -------------------------------------------------------
  function pins(card) {
    for (const pin of card ? card.querySelectorAll(".pin") : []) {
      const field = [...card.querySelectorAll("input")].find((one) => one.name === pin.dataset.field);
      const place = field && field.value.trim() !== "" ? Number(field.value) : NaN;
      if (place >= 0 && place <= 100) pin.setAttribute("transform", `translate(${50 + 6 * place} 0)`);
    }
  }
  page.addEventListener("pointerdown", (event) => {
    const pin = event.target.closest(".pin");
    if (!pin) return;
    const card = pin.closest("article"), svg = pin.ownerSVGElement;
    const field = [...card.querySelectorAll("input")].find((one) => one.name === pin.dataset.field);
    const move = (moved) => {
      const box = svg.getBoundingClientRect();
      const place = ((moved.clientX - box.left) * 700 / box.width - 50) / 6;
      field.value = String(Math.round(Math.min(100, Math.max(0, place))));
      pins(card);
    };
    const end = () => {
      svg.removeEventListener("pointermove", move);
      svg.removeEventListener("pointerup", end);
      save(field.form);
    };
    svg.setPointerCapture(event.pointerId);
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", end);
    event.preventDefault();
  });

  // -- a section as text ---------------------------------------------------------------------------
  const textForm = page.querySelector("[data-text]");
  if (textForm) {
    const area = textForm.elements.text, before = textForm.elements.was, wrong = textForm.querySelector("[data-wrong]");
    let timer = 0;
    const send = async () => {
      const typed = area.value;
      if (typed === before.value) return;
      try {
        const told = await ask(textForm.action, { section: textForm.elements.section.value, text: typed, was: before.value });
        const list = document.createElement("ul");
        list.className = "told";
        for (const one of told.wrong) { const item = document.createElement("li"); item.textContent = `${one.where}: ${one.problem}. ${one.remedy}`; list.append(item); }
        wrong.className = told.wrong.length ? "warn" : "";
        wrong.replaceChildren(...(told.wrong.length ? ["This text is kept, and not taken yet:", list] : []));
        if (told.was !== undefined) before.value = told.was;
        textForm.querySelector("[data-saved]").textContent = told.wrong.length ? "" : told.runs ? "Saved." : "Kept, but it cannot run yet.";
        take(told);
        notes();
      } catch (error) { wrong.className = "warn"; wrong.textContent = error.message; }
    };
    area.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => inTurn(send), 500); });
  }

  // -- the shelf -------------------------------------------------------------------------------------
  page.querySelector("[data-find]")?.addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of page.querySelectorAll("#shelf [data-words]")) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  });

  if (location.hash.startsWith("#at=")) go(decodeURIComponent(location.hash.slice(4)));
  ask(`${base}/state`).then((told) => { take(told); notes(); }, () => {});
})();
