// A finger scrolls the page and the matrix also where it starts on a figure. Plotly claims every touch for panning,
// which none of our figures offers; without its touch events a tap still arrives as a click.
addEventListener(
  "touchstart",
  (event) => {
    if (event.target.closest?.(".js-plotly-plot")) event.stopPropagation();
  },
  { capture: true, passive: true },
);
