// @ts-check
// The rows of a question's table: their cells are named `<question>:row:<number>:<column>`, counted from 0.
import { all, need } from "./dom.js";
import { isInput, markInvalid } from "./form_fields.js";

/** What stands in a calculated cell until it can be calculated. */
export const NOT_CALCULATED = "–";

/** @param {HTMLTableElement} table */
export function rowsOf(table) {
  return all(table, "[data-row]");
}

/**
 * What an officer fills in; the name of a prepared row is none of it.
 * @param {HTMLElement} row
 */
export function cellsOf(row) {
  return [...row.querySelectorAll("textarea, input, select")].filter(isInput).filter(({ type }) => type !== "hidden");
}

/**
 * Numbers the rows anew: what is shown and read aloud counts from 1.
 * @param {HTMLTableElement} table
 */
export function numberRows(table) {
  rowsOf(table).forEach((row, place) => {
    const number = String(place + 1);
    need(row, ".row-no", HTMLElement).textContent = number;
    for (const element of row.querySelectorAll("[aria-label]")) {
      const label = element.getAttribute("aria-label") ?? "";
      element.setAttribute("aria-label", label.replace(/\d+(?=\D*$)/, number));
    }
    for (const cell of [...row.querySelectorAll("[name]")].filter(isInput))
      cell.name = cell.name.replace(/:row:\d+:/, `:row:${place}:`);
    for (const cell of row.querySelectorAll("[id]")) cell.id = cell.id.replace(/-row-\d+-/, `-row-${number}-`);
    for (const cell of all(row, "[data-calculated]"))
      cell.dataset.calculated = (cell.dataset.calculated ?? "").replace(/:row:\d+:/, `:row:${place}:`);
  });
}

/** @param {HTMLElement} row */
export function emptyRow(row) {
  for (const cell of cellsOf(row)) {
    cell.value = "";
    markInvalid(cell);
  }
  for (const place of all(row, "[data-calculated]")) place.textContent = NOT_CALCULATED;
}

/**
 * Adds an empty row at the end.
 * @param {HTMLTableElement} table
 */
export function addRow(table) {
  const last = rowsOf(table).at(-1);
  if (!last) throw new Error("A table has at least one row");
  const row = /** @type {HTMLElement} */ (last.cloneNode(true));
  emptyRow(row);
  last.after(row);
  numberRows(table);
  return row;
}
