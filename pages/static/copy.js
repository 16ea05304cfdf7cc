// «Скопировать»: the address stands selected in its field, so that Ctrl+C works where the browser lets no page copy.
addEventListener("click", async (event) => {
  const line = event.target.closest?.(".mcu-copied");
  if (!line) return;
  const field = line.querySelector("code");
  getSelection().selectAllChildren(field);
  if (!event.target.closest("button")) return;
  const isDone = await copied(field.textContent);
  getSelection().selectAllChildren(field);
  line.querySelector("[role=status]").textContent = isDone ? "Скопировано" : "Выделено: нажмите Ctrl+C";
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy"); // without TLS there is no clipboard, and permission may be refused
  }
}
