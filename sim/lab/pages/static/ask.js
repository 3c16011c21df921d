// The page "Ask": a run in words, and what another choice would have changed. Needs lab.js.
"use strict";
(() => {
  const { part, say } = window.EntenteLab;
  const $ = (id) => document.getElementById(id);
  const form = $("ask"), place = $("told-run");

  const query = (from) => new URLSearchParams([...new FormData(from)].filter(([, value]) => value !== ""));

  function state(text, working = false) {
    $("state").textContent = text;
    $("state").classList.toggle("working", working);
  }

  let latest = 0;
  async function told() {
    latest += 1;
    const mine = latest;
    state("Playing the run", true);
    try {
      const made = await part(`/ask/told?${query(form)}`);
      if (mine !== latest) return;
      place.replaceChildren(...made);
      mark();
      state("");
      say($("run-title") ? `${$("run-title").textContent} is told below.` : place.textContent.trim());
    } catch (error) {
      if (mine === latest) state(error.message);
    }
  }

  // The curve that was asked about stands out in the table of ends.
  function mark() {
    const name = $("outcome").value ? $("outcome").selectedOptions[0].textContent : "";
    for (const row of place.querySelectorAll("tr[data-outcome]")) {
      row.classList.toggle("asked", row.dataset.outcome === name);
    }
    const row = place.querySelector("tr.asked");
    if (row) row.closest("details").open = true;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `/ask?${query(form)}`);
    told();
  });

  for (const one of ["event", "which", "round", "outcome"]) {
    $(one).addEventListener("change", () => { $("run").value = ""; form.requestSubmit(); });
  }

  place.addEventListener("submit", async (event) => {
    const asked = event.target.closest("form.if-not");
    if (!asked) return;
    event.preventDefault();
    const answer = asked.nextElementSibling, button = asked.querySelector("button");
    button.disabled = true;
    answer.textContent = "Playing the futures …";
    try {
      answer.replaceChildren(...await part(`/ask/otherwise?${query(asked)}`));
    } catch (error) {
      answer.textContent = error.message;
    }
    button.disabled = false;
    button.focus();
  });

  told();
})();
