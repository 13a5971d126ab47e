// Nothing typed is lost: what the server has not stored yet stands in this browser, and comes back with the page.
// A form with data-keep="key" is kept; with data-autosave="address" it is saved while typing, too.
import { notice, settle, words } from "./words.js";
import { send } from "./fetching.js";
import { drop, keep, kept } from "./stored.js";
import { promptsOf } from "./prompts.js";
import { asUnderstood, fieldsOf, giveBack, seenIn, shownAfter, takeOver, takeTheirs, textsIn } from "./typed.js";

const WAIT = 800, READ = 4000, RETRIES = [2000, 4000, 8000, 15000, 30000];
// Their `change` says nothing that `input` has not said, only that the field was left; files go up by themselves.
const HEARD_BY_INPUT = "textarea, input:not([type=checkbox], [type=radio], [type=date])";
const user = document.body.dataset.user ?? "";

export function keepForms() {
  for (const form of document.querySelectorAll("form[data-keep]")) keepForm(form);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (node.nodeType === 1) for (const form of node.querySelectorAll("form[data-keep]")) keepForm(form);
    }
  }).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("online", () => document.dispatchEvent(new CustomEvent("fas:retry")));
}

// The one that is signed in wrote it; another user of this browser does not see it.
const nameOf = (form) => `fas:kept:${user}:${form.dataset.keep}`;

