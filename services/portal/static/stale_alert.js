// @ts-check
// The alert above a form: a colleague, or another round, was faster; what they wrote, and the choice between both.
import { create, createTyped, find, need } from "./dom.js";
import { message, showNotice } from "./messages.js";

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
    createTyped("dd", text || "—"),
  ]);
  need(alert, "[data-stale-text]", HTMLElement).textContent = answer.message ?? "";
  need(alert, "[data-stale-conflicts]", HTMLElement).replaceChildren(...lines);
  const link = find(alert, "[data-stale-round]", HTMLElement);
  if (answer.stale_round && link) link.textContent = link.dataset.staleRound ?? "";
  alert.hidden = false;
}

/**
 * Says that the form shows something now that was saved elsewhere meanwhile.
 * @param {import("./draft_saver.js").SaveAnswer} answer
 */
export function showRemoteNotice(answer) {
  showNotice(message(answer.by_oneself ? "otherWindow" : "colleague"), { name: "colleague" });
}
