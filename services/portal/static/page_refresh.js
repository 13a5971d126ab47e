// @ts-check
// The present state of the page, and putting parts of it in the place of what is shown.
import { all, find } from "./dom.js";
import { getQuietly, parsePage } from "./http.js";

/** This page as the server makes it now; null where it can't, or somebody else has signed in meanwhile. */
export async function fetchCurrentPage() {
  // The answer to a form has another address than the page that it shows.
  const address = find(document, "[data-address]", HTMLElement)?.dataset.address ?? location.href;
  try {
    const answer = await getQuietly(address);
    if (!answer.ok) return null;
    const fresh = parsePage(await answer.text());
    return fresh.body.dataset.user === document.body.dataset.user ? fresh : null;
  } catch {
    return null;
  }
}

/** Whether the case of this page was saved since the page was made; true where that is not known. */
export async function hasCaseChanged() {
  const { case: id, version } = find(document, "[data-version]", HTMLElement)?.dataset ?? {};
  if (!id) return true;
  const answer = await getQuietly(`/cases/${id}/version`).catch(() => null);
  return !answer?.ok || (await answer.text()) !== version;
}

/**
 * Resolves when nothing on the page is being pressed: what is replaced between press and release is not clicked.
 * @returns {Promise<void>}
 */
export function whenReleased() {
  if (!document.querySelector("main :active")) return Promise.resolve();
  return new Promise((resolve) => {
    const after = () => setTimeout(resolve); // the click comes first
    for (const end of ["pointerup", "pointercancel", "keyup"]) window.addEventListener(end, after, { once: true });
  });
}

/**
 * Puts what `selector` finds here into its present state; elements are known by their id, one that is not there now
 * stays. What was unfolded stays unfolded, and the keyboard's focus stays where it was.
 * @param {Document} fresh
 * @param {string} selector
 */
export function replaceParts(fresh, selector) {
  for (const old of all(document, selector)) {
    const found = old.id && fresh.getElementById(old.id);
    if (found && found.outerHTML !== old.outerHTML) replacePart(old, document.importNode(found, true));
  }
}

/**
 * @param {HTMLElement} old
 * @param {HTMLElement} present
 */
function replacePart(old, present) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const unfolded = [...old.querySelectorAll("details")].map(({ open }) => open);
  [...present.querySelectorAll("details")].forEach((each, place) => {
    each.open = unfolded[place] ?? each.open;
  });
  const next = focused && (counterpart(focused, present) ?? present);
  old.replaceWith(present);
  if (next === present) present.tabIndex = -1;
  next?.focus({ preventScroll: true });
  const { htmx } = /** @type {Window & { htmx?: { process: (element: Element) => void } }} */ (window);
  htmx?.process(present);
}

/**
 * The element that is now what `element` was: of the same id, else the same link, else the first of its kind.
 * @param {Element} element
 * @param {HTMLElement} place
 */
function counterpart(element, place) {
  if (element.id) return find(place, `#${CSS.escape(element.id)}`, HTMLElement);
  const href = element.getAttribute("href");
  return find(place, href ? `a[href="${CSS.escape(href)}"]` : element.localName, HTMLElement);
}
