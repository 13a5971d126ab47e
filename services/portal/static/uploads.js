// @ts-check
// Files go up one after the other with progress, whatever becomes of the others; the list is shown anew. A form with
// data-upload-whole goes up with its files at once and is confirmed; a refusal is told beside the files, which stay.
import { askToConfirm } from "./confirmation.js";
import { emit, find, need } from "./dom.js";
import { csrfToken, parsePage } from "./http.js";
import { message } from "./messages.js";
import { fetchCurrentPage, replaceParts } from "./page_refresh.js";
import { markDone } from "./prompts.js";

/** Sends the files of the page's upload forms as they are chosen, and removes them. */
export function watchUploads() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
    if (!target.form?.matches("[data-upload-form]")) nameChosenFiles(target);
    else if (target.files?.length) target.form.requestSubmit();
  });
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  if (form.matches("[data-upload-whole]") && button instanceof HTMLButtonElement) {
    event.preventDefault();
    sendWhole(form, button);
    return;
  }
  const place = form.matches("[data-upload-form]") && uploadsOf(form);
  if (!place) return;
  event.preventDefault();
  if (button instanceof HTMLButtonElement && button.name === "remove") removeFile(form, button.value, place);
  else addFiles(form, place);
}

/**
 * The part of the page that shows the files of an upload form.
 * @param {HTMLFormElement} form
 */
function uploadsOf(form) {
  const place = document.querySelector(`[form="${form.id}"]`)?.closest("[data-uploads]");
  return place instanceof HTMLElement ? place : null;
}

/** @param {HTMLInputElement} input */
const namesOf = (input) => [...(input.files ?? [])].map(({ name }) => name).join(", ");

/**
 * Says which files are chosen: the browser's own words about them are hidden under ours.
 * @param {HTMLInputElement} input
 */
function nameChosenFiles(input) {
  const output = input.parentElement?.querySelector("output");
  if (output) output.textContent = namesOf(input);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 */
async function addFiles(form, place) {
  const input = need(place, "input[type=file]", HTMLInputElement);
  const refused = [];
  const files = [...(input.files ?? [])];
  input.value = ""; // what is chosen while these go up is another choice
  for (const file of files) {
    const body = new FormData(form);
    body.delete("file");
    body.append("file", file);
    refused.push(refusalOf(await postWithProgress(form.action, body, place, file.name), file.name));
  }
  await showFiles(place, refused.filter(Boolean).join("\n"));
}

/**
 * @param {HTMLFormElement} form
 * @param {string} file
 * @param {HTMLElement} place
 */
async function removeFile(form, file, place) {
  const body = new FormData(form);
  body.append("remove", file);
  await showFiles(place, refusalOf(await postWithProgress(form.action, body, place, ""), ""));
}

/**
 * The server looks at the files first; then the officer is asked whether they are to go.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function sendWhole(form, button) {
  const input = need(form, "input[type=file]", HTMLInputElement);
  button.disabled = true;
  let answer = await postWithProgress(form.action, new FormData(form), form, namesOf(input));
  need(form, "progress", HTMLProgressElement).hidden = true;
  need(form, ".upload-state", HTMLElement).textContent = "";
  need(form, "[data-prompt]", HTMLElement).textContent = "";
  button.disabled = false;
  const asked = isPage(answer) ? parsePage(answer.responseText) : null;
  const question = asked && find(asked, "[data-confirmation]", HTMLElement);
  if (question) {
    if (!(await askToConfirm(question, button))) return button.focus();
    const confirmed = new FormData(need(asked, "#content form", HTMLFormElement));
    answer = await postWithProgress(form.action, confirmed, form, "");
  }
  if (isPage(answer)) return showPage(answer, form.action);
  need(form, "[data-prompt]", HTMLElement).textContent = refusalOf(answer, "");
  input.focus();
}

/** @param {XMLHttpRequest} answer */
const isPage = (answer) => Boolean(answer.getResponseHeader("Content-Type")?.startsWith("text/html"));

/**
 * Shows the content of the page that a form was answered with, under its address where the answer was a redirect.
 * @param {XMLHttpRequest} answer
 * @param {string} action
 */
function showPage(answer, action) {
  const content = need(document, "#content", HTMLElement);
  const fresh = need(parsePage(answer.responseText), "#content", HTMLElement);
  content.replaceChildren(...document.importNode(fresh, true).childNodes);
  if (answer.responseURL !== action) history.replaceState(null, "", answer.responseURL);
  (find(content, "[data-focus]", HTMLElement) ?? content).focus();
}

/**
 * Why a file was not taken; empty where it was.
 * @param {XMLHttpRequest} answer
 * @param {string} name
 */
function refusalOf(answer, name) {
  if (answer.status > 0 && answer.status < 400) return "";
  const fallback = message(answer.status === 413 ? "tooLarge" : "uploadFailed");
  const reason = messageIn(answer.responseText) || fallback;
  return name && !reason.includes(name) ? name + message("colon") + reason : reason;
}

/**
 * The message of a refusal of ours; empty where something between us and the browser answered.
 * @param {string} body
 * @returns {string}
 */
function messageIn(body) {
  try {
    return JSON.parse(body).message ?? "";
  } catch {
    return "";
  }
}

/**
 * Posts files, and shows how far they are under `name`; without a name nothing is shown. An interrupted request has
 * status 0.
 * @param {string} address
 * @param {FormData} body
 * @param {HTMLElement} place
 * @param {string} name
 * @returns {Promise<XMLHttpRequest>}
 */
function postWithProgress(address, body, place, name) {
  emit(document, "fas:active");
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRF", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (name) showProgress(place, name, loaded, total);
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => resolve(request));
    request.send(body);
  });
}

/**
 * @param {HTMLElement} place
 * @param {string} name
 * @param {number} loaded Bytes.
 * @param {number} total Bytes.
 */
function showProgress(place, name, loaded, total) {
  const bar = find(place, "progress", HTMLProgressElement);
  const state = find(place, ".upload-state", HTMLElement);
  if (!bar || !state) return;
  bar.hidden = false;
  bar.value = Math.round((100 * loaded) / total);
  const progress = loaded < total ? message("uploading", { percent: bar.value }) : message("checking");
  state.textContent = name + message("colon") + progress;
}

/**
 * @param {HTMLElement} place
 * @param {string} refused A line a file.
 */
async function showFiles(place, refused) {
  const fresh = await fetchCurrentPage();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (fresh) replaceParts(fresh, `#${place.id}`);
  const present = document.getElementById(place.id) ?? place;
  need(present, "[data-prompt]", HTMLElement).textContent = refused;
  if (!refused && present.querySelector("[data-file]")) markDone(present.id);
  emit(present, "fas:files");
  find(present, "input[type=file]", HTMLInputElement)?.focus();
}
