// After 28 idle minutes a warning, after 30 the session is over; what was typed stays.
import { send } from "./fetching.js";
import { notice, words } from "./words.js";

export function idle() {
  const minutes = Number(document.body.dataset.idleMinutes);
  if (!minutes) return;
  const warning = document.getElementById("idle");
  let warn, end;

  function active() {
    clearTimeout(warn);
    clearTimeout(end);
    warn = setTimeout(() => warning.showModal(), (minutes - 2) * 60_000);
    end = setTimeout(() => {
      warning.close();
      notice(words("signIn"), { name: "sign-in", action: words("signInLink"), href: "/sign-in?next=/signed-in" });
    }, minutes * 60_000);
  }

  warning.querySelector("[data-stay]").addEventListener("click", async () => {
    warning.close();
    await send("/stay", new FormData());
  });
  document.addEventListener("fas:active", active);
  active();
}
