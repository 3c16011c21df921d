// The page "Compare": what pinned variants come to, and their fans. Needs lab.js and fans.js.
"use strict";
(() => {
  const { ask, part, say } = window.EntenteLab;
  const $ = (id) => document.getElementById(id);
  if (!$("result")) return;

  function state(text, working = false) {
    $("state").textContent = text;
    $("state").classList.toggle("working", working);
  }

  async function result() {
    try {
      $("result").replaceChildren(...await part("/compare/result"));
    } catch (error) {
      state(error.message);
      return;
    }
    state("");
    fans(); // now with the intervals of these sentences
    say([...$("result").querySelectorAll("h2, .told li")].map((one) => one.textContent).join(". "));
  }

  let latest = 0;
  async function fans() {
    latest += 1;
    const mine = latest;
    try {
      const told = await ask(`/compare/fans?number=${$("which").value}`);
      if (mine !== latest || told.superseded) return;
      EntenteFans.frame($("fans"), told.frame).show(told.now);
    } catch (error) {
      $("fans").textContent = error.message;
    }
  }

  $("which").addEventListener("change", fans);
  result();
  fans();
})();
