// Arrows move through the cells of the matrix, Home and End along a row; Enter opens the story as a link does.
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
})();
