// @ts-check
// The pages that were opened stand as tabs over the page (DOMAIN 1.8, manual 2.4.1 and 2.4.3): one for each case and
// each list. They are kept for this browser tab and this user; a page says what it is by data-tab, data-tab-kind and
// data-tab-name.
import { create, find, need } from "./dom.js";
import { message } from "./messages.js";
import { discard, load, store, storedNames } from "./storage.js";

/** @typedef {{ key: string, kind: string, name: string, href: string }} PageTab */

const MOST = 20;
const PREFIX = "fas:opened:";
const AREA = "sessionStorage";
/** Parameters of an address that make its page say something once, after something was done. */
const SAID_ONCE = ["saved", "submitted", "answered", "declared", "complete", "open"];
/** @type {PageTab} */
const START = { key: "/", kind: "Start", name: "", href: "/" };
/** The part of a strip's width that one click moves it by. */
const STEP = 0.8;

/** Shows the tabs; those of another user of this browser tab are forgotten. */
export function showPageTabs() {
  const user = document.body.dataset.user;
  const nav = document.getElementById("opened");
  if (user) for (const name of storedNames(PREFIX, AREA)) if (name !== PREFIX + user) discard(name, AREA);
  if (nav) new PageTabs(nav, PREFIX + user).start();
}

class PageTabs {
  /** The key of the tab that is closed as this page is left. */
  #leaving = "";

  /**
   * @param {HTMLElement} nav
   * @param {string} name Of the tabs in the browser's storage.
   */
  constructor(nav, name) {
    this.nav = nav;
    this.name = name;
    this.strip = need(nav, "ul", HTMLUListElement);
    this.menu = need(nav, "details", HTMLDetailsElement);
    this.left = need(nav, '[data-move="-1"]', HTMLButtonElement);
    this.right = need(nav, '[data-move="1"]', HTMLButtonElement);
    this.page = need(document, "#content", HTMLElement).dataset;
  }

  start() {
    this.#listenToMenu();
    this.#listenToMoves();
    this.#listenToPage();
    this.#remember();
    this.#show();
  }

  #listenToMenu() {
    const { menu } = this;
    const fold = () => {
      menu.open = false;
      need(menu, "summary", HTMLElement).focus();
    };
    for (const button of menu.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        menu.open = false;
        if (button.dataset.close === "others") this.#closeOthers();
        else this.#closeAll();
        fold();
      });
    }
    document.addEventListener("click", ({ target }) => {
      if (target instanceof Node && !menu.contains(target)) menu.open = false;
    });
    menu.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") fold();
    });
  }

  #listenToMoves() {
    for (const button of [this.left, this.right]) {
      button.addEventListener("click", () => {
        this.strip.scrollLeft += Number(button.dataset.move) * this.strip.clientWidth * STEP;
      });
    }
    this.strip.addEventListener("scroll", () => this.#enableMoves());
    window.addEventListener("resize", () => this.#showCurrent());
  }

  #listenToPage() {
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !(event.target instanceof Element)) return;
      const forgets = event.target.matches("[data-forgets-tabs]");
      if (forgets || event.target.matches("[data-closes-tab]")) this.#leaving = this.page.tab ?? "";
      if (forgets) this.#write([]);
    });
    window.addEventListener("pagehide", () => this.#remember());
    window.addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      this.#leaving = "";
      this.#remember();
      this.#show();
    });
  }

  /** @returns {PageTab[]} */
  #read() {
    return load(this.name, AREA) ?? [];
  }

  /** @param {PageTab[]} tabs */
  #write(tabs) {
    store(this.name, tabs, AREA);
  }

  /** Gives this page a tab, with the address that it has by now: a list may have been filtered meanwhile. */
  #remember() {
    const { tab: key, tabKind: kind = "", tabName: name = "" } = this.page;
    let tabs = this.#read().filter((tab) => tab.key !== this.#leaving);
    if (document.querySelector('[data-error="not_found"]')) {
      tabs = tabs.filter(({ href }) => new URL(href, location.href).pathname !== location.pathname);
    }
    if (key && key !== this.#leaving) {
      const mine = { key, kind, name, href: lastingAddress() };
      const isKnown = tabs.some((tab) => tab.key === key);
      tabs = isKnown ? tabs.map((tab) => (tab.key === key ? mine : tab)) : [...tabs, mine];
    }
    this.#write(tabs.slice(-MOST));
  }

  #show() {
    this.strip.replaceChildren(...[START, ...this.#read()].map((tab) => this.#draw(tab)));
    this.nav.dataset.ready = "";
    this.#showCurrent();
  }

  /** Moves the tab of this page into the middle of the strip. */
  #showCurrent() {
    const { strip } = this;
    const current = find(strip, "li:has([aria-current])", HTMLLIElement);
    if (current) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
    this.#enableMoves();
  }

  #enableMoves() {
    const { scrollLeft, clientWidth, scrollWidth } = this.strip;
    this.left.disabled = scrollLeft <= 0;
    this.right.disabled = scrollLeft + clientWidth >= scrollWidth - 1;
  }

  /** @param {PageTab} tab */
  #draw(tab) {
    const item = create("li");
    const title = message(`tab${tab.kind}`, tab);
    const link = create("a", { href: tab.href, textContent: title, title });
    if (tab.key === (this.page.tab ?? location.pathname)) link.setAttribute("aria-current", "page");
    item.append(link);
    if (tab === START) return item;
    const close = create("button", { type: "button", textContent: "×" });
    close.setAttribute("aria-label", message("tabClose", { title }));
    close.addEventListener("click", () => this.#close(tab, item));
    item.append(close);
    return item;
  }

  /**
   * @param {PageTab} tab
   * @param {HTMLLIElement} item
   */
  #close(tab, item) {
    const neighbour = item.nextElementSibling ?? item.previousElementSibling ?? item; // the start page's always stays
    const link = need(neighbour, "a", HTMLAnchorElement);
    if (tab.key === this.page.tab) {
      this.#leave(link.href);
      return;
    }
    this.#write(this.#read().filter(({ key }) => key !== tab.key));
    item.remove();
    link.focus();
    this.#enableMoves();
  }

  #closeOthers() {
    this.#write(this.#read().filter(({ key }) => key === this.page.tab));
    this.#show();
  }

  #closeAll() {
    this.#write([]);
    if (this.page.tab) this.#leave("/");
    else this.#show();
  }

  /**
   * Leaves this page as by any link: what was typed in it is saved or kept.
   * @param {string} href
   */
  #leave(href) {
    this.#leaving = this.page.tab ?? "";
    location.assign(href);
  }
}

/** Where this page is found again, without what it says only once. */
function lastingAddress() {
  const address = find(document, "#content [data-address]", HTMLElement)?.dataset.address ?? location.href;
  const found = new URL(address, location.href);
  for (const name of SAID_ONCE) found.searchParams.delete(name);
  return found.pathname + found.search;
}
