// A finger scrolls the page and the matrix also where it starts on a figure. Plotly claims every touch for panning,
// which none of our figures offers; without its touch events a tap still arrives as a click.
addEventListener(
  "touchstart",
  (event) => {
    if (event.target.closest?.(".js-plotly-plot")) event.stopPropagation();
  },
  { capture: true, passive: true },
);

// On a narrow screen the story of a cell stands below the matrix: bring it into view once a tap has opened it.
const FIRST_LOOK_MS = 100;
const LAST_LOOK_MS = 3000;

function cell() {
  return new URLSearchParams(location.search).get("cell");
}

function follow(before, waited) {
  const story = document.querySelector(".st-key-home-story");
  const isDrawn = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";
  if (story && isDrawn && cell() && cell() !== before) story.scrollIntoView({ behavior: "smooth", block: "start" });
  else if (waited < LAST_LOOK_MS) setTimeout(follow, FIRST_LOOK_MS, before, waited + FIRST_LOOK_MS);
}

addEventListener("click", (event) => {
  const isMatrix = event.target.closest?.(".st-key-matrix-plot, .st-key-matrix-titles");
  if (isMatrix && matchMedia("(max-width: 900px)").matches) follow(cell(), 0);
}, { capture: true });
