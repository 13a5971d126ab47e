// @ts-check
// The inputs of a form: reading them, filling them.
import { emit } from "./dom.js";

/** @typedef {Record<string, string[]>} Fields The values of a form by the names of its inputs. */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Input */

/**
 * @param {unknown} element
 * @returns {element is Input}
 */
export function isInput(element) {
  return [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement].some((kind) => element instanceof kind);
}

/**
 * @param {Input} input
 * @returns {input is HTMLInputElement}
 */
export function isTickable(input) {
  return input.type === "checkbox" || input.type === "radio";
}

/**
 * What an officer fills in, hidden fields and files left out.
 * @param {HTMLFormElement} form
 * @returns {Input[]}
 */
export function inputsOf(form) {
  return [...form.elements].filter(isInput).filter(({ name, type }) => name && !/^(hidden|file|submit)$/.test(type));
}

/**
 * @param {HTMLFormElement} form
 * @returns {Fields}
 */
export function readFields(form) {
  /** @type {Fields} */
  const fields = {};
  for (const input of inputsOf(form)) {
    fields[input.name] ??= [];
    if (!isTickable(input) || input.checked) fields[input.name].push(input.value);
  }
  return fields;
}

/**
 * What a date or a list does not take (it was not typed here) is shown as it is.
 * @param {Input} input
 * @param {string} value
 */
function fill(input, value) {
  input.value = value;
  if (input.value === value) return;
  if (input instanceof HTMLSelectElement) input.add(new Option(value));
  else if (input instanceof HTMLInputElement && input.type === "date") input.type = "text";
  input.value = value;
}

/**
 * Gives the inputs of these names their values; all others stay.
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 */
export function setFields(form, fields) {
  for (const input of inputsOf(form)) {
    const values = fields[input.name];
    if (!values) continue;
    if (isTickable(input)) input.checked = values.includes(input.value);
    else fill(input, values[0] ?? "");
    emit(input, "fas:field-set");
  }
}

/**
 * @param {HTMLElement} element
 * @param {boolean} [isInvalid]
 */
export function markInvalid(element, isInvalid = false) {
  element.classList.toggle("is-invalid", isInvalid);
  if (isInvalid) element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
}

/**
 * Whether an input has the same values in both.
 * @param {string[] | undefined} one
 * @param {string[] | undefined} other
 */
export function sameValues(one = [], other = []) {
  return JSON.stringify(one) === JSON.stringify(other);
}
