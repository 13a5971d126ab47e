// @ts-check
// Confirmation before what can't be taken back, and pages shown in a dialog; without scripts both are pages of their
// own.
import { askToConfirm } from "./confirmation.js";
import { closest, create, find } from "./dom.js";
import { parsePage } from "./http.js";
import { message } from "./messages.js";

let fetching = false; // one page at a time: a second click of a double click opens nothing more

/** Asks before forms and buttons with data-confirm go, and opens links with data-dialog in a dialog. */
export function watchDialogs() {
  document.addEventListener("submit", confirmFirst, true);
  document.addEventListener("click", (event) => {
    const link = closest(event, "a[data-dialog]");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!fetching) openInDialog(link);
  });
}

/**
 * Stops a form whose button, or which itself, has data-confirm; it goes once the officer has said yes.
 * @param {SubmitEvent} event
 */
async function confirmFirst(event) {
  const form = event.target;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement)) return;
  const text = button?.dataset.confirm ?? form.dataset.confirm;
  if (!text || event.defaultPrevented || form.elements.namedItem("confirmed")) return;
  event.preventDefault();
  if (!(await askToConfirm(text, button))) {
    button?.focus();
    return;
  }
  const field = create("input", { type: "hidden", name: "confirmed", value: "1" });
  form.append(field);
  form.requestSubmit(button);
  field.remove();
}

/** @param {HTMLAnchorElement} link */
async function openInDialog(link) {
  fetching = true;
  const content = await fetchMain(link.href).finally(() => (fetching = false));
  if (content) show(content, link);
  else location.assign(link.href); // not there, or to be signed in first
}

/**
 * @param {string} address
 * @returns {Promise<HTMLElement | null>}
 */
async function fetchMain(address) {
  const answer = await fetch(address).catch(() => null);
  return answer && !answer.redirected ? find(parsePage(await answer.text()), "main", HTMLElement) : null;
}

/**
 * @param {HTMLElement} content
 * @param {HTMLAnchorElement} link
 */
function show(content, link) {
  const title = content.querySelector("h1")?.textContent.trim() || link.textContent.trim();
  const dialog = create("dialog", { className: "shown" });
  dialog.setAttribute("aria-label", title);
  const close = create("button", { className: "btn close", type: "button", textContent: "×" });
  close.setAttribute("aria-label", message("closeIt"));
  close.addEventListener("click", () => dialog.close());
  dialog.append(close, ...content.childNodes);
  const done = find(dialog, "[data-close]", HTMLElement);
  done?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  done?.focus();
}
