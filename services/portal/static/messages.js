// @ts-check
// The sentences that scripts say, in the page's language; and the notices they say them with.
import { create } from "./dom.js";

const sentences = document.getElementById("messages")?.dataset ?? {};

/**
 * The sentence of this name with its `{placeholders}` filled; empty for an unknown name.
 * @param {string} name
 * @param {Record<string, string | number | undefined>} [values]
 */
export function message(name, values = {}) {
  return (sentences[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/**
 * @typedef {object} NoticeOptions
 * @property {string} [name] One notice of a name is shown at a time.
 * @property {string} [action] The text of its link, or of its button where there is no `href`.
 * @property {string} [href]
 * @property {boolean} [inPlace] The link leaves this page; else it opens another tab.
 * @property {boolean} [isSeen] Else it is only read aloud.
 * @property {() => void} [onAction] What the button does; the notice goes.
 */

/**
 * Shows a notice above the page, in the place of one of the same name.
 * @param {string} text
 * @param {NoticeOptions} [options]
 */
export function showNotice(text, { name = "", action, href, inPlace = false, isSeen = true, onAction } = {}) {
  const box = create("div", { className: isSeen ? "notice" : "visually-hidden", textContent: text });
  box.dataset.name = name;
  if (action && href) {
    const target = inPlace ? {} : { target: "_blank", rel: "opener" };
    box.append(" ", create("a", { textContent: action, href, ...target }));
  } else if (action) {
    const button = create("button", { textContent: action });
    button.addEventListener("click", () => {
      box.remove();
      onAction?.();
    });
    box.append(" ", button);
  }
  const there = name && named(name);
  if (there && !onAction && there.isEqualNode(box)) return; // somebody may be about to click it
  if (name) clearNotice(name);
  document.getElementById("notices")?.append(box);
}

/**
 * Takes the notice of this name away, if there is one.
 * @param {string} name
 */
export function clearNotice(name) {
  named(name)?.remove();
}

/** @param {string} name */
function named(name) {
  return document.querySelector(`#notices [data-name="${CSS.escape(name)}"]`);
}
