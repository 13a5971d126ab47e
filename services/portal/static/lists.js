// Lists of cases: a click anywhere in a row opens its case (DOMAIN 1.8); the row that was chosen stays blue (D12), also on the way
// back; how many were found is said. The row's first link is its control for the keyboard.
import { keep, kept } from "./stored.js";

const KEY = "fas:row:" + location.pathname, OTHERS = "a, button, input, select, label, summary";
const place = document.querySelector("[data-list]").parentElement, found = document.getElementById("found");
const count = () => place.querySelector(".pager > span")?.textContent ?? "";
let told = count();

function mark() {
  const chosen = kept(KEY, "sessionStorage");
  for (const row of place.querySelectorAll("tr[data-row]")) {
    if (row.dataset.row === chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

place.addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey }) => {
  const row = target.closest("tr[data-row]");
  if (!row) return;
  const link = row.querySelector("a[href]");
  if (!target.closest(OTHERS) && !getSelection().isCollapsed) return; // text was selected, nothing chosen
  keep(KEY, row.dataset.row, "sessionStorage");
  mark();
  if (!target.closest(OTHERS)) link.dispatchEvent(new MouseEvent("click", { bubbles: false, cancelable: true, ctrlKey, metaKey, shiftKey }));
});
new MutationObserver(() => {
  mark();
  if (count() !== told) { told = count(); found.textContent = told; }
}).observe(place, { childList: true });
mark();
