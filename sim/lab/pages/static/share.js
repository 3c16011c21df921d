// Links: what stands behind # is put into the form, and links can be copied.
"use strict";
(() => {
  const form = document.getElementById("open-link");
  function take() {
    const behind = location.hash.slice(1);
    if (!form || !/^[0-9]{1,4}\./.test(behind)) return;
    history.replaceState(null, "", location.pathname + location.search);
    form.elements.link.value = behind;
    form.requestSubmit();
  }
  take();
  addEventListener("hashchange", take);

  const say = (text) => window.EntenteLab && window.EntenteLab.say(text);
  for (const button of document.querySelectorAll("[data-copy]")) {
    const line = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      line.select();
      try {
        await navigator.clipboard.writeText(line.value);
        say("The link was copied.");
        button.textContent = "Copied";
      } catch {
        say("The link is marked: copy it with the keyboard.");
        button.textContent = "Marked: copy it with the keyboard";
      }
    });
  }
})();
