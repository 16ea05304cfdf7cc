// Translates what Streamlit says by itself: it has no setting for the language of its own words.
// Only whole texts that stand in the table change; words that come from data are not touched, because the table
// holds phrases of the interface and the places where data stand are left out.
// The same script makes links inside our own HTML change the address without loading the application anew.
(() => {
  "use strict";
  const words = /* WORDS */ {};
  const patterns = words.patterns.map(([from, to]) => [new RegExp(from), to]);
  const ATTRIBUTES = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder", "alt"];
  const DATA = ".js-plotly-plot svg, .mcu-data, canvas, script, style, code";

  const translate = (text) => {
    const trimmed = text.trim();
    if (!/[A-Za-z]/.test(trimmed)) return text;
    if (Object.hasOwn(words.exact, trimmed)) return text.replace(trimmed, () => words.exact[trimmed]);
    for (const [from, to] of patterns) if (from.test(trimmed)) return trimmed.replace(from, to);
    return text;
  };

  const inText = (node) => {
    if (node.parentElement?.closest(DATA)) return;
    const russian = translate(node.data);
    if (russian !== node.data) node.data = russian;
  };

  const inAttributes = (element) => {
    for (const name of ATTRIBUTES) {
      const value = element.getAttribute(name);
      if (value === null) continue;
      const russian = translate(value);
      if (russian !== value) element.setAttribute(name, russian);
    }
  };

  const inTree = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return inText(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(DATA)) return undefined;
    inAttributes(root);
    root.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join(",")).forEach(inAttributes);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) inText(walker.currentNode);
    return undefined;
  };

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(inTree);
      else if (change.type === "characterData") inText(change.target);
      else inAttributes(change.target);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });

  // A plain click on a link of ours: write the address and tell the application, as the Back button does.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.mcu-link[href]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented) return;
    const target = new URL(link.getAttribute("href"), document.baseURI);
    if (target.origin !== location.origin) return;
    event.preventDefault();
    history.pushState(null, "", target);
    window.dispatchEvent(new PopStateEvent("popstate"));
  });
})();
