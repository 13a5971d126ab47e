// What was typed in this browser on other pages and never stored: the start page and the pages of the same case say where.
import { drop, kept, keptNames } from "./stored.js";
import { notice, settle, words } from "./words.js";

const BEING_SAVED = 10_000;

export function leftBehind() {
  const user = document.body.dataset.user, subject = document.querySelector("[data-case]")?.dataset.case;
  if (!user || !(subject || location.pathname === "/")) return;
  const beginning = `fas:kept:${user}:`;
  for (const name of keptNames(beginning)) {
    const key = name.slice(beginning.length), record = kept(name);
    const ofThisPage = document.querySelector(`form[data-keep="${CSS.escape(key)}"]`); // it gets its own back
    if (ofThisPage || !record?.address || Date.now() - record.at < BEING_SAVED) continue;
    if (subject && key.split(":")[1] !== subject) continue;
    if (isHere(record.address, subject)) {
      notice(words("noPlace"), { name, action: words("showTyped"), onAction: () => show(name, record) });
    } else notice(words("leftThere", { title: record.title }), { name, action: words("goThere"), href: record.address, inPlace: true });
  }
  window.addEventListener("storage", ({ key, newValue }) => { if (key && newValue === null) settle(key); });
}

// A case's pages are there under its number, too.
function isHere(address, subject) {
  const place = new URL(address, location), present = location.pathname.replace(/^\/cases\/[^/]+/, `/cases/${subject}`);
  return place.pathname === present && [null, new URLSearchParams(location.search).get("part")].includes(place.searchParams.get("part"));
}

// The form is not there any more (the case has moved on): the text can be copied, or thrown away.
function show(name, { at, title, fields, shown = {} }) {
  const [dialog, heading, when, actions] = ["dialog", "h1", "p", "div"].map((tag) => document.createElement(tag));
  const typed = Object.entries(fields).filter(([field, values]) => JSON.stringify(values) !== JSON.stringify(shown[field]));
  const texts = typed.flatMap(([, values]) => values).filter((text) => text.trim())
    .map((text) => Object.assign(document.createElement("p"), { className: "typed", textContent: text }));
  const [close, discard] = ["closeIt", "discardIt"].map((word) => Object.assign(document.createElement("button"), { className: "btn", textContent: words(word) }));
  discard.classList.add("btn-outline-danger");
  discard.addEventListener("click", () => { drop(name); dialog.close(); });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { dialog.remove(); document.getElementById("content").focus(); });
  dialog.className = "shown";
  heading.textContent = title;
  when.className = "muted";
  when.textContent = words("typedAt", { moment: new Date(at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Shanghai" }) });
  dialog.setAttribute("aria-label", title);
  actions.className = "actions";
  actions.append(close, discard);
  dialog.append(heading, when, ...texts, actions);
  document.body.append(dialog);
  dialog.showModal();
}
