// The page "Compare": what pinned variants come to, and their fans. Needs lab.js and fans.js.
"use strict";
(() => {
  const { ask, say } = window.EntenteLab;
  const $ = (id) => document.getElementById(id);
  if (!$("result")) return;

  function state(text, working = false) {
    $("state").textContent = text;
    $("state").classList.toggle("working", working);
  }

  async function result() {
    let answer;
    try {
      answer = await fetch("/compare/result", { headers: { Accept: "text/html" } });
    } catch {
      state("The lab does not answer: is it still running?");
      return;
    }
    const text = await answer.text();
    const made = new DOMParser().parseFromString(text, "text/html");
    if (answer.status === 409 && !text) { state("Another tab compares something else: reload this page."); return; }
    if (!answer.ok) {
      const parts = [...made.querySelectorAll("[data-error], .faults li, [data-remedy]")];
      state(parts.map((one) => one.textContent.trim().replace(/\s+/g, " ")).join(" ") || `The lab answered with ${answer.status}.`);
      return;
    }
    $("result").replaceChildren(...made.body.childNodes);
    state("");
    say([...$("result").querySelectorAll("h2, .told li")].map((one) => one.textContent).join(". "));
  }

  let latest = 0;
  async function fans() {
    latest += 1;
    const mine = latest;
    try {
      const told = await ask(`/compare/fans?number=${$("which").value}`);
      if (mine !== latest || told.superseded) return;
      EntenteFans.frame($("fans"), told.frame, { ask: "/ask" }).show(told.now);
    } catch (error) {
      $("fans").textContent = error.message;
    }
  }

  $("which").addEventListener("change", fans);
  result();
  fans();
})();
