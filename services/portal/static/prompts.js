// @ts-check
// The red prompts beside fields (DOMAIN A5, 1.8): the server says what is wrong each time it saves; here is only when
// to show it. A prompt appears once its field was left, never while its text is first typed, and stays until the text
// is corrected. What a submission found missing stays until something is typed there; what is wrong in what is saved
// (data-saved) each save says anew. Prompts of files are left to those who send files up.
import { all } from "./dom.js";
import { isInput, isTickable, markInvalid, readFields, sameValues } from "./form_fields.js";
import { discard, load, store } from "./storage.js";

/** @typedef {import("./form_fields.js").Fields} Fields */
/** @typedef {{ field: string, message: string, cells?: string[] }} Fault Of a table with its wrong cells, by name. */
/**
 * @typedef {{ field: string, message: string, values: (string[] | undefined)[] }} ShownPrompt As kept over a reload.
 */
/** @typedef {(prompt: HTMLElement) => boolean} IsDue */

/**
 * Marks the line of the summary on top that speaks of this field as done.
 * @param {string} id
 */
export function markDone(id) {
  for (const link of all(document, ".alert-danger li a")) {
    if (link.getAttribute("href") === `#${id}`) link.closest("li")?.classList.add("done");
  }
}

/**
 * Whether an element holds something else than when the page was made.
 * @param {HTMLElement} element
 */
function isChanged(element) {
  if (!isInput(element)) return false;
  if (isTickable(element)) return element.checked !== element.defaultChecked;
  if (element instanceof HTMLSelectElement) {
    return [...element.options].some((option) => option.selected !== option.defaultSelected);
  }
  return element.value !== element.defaultValue;
}

/** @param {HTMLElement} element */
const nameOf = (element) => element.getAttribute("name") ?? "";

/** @param {HTMLElement} prompt */
const isShown = (prompt) => Boolean(prompt.textContent.trim());

/** The prompts of one form. */
export class FieldPrompts {
  /** @type {Fault[]} */
  #faults = [];
  /** @type {Set<string>} Names of inputs. */
  #left = new Set();

  /** @param {HTMLFormElement} form */
  constructor(form) {
    const user = document.body.dataset.user ?? "";
    this.form = form;
    this.name = `fas:prompts:${user}:${document.documentElement.lang}:${form.dataset.draft}`;
    /** Prompts of what a submission found missing. */
    this.missing = new Set(this.#prompts().filter((prompt) => isShown(prompt) && !("saved" in prompt.dataset)));
    this.#restore();
  }

  /**
   * After a save: what is wrong in the fields that are filled in. A field that was typed on since waits for the next
   * answer.
   * @param {Fault[]} faults
   * @param {Fields} sent
   */
  showFaults(faults, sent) {
    this.#faults = faults;
    const present = readFields(this.form);
    const isAsSent = (/** @type {HTMLElement} */ element) => {
      const name = nameOf(element);
      return !name || sameValues(present[name], sent[name]);
    };
    this.#show(faults, (prompt) => this.#wasLeft(this.#inputsOf(prompt)), isAsSent);
    this.#keep(present);
  }

  /**
   * After a refusal: all of them at once.
   * @param {Fault[]} faults
   */
  showRefusal(faults) {
    this.#show(faults, () => true);
  }

  /**
   * As a field is left, what is known to be wrong in it.
   * @param {Element} element
   */
  showOnLeaving(element) {
    if (!(element instanceof HTMLElement) || !nameOf(element)) return;
    this.#left.add(nameOf(element));
    if (this.form.dataset.unsaved) return;
    this.#show(this.#faults, (prompt) => this.#inputsOf(prompt).includes(element));
    this.#keep(readFields(this.form));
  }

  #prompts() {
    return all(this.form, "[data-prompt]").filter((prompt) => !prompt.closest("[data-uploads]"));
  }

