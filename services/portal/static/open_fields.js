// @ts-check
// How much of what a form needs is still empty, said beside its button before it is pressed, with the way to the first.
import { all, create, find } from "./dom.js";
import { message } from "./messages.js";

const CHANGES = ["input", "change", "fas:restore", "fas:shown", "fas:files"];

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 */
function showOpen(form, place) {
  const names = all(form, ".star").map((star) => star.parentElement);
  const open = names.filter((name) => name !== null && isEmpty(name));
  place.hidden = !open.length;
  if (!open[0]) return;
  const link = create("a", {
    href: `#${idOf(open[0])}`,
    textContent: open[0].firstChild?.textContent?.trim() ?? "",
  });
  place.replaceChildren(message("stillNeeded", { count: open.length }), link);
}

/** @param {HTMLElement} name A label, or the legend of a group. */
const idOf = (name) => (name instanceof HTMLLabelElement ? name.htmlFor : (name.parentElement?.id ?? ""));

/** @param {HTMLElement} name A label, or the legend of a group: of files, or of boxes to tick. */
function isEmpty(name) {
  if (name instanceof HTMLLabelElement) {
    const { control } = name;
    return (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) && !control.value.trim();
  }
  const group = name.parentElement;
  return Boolean(group && !find(group, "[data-file], input[type=checkbox]:checked", HTMLElement));
}

for (const place of all(document, "[data-still-needed]")) {
  const form = place.closest("form");
  if (!form) continue;
  const show = () => showOpen(form, place);
  for (const event of CHANGES) form.addEventListener(event, () => queueMicrotask(show));
  show();
}
