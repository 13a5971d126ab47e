// @ts-check
// Elements by selector, with the kind that they must have; and the pages' own events with what they carry.

/**
 * @typedef {object} SavedDetail
 * @property {import("./form_fields.js").Fields} shown What the form goes by as shown by now.
 * @property {import("./draft_saver.js").SaveAnswer} answer
 */

/**
 * The events of the pages, which say what happened or (`save-now`, `retry`) what is to be done, with what they carry:
 * `active`: the server was asked for something; `retry`: what is not saved may be tried again; `files`: the files of
 * a form have changed; `edited`: something was typed by way of a script; `field-set`: an input was given another
 * value by a script; `save-now`: what was typed is to be saved without a delay; `shown`: inputs that show the saved
 * state again; `restore`: inputs that are going to be filled; `unanswered`: a save got no answer; `submitted`: the
 * form is with customs.
 * @typedef {{
 *   "fas:active": undefined, "fas:retry": undefined, "fas:files": undefined, "fas:edited": undefined,
 *   "fas:field-set": undefined, "fas:save-now": undefined, "fas:unanswered": undefined, "fas:submitted": undefined,
 *   "fas:saved": SavedDetail, "fas:refused": SavedDetail,
 *   "fas:shown": import("./form_fields.js").Fields, "fas:restore": import("./form_fields.js").Fields
 * }} Events
 */

/**
 * @template {keyof Events} Name
 * @param {EventTarget} target
 * @param {Name} name
 * @param {Events[Name]} [detail]
 */
export function emit(target, name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

/**
 * @template {keyof Events} Name
 * @param {EventTarget} target
 * @param {Name} name
 * @param {(detail: Events[Name]) => void} listener
 * @param {AddEventListenerOptions} [options]
 */
export function listen(target, name, listener, options) {
  target.addEventListener(name, (event) => listener(/** @type {CustomEvent<Events[Name]>} */ (event).detail), options);
}

/**
 * The first element that `selector` finds, if it is of this kind.
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind | null}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  return found instanceof kind ? found : null;
}

/**
 * The element that must be there.
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 */
export function need(root, selector, kind) {
  const found = find(root, selector, kind);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
}

/**
 * Every HTML element that `selector` finds.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function all(root, selector) {
  return [...root.querySelectorAll(selector)].filter((each) => each instanceof HTMLElement);
}

/**
 * The element that an event is about, or the one around it that fits.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closest(event, selector) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null;
  return found instanceof HTMLElement ? found : null;
}

/**
 * A new element with these properties.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function create(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

/**
 * A new element with what somebody typed, which says its language where most of it is not in the page's.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} text
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function createTyped(tag, text) {
  const element = create(tag);
  element.className = "typed";
  element.textContent = text;
  const characters = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const words = text.match(/\p{Script=Latin}{2,}/gu)?.length ?? 0;
  const isChinesePage = document.documentElement.lang.startsWith("zh");
  if (characters > words && !isChinesePage) element.lang = "zh-CN";
  if (words > characters && isChinesePage) element.lang = "en";
  return element;
}
