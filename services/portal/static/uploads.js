// Files go up one after the other with progress; the list is shown anew, and nothing typed is touched.
import { csrf, current, replaceFrom } from "./fetching.js";
import { ticked } from "./keep.js";
import { words } from "./words.js";

export function uploads() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-upload-form]")) return;
    const place = document.querySelector(`[form="${form.id}"]`)?.closest("[data-uploads]");
    if (!place) return;
    event.preventDefault();
    const button = event.submitter;
    if (button?.name === "remove") remove(form, button, place);
    else add(form, place);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-uploads] input[type=file]") && target.files.length) target.form.requestSubmit();
  });
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

function sent(address, body, place, name) {
  const bar = place.querySelector("progress"), state = place.querySelector(".upload-state");
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRF", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (!name || !bar) return;
      bar.hidden = false;
      bar.value = Math.round((100 * loaded) / total);
      state.textContent = `${name}: ${words("uploading", { percent: bar.value })}`;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) return done("");
      let told = {};
      try { told = JSON.parse(request.responseText); } catch { /* not ours */ }
      done(`${name ? name + ": " : ""}${told.message || words("uploadFailed")}`);
    });
    request.addEventListener("error", () => done(`${name ? name + ": " : ""}${words("uploadFailed")}`));
    request.send(body);
  });
}

async function shown(place, refused) {
  const fresh = await current().catch(() => null);
  document.activeElement?.blur();
  if (fresh) replaceFrom(fresh, `#${place.id}`);
  const now = document.getElementById(place.id) ?? place;
  now.querySelector("[data-prompt]").textContent = refused;
  if (!refused && now.querySelector("tbody tr")) ticked(now.id);
  now.dispatchEvent(new CustomEvent("fas:files", { bubbles: true }));
  now.querySelector("input[type=file]")?.focus();
}
