// Turns the numbers of a page to the places that were played beforehand, and shows what came of it.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("grid").textContent);
  const inputs = data.knobs.map((_, nth) => document.getElementById(`knob-${nth}`));
  const outputs = inputs.map((input) => input.parentNode.querySelector("output"));
  const back = document.getElementById("back"), told = document.getElementById("told");
  const fans = window.EntenteFans.frame(document.getElementById("fans"), data.frame);

  const at = () => inputs.map((input) => Number(input.value));
  const number = (place) =>
    place.reduce((sum, nth, knob) => sum * data.knobs[knob].values.length + nth, 0);

  function paragraph(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  }

  function list(lines) {
    const made = document.createElement("ul");
    for (const text of lines) {
      const line = document.createElement("li");
      line.textContent = text;
      made.append(line);
    }
    return made;
  }

  function show() {
    const place = at(), turned = [];
    data.knobs.forEach((knob, nth) => {
      const own = place[nth] === knob.own, value = knob.values[place[nth]];
      const said = own ? `${value}, as handed on` : `${value} instead of ${knob.values[knob.own]}`;
      outputs[nth].textContent = said;
      inputs[nth].setAttribute("aria-valuetext", said);
      if (!own) turned.push(`${knob.title}: ${said}`);
    });
    back.disabled = !turned.length;
    if (!turned.length) {
      told.replaceChildren(paragraph("Nothing is turned: the charts show the scenario as it was handed on."));
      fans.show(null);
      return;
    }
    const found = data.places[number(place)];
    told.replaceChildren(paragraph("What differs most from the scenario as it was handed on:"), list(found.told));
    fans.show(found);
  }

  for (const input of inputs) {
    input.disabled = false;
    input.addEventListener("input", show);
  }
  back.addEventListener("click", () => {
    inputs.forEach((input, nth) => { input.value = String(data.knobs[nth].own); });
    show();
    inputs[0].focus();
  });
  document.getElementById("knobs").addEventListener("submit", (event) => event.preventDefault());
  show();
})();
