/* Keeps an open page honest: every 15 seconds it asks whether the session still stands.
   Ended: what is shown goes away at once and the sign-in page takes its place. Rights changed: the page is read anew. */
(() => {
  "use strict";
  const EVERY = 15000;
  let stamp = null;
  const leave = () => {
    document.documentElement.replaceChildren();
    location.reload();
  };
  const ask = async () => {
    let answer;
    try {
      answer = await fetch("/api/session", { cache: "no-store", redirect: "error", headers: { accept: "application/json" } });
    } catch {
      return; // the server does not answer: it tells nothing new either
    }
    if (answer.status === 401) {
      leave();
      return;
    }
    if (!answer.ok) return;
    const now = (await answer.json()).stamp;
    if (stamp !== null && stamp !== now) location.reload();
    stamp = now;
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  // Out of the browser's memory comes the page of whoever sat here before.
  addEventListener("pageshow", (event) => event.persisted && ask());
  ask();
})();
