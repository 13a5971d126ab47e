// @ts-check
// The page of a case changes when customs moves it: what is only shown is replaced, what is being typed stays.
// Shown parts have data-live and an id; an element with data-case names the case, data-standing where it stands.
// A part with data-again-in is looked at again after so many seconds, because something will have been tried by then.
import { showToday } from "./course.js";
import { find } from "./dom.js";
import { clearNotice, message, showNotice } from "./messages.js";
import { fetchCurrentPage, hasCaseChanged, replaceParts, whenReleased } from "./page_refresh.js";

const RECONNECT_DELAYS_MS = [1000, 2000, 5000, 10000];
const RECONNECTED_NOTICE_MS = 4000;
const ANNOUNCED_MS = 8000;
const FORMS = "main form[data-draft], main form[data-upload-whole]";
/** The sentence of a stage whose submission goes to customs or lies there unread. */
const UNDER_WAY = ".sentence:is(.status-declared, .status-sent, .status-send_failed, .status-received)";

/** Follows the case of this page, or all cases where the page shows several. */
export function showLiveUpdates() {
  const caseId = find(document, "[data-case]", HTMLElement)?.dataset.case;
  if (caseId !== undefined || document.querySelector("[data-live-any]")) new LivePage(caseId).start();
}

class LivePage {
  #lostConnections = 0;
  #refreshes = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshTimer;

  /** @param {string} [caseId] All cases without it. */
  constructor(caseId) {
    this.caseId = caseId;
  }

  start() {
    this.#connect();
    this.#refreshAgain();
  }

  #connect() {
    const stream = new EventSource("/live");
    stream.addEventListener("open", () => this.#onConnected());
    stream.addEventListener("case", ({ data }) => {
      if (this.caseId === undefined || JSON.parse(data).id === this.caseId) this.#refresh();
    });
    stream.addEventListener("error", () => {
      stream.close();
      this.#onConnectionLost();
    });
  }

  #onConnected() {
    if (this.#lostConnections) {
      showNotice(message("reconnected"), { name: "live" });
      setTimeout(() => clearNotice("live"), RECONNECTED_NOTICE_MS);
    }
    this.#lostConnections = 0;
    this.#refreshIfChanged(); // what moved after the page was made and before the connection was there
  }

  #onConnectionLost() {
    if (this.#lostConnections) showNotice(message("reconnecting"), { name: "live" });
    const delay = RECONNECT_DELAYS_MS[Math.min(this.#lostConnections, RECONNECT_DELAYS_MS.length - 1)];
    this.#lostConnections += 1;
    setTimeout(() => this.#connect(), delay);
  }

  async #refreshIfChanged() {
    if (await hasCaseChanged()) this.#refresh();
  }

  async #refresh() {
    this.#refreshes += 1;
    const mine = this.#refreshes;
    const address = location.href;
    const fresh = await fetchCurrentPage();
    await whenReleased();
    if (mine !== this.#refreshes) return; // somebody asked later, and may have been answered sooner
    if (address !== location.href) {
      this.#refresh(); // a list was filtered meanwhile
      return;
    }
    if (fresh) show(fresh);
    this.#refreshAgain();
  }

  #refreshAgain() {
    clearTimeout(this.#refreshTimer);
    const seconds = Number(find(document, "[data-again-in]", HTMLElement)?.dataset.againIn);
    if (seconds) this.#refreshTimer = setTimeout(() => this.#refresh(), seconds * 1000);
  }
}

/**
 * Replaces what is only shown, and tells where the case has moved.
 * @param {Document} fresh
 */
function show(fresh) {
  const before = find(document, "[data-standing]", HTMLElement);
  const after = find(fresh, "[data-standing]", HTMLElement);
  replaceParts(fresh, "[data-live]");
  showToday();
  if (!before || !after) return;
  if (standing(before) !== standing(after)) tell(fresh);
  before.dataset.standing = after.dataset.standing;
  before.dataset.version = after.dataset.version;
}

/**
 * Tells that the case has moved. Where there is nothing to type, before and now, the page shows all of it already:
 * that is only said to those who don't see it.
 * @param {Document} fresh
 */
function tell(fresh) {
  const { told: what } = find(fresh, "[data-told]", HTMLElement)?.dataset ?? {};
  const isOver = !find(fresh, UNDER_WAY, HTMLElement);
  if (isOver) find(document, "[data-submitted]", HTMLElement)?.remove();
  const text = message("moved", { what });
  const isTyping = Boolean(document.querySelector(FORMS));
  if (isTyping || fresh.querySelector(FORMS)) {
    const onAction = () => location.reload();
    const whole = isTyping ? `${text} ${message("typingStays")}` : text;
    showNotice(whole, { name: "moved", action: message("look"), onAction });
  } else {
    showNotice(text, { name: "moved", isSeen: false });
    setTimeout(() => clearNotice("moved"), ANNOUNCED_MS);
  }
}

/**
 * Where the case stands. Saving for the first time turns «pending» into a draft; that is the officer's own doing and
 * no news.
 * @param {HTMLElement} element
 */
function standing(element) {
  return element.dataset.standing?.replace("/pending", "/draft");
}
