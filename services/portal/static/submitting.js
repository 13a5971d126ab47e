// @ts-check
// Submitting to customs. The server is asked first: whether all that is needed is there, and what there is to think
// about; then the officer says yes. Where no server answers, the page stays with all that was typed. What it answers
// besides (something is missing, a colleague was faster, the session is over) is its own page, by the form's own way.
import { askToConfirm } from "./confirmation.js";
import { create, emit, find } from "./dom.js";
import { parsePage, sendForm } from "./http.js";
import { clearNotice, message, showNotice } from "./messages.js";
import { saveNow } from "./save_now.js";

/** Statuses by which something between us and a service says that it is away. */
const AWAY = [502, 503, 504];
let isBusy = false; // a second click of a double click submits nothing more
/** @type {HTMLFormElement | null} The form that goes its own way. */
let passing = null;

/** Lets forms whose button has data-rehearse be checked and confirmed before they go. */
export function watchSubmissions() {
  document.addEventListener("submit", onSubmit, true);
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const { target: form, submitter: button } = event;
  if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return;
  if (event.defaultPrevented || button.dataset.rehearse === undefined || passing === form) return;
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  submit(form, button).finally(() => {
    isBusy = false;
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function submit(form, button) {
  say(form, message("sending"));
  const saved = await saveNow(form);
  if (saved === "unanswered") return sayUnheard(form, "notSent");
  if (saved === "refused") return goItsOwnWay(form, button, false);
  const asked = await send(form, button, false);
  if (!asked) return sayUnheard(form, "notSent");
  if (asked.redirected && asked.ok) return goOn(form, asked.url); // it was taken before, and nobody heard
  const question = asked.ok && find(parsePage(await asked.text()), "[data-confirmation]", HTMLElement);
  if (!question) return goItsOwnWay(form, button, false);
  say(form, "");
  if (!(await askToConfirm(question, button))) return button.focus();
  say(form, message("sending"));
  const done = await send(form, button, true);
  if (!done) return sayUnheard(form, "notHeard");
  if (!done.redirected || !done.ok) return goItsOwnWay(form, button, true);
  goOn(form, done.url);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} address Of the page that says that it was submitted.
 */
function goOn(form, address) {
  emit(form, "fas:submitted");
  location.assign(address);
}

/**
 * The server's answer; null where nobody answers.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {boolean} confirmed
 */
async function send(form, button, confirmed) {
  const body = new FormData(form, button);
  if (confirmed) body.set("confirmed", "1");
  const address = button.hasAttribute("formaction") ? button.formAction : form.action;
  const answer = await sendForm(address, body).catch(() => null);
  return answer && !AWAY.includes(answer.status) ? answer : null;
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {boolean} confirmed
 */
function goItsOwnWay(form, button, confirmed) {
  const field = create("input", { type: "hidden", name: "confirmed", value: "1" });
  if (confirmed) form.append(field);
  passing = form;
  form.requestSubmit(button);
  passing = null;
  field.remove();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {boolean} [isBad]
 */
function say(form, text, isBad = false) {
  const state = find(form, "[data-state]", HTMLElement);
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("bad", isBad);
}

/**
 * @param {HTMLFormElement} form
 * @param {"notSent" | "notHeard"} name Whether it is certain that nothing was sent.
 */
function sayUnheard(form, name) {
  say(form, message(name), true);
  showNotice(message(name), { name: "not-sent" });
  clearNotice("offline"); // says less
}
