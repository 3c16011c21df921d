// The teacher's pages: takes the key from the address, and keeps the place of the keyboard.
"use strict";
(() => {
  const field = document.getElementById("key");
  if (field && location.hash.length > 1) {
    // What follows # is never sent; the key is taken from the bar so that nobody reads it there.
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
    field.form.requestSubmit();
  }

  // A button that was pressed may be replaced by the answer: the next one in its place is focused.
  let pressed = "";
  addEventListener("submit", (event) => {
    pressed = event.submitter && event.submitter.id || "";
  }, true);
  new MutationObserver(() => {
    const one = pressed && document.getElementById(pressed);
    if (one && document.activeElement === document.body) one.focus({ preventScroll: true });
  }).observe(document.getElementById("main"), { childList: true, subtree: true });
})();
