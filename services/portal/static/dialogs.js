// Confirmation before what can't be taken back, and pages shown in a dialog; without scripts both are pages of their own.
import { words } from "./words.js";
export function dialogs() {
  document.addEventListener("submit", (event) => {
    const button = event.submitter, text = button?.dataset.confirm ?? event.target.dataset.confirm;
    if (!text || event.defaultPrevented || event.target.elements.confirmed) return;
    event.preventDefault();
    confirmed(text).then((yes) => {
      if (!yes) { button?.focus(); return; }
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "1" });
      event.target.append(field);
      event.target.requestSubmit(button);
      field.remove();
    });
  }, true);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => null);
    if (!answer || answer.redirected) { location.assign(link.href); return; } // not there, or to be signed in first
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page.querySelector("main"), link);
  });
}

function confirmed(text) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.showModal();
  return new Promise((done) => {
    const end = (yes) => { dialog.close(); done(yes); };
    for (const button of dialog.querySelectorAll("button")) button.onclick = () => end(button.value === "yes");
    dialog.oncancel = () => done(false);
  });
}

function show(content, link) {
  const dialog = document.createElement("dialog");
  dialog.className = "shown";
  dialog.setAttribute("aria-label", content.querySelector("h1")?.textContent.trim() || link.textContent.trim());
  dialog.append(...content.childNodes);
  const close = Object.assign(document.createElement("button"), { className: "btn", type: "button", textContent: "×" });
  close.classList.add("close");
  close.setAttribute("aria-label", words("closeIt"));
  close.addEventListener("click", () => dialog.close());
  dialog.prepend(close);
  const done = dialog.querySelector("[data-close]");
  done?.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  done?.focus();
}
