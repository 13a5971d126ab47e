// @ts-check
// Questions come and go as the answers make them relevant, and answers demand files: the same rules as the server's,
// which looks when it saves.
import { all, find, need } from "./dom.js";

/** @typedef {{question: string, any_of: string[], none_of: string[], at_least: number | null}} Condition */

/**
 * Shows the questions of the page that are asked as the form stands, and hides the others; what was typed there stays.
 * @param {HTMLFormElement} form
 */
export function showRelevant(form) {
  const questions = new Map(all(form, "[data-question]").map((each) => [each.dataset.question ?? "", each]));
  const answers = new FormData(form);
  /** @type {Map<string, boolean>} */
  const known = new Map();

  /**
   * @param {string} name
   * @returns {boolean}
   */
  function isAsked(name) {
    const found = known.get(name);
    if (found !== undefined) return found;
    const told = questions.get(name)?.dataset.relevance;
    const { elsewhere, conditions } = told ? JSON.parse(told) : { elsewhere: true, conditions: [] };
    const asked = elsewhere && conditions.every(holds);
    known.set(name, asked);
    return asked;
  }

  /** @param {Condition} condition */
  function holds(condition) {
    const given = answers
      .getAll(condition.question)
      .map(String)
      .filter((each) => each.trim());
    return isAsked(condition.question) && fulfils(condition, given);
  }

  for (const [name, element] of questions) element.hidden = !isAsked(name);
  for (const entry of all(document, "[data-index-of]")) entry.hidden = !isAsked(entry.dataset.indexOf ?? "");
}

/**
 * Says of the files of each question whether one is required, as the form stands.
 * @param {HTMLFormElement} form
 */
export function showRequiredFiles(form) {
  const answers = new FormData(form);
  for (const place of all(form, "[data-file-if]")) {
    const demanding = (place.dataset.fileIf ?? "").split(" ");
    const question = place.closest("[data-question]")?.getAttribute("data-question") ?? "";
    const isRequired = answers.getAll(question).some((each) => demanding.includes(String(each)));
    const said = (isRequired ? place.dataset.yes : place.dataset.no) ?? "";
    for (const cell of all(place, ".filed tbody td:nth-child(3)")) cell.textContent = said;
    const legend = need(place, "legend", HTMLElement);
    if (isRequired === Boolean(find(legend, ".star", HTMLElement))) continue;
    const mark = need(place, "template", HTMLTemplateElement).content;
    if (isRequired) legend.append(mark.cloneNode(true));
    else legend.textContent = (legend.firstChild?.textContent ?? "").trimEnd();
  }
}

/**
 * @param {Condition} condition
 * @param {string[]} given
 */
function fulfils(condition, given) {
  if (!given.length) return false;
  if (condition.at_least !== null) return Number(given[0]) >= condition.at_least;
  if (condition.any_of.length) return given.some((each) => condition.any_of.includes(each));
  return !given.some((each) => condition.none_of.includes(each));
}