function keepForm(form) {
  if (form.dataset.keeping) return;
  form.dataset.keeping = "1";
  const name = nameOf(form), state = form.querySelector("[data-state]");
  const prompts = promptsOf(form, user);
  let timer, retry, unsure = null, tries = 0, typedAt = 0, saving = false, sent = false, holds = true, heard = [{}, {}];
  let shown = fieldsOf(form);

  function tell(text, bad = false) {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle("bad", bad);
  }

  function typed() {
    typedAt += 1;
    form.dataset.unsaved = "1";
    remember();
    if (!holds) unsaved();
    if (!form.dataset.autosave) return;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }

  function remember() {
    const where = { address: form.dataset.address, title: document.title.split(" · ")[0] };
    holds = keep(name, { at: Date.now(), ...where, fields: fieldsOf(form), texts: textsIn(form, shown), shown, seen: seenIn(form), sent: unsure?.fields });
  }

  const unsaved = () => tell(words(holds ? "kept" : "notKept"), true);

  async function save() {
    clearTimeout(timer);
    clearTimeout(retry);
    retry = undefined;
    if (saving) { timer = setTimeout(save, WAIT); return; }
    saving = true;
    // An attempt without an answer may have been stored: it goes again as it was, or the next would pass for a colleague's.
    const { body, fields, upTo } = unsure ??= { body: new FormData(form), fields: fieldsOf(form), upTo: typedAt };
    remember();
    tell(words("saving"));
    try {
      const answer = await send(form.dataset.autosave, body);
      if (answer.status < 500) unsure = null;
      const told = await answer.json().catch(() => ({}));
      taken(answer, told, fields, upTo);
    } catch {
      later();
    } finally {
      saving = false;
    }
  }

  function taken(answer, told, fields, upTo) {
    if (answer.ok || told.prompts) prompts.found(told.prompts ?? [], fields);
    const { taken: others, seen } = takeOver(form, told, fields);
    const asked = Object.fromEntries((told.overtaken ?? []).map((name) => [name, shown[name]]));
    shown = { ...shownAfter(form, shown, fields, seen), ...asked, ...others };
    for (const element of form.elements) { // also where only a part of it was taken; a button may have the same name
      if (element.type === "hidden" && element.name in seen) element.value = seen[element.name];
    }
    heard = [told.understood ?? {}, fields];
    understood();
    if (Object.keys(others).length) notice(words("colleague"), { name: "colleague" });
    if (answer.ok) {
      tries = 0;
      settle("offline");
      setTimeout(() => settle("restored"), READ);
      clearTimeout(timer);
      const stale = form.querySelector("[data-stale]");
      if (stale) stale.hidden = true;
      if (upTo === typedAt) { delete form.dataset.unsaved; drop(name); tell(words("saved", { time: told.saved_at ?? "" })); }
      else {
        remember();
        if (!sent) timer = setTimeout(save, WAIT);
      }
      form.dispatchEvent(new CustomEvent("fas:saved", { detail: { ...told, shown }, bubbles: true }));
    } else if (answer.status === 401) {
      unsaved();
      notice(words("signIn"), { name: "sign-in", action: words("signInLink"), href: "/sign-in?next=/signed-in" });
    } else if (answer.status >= 500) later();
    else {
      remember();
      settle("restored");
      if (told.message ?? told.detail) tell(told.message ?? told.detail, true);
      else unsaved();
      if (!told.prompts && (told.code === "not_all_saved" || told.errors?.length)) prompts.refused(told.errors ?? []);
      form.dispatchEvent(new CustomEvent("fas:refused", { detail: { ...told, shown }, bubbles: true }));
    }
  }

  // What is stored otherwise than it was typed (a telephone without its blanks) is shown so, but not under the officer's hands.
  function understood() { shown = { ...shown, ...asUnderstood(form, ...heard) }; }

  // A form that has no draft asks what is wrong with it, without being saved.
  async function looked() {
    const fields = fieldsOf(form), answer = await send(form.dataset.prompts, new FormData(form)).catch(() => null);
    const told = answer?.ok && await answer.json().catch(() => null);
    if (!told) return;
    asUnderstood(form, told.understood ?? {}, fields);
    remember();
    prompts.found(told.prompts, fieldsOf(form));
  }

  function later() {
    unsaved();
    notice(words("offline"), { name: "offline" });
    retry = setTimeout(save, RETRIES[Math.min(tries++, RETRIES.length - 1)]);
  }

  form.addEventListener("fas:refused", ({ detail }) => {
    const stale = detail.code === "stale" && form.querySelector("[data-stale]");
    if (!stale) return;
    const theirs = detail.theirs.flatMap(({ label, text }) => [
      Object.assign(document.createElement("dt"), { textContent: label }),
      Object.assign(document.createElement("dd"), { className: "typed", textContent: text || "—" }),
    ]);
    stale.querySelector("[data-stale-text]").textContent = detail.message;
    stale.querySelector("[data-stale-theirs]").replaceChildren(...theirs);
    if (detail.moved) stale.querySelector("[data-moved]").textContent = stale.querySelector("[data-moved]").dataset.moved;
    stale.hidden = false;
  });
  for (const link of form.querySelectorAll("[data-drop]")) link.addEventListener("click", () => drop(name));
  form.addEventListener("input", ({ target }) => { if (target.type !== "file") typed(); }); // a file goes up by itself
  form.addEventListener("change", ({ target }) => { if (!target.matches(HEARD_BY_INPUT)) typed(); });
  form.addEventListener("keep:typed", typed);
  form.addEventListener("focusout", ({ target, relatedTarget }) => { // a prompt is due when its field is left, not a while later
    prompts.left(target);
    understood();
    if (form.dataset.prompts && form.dataset.unsaved) looked();
    if (form.dataset.autosave && form.dataset.unsaved && !saving && !retry && relatedTarget?.type !== "submit") save();
  });
  form.addEventListener("keep:save", save);
  form.addEventListener("keep:shown", ({ detail }) => { shown = { ...shown, ...detail }; });
  form.addEventListener("submit", (event) => {
    sent = !event.defaultPrevented; // all of it goes now; what was to be saved a little later would come too late
    if (!sent) return;
    clearTimeout(timer);
    clearTimeout(retry);
    if (event.submitter?.name === "take") { takeTheirs(form, shown, event.submitter.value); remember(); }
  });
  window.addEventListener("pagehide", () => { // what was typed last is sent as the page goes
    if (form.dataset.autosave && form.dataset.unsaved && !sent) navigator.sendBeacon(form.dataset.autosave, new FormData(form));
  });
  window.addEventListener("beforeunload", (event) => { // the page alone has it
    if (!holds && form.dataset.unsaved && !sent) event.preventDefault();
  });
  document.addEventListener("fas:retry", () => { if (form.dataset.unsaved && form.dataset.autosave) save(); });

  const before = kept(name), given = before && giveBack(form, before);
  if (!given) { drop(name); return; }
  shown = given;
  notice(words("restored"), { name: "restored" });
  typed();
}
