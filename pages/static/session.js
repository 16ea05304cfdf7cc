/* Keeps an open page honest: every 10 seconds it asks whether the session still stands and whether data came.
   Ended: what is shown goes away at once and the sign-in page takes its place. Rights changed: the page is read anew.
   New data: the page says so and waits for the reader, whose place and half-filled form are nobody else's to take. */
(() => {
  "use strict";
  const EVERY = 10000;
  let stamp = null;
  const news = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, news];
  const leave = () => {
    document.documentElement.replaceChildren();
    location.reload();
  };
  // The style itself compares what is drawn with what is known: a screen drawn anew hides the word at once.
  const tell = (city, data) => {
    const older = `.mcu-news[data-city="${CSS.escape(city)}"]:not([data-version="${CSS.escape(data)}"])`;
    news.replaceSync(`.stApp [data-testid="stLayoutWrapper"]:has(> .st-key-news ${older}) { display: block; }`);
  };
  const ask = async () => {
    const city = document.querySelector(".mcu-news")?.dataset.city ?? "";
    let answer;
    try {
      const address = `/api/session?city=${encodeURIComponent(city)}`;
      answer = await fetch(address, { cache: "no-store", redirect: "error", headers: { accept: "application/json" } });
    } catch {
      return; // the server does not answer: it tells nothing new either
    }
    if (answer.status === 401) {
      leave();
      return;
    }
    if (!answer.ok) return;
    const now = await answer.json();
    if (stamp !== null && stamp !== now.stamp) location.reload();
    stamp = now.stamp;
    if (city && now.data) tell(city, now.data);
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  // Out of the browser's memory comes the page of whoever sat here before.
  addEventListener("pageshow", (event) => event.persisted && ask());
  ask();
})();
