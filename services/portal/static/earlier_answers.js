// @ts-check
// Earlier answers are taken, confirmed and given up where they stand; what was typed is saved first.
import { all, emit, find, need } from "./dom.js";
import { readFields } from "./form_fields.js";
import { post } from "./http.js";
import { message, showNotice } from "./messages.js";
import { fetchCurrentPage, replaceParts } from "./page_refresh.js";
import { saveNow } from "./save_now.js";

/** @typedef {import("./draft_saver.js").SaveAnswer} SaveAnswer */

/**
 * Does what a button for earlier answers says.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {(answer: SaveAnswer) => void} showProgress
 */
export async function carry(form, button, showProgress) {
  const question = button.value.split(":")[1] ?? "";
  if ((await saveNow(form)) !== "saved") return; // the page says what is in the way
  const body = new FormData(form);
  body.append(button.name, button.value);
  button.disabled = true;
  const response = await post(button.formAction, body).catch(() => null);
  button.disabled = false;
  if (!response) {
    showNotice(message("offline"), { name: "offline" });
  } else if (!response.ok || !response.headers.get("Content-Type")?.includes("json")) {
    form.requestSubmit(button); // its answer is a page of its own
  } else if (!question) {
    location.hash = "earlier";
    location.reload();
  } else {
    /** @type {SaveAnswer} */
    const answer = await response.json();
    showProgress(answer);
    await showQuestion(form, question);
    need(form, "[data-state]", HTMLElement).textContent = message("saved", { time: answer.saved_at });
  }
}

/**
 * Shows one question as it stands now, and what the page counts.
 * @param {HTMLFormElement} form
 * @param {string} question
 */
async function showQuestion(form, question) {
  const fresh = await fetchCurrentPage();
  const old = find(form, `[data-question="${CSS.escape(question)}"]`, HTMLElement);
  const found = old && fresh?.getElementById(old.id);
  if (!fresh || !old || !found) {
    location.reload();
    return;
  }
  const present = document.importNode(found, true);
  old.replaceWith(present);
  for (const element of all(present, "[data-scripted]")) element.hidden = false;
  replaceParts(fresh, "#parts-nav, #earlier");
  const shown = Object.entries(readFields(form)).filter(([name]) => name.split(":")[0] === question);
  emit(form, "fas:shown", Object.fromEntries(shown));
  present.focus({ preventScroll: true });
}
