// Numbers for a page that others turn: a fourth is refused at once, and none is asked for.
"use strict";
(() => {
  const form = document.getElementById("turnable");
  if (!form) return;
  const said = document.getElementById("turnable-said"), most = Number(form.dataset.most);
  const ticked = () => form.querySelectorAll("input[name=knob]:checked").length;

  form.addEventListener("change", (event) => {
    const over = ticked() > most;
    if (over) event.target.checked = false;
    said.textContent = over ? form.dataset.over : "";
  });
  form.addEventListener("submit", (event) => {
    if (ticked()) return;
    event.preventDefault();
    said.textContent = form.dataset.none;
  });
})();
