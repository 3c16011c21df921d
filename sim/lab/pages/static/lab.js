// What every page of the lab does: coming in by what stands behind #, and asking the server.
"use strict";
window.EntenteLab = (() => {
  const $ = (id) => document.getElementById(id);

  // -- the door: a key or a code behind # is never sent with the address -----------------------
  const door = $("door");
  if (door) {
    const typed = location.hash.slice(1);
    if (/^[a-z0-9]{4}(-[a-z0-9]{4}){2}$|^[A-Za-z]{4}$/.test(typed)) {
      history.replaceState(null, "", location.pathname + location.search);
      $("key").value = typed;
      if (!document.querySelector("[data-error]")) door.requestSubmit();
    } else if (location.hash) {
      door.elements.then.value += location.hash;
    }
  }

  // Tells what a screen reader should say.
  function say(text) { const line = $("told"); if (line && line.textContent !== text) line.textContent = text; }

  // Shows, or takes away, that the bench cannot be written.
  function written(why) {
    const box = $("unwritten");
    if (!box || why === undefined) return;
    box.hidden = !why;
    box.querySelector("[data-why]").textContent = why.charAt(0).toUpperCase() + why.slice(1);
  }

  // Asks the server: gives its JSON, or throws an Error in words, with ``faults`` and ``status``.
  // Without ``body`` it is a GET.
  async function ask(path, body, signal) {
    const asked = { headers: { Accept: "application/json" }, signal };
    if (body !== undefined) {
      asked.method = "POST";
      asked.headers["Content-Type"] = "application/json";
      asked.body = JSON.stringify(body);
    }
    let answer;
    try {
      answer = await fetch(path, asked);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw Object.assign(new Error("The lab does not answer: is it still running?"), { status: 0, faults: [] });
    }
    let told = {};
    try { told = await answer.json(); } catch { /* a page of another kind: the status says enough */ }
    if (!answer.ok) {
      const said = [told.error || `The lab answered with ${answer.status}.`, told.remedy];
      throw Object.assign(new Error(said.filter(Boolean).join(" ")), { status: answer.status, faults: told.faults || [] });
    }
    if (told.revision !== undefined) document.body.dataset.revision = told.revision;
    written(told.unwritten);
    return told;
  }

  // Asks for a part of a page, made by the server: gives its nodes, or throws an Error in words.
  async function part(path, signal) {
    let answer;
    try {
      answer = await fetch(path, { headers: { Accept: "text/html" }, signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Error("The lab does not answer: is it still running?");
    }
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) return [...made.body.childNodes];
    const told = [...made.querySelectorAll("[data-error], .faults li, [data-remedy]")];
    const words = told.map((one) => one.textContent.trim().replace(/\s+/g, " ")).join(" ");
    throw new Error(words || `The lab answered with ${answer.status}.`);
  }

  return { ask, part, say };
})();
