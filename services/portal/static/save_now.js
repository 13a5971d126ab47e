// @ts-check
// What was typed into a form is saved now, and one hears what became of it.
import { emit, listen } from "./dom.js";

/** Longer than a save takes; a server that is away is not waited for, what was typed stays in this browser. */
const SAVE_LIMIT_MS = 5000;
const OUTCOMES = /** @type {const} */ (["saved", "refused", "unanswered"]);

/**
 * Resolves when the save was answered, or takes too long; at once where nothing is to be saved.
 * @param {HTMLFormElement} form
 * @returns {Promise<typeof OUTCOMES[number]>}
 */
export function saveNow(form) {
  if (!form.dataset.unsaved || !form.dataset.autosave) return Promise.resolve("saved");
  return new Promise((resolve) => {
    for (const outcome of OUTCOMES) listen(form, `fas:${outcome}`, () => resolve(outcome), { once: true });
    setTimeout(() => resolve("unanswered"), SAVE_LIMIT_MS);
    emit(form, "fas:save-now");
  });
}
