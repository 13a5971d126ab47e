// The query lists: the row that was chosen stays marked (DOMAIN D12), also on the way back; how many were found is said.
import { keep, kept } from "./stored.js";

const KEY = "fas:row:" + location.pathname;
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

place.addEventListener("click", ({ target }) => {
  const row = target.closest("tr[data-row]");
  if (!row) return;
  keep(KEY, row.dataset.row, "sessionStorage");
  mark();
});
new MutationObserver(() => {
  mark();
  if (count() !== told) { told = count(); found.textContent = told; }
}).observe(place, { childList: true });
mark();
