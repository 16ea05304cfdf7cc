// A finger scrolls the page and the matrix also where it starts on a figure. Plotly claims every touch for panning,
// which none of our figures offers; without its touch events a tap still arrives as a click.
let touches = 0;
addEventListener(
  "touchstart",
  (event) => {
    touches += 1;
    if (event.target.closest?.(".js-plotly-plot")) event.stopPropagation();
  },
  { capture: true, passive: true },
);

// On a narrow screen the story of a cell stands below the matrix: bring it into view once a tap has opened it.
const FIRST_LOOK_MS = 100;
const LAST_LOOK_MS = 6000;
const SCROLLED_MS = 700;
const TRIES = 4;

function cell() {
  return new URLSearchParams(location.search).get("cell");
}

function follow(before, waited) {
  const isDrawn = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning";
  if (isDrawn && cell() && cell() !== before) bring(touches, TRIES);
  else if (waited < LAST_LOOK_MS) setTimeout(follow, FIRST_LOOK_MS, before, waited + FIRST_LOOK_MS);
}

// What is drawn late ends a smooth scroll before its goal: look again, unless the reader has touched the page since.
function bring(since, tries) {
  const story = document.querySelector(".st-key-home-story");
  const place = story?.getBoundingClientRect();
  if (touches !== since || (place && (place.top <= 1 || place.bottom <= innerHeight + 1))) return;
  story?.scrollIntoView({ behavior: "smooth", block: "start" });
  if (tries > 1) setTimeout(bring, SCROLLED_MS, since, tries - 1);
}

addEventListener("click", (event) => {
  const isMatrix = event.target.closest?.(".st-key-matrix-plot, .st-key-matrix-titles");
  if (isMatrix && matchMedia("(max-width: 900px)").matches) follow(cell(), 0);
}, { capture: true });
