// Asking the server from a page: with the token against forged forms, and quietly where nobody did anything.
export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

export async function send(address, body) {
  document.dispatchEvent(new CustomEvent("fas:active"));
  return fetch(address, { method: "POST", body, headers: { "X-CSRF": csrf(), Accept: "application/json" }, redirect: "follow" });
}

export async function current() {
  const address = document.querySelector("[data-address]")?.dataset.address ?? location.href; // the answer to a form has another
  const answer = await fetch(address, { headers: { "X-Quiet": "1" }, redirect: "manual" });
  if (!answer.ok) return null;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  return fresh.body.dataset.user === document.body.dataset.user ? fresh : null; // somebody else may have signed in meanwhile
}

// Puts what `selector` finds in the present state of the page in the place of what it finds here; elements go by id.
// What was unfolded stays unfolded, and the keyboard's focus stays where it was.
export function replaceFrom(fresh, selector) {
  for (const old of document.querySelectorAll(selector)) {
    const found = old.id && fresh.getElementById(old.id);
    if (!found || found.outerHTML === old.outerHTML) continue;
    const now = document.importNode(found, true), focused = old.contains(document.activeElement) ? document.activeElement : null;
    const folds = [...now.querySelectorAll("details")];
    [...old.querySelectorAll("details")].forEach(({ open }, place) => { if (folds[place]) folds[place].open = open; });
    const next = focused && (like(focused, now) ?? now);
    old.replaceWith(now);
    if (next === now) now.tabIndex = -1;
    next?.focus({ preventScroll: true });
    if (window.htmx) window.htmx.process(now);
  }
}

function like(element, where) {
  if (element.id) return where.querySelector(`#${CSS.escape(element.id)}`);
  const href = element.getAttribute("href");
  return where.querySelector(href ? `a[href="${CSS.escape(href)}"]` : element.localName);
}
