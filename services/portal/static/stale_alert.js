// @ts-check
// The alert above a form: a colleague, or another round, was faster; what they wrote, and the choice between both.
import { create, find, need } from "./dom.js";

/** @param {HTMLFormElement} form */
export function hideStaleAlert(form) {
  const alert = find(form, "[data-stale]", HTMLElement);
  if (alert) alert.hidden = true;
}

/**
 * @param {HTMLFormElement} form
 * @param {import("./draft_saver.js").SaveAnswer} answer
 */
export function showStaleAlert(form, answer) {
  const alert = find(form, "[data-stale]", HTMLElement);
  if (!alert) return;
  const lines = (answer.conflicts ?? []).flatMap(({ label, text }) => [
    create("dt", { textContent: label }),
    create("dd", { className: "typed", textContent: text || "—" }),
  ]);
  need(alert, "[data-stale-text]", HTMLElement).textContent = answer.message ?? "";
  need(alert, "[data-stale-conflicts]", HTMLElement).replaceChildren(...lines);
  const link = find(alert, "[data-stale-round]", HTMLElement);
  if (answer.stale_round && link) link.textContent = link.dataset.staleRound ?? "";
  alert.hidden = false;
}
