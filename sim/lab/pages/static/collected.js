// Keeps the wall of variants up to date.
"use strict";
(() => {
  const SOON = 1000, LATER = 5000;
  const $ = (id) => document.getElementById(id);
  async function look() {
    let wait = LATER;
    try {
      const answer = await fetch(location.pathname + location.search);
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("collected");
      if (fresh) {
        const here = $("collected");
        const held = here.contains(document.activeElement);
        if (here.innerHTML !== fresh.innerHTML && !held) here.replaceWith(document.adoptNode(fresh));
        if ($("collected").dataset.waiting === "yes") wait = SOON;
      }
    } catch { /* the lab is gone, or comes back */ }
    setTimeout(look, wait);
  }
  setTimeout(look, SOON);
})();
