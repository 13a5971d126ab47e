// @ts-check
// The line of a case's stages, where it is wider than the screen.
import { find } from "./dom.js";

/** Today is in view, not the beginning. */
export function showToday() {
  const today = find(document, "#course .today", SVGElement);
  const box = today?.closest(".scroll");
  if (!today || !box) return;
  const place = today.getBoundingClientRect().left - box.getBoundingClientRect().left;
  box.scrollLeft += place - box.clientWidth * 0.8;
}
