// Keeps a page up to date, and what is half-made on it. Without this file all works by reloading.
"use strict";
(() => {
  const body = document.body;
  const $ = (id) => document.getElementById(id);
  const told = new Map(); // what the server last said of each part, by id
  const place = (form) => body.dataset.drafts && form.id &&
    `entente/${body.dataset.drafts}/${form.id}/${form.dataset.round || ""}`;
  let skew = 0; // the server's clock minus ours, in seconds

  const live = (root) => [...root.querySelectorAll("[data-live][id]")];
  const remember = () => live(document).forEach((part) => told.set(part.id, part.outerHTML));

  // -- what is half-made --------------------------------------------------------
  const boxes = (root) => [...root.querySelectorAll("input[type=radio], input[type=checkbox]")];
  const texts = (root) => [...root.querySelectorAll("textarea")];
  const unsaved = (root) =>
    boxes(root).some((box) => box.checked !== box.defaultChecked) ||
    texts(root).some((text) => text.value !== text.defaultValue);

  function keep(form) {
    const key = place(form);
    if (!key) return;
    const made = unsaved(form)
      ? { boxes: boxes(form).filter((b) => b.checked).map((b) => [b.name, b.value]),
          texts: texts(form).map((t) => [t.name, t.value]) }
      : null;
    if (made) sessionStorage.setItem(key, JSON.stringify(made));
    else sessionStorage.removeItem(key);
    mark(form);
  }

  function restore(form) {
    const kept = place(form) && sessionStorage.getItem(place(form));
    if (!kept) return;
    const made = JSON.parse(kept);
    const wanted = new Set(made.boxes.map((pair) => pair.join("\n")));
    for (const box of boxes(form)) {
      const want = wanted.has(box.name + "\n" + box.value);
      if (box.type === "checkbox" || (want && !box.disabled)) box.checked = want;
    }
    for (const text of texts(form)) {
      const pair = made.texts.find(([name]) => name === text.name);
      if (pair) text.value = pair[1];
    }
    mark(form);
  }

  function mark(form) {
    const note = form.querySelector("[data-saved]");
    if (!note) return;
    if (note.dataset.was === undefined) note.dataset.was = note.textContent;
    const open = unsaved(form);
    note.textContent = open ? "Not saved yet" : note.dataset.was;
    note.classList.toggle("unsaved", open);
  }

  // -- messages that were not looked at yet -----------------------------------------
  // What counts as looked at is the last message, on a page that is shown, for a moment.
  const MOMENT = 1500;
  let plainTitle = document.title, looking = 0, watched = null;
  const heardAt = () => `entente/${body.dataset.drafts}/heard`;
  const shownLast = new IntersectionObserver((seen) => {
    clearTimeout(looking);
    if (seen.at(-1).isIntersecting) {
      looking = setTimeout(() => { if (!document.hidden) countUnread(true); }, MOMENT);
    }
  }, { threshold: 0.5 });

  function countUnread(looked) {
    const thread = document.querySelector(".thread[data-heard]");
    if (!thread || !body.dataset.drafts) return;
    const heard = Number(thread.dataset.heard);
    const before = Math.min(Number(localStorage.getItem(heardAt())), heard);
    if (looked) localStorage.setItem(heardAt(), heard);
    const open = looked ? 0 : heard - before;
    document.title = (open ? `(${open}) ` : "") + plainTitle;
    document.querySelectorAll("[data-unread]").forEach((one) => { one.textContent = open ? ` ${open} new` : ""; });
    if (!looked) { // what was new stays marked until the next message
      thread.querySelectorAll("[data-nth]").forEach((one) => {
        one.classList.toggle("new", Number(one.dataset.nth) > before);
      });
    }
    const last = open ? thread.lastElementChild : null;
    if (last === watched) return; // the moment goes on
    shownLast.disconnect();
    watched = last;
    if (last) shownLast.observe(last);
  }
  addEventListener("visibilitychange", () => { watched = null; countUnread(false); });
  addEventListener("storage", (event) => { if (event.key === heardAt()) countUnread(false); });

  // -- taking over what the server says ------------------------------------------
  const say = (text) => { if (text && $("told").textContent !== text) $("told").textContent = text; };

  const same = (one) => one.id ? `#${CSS.escape(one.id)}` : one.dataset.keep
    ? `[data-keep="${CSS.escape(one.dataset.keep)}"]` : "";

  function replace(old, fresh) {
    const opened = [...old.querySelectorAll("details[open]")].map(same);
    const scrolled = old.scrollHeight - old.scrollTop - old.clientHeight < 40;
    const top = old.scrollTop;
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    told.set(fresh.id, fresh.outerHTML);
    old.replaceWith(fresh);
    opened.forEach((name) => { const one = name && fresh.querySelector(name); if (one) one.open = true; });
    fresh.scrollTop = scrolled ? fresh.scrollHeight : top;
    fresh.querySelectorAll("form").forEach(restore);
    if (held) {
      const again = held.id && $(held.id);
      const next = again || (!fresh.hidden && fresh.querySelector("h2, h1, legend")) || $("main");
      if (!again) next.tabIndex = -1;
      next.focus({ preventScroll: true });
    }
    return [...fresh.querySelectorAll("[data-tell]")].map((one) => one.dataset.tell || one.textContent.trim());
  }

  // Takes over what differs, but never what is being filled in; ``forced`` is a part all the same.
  function take(html, forced) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.body;
    if (fresh.dataset.page !== body.dataset.page) { location.reload(); return false; }
    plainTitle = document.title = page.title;
    for (const name of ["version", "now", "drafts"]) {
      if (fresh.dataset[name] !== undefined) body.dataset[name] = fresh.dataset[name];
    }
    const news = [];
    for (const part of live(page)) {
      const old = $(part.id);
      if (!old) { location.reload(); return false; }
      if (told.get(part.id) === part.outerHTML) continue;
      const other = old.dataset.key !== part.dataset.key || part.id === forced;
      const held = old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
      if (!other && (held || unsaved(old))) { late.add(part.id); continue; }
      news.push(...replace(old, document.adoptNode(part)));
    }
    setClock();
    tick();
    countUnread(false);
    say(news.join(" "));
    return true;
  }

  const late = new Set(); // parts that were left alone, to be looked at again
  let fetching = false, again = false;
  async function refresh(forced) {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const answer = await fetch(location.pathname + location.search);
      if (answer.redirected) location.assign(answer.url);
      else if (answer.status === 429) setTimeout(() => refresh(forced), 1000);
      else if (answer.ok) { late.clear(); take(await answer.text(), forced); }
    } catch { /* the stream says when the line is back */ }
    fetching = false;
    if (again) { again = false; refresh(); }
  }

  // -- the line to the server ------------------------------------------------------
  const SILENT = 40000; // the server says something every 15 seconds
  const SLEPT = 90000; // a page in the background looks at its clock once a minute
  let wait = 500, stream = null, heard = 0;
  function listen() {
    heard = Date.now();
    stream = new EventSource(body.dataset.events);
    stream.onopen = () => { wait = 500; heard = Date.now(); $("offline").hidden = true; };
    stream.addEventListener("here", () => { heard = Date.now(); });
    stream.addEventListener("changed", (event) => {
      heard = Date.now();
      if (event.data !== body.dataset.version) refresh();
    });
    stream.onerror = lost;
  }

  function lost() {
    if (!stream) return;
    stream.close();
    stream = null;
    $("offline").hidden = false;
    setTimeout(listen, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, 4000);
    if (wait > 1500) refresh(); // a device that is out gets no stream, but a page that says so
  }
  addEventListener("offline", lost);

  // -- forms --------------------------------------------------------------------------
  function trouble(text, form) {
    const line = $("trouble");
    line.textContent = text;
    if (form) {
      const retry = document.createElement("button");
      retry.type = "button";
      retry.textContent = "Try again";
      retry.onclick = () => form.requestSubmit();
      line.append(" ", retry);
    }
    line.hidden = false;
  }

  // What a person filled in, without what the server put beside it.
  const filled = (form) => new URLSearchParams(
    [...new FormData(form)].filter(([name]) => form.elements.namedItem(name)?.type !== "hidden")).toString();
  // News may have put a new form in the place of one that is being sent.
  const current = (form) => form.isConnected ? form : form.id && $(form.id);

  async function send(form, button) {
    const fields = new FormData(form), sent = filled(form), part = form.closest("[data-live]")?.id;
    if (button && button.name) fields.append(button.name, button.value);
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
    } catch {
      trouble("No connection: this was not sent. What you typed is still here.", form);
      return;
    }
    const html = await answer.text();
    if (!answer.ok) {
      const page = new DOMParser().parseFromString(html, "text/html");
      const why = page.querySelector("[data-error]") || page.querySelector("h1");
      const what = page.querySelector("[data-remedy]");
      const said = [why, what].map((one) => one && one.textContent.trim()).filter(Boolean);
      trouble(said.map((one) => /[.!?]$/.test(one) ? one : `${one}.`).join(" "));
      if (answer.status === 409) refresh(part);
      return;
    }
    $("trouble").hidden = true;
    const target = new URL(answer.url);
    if (target.pathname !== location.pathname) { location.assign(answer.url); return; }
    const here = current(form);
    if (here && filled(here) === sent) { // else somebody went on typing meanwhile
      if (place(here)) sessionStorage.removeItem(place(here));
      here.reset();
    }
    take(html, part);
    if (!part) renew(form, html);
    const next = form.id && $(form.id);
    if (!next) return;
    next.querySelector("textarea, button").focus({ preventScroll: true });
    const saved = next.querySelector("[data-saved]");
    if (saved) say(saved.textContent);
  }

  // What was sent is done: a form that stays is of the page as it is now.
  function renew(form, html) {
    const fresh = form.id && new DOMParser().parseFromString(html, "text/html").getElementById(form.id);
    for (const one of fresh ? fresh.querySelectorAll("input[type=hidden]") : []) {
      const old = form.elements.namedItem(one.name);
      if (old) old.value = one.value;
    }
  }

  const underway = new Map(); // what is being sent, by the form's id
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-plain]") || !body.dataset.events) return;
    event.preventDefault();
    const name = form.id || form, one = underway.get(name);
    if (one) { // a second click is the same wish, unless something else was typed
      one.more ||= filled(form) !== one.sent;
      return;
    }
    const mine = { sent: filled(form), more: false };
    underway.set(name, mine);
    send(form, event.submitter).finally(() => {
      underway.delete(name);
      const next = mine.more && current(form);
      if (next) next.requestSubmit();
    });
  });
  addEventListener("input", (event) => { if (event.target.form) keep(event.target.form); });
  addEventListener("change", (event) => { if (event.target.form) keep(event.target.form); });
  addEventListener("focusout", () => setTimeout(() => { if (late.size) refresh(); }, 50));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // -- the clock ------------------------------------------------------------------------
  function setClock() { if (body.dataset.now) skew = Number(body.dataset.now) - Date.now() / 1000; }
  function tick() {
    for (const one of document.querySelectorAll("[data-deadline]")) {
      const left = Math.max(0, Math.round(Number(one.dataset.deadline) - skew - Date.now() / 1000));
      const hours = Math.floor(left / 3600), rest = String(left % 60).padStart(2, "0");
      one.textContent = left >= 86400 ? "" : hours
        ? `, ${hours}:${String(Math.floor(left / 60) % 60).padStart(2, "0")}:${rest} left`
        : `, ${Math.floor(left / 60)}:${rest} left`;
      one.classList.toggle("soon", left <= 30);
      if (left === 30) say("30 seconds are left: save your choices.");
    }
  }

  // -- the code of a QR picture: what follows # is never sent ------------------------------
  const code = $("code");
  if (code && !code.value && /^#[A-Za-z]{4}$/.test(location.hash)) {
    code.value = location.hash.slice(1).toUpperCase();
    history.replaceState(null, "", location.pathname);
  }

  if (body.dataset.events) {
    remember();
    setClock();
    document.querySelectorAll("form").forEach(restore);
    document.querySelectorAll(".thread").forEach((one) => { one.scrollTop = one.scrollHeight; });
    countUnread(false);
    listen();
    tick();
    let last = Date.now();
    setInterval(() => {
      const now = Date.now(), gone = now - last;
      last = now;
      tick();
      if (gone >= 0 && gone < SLEPT) return;
      heard = Math.min(heard, now); // somebody set this device's clock, or it slept
      refresh();
    }, 1000);
    setInterval(() => { if (Date.now() - heard > SILENT) lost(); }, 5000);
  }
})();
