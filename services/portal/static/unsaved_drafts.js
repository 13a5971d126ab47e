// @ts-check
// What was typed in this browser on other pages and never stored: the start page and the pages of the same case say
// where.
import { create, createTyped, find } from "./dom.js";
import { discardDraft, keptDrafts, loadDraft, recordName } from "./draft_records.js";
import { restoreTyped } from "./form_state.js";
import { getQuietly, parsePage } from "./http.js";
import { clearNotice, message, showNotice } from "./messages.js";

/** @typedef {import("./draft_records.js").DraftRecord} DraftRecord */

/** By then a page that was left in the middle of a word has been saved, or is not going to be. */
const SAVED_WITHIN_MS = 10_000;

/** Offers the way to each draft of the signed-in user that only this browser has, but for those of this page. */
export function offerUnsavedDrafts() {
  if (!document.body.dataset.user) return;
  for (const key of keptDrafts()) {
    const record = loadDraft(key);
    if (!record?.texts || formOf(document, key)) continue; // a form of this page gets its own back
    setTimeout(() => offer(key), Math.max(record.at + SAVED_WITHIN_MS - Date.now(), 0));
  }
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key && newValue === null) clearNotice(key);
  });
}

/**
 * @param {Document} page
 * @param {string} key
 */
function formOf(page, key) {
  return find(page, `form[data-draft="${CSS.escape(key)}"]`, HTMLFormElement);
}

/**
 * A page that was left in the middle of a word sent what it had, and could not hear whether it was stored: so its
 * page is looked at first.
 * @param {string} key
 */
async function offer(key) {
  const record = loadDraft(key);
  if (!record || (await isStored(key, record))) {
    discardDraft(key);
    return;
  }
  const caseId = find(document, "[data-case]", HTMLElement)?.dataset.case;
  if (caseId ? key.split(":")[1] !== caseId : location.pathname !== "/") return;
  const name = recordName(key);
  if (isThisPage(record.address, caseId)) {
    showNotice(message("noPlace"), { name, action: message("showTyped"), onAction: () => showTexts(key, record) });
  } else {
    const title = message("leftThere", { title: record.title });
    showNotice(title, { name, action: message("goThere"), href: record.address, inPlace: true });
  }
}

/**
 * Whether its page shows what was typed; a draft that was discarded counts as stored, too.
 * @param {string} key
 * @param {DraftRecord} record
 */
async function isStored(key, record) {
  const answer = await getQuietly(record.address).catch(() => null);
  if (answer?.status === 404) return true;
  if (!answer?.ok) return false;
  const page = parsePage(await answer.text());
  const form = formOf(page, key);
  return form ? !restoreTyped(form, record) : record.texts.every((text) => page.body.textContent.includes(text));
}

/**
 * Whether the address leads here; a case's pages have an address with its number, too.
 * @param {string} address
 * @param {string} [caseId]
 */
function isThisPage(address, caseId) {
  const place = new URL(address, location.href);
  const present = location.pathname.replace(/^\/cases\/[^/]+/, `/cases/${caseId}`);
  const part = place.searchParams.get("part");
  return place.pathname === present && (part === null || part === new URLSearchParams(location.search).get("part"));
}

/**
 * The form is not there any more (the case has moved on): the texts can be copied, or thrown away.
 * @param {string} key
 * @param {DraftRecord} record
 */
function showTexts(key, record) {
  const dialog = create("dialog", { className: "shown" });
  const close = create("button", { className: "btn", textContent: message("closeIt") });
  const remove = create("button", { className: "btn btn-outline-danger", textContent: message("discardIt") });
  const actions = create("div", { className: "actions" });
  const moment = new Date(record.at).toLocaleString("sv", { timeZone: "Asia/Shanghai" }); // YYYY-MM-DD hh:mm:ss
  dialog.setAttribute("aria-label", record.title);
  close.addEventListener("click", () => dialog.close());
  remove.addEventListener("click", () => {
    discardDraft(key);
    clearNotice(recordName(key));
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.getElementById("content")?.focus();
  });
  actions.append(close, remove);
  dialog.append(
    create("h1", { textContent: record.title }),
    create("p", { className: "muted", textContent: message("typedAt", { moment }) }),
    ...record.texts.map((text) => createTyped("p", text)),
    actions,
  );
  document.body.append(dialog);
  dialog.showModal();
}
