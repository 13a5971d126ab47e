// @ts-check
// Nothing typed is lost: what the server has not stored yet stands in this browser, and comes back with the page.
// A form with data-draft="key" is kept under that key; with data-autosave="address" it is saved while typing, too.
import { all, emit } from "./dom.js";
import { DraftForm } from "./draft_form.js";

/** Keeps and saves the forms of this page, also those that are put into it later. */
export function autosaveForms() {
  watchForms(document);
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    for (const node of added) if (node instanceof Element) watchForms(node);
  }).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("online", () => emit(document, "fas:retry"));
}

/** @param {ParentNode} root */
function watchForms(root) {
  for (const form of all(root, "form[data-draft]")) {
    if (!(form instanceof HTMLFormElement) || form.dataset.watched) continue;
    form.dataset.watched = "1";
    new DraftForm(form).start();
  }
}
