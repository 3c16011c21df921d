// Puts the small fans onto the cards as they are drawn.
"use strict";
(() => {
  const PAUSE = 700;
  const places = [...document.querySelectorAll("[data-spark]")];

  function put(place, drawn) {
    if (place.querySelector("figure")) return;
    place.replaceChildren();
    for (const one of drawn) {
      const figure = document.createElement("figure");
      const picture = new DOMParser().parseFromString(one.svg, "image/svg+xml").documentElement;
      const caption = document.createElement("figcaption");
      caption.textContent = one.title;
      figure.append(caption, document.importNode(picture, true));
      place.append(figure);
    }
  }

  async function look() {
    let told;
    try {
      told = await EntenteLab.ask("/wall/sparks");
    } catch {
      for (const place of places) if (!place.querySelector("figure")) place.replaceChildren();
      return; // the cards say enough without them
    }
    for (const place of places) {
      if (told.sparks[place.dataset.spark]) put(place, told.sparks[place.dataset.spark]);
    }
    if (told.waiting) setTimeout(look, PAUSE);
    else for (const place of places) if (!place.querySelector("figure")) place.replaceChildren();
  }
  if (places.length) look();
})();
