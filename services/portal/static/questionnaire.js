// @ts-check
// The questionnaire: rows of tables come and go, counts follow what is saved, a colleague's answer appears beside
// one's own.
import { all, closest, emit, find, listen, need } from "./dom.js";
import { carry } from "./earlier_answers.js";
import { readFields } from "./form_fields.js";
import { isUntouched } from "./form_state.js";
import { parsePage } from "./http.js";
import { fetchCurrentPage, replaceParts } from "./page_refresh.js";
import { showRelevant, showRequiredFiles } from "./relevance.js";
import { saveNow } from "./save_now.js";
import { showRemoteNotice } from "./stale_alert.js";
import { addRow, cellsOf, emptyRow, NOT_CALCULATED, numberRows, rowsOf } from "./table_rows.js";

/** @typedef {import("./dom.js").SavedDetail} SavedDetail */
/** @typedef {import("./form_fields.js").Fields} Fields */
/** @typedef {import("./draft_saver.js").SaveAnswer} SaveAnswer */

const form = find(document, "#answers", HTMLFormElement);
/** The question that the officer was at last. */
let lastQuestion = "";

function showScripted() {
  for (const element of all(document, "[data-scripted]")) element.hidden = false;
}

/** @param {string} question */
function tableOf(question) {
  return need(document, `[data-rows="${CSS.escape(question)}"]`, HTMLTableElement);
}

/**
 * Whether a table takes no rows besides those that it begins with.
 * @param {HTMLTableElement} table
 */
const onlyPrepared = (table) => "onlyPrepared" in table.dataset;

/** @param {HTMLElement} row */
const firstCell = (row) => cellsOf(row)[0];

/**
 * Removes a row; the last one that was not prepared is emptied instead, from which new ones are made.
 * @param {HTMLElement} row
 * @param {HTMLTableElement} table
 */
function removeRow(row, table) {
  const others = rowsOf(table).filter((each) => each !== row && !("prepared" in each.dataset));
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const goes = others.length > 0 || onlyPrepared(table);
  if (goes) row.remove();
  else emptyRow(row);
  numberRows(table);
  firstCell(goes && next instanceof HTMLElement ? next : row).focus();
}

// The last row of a table is followed by another as soon as something stands in it.
document.addEventListener("input", (event) => {
  const row = closest(event, "[data-row]");
  const table = row?.closest("table");
  if (row && table && !onlyPrepared(table) && !row.nextElementSibling && cellsOf(row).some((cell) => cell.value))
    addRow(table);
});

document.addEventListener("click", (event) => {
  const question = closest(event, "[data-row-add]")?.dataset.rowAdd;
  if (question) firstCell(addRow(tableOf(question))).focus();
  const remove = closest(event, "[data-row-remove]");
  const table = remove?.closest("table");
  const row = remove?.closest("[data-row]");
  if (!form || !table || !(row instanceof HTMLElement)) return;
  removeRow(row, table);
  emit(form, "fas:edited");
});

/**
 * Makes the rows that these inputs need: what was kept in this browser may have more than the page.
 * @param {Fields} fields
 */
function makeRows(fields) {
  for (const name of Object.keys(fields)) {
    const [, question, number] = name.match(/^(.+):row:(\d+):/) ?? [];
    const table = question && form && find(form, `[data-rows="${CSS.escape(question)}"]`, HTMLTableElement);
    while (table && !onlyPrepared(table) && rowsOf(table).length <= Number(number)) addRow(table);
  }
}

/** @param {SaveAnswer} answer */
function showProgress({ open = {}, open_required: required, wrong = {}, lacks = {} }) {
  if (!required) return;
  for (const place of all(document, "[data-wrong-of]")) showWrong(place, wrong[place.dataset.wrongOf ?? ""] ?? 0);
  showWrong(
    need(document, "[data-wrong-all]", HTMLElement),
    Object.values(wrong).reduce((sum, count) => sum + count, 0),
  );
  for (const place of all(document, "[data-open-of]")) {
    const { openOf = "", some = "", none = "" } = place.dataset;
    const count = open[openOf];
    place.textContent = count ? some.replace("{count}", String(count)) : none;
    place.classList.toggle("part-done", !count);
    place.hidden = !count && Boolean(wrong[openOf]);
  }
  need(document, "[data-open-all]", HTMLElement).textContent = String(required.length);
  showStillOpen(open, required.length);
  markOpen(
    (question) => required.includes(question),
    (question) => lacks[question],
  );
}

/**
 * What keeps the questionnaire back, beside the button that submits it.
 * @param {Record<string, number>} open By part.
 * @param {number} total
 */
function showStillOpen(open, total) {
  const place = need(document, "#still-open", HTMLElement);
  place.hidden = !total;
  need(place, "[data-open-count]", HTMLElement).textContent = String(total);
  for (const link of all(place, "[data-open-in]")) {
    const count = open[link.dataset.openIn ?? ""] ?? 0;
    link.hidden = !count;
    need(link, "span", HTMLElement).textContent = String(count);
  }
}

