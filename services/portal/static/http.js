// @ts-check
// Requests to the server: with the token against forged forms, and quietly where nobody did anything.
import { emit, find } from "./dom.js";

/** @typedef {ReadonlyArray<[name: string, value: string]>} Headers */

/** The token that the server wants with every change. */
export function csrfToken() {
  return find(document, 'meta[name="csrf"]', HTMLMetaElement)?.content ?? "";
}

/**
 * Posts what an officer did; rejects where the server can't be reached.
 * @param {string} address
 * @param {FormData} body
 */
export async function post(address, body) {
  emit(document, "fas:active");
  const headers = { "X-CSRF": csrfToken(), Accept: "application/json" };
  return fetch(address, { method: "POST", body, headers, redirect: "follow" });
}

/**
 * Sends a form as the browser would, and hears the page that it is answered with; rejects where the server can't be
 * reached.
 * @param {string} address
 * @param {FormData} body
 */
export function sendForm(address, body) {
  emit(document, "fas:active");
  return fetch(address, { method: "POST", body, headers: { "X-CSRF": csrfToken(), Accept: "text/html" } });
}

/**
 * Gets a page without counting as activity of the officer; a redirect is not followed.
 * @param {string} address
 */
export function getQuietly(address) {
  return fetch(address, { headers: { "X-Quiet": "1" }, redirect: "manual" });
}

/**
 * The page that a server answered with.
 * @param {string} html
 */
export function parsePage(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
