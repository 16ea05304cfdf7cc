// Arrows move through the cells of the matrix, Home and End along a row; Enter opens the story as a click on the figure
// does, without a new page. Where the figure does not answer, the link is followed.
(() => {
  "use strict";
  const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };
  const within = (number, count) => Math.min(Math.max(number, 0), count - 1);

  addEventListener("keydown", (event) => {
    const grid = event.target.closest?.(".mcu-grid");
    const move = MOVES[event.key];
    if (!grid || !move || event.ctrlKey || event.altKey || event.metaKey) return;
    const rows = [...grid.querySelectorAll('[role="row"]:not(.head)')].map((row) => [...row.querySelectorAll("a")]);
    const y = rows.findIndex((row) => row.includes(event.target));
    if (y < 0) return;
    event.preventDefault();
    const row = rows[within(y + move[0], rows.length)];
    const next = row[within(rows[y].indexOf(event.target) + move[1], row.length)];
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "center" });
  });

  const HOVER_MS = 120;
  const LOOK_MS = 100;
  const PATIENCE_MS = 3000;
  const cellOf = (address) => new URLSearchParams(new URL(address, location).search).get("cell");
  const isDrawn = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";

  // The grid is drawn anew with the story: the focus goes back to the cell that was opened.
  const follow = (link, waited) => {
    const isThere = cellOf(location.href) === cellOf(link);
    if (isThere && isDrawn()) document.querySelector('.mcu-grid a[tabindex="0"]')?.focus({ preventScroll: true });
    else if (isThere || waited < PATIENCE_MS) setTimeout(follow, LOOK_MS, link, waited + LOOK_MS);
    else location.assign(link);
  };

  addEventListener("click", (event) => {
    const link = event.target.closest?.(".mcu-grid a");
    const figure = link?.closest(".st-key-matrix-plot")?.querySelector(".nsewdrag");
    if (!figure || event.ctrlKey || event.metaKey || event.shiftKey || cellOf(location.href) === cellOf(link.href)) return;
    event.preventDefault();
    const { left, top, width, height } = link.getBoundingClientRect();
    const place = { bubbles: true, view: window, clientX: left + width / 2, clientY: top + height / 2 };
    const send = (kind) => figure.dispatchEvent(new MouseEvent(kind, place));
    send("mouseover");
    send("mousemove");
    setTimeout(() => ["mousedown", "mouseup", "click"].forEach(send), HOVER_MS);
    setTimeout(follow, HOVER_MS, link.href, 0);
  });
})();
