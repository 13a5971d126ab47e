// Asking the server from a page: with the token against forged forms, and quietly where nobody did anything.
export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

export async function send(address, body) {
  document.dispatchEvent(new CustomEvent("fas:active"));
  return fetch(address, { method: "POST", body, headers: { "X-CSRF": csrf(), Accept: "application/json" }, redirect: "follow" });
}

export async function current() {
  const answer = await fetch(location.href, { headers: { "X-Quiet": "1" }, redirect: "manual" });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Puts what `selector` finds in the present state of the page in the place of what it finds here; elements go by id.
export function replaceFrom(fresh, selector) {
  for (const old of document.querySelectorAll(selector)) {
    const now = old.id && fresh.getElementById(old.id);
    if (now && now.outerHTML !== old.outerHTML && !old.contains(document.activeElement)) {
      old.replaceWith(document.importNode(now, true));
      if (window.htmx) window.htmx.process(document.getElementById(now.id));
    }
  }
}
