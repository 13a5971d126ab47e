// @ts-check
// The tabs of one browser count the same unread news: the page that was made last knows it, and tells the others.
import { find } from "./dom.js";

/** @typedef {{ user: string | undefined, unread: string }} Counted */

/** Tells the browser's other tabs what this page counts, and follows theirs. */
export function shareUnreadCount() {
  const unread = countElement()?.textContent;
  if (unread === undefined || unread === null) return;
  const { user } = document.body.dataset;
  const others = new BroadcastChannel("fas:unread");
  others.addEventListener("message", (/** @type {MessageEvent<Counted>} */ { data }) => {
    if (data.user === user) show(data.unread);
  });
  others.postMessage({ user, unread });
}

/** @param {string} unread */
function show(unread) {
  const element = countElement();
  if (!element) return;
  element.textContent = unread;
  element.parentElement?.classList.toggle("some", unread !== "");
}

function countElement() {
  return find(document, "#news-count .count", HTMLElement);
}
