// @ts-check
// What the pages do beyond plain links and forms: typed text is kept and saved, files go up with progress, pages
// change live.
import { autosaveForms } from "./autosave.js";
import { showToday } from "./course.js";
import { watchDialogs } from "./dialogs.js";
import { all, find } from "./dom.js";
import { watchIdleTime } from "./idle_timeout.js";
import { showLiveUpdates } from "./live_updates.js";
import { showPageTabs } from "./page_tabs.js";
import { shareSession } from "./shared_session.js";
import { discard, load, store } from "./storage.js";
import { watchSubmissions } from "./submitting.js";
import { shareUnreadCount } from "./unread_count.js";
import { offerUnsavedDrafts } from "./unsaved_drafts.js";
import { watchUploads } from "./uploads.js";

/** Counts the characters of long texts while they are typed. */
function watchLengths() {
  for (const changed of ["input", "fas:field-set"]) document.addEventListener(changed, countCharacters);
}

/** @param {Event} event */
function countCharacters({ target }) {
  if (!(target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) || !target.id) return;
  const counter = find(document, `[data-counter-of="${CSS.escape(target.id)}"]`, HTMLElement);
  if (!counter) return;
  const longest = Number(target.dataset.longest);
  const typed = [...target.value].length;
  counter.textContent = `${typed}/${longest}`;
  counter.classList.toggle("over", typed > longest);
}

/**
 * What the page has to say first; a supplement opens on what is still to be corrected, unless the address leads
 * elsewhere.
 */
function focusFirst() {
  const first = find(document, "[data-focus]", HTMLElement);
  const opens = location.hash ? null : find(document, "[data-opens]", HTMLElement);
  (first ?? opens)?.focus();
}

/** Ctrl+K leads to the search; a letter alone would be in the way of who types by voice. */
function reachSearch() {
  document.addEventListener("keydown", (event) => {
    const alone = event.ctrlKey && !event.altKey && !event.shiftKey && !event.metaKey;
    const box = find(document, "#search-box", HTMLInputElement);
    if (!box || !alone || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    const fold = find(document, ".menu-fold", HTMLDetailsElement);
    if (fold && !box.checkVisibility()) fold.open = true;
    box.focus();
    box.select();
  });
}

const PLACE = "fas:place";

/** The page in the other language opens where this one was read. */
function keepPlace() {
  for (const link of all(document, ".languages a")) {
    link.addEventListener("click", () => store(PLACE, { path: location.pathname, at: scrollY }, "sessionStorage"));
  }
  /** @type {{ path: string, at: number } | null} */
  const place = load(PLACE, "sessionStorage");
  discard(PLACE, "sessionStorage");
  if (place?.path === location.pathname) scrollTo(0, place.at);
}

reachSearch();
showPageTabs();
showToday();
focusFirst();
keepPlace();
watchLengths();
watchDialogs();
watchSubmissions();
watchUploads();
autosaveForms();
watchIdleTime();
shareSession();
shareUnreadCount();
offerUnsavedDrafts();
showLiveUpdates();
