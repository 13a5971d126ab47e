// The pages that were opened stand as tabs over the page (DOMAIN 1.8, manual 2.4.1 and 2.4.3): one for each case and each list.
// They are kept for this browser tab and this user; a page says what it is by data-tab, data-tab-kind and data-tab-name.
import { drop, keep, kept, keptNames } from "./stored.js";
import { words } from "./words.js";

const MOST = 20, BEGINNING = "fas:opened:", WHERE = "sessionStorage";
const TOLD_ONCE = ["saved", "submitted", "answered", "declared", "complete", "open"];
const START = { key: "/", kind: "Start", name: "", href: "/" };

export function opened() {
  const nav = document.getElementById("opened"), user = document.body.dataset.user;
  if (user) for (const name of keptNames(BEGINNING, WHERE)) if (name !== BEGINNING + user) drop(name, WHERE); // somebody else was here
  if (!nav) return;
  const strip = nav.querySelector("ul"), more = nav.querySelector("details");
  const [left, right] = nav.querySelectorAll("[data-move]");
  const here = document.getElementById("content").dataset, gone = document.querySelector('[data-error="not_found"]');
  let leaving = "";

  const known = () => kept(BEGINNING + user, WHERE) ?? [];
  const write = (tabs) => keep(BEGINNING + user, tabs, WHERE);

  // This page has a tab, with the address that it has by now: a list may have been filtered meanwhile.
  function note() {
    let tabs = known().filter(({ key }) => key !== leaving);
    if (gone) tabs = tabs.filter(({ href }) => new URL(href, location).pathname !== location.pathname);
    if (here.tab && here.tab !== leaving) {
      const mine = { key: here.tab, kind: here.tabKind, name: here.tabName, href: address() };
      tabs = tabs.some(({ key }) => key === mine.key) ? tabs.map((tab) => tab.key === mine.key ? mine : tab) : [...tabs, mine];
    }
    write(tabs.slice(-MOST));
  }

  function show() {
    strip.replaceChildren(...[START, ...known()].map(drawn));
    nav.dataset.ready = "";
    inView();
  }

  function inView() {
    const current = strip.querySelector("[aria-current]")?.parentElement;
    if (current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
    ends();
  }

  function drawn(tab) {
    const item = document.createElement("li"), title = words(`tab${tab.kind}`, tab);
    const link = Object.assign(document.createElement("a"), { href: tab.href, textContent: title, title });
    if (tab.key === (here.tab ?? location.pathname)) link.setAttribute("aria-current", "page");
    item.append(link);
    if (tab === START) return item;
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.setAttribute("aria-label", words("tabClose", { title }));
    close.addEventListener("click", () => closed(tab, item));
    item.append(close);
    return item;
  }

  function closed(tab, item) {
    const near = item.nextElementSibling ?? item.previousElementSibling;
    if (tab.key === here.tab) { leave(near.querySelector("a").href); return; }
    write(known().filter(({ key }) => key !== tab.key));
    item.remove();
    near.querySelector("a").focus();
    ends();
  }

  // The page that one is on is left as by any link: what was typed in it is saved or kept.
  function leave(href) {
    leaving = here.tab;
    location.assign(href);
  }

  function ends() {
    left.disabled = strip.scrollLeft <= 0;
    right.disabled = strip.scrollLeft + strip.clientWidth >= strip.scrollWidth - 1;
  }

  const only = { others: () => { write(known().filter(({ key }) => key === here.tab)); show(); }, all: () => { write([]); if (here.tab) leave("/"); else show(); } };
  for (const button of more.querySelectorAll("button")) {
    button.addEventListener("click", () => { more.open = false; only[button.dataset.close](); more.firstElementChild.focus(); });
  }
  document.addEventListener("click", ({ target }) => { if (!more.contains(target)) more.open = false; });
  more.addEventListener("keydown", ({ key }) => { if (key === "Escape") { more.open = false; more.firstElementChild.focus(); } });
  for (const button of [left, right]) {
    button.addEventListener("click", () => { strip.scrollLeft += Number(button.dataset.move) * strip.clientWidth * .8; });
  }
  strip.addEventListener("scroll", ends);
  window.addEventListener("resize", inView);
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.matches("[data-closes-tab]")) leaving = here.tab;
    if (event.target.matches("[data-forgets-tabs]")) { leaving = here.tab; write([]); }
  });
  window.addEventListener("pagehide", note);
  window.addEventListener("pageshow", ({ persisted }) => { if (persisted) { leaving = ""; note(); show(); } });
  note();
  show();
}

// Where this page is found again, without what it says only once.
function address() {
  const found = new URL(document.querySelector("#content [data-address]")?.dataset.address ?? location.href, location);
  for (const name of TOLD_ONCE) found.searchParams.delete(name);
  return found.pathname + found.search;
}
