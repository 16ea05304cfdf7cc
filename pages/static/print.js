// Figures keep the size that they have on the screen: what is printed is laid out as wide as it stands there, and the
// whole is drawn smaller until the sheet holds its widest part.
(() => {
  "use strict";
  const WIDE = 900; // from here panels stand side by side
  const SHEET = [1046, 718]; // A4 on its side less margins of 10 mm, in pixels of 1/96 inch
  const PANELS = '[class*="st-key-panel-"], .st-key-home, .st-key-map-page, .st-key-home-story';
  addEventListener("beforeprint", () => {
    const main = document.querySelector('[data-testid="stMainBlockContainer"]');
    if (!main) return;
    const style = getComputedStyle(main);
    const width = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const widest = [...main.querySelectorAll(".mcu-scroll, .st-key-matrix, [class*='st-key-wide-picture']")].map((box) => width + box.scrollWidth - box.clientWidth);
    const own = document.documentElement.style;
    document.documentElement.dataset.printed = width < WIDE ? "narrow" : "wide";
    own.setProperty("--mcu-printed", `${width}px`);
    const zoom = Math.min(1, SHEET[0] / Math.max(width, ...widest));
    own.setProperty("--mcu-zoom", zoom);
    main.querySelectorAll(PANELS).forEach((panel) => panel.toggleAttribute("data-whole", panel.scrollHeight * zoom <= SHEET[1]));
  });
})();