/**
 * @param {HTMLElement} place
 * @param {number} count Answers that contradict the format.
 */
function showWrong(place, count) {
  place.hidden = !count;
  place.textContent = (place.dataset.some ?? "").replace("{count}", String(count));
}

/**
 * @param {(question: string) => boolean} isOpen
 * @param {(question: string) => string | undefined} lacks Which note or file alone keeps a question open.
 */
function markOpen(isOpen, lacks) {
  for (const question of all(document, "[data-question]")) {
    const name = question.dataset.question ?? "";
    const mark = need(question, "[data-mark-open]", HTMLElement);
    const open = isOpen(name);
    question.classList.toggle("question-open", open);
    mark.hidden = !open;
    mark.textContent = lacks(name) ?? mark.dataset.markOpen ?? "";
    const entry = document.querySelector(`[data-index-of="${CSS.escape(name)}"]`);
    entry?.classList.toggle("index-open", open);
  }
}

/**
 * Shows beside each question that both answered the choice between the two.
 * @param {Record<string, string>} [conflicts] HTML by question.
 */
function showConflicts(conflicts = {}) {
  for (const place of all(document, "[data-conflict]")) {
    const html = conflicts[place.dataset.conflict ?? ""] ?? "";
    if (place.dataset.shown === html) continue;
    place.dataset.shown = html;
    place.replaceChildren(...parsePage(html).body.childNodes);
  }
}

/**
 * Shows what colleagues answered meanwhile where nothing was typed; where something is being typed, the next save
 * asks.
 * @param {SavedDetail} detail
 */
async function showRemoteChanges({ answer, shown }) {
  const changed = answer.remote_changes ?? [];
  const fresh = changed.length ? await fetchCurrentPage() : null;
  if (!fresh || !form) return;
  const untouched = changed.filter((question) => isUntouched(form, shown, question));
  for (const question of untouched) replaceParts(fresh, `[data-question="${CSS.escape(question)}"]`);
  showScripted();
  const present = Object.entries(readFields(form)).filter(([name]) => untouched.includes(name.split(":")[0]));
  emit(form, "fas:shown", Object.fromEntries(present));
  if (untouched.length) showRemoteNotice(answer);
}

/** @param {SaveAnswer} answer */
function showCalculated({ calculated = {} }) {
  for (const cell of all(document, "[data-calculated]")) {
    const result = calculated[cell.dataset.calculated ?? ""];
    if (result !== undefined) cell.textContent = result || NOT_CALCULATED;
  }
}

/** @param {SavedDetail} detail */
function showSaved(detail) {
  showProgress(detail.answer);
  showCalculated(detail.answer);
  showConflicts(detail.answer.conflicts_html);
  showRemoteChanges(detail);
}

/** A file may answer a question, and an open one may need it. */
async function showFilesChanged() {
  const fresh = await fetchCurrentPage();
  if (!fresh) return;
  replaceParts(fresh, "#parts-nav, #still-open");
  const marks = new Map(
    all(fresh, "[data-question]").map((question) => [
      question.dataset.question,
      need(question, "[data-mark-open]", HTMLElement),
    ]),
  );
  markOpen(
    (question) => marks.get(question)?.hidden === false,
    (question) => marks.get(question)?.textContent ?? undefined,
  );
}

/**
 * Goes to the next open question, counted from the one that the officer was at, and from what is typed by then.
 * @param {HTMLAnchorElement} link
 */
async function goToNext(link) {
  if (form) await saveNow(form);
  location.assign(lastQuestion ? link.href.replace(/after=.*/, `after=${lastQuestion}`) : link.href);
}

/** @param {HTMLFormElement} form */
function followAnswers(form) {
  showRelevant(form);
  showRequiredFiles(form);
}

showScripted();
if (form) {
  followAnswers(form);
  for (const event of ["input", "change", "fas:restore", "fas:shown", "fas:files"]) {
    form.addEventListener(event, () => queueMicrotask(() => followAnswers(form)));
  }
  listen(form, "fas:restore", makeRows);
  listen(form, "fas:saved", showSaved);
  listen(form, "fas:refused", showSaved);
}
listen(document, "fas:files", showFilesChanged);
document.addEventListener("focusin", (event) => {
  lastQuestion = closest(event, "[data-question]")?.dataset.question ?? lastQuestion;
});
document.addEventListener("click", (event) => {
  const link = closest(event, "[data-next]");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  goToNext(link);
});
document.addEventListener("click", (event) => {
  const button = closest(event, "[data-carry]");
  if (!(button instanceof HTMLButtonElement) || !form) return;
  event.preventDefault();
  carry(form, button, showProgress);
});
