// Marks at which side a table or the matrix is cut, so that the style can show that there is more to scroll to.
(() => {
  "use strict";
  const BOXES = ".mcu-scroll, .st-key-matrix, [class*='st-key-wide-picture']";
  const ROOM = 2;
  let frame = 0;

  const look = (box) => {
    const hidden = box.scrollWidth - box.clientWidth;
    // Where a box begins at its right end, its places are counted back from there.
    const left = getComputedStyle(box).direction === "rtl" ? hidden + box.scrollLeft : box.scrollLeft;
    const cut = [left > ROOM && "left", hidden - left > ROOM && "right"].filter(Boolean).join(" ");
    if (box.dataset.cut !== cut) box.dataset.cut = cut;
  };
  const lookAll = () => {
    frame = 0;
    document.querySelectorAll(BOXES).forEach(look);
  };
  const soon = () => {
    frame ||= requestAnimationFrame(lookAll);
  };
  addEventListener("scroll", (event) => event.target.matches?.(BOXES) && look(event.target), { capture: true, passive: true });
  addEventListener("resize", soon);
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(soon).observe(document.body, { subtree: true, childList: true });
    document.fonts.addEventListener("loadingdone", soon);
  });
})();
