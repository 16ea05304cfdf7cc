// Figures keep the size that they have on the screen: what is printed is laid out as wide as it stands there, and the
// whole is drawn smaller until the sheet holds its widest part.
(() => {
  "use strict";
  const WIDE = 900; // from here panels stand side by side
  const SHEET = 1046; // 297 mm less two margins of 10 mm, in pixels of 1/96 inch
  addEventListener("beforeprint", () => {
    const main = document.querySelector('[data-testid="stMainBlockContainer"]');
    if (!main) return;
    const style = getComputedStyle(main);
    const width = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const widest = [...main.querySelectorAll(".mcu-scroll, .st-key-matrix, [class*='st-key-wide-picture']")].map((box) => width + box.scrollWidth - box.clientWidth);
    const own = document.documentElement.style;
    document.documentElement.dataset.printed = width < WIDE ? "narrow" : "wide";
    own.setProperty("--mcu-printed", `${width}px`);
    own.setProperty("--mcu-zoom", Math.min(1, SHEET / Math.max(width, ...widest)));
  });
})();
