// @ts-check
// After 28 idle minutes a warning, after 30 the session is over; what was typed stays. All tabs of a browser are one
// visitor: whoever works in one of them is idle in none, and typing counts though nothing is sent for it.
import { find, listen, need } from "./dom.js";
import { post } from "./http.js";
import { message, showNotice } from "./messages.js";

const MINUTE_MS = 60_000;
const WARNING_MINUTES = 2;
/** Somebody who only types has the session prolonged this often. */
const PROLONGED_EVERY_MS = 5 * MINUTE_MS;

/** Warns, and says when the session is over; nothing where nobody is signed in. */
export function watchIdleTime() {
  const minutes = Number(document.body.dataset.idleMinutes);
  if (minutes) new IdleTimeout(minutes).start();
}

class IdleTimeout {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #warnTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #endTimer;
  #lastActivity = 0;

  /** @param {number} minutes */
  constructor(minutes) {
    this.minutes = minutes;
    this.warning = need(document, "#idle", HTMLDialogElement);
    this.tabs = new BroadcastChannel("fas:active");
  }

  start() {
    find(this.warning, "[data-stay]", HTMLElement)?.addEventListener("click", () => this.#prolong());
    for (const doing of ["keydown", "pointerdown", "input"]) {
      document.addEventListener(doing, () => {
        if (!this.warning.open && Date.now() - this.#lastActivity > PROLONGED_EVERY_MS) this.#prolong();
      });
    }
    listen(document, "fas:active", () => this.#onActivity());
    document.addEventListener("htmx:before:request", () => this.#onActivity());
    this.tabs.addEventListener("message", () => this.#restartTimers());
    this.#onActivity(); // the page itself was asked for
  }

  /** The server has just seen this session. */
  #restartTimers() {
    this.#lastActivity = Date.now();
    clearTimeout(this.#warnTimer);
    clearTimeout(this.#endTimer);
    if (this.warning.open) this.warning.close();
    this.#warnTimer = setTimeout(() => this.warning.showModal(), (this.minutes - WARNING_MINUTES) * MINUTE_MS);
    this.#endTimer = setTimeout(() => this.#end(), this.minutes * MINUTE_MS);
  }

  #onActivity() {
    this.#restartTimers();
    this.tabs.postMessage("active");
  }

  async #prolong() {
    const answer = await post("/stay", new FormData()).catch(() => null);
    if (answer?.status === 401) this.#end(); // the computer slept meanwhile
  }

  #end() {
    this.warning.close();
    showNotice(message("signIn"), { name: "sign-in", action: message("signInLink"), href: "/sign-in?next=/signed-in" });
  }
}
