// @ts-check
// Lists of cases: a click anywhere in a row opens its case (DOMAIN 1.8); the row that was chosen stays blue (D12),
// also on the way back; how many were found is said. The row's first link is its control for the keyboard.
import { all, closest, find, need } from "./dom.js";
import { load, store } from "./storage.js";

const KEY = `fas:row:${location.pathname}`;
const CONTROLS = "a, button, input, select, label, summary";
const place = need(document, "[data-list]", HTMLElement).parentElement ?? document.body;
const status = document.getElementById("found");
let told = readCount();

function readCount() {
  return place.querySelector(".pager > span")?.textContent ?? "";
}

function markChosenRow() {
  const chosen = load(KEY, "sessionStorage");
  for (const row of all(place, "tr[data-row]")) {
    if (row.dataset.row === chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function sayCount() {
  if (readCount() === told) return;
  told = readCount();
  if (status) status.textContent = told;
}

place.addEventListener("click", (event) => {
  const row = closest(event, "tr[data-row]");
  if (!row) return;
  const isControl = Boolean(closest(event, CONTROLS));
  if (!isControl && !getSelection()?.isCollapsed) return; // text was selected, nothing chosen
  store(KEY, row.dataset.row, "sessionStorage");
  markChosenRow();
  if (isControl) return;
  const { ctrlKey, metaKey, shiftKey } = event;
  const click = new MouseEvent("click", { bubbles: false, cancelable: true, ctrlKey, metaKey, shiftKey });
  find(row, "a[href]", HTMLAnchorElement)?.dispatchEvent(click);
});
new MutationObserver(() => {
  markChosenRow();
  sayCount();
}).observe(place, { childList: true });
markChosenRow();