  /** @param {HTMLElement} prompt */
  #elementsOf(prompt) {
    const described = all(this.form, `[aria-describedby~="${CSS.escape(prompt.id)}"]`);
    return described.filter((element) => !element.closest("[data-uploads]"));
  }

  /**
   * What is typed into: what a prompt describes, or the inputs of the group or the table that it stands at.
   * @param {HTMLElement} prompt
   */
  #inputsOf(prompt) {
    const described = this.#elementsOf(prompt);
    if (described.some(nameOf)) return described;
    const field = prompt.dataset.prompt ?? "";
    const cells = `${field}:row:`;
    const around = prompt.closest("[data-question]") ?? this.form;
    return all(around, "[name]").filter((each) => nameOf(each) === field || nameOf(each).startsWith(cells));
  }

  /** @param {HTMLElement[]} elements */
  #wasLeft(elements) {
    if (!elements.length) return true;
    return elements.some((element) => this.#left.has(nameOf(element)) && element !== document.activeElement);
  }

  /**
   * @param {Fault[]} faults
   * @param {IsDue} isDue Of a field that has a fault and shows none yet: whether it is to be shown now.
   * @param {(element: HTMLElement) => boolean} [isAsSent] Else what is shown stays.
   */
  #show(faults, isDue, isAsSent = () => true) {
    for (const prompt of this.#prompts()) {
      const elements = this.#elementsOf(prompt);
      const fault = faults.find(({ field }) => field === prompt.dataset.prompt);
      const isNew = fault && !isShown(prompt);
      const inputs = this.#inputsOf(prompt);
      if (!inputs.every(isAsSent) || (isNew && !isDue(prompt))) continue;
      if (fault) this.#set(prompt, elements, fault.message);
      else this.#clear(prompt, elements);
      const cells = inputs.filter((each) => nameOf(each).includes(":row:"));
      for (const cell of cells) markInvalid(cell, fault?.cells?.includes(nameOf(cell)));
    }
  }

  /**
   * What a submission found missing stays until something is typed there: a draft is saved without it.
   * @param {HTMLElement} prompt
   * @param {HTMLElement[]} elements
   */
  #clear(prompt, elements) {
    if (this.missing.has(prompt) && !this.#inputsOf(prompt).some(isChanged)) return;
    this.#set(prompt, elements, "");
    if (this.missing.delete(prompt)) for (const element of elements) markDone(element.id);
  }

  /**
   * @param {HTMLElement} prompt
   * @param {HTMLElement[]} elements
   * @param {string} text
   */
  #set(prompt, elements, text) {
    if (prompt.textContent === text) return;
    prompt.textContent = text;
    for (const element of elements) markInvalid(element, Boolean(text));
  }

  /**
   * @param {HTMLElement} prompt
   * @param {Fields} fields
   */
  #valuesOf(prompt, fields) {
    return this.#inputsOf(prompt).map((element) => fields[nameOf(element)]);
  }

  /** @param {Fields} fields */
  #keep(fields) {
    const shown = this.#prompts().filter((prompt) => isShown(prompt) && !this.missing.has(prompt));
    const record = shown.map((prompt) => ({
      field: prompt.dataset.prompt,
      message: prompt.textContent,
      values: this.#valuesOf(prompt, fields),
    }));
    if (record.length) store(this.name, record, "sessionStorage");
    else discard(this.name, "sessionStorage");
  }

  /** Shows over a reload what was shown before, as long as the field still says what was wrong. */
  #restore() {
    /** @type {ShownPrompt[]} */
    const record = load(this.name, "sessionStorage") ?? [];
    const present = readFields(this.form);
    const valid = record.filter(({ field, values }) => {
      const prompt = this.#prompts().find((each) => each.dataset.prompt === field);
      return prompt && JSON.stringify(this.#valuesOf(prompt, present)) === JSON.stringify(values);
    });
    for (const prompt of this.#prompts()) {
      const fault = valid.find(({ field }) => field === prompt.dataset.prompt);
      if (fault) this.#set(prompt, this.#elementsOf(prompt), fault.message);
    }
  }
}
