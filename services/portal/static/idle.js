// After 28 idle minutes a warning, after 30 the session is over; what was typed stays. All tabs of a browser are one visitor:
// whoever works in one of them is idle in none, and typing counts though nothing is sent for it.
import { send } from "./fetching.js";
import { notice, words } from "./words.js";

const TOLD_ANEW = 5 * 60_000;

export function idle() {
  const minutes = Number(document.body.dataset.idleMinutes);
  if (!minutes) return;
  const warning = document.getElementById("idle"), tabs = new BroadcastChannel("fas:active");
  let warn, end, lastStep;

  // The server has just seen this session.
  function stepped() {
    lastStep = Date.now();
    clearTimeout(warn);
    clearTimeout(end);
    if (warning.open) warning.close();
    warn = setTimeout(() => warning.showModal(), (minutes - 2) * 60_000);
    end = setTimeout(over, minutes * 60_000);
  }

  function over() {
    warning.close();
    notice(words("signIn"), { name: "sign-in", action: words("signInLink"), href: "/sign-in?next=/signed-in" });
  }

  function active() {
    stepped();
    tabs.postMessage("active");
  }

  async function stay() {
    const answer = await send("/stay", new FormData()).catch(() => null);
    if (answer?.status === 401) over(); // the computer slept meanwhile
  }

  warning.querySelector("[data-stay]").addEventListener("click", stay);
  for (const doing of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(doing, () => { if (!warning.open && Date.now() - lastStep > TOLD_ANEW) stay(); });
  }
  for (const asking of ["fas:active", "htmx:before:request"]) document.addEventListener(asking, active);
  tabs.addEventListener("message", stepped);
  active(); // the page itself was asked for
}
