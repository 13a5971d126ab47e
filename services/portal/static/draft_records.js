// @ts-check
// What the browser keeps of the forms that the signed-in user fills in; another user of this browser does not see it.
import { discard, load, store, storedNames } from "./storage.js";

/** @typedef {import("./form_fields.js").Fields} Fields */

/**
 * What the browser keeps of a form, until the server has stored it.
 * @typedef {object} DraftRecord
 * @property {number} at Milliseconds since 1970.
 * @property {string} address Of the page.
 * @property {string} title
 * @property {Fields} fields
 * @property {string[]} texts What was typed, for the case that the form is gone.
 * @property {Fields} shown The saved state that the form showed.
 * @property {Record<string, string>} [base] The base digests of that state.
 * @property {Fields} [sent] What was sent last, without an answer.
 */

const PREFIX = `fas:kept:${document.body.dataset.user ?? ""}:`;

/** The keys of all forms that something is kept of. */
export function keptDrafts() {
  return storedNames(PREFIX).map((name) => name.slice(PREFIX.length));
}

/**
 * The name of a form's record in the browser's storage.
 * @param {string} key
 */
export function recordName(key) {
  return PREFIX + key;
}

/**
 * @param {string} key
 * @returns {DraftRecord | null}
 */
export function loadDraft(key) {
  return load(recordName(key));
}

/**
 * Whether the browser keeps it.
 * @param {string} key
 * @param {DraftRecord} record
 */
export function storeDraft(key, record) {
  return store(recordName(key), record);
}

/** @param {string} key */
export function discardDraft(key) {
  discard(recordName(key));
}
