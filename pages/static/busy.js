// Says that a choice is being counted once it takes longer than a blink; screen readers hear it between two words.
(() => {
  "use strict";
  const NOTICED_MS = 300;
  const sign = document.createElement("div");
  sign.className = "mcu-busy";
  sign.setAttribute("role", "status");
  sign.setAttribute("aria-live", "polite");
  let timer = 0;

  const tell = () => {
    const words = document.createElement("span");
    words.textContent = "Считаем…";
    sign.replaceChildren(words);
  };
  const look = () => {
    const isBusy = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "running";
    if (isBusy && !timer) timer = setTimeout(tell, NOTICED_MS);
    if (isBusy) return;
    clearTimeout(timer);
    timer = 0;
    sign.replaceChildren();
  };
  addEventListener("DOMContentLoaded", () => {
    document.body.append(sign);
    new MutationObserver(look).observe(document.body, { subtree: true, attributeFilter: ["data-test-script-state"] });
  });
})();
