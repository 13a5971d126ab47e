// @ts-check
// The tabs of one browser share a session: after signing in again in one of them the others go on, unless somebody
// else signed in.
import { emit, find } from "./dom.js";
import { csrfToken } from "./http.js";
import { clearNotice, message, showNotice } from "./messages.js";

/** @typedef {{ user: string, csrf: string }} Session */

/** Tells the browser's other tabs of this page's session, and follows theirs. */
export function shareSession() {
  const user = document.body.dataset.user;
  if (!user) return;
  const others = new BroadcastChannel("fas:session");
  others.addEventListener("message", (/** @type {MessageEvent<Session>} */ { data }) => {
    clearNotice("another-user");
    if (data.user !== user) {
      showNotice(message("anotherUser", { now: data.user, here: user }), { name: "another-user" });
    } else if (data.csrf !== csrfToken()) {
      setToken(data.csrf);
      clearNotice("sign-in");
      emit(document, "fas:retry");
    }
  });
  others.postMessage({ user, csrf: csrfToken() });
}

/** @param {string} token */
function setToken(token) {
  const meta = find(document, 'meta[name="csrf"]', HTMLMetaElement);
  if (meta) meta.content = token;
  for (const field of document.querySelectorAll('input[name="csrf"]')) {
    if (field instanceof HTMLInputElement) field.value = token;
  }
}
