// What was typed in this browser on other pages and never stored: the start page and the pages of the same case say where.
import { drop, kept, keptNames } from "./stored.js";
import { giveBack } from "./typed.js";
import { notice, settle, words } from "./words.js";

const BEING_SAVED = 10_000;

export function leftBehind() {
  const user = document.body.dataset.user;
  if (!user) return;
  const beginning = `fas:kept:${user}:`;
  for (const name of keptNames(beginning)) {
    const key = name.slice(beginning.length), record = kept(name);
    const ofThisPage = document.querySelector(`form[data-keep="${CSS.escape(key)}"]`); // it gets its own back
    if (ofThisPage || !record?.texts) continue;
    setTimeout(() => look(name, key), Math.max(record.at + BEING_SAVED - Date.now(), 0));
  }
  window.addEventListener("storage", ({ key, newValue }) => { if (key && newValue === null) settle(key); });
}

// A page that was left in the middle of a word sent what it had, and could not hear whether it was stored.
async function look(name, key) {
  const record = kept(name);
  if (!record || await isStored(key, record)) { drop(name); return; }
  const subject = document.querySelector("[data-case]")?.dataset.case;
  if (subject ? key.split(":")[1] !== subject : location.pathname !== "/") return;
  if (isHere(record.address, subject)) {
    notice(words("noPlace"), { name, action: words("showTyped"), onAction: () => show(name, record) });
  } else notice(words("leftThere", { title: record.title }), { name, action: words("goThere"), href: record.address, inPlace: true });
}

// Whether its page shows what was typed; a draft that was discarded is over, too.
async function isStored(key, record) {
  const answer = await fetch(record.address, { headers: { "X-Quiet": "1" }, redirect: "manual" }).catch(() => null);
  if (answer?.status === 404) return true;
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), form = page.querySelector(`form[data-keep="${CSS.escape(key)}"]`);
  return form ? !giveBack(form, record) : record.texts.every((text) => page.body.textContent.includes(text));
}

// A case's pages are there under its number, too.
function isHere(address, subject) {
  const place = new URL(address, location), present = location.pathname.replace(/^\/cases\/[^/]+/, `/cases/${subject}`);
  return place.pathname === present && [null, new URLSearchParams(location.search).get("part")].includes(place.searchParams.get("part"));
}

// The form is not there any more (the case has moved on): the text can be copied, or thrown away.
function show(name, record) {
  const [dialog, heading, when, actions] = ["dialog", "h1", "p", "div"].map((tag) => document.createElement(tag));
  const texts = record.texts.map((text) => Object.assign(document.createElement("p"), { className: "typed", textContent: text }));
  const [close, discard] = ["closeIt", "discardIt"].map((word) => Object.assign(document.createElement("button"), { className: "btn", textContent: words(word) }));
  discard.classList.add("btn-outline-danger");
  discard.addEventListener("click", () => { drop(name); settle(name); dialog.close(); });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); document.getElementById("content").focus(); });
  dialog.className = "shown";
  heading.textContent = record.title;
  dialog.setAttribute("aria-label", record.title);
  when.className = "muted";
  when.textContent = words("typedAt", { moment: new Date(record.at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Shanghai" }) });
  actions.className = "actions";
  actions.append(close, discard);
  dialog.append(heading, when, ...texts, actions);
  document.body.append(dialog);
  dialog.showModal();
}
