// Files go up one after the other with progress; the list is shown anew, and nothing typed is touched.
// A form with data-upload-whole goes up with its files at once; the page that answers takes the place of this one's content,
// while a refusal is told beside the files, which stay chosen.
import { csrf, current, replaceFrom } from "./fetching.js";
import { ticked } from "./prompts.js";
import { words } from "./words.js";

export function uploads() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.matches("[data-upload-whole]")) { event.preventDefault(); whole(form, event.submitter); return; }
    if (!form.matches("[data-upload-form]")) return;
    const place = document.querySelector(`[form="${form.id}"]`)?.closest("[data-uploads]");
    if (!place) return;
    event.preventDefault();
    const button = event.submitter;
    if (button?.name === "remove") remove(form, button, place);
    else add(form, place);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    if (!target.form.matches("[data-upload-form]")) named(target);
    else if (target.files.length) target.form.requestSubmit();
  });
}

// The browser's own words about what is chosen are hidden under ours.
function named(input) {
  input.parentElement.querySelector("output").textContent = [...input.files].map((file) => file.name).join(", ");
}

async function add(form, place) {
  const input = place.querySelector("input[type=file]");
  for (const file of input.files) {
    const body = new FormData(form);
    body.delete("file");
    body.append("file", file);
    const refused = await sent(form.action, body, place, file.name);
    if (refused) { input.value = ""; await shown(place, refused); return; }
  }
  input.value = "";
  await shown(place, "");
}

async function remove(form, button, place) {
  const body = new FormData(form);
  body.append("remove", button.value);
  await shown(place, await sent(form.action, body, place, ""));
}

async function whole(form, button) {
  const input = form.querySelector("input[type=file]"), name = [...input.files].map((file) => file.name).join(", ");
  button.disabled = true;
  const answer = await posted(form.action, new FormData(form), form, name);
  if (!answer.getResponseHeader("Content-Type")?.startsWith("text/html")) {
    form.querySelector("progress").hidden = true;
    form.querySelector(".upload-state").textContent = "";
    form.querySelector("[data-prompt]").textContent = refusal(answer, "");
    button.disabled = false;
    input.focus();
    return;
  }
  const fresh = new DOMParser().parseFromString(answer.responseText, "text/html"), content = document.getElementById("content");
  content.replaceChildren(...document.importNode(fresh.getElementById("content"), true).childNodes);
  if (answer.responseURL !== form.action) history.replaceState(null, "", answer.responseURL);
  (content.querySelector("[data-focus]") ?? content).focus();
}

async function sent(address, body, place, name) {
  return refusal(await posted(address, body, place, name), name);
}

// Why a file was not taken; nothing where it was.
function refusal(answer, name) {
  if (answer.status > 0 && answer.status < 400) return "";
  let told = {};
  try { told = JSON.parse(answer.responseText); } catch { /* not ours */ }
  const why = told.message || words(answer.status === 413 ? "tooLarge" : "uploadFailed");
  return name && !why.includes(name) ? name + words("colon") + why : why;
}

function posted(address, body, place, name) {
  const bar = place.querySelector("progress"), state = place.querySelector(".upload-state");
  document.dispatchEvent(new CustomEvent("fas:active"));
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRF", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (!name || !bar) return;
      bar.hidden = false;
      bar.value = Math.round((100 * loaded) / total);
      const how = loaded < total ? words("uploading", { percent: bar.value }) : words("checking");
      state.textContent = name + words("colon") + how;
    });
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", () => done(request));
    request.send(body);
  });
}

async function shown(place, refused) {
  const fresh = await current().catch(() => null);
  document.activeElement?.blur();
  if (fresh) replaceFrom(fresh, `#${place.id}`);
  const now = document.getElementById(place.id) ?? place;
  now.querySelector("[data-prompt]").textContent = refused;
  if (!refused && now.querySelector("[data-file]")) ticked(now.id);
  now.dispatchEvent(new CustomEvent("fas:files", { bubbles: true }));
  now.querySelector("input[type=file]")?.focus();
}
