// @ts-check
// What this browser keeps of a page, as JSON. It may refuse (full, or forbidden by whoever set it up): whoever asks
// is told.

/** @typedef {"localStorage" | "sessionStorage"} Area Kept for good, or as long as the browser's tab is open. */

/**
 * Whether the value is kept now.
 * @param {string} name
 * @param {unknown} value
 * @param {Area} [area]
 */
export function store(name, value, area = "localStorage") {
  try {
    window[area].setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * The value that was kept; null where there is none, or it can't be read.
 * @param {string} name
 * @param {Area} [area]
 * @returns {any}
 */
export function load(name, area = "localStorage") {
  try {
    return JSON.parse(window[area].getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {Area} [area]
 */
export function discard(name, area = "localStorage") {
  try {
    window[area].removeItem(name);
  } catch {
    // nothing is kept there
  }
}

/**
 * The names of all values whose name begins so.
 * @param {string} prefix
 * @param {Area} [area]
 */
export function storedNames(prefix, area = "localStorage") {
  try {
    return Object.keys(window[area]).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}
