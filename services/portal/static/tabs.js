// The tabs of one browser share a session: after signing in again in one of them the others go on, unless somebody else signed in.
import { csrf } from "./fetching.js";
import { notice, settle, words } from "./words.js";

export function tabs() {
  const user = document.body.dataset.user;
  if (!user) return;
  const others = new BroadcastChannel("fas:session");
  others.addEventListener("message", ({ data }) => {
    settle("another-user");
    if (data.user !== user) {
      notice(words("anotherUser", { now: data.user, here: user }), { name: "another-user" });
    } else if (data.csrf !== csrf()) {
      document.querySelector('meta[name="csrf"]').content = data.csrf;
      for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = data.csrf;
      settle("sign-in");
      document.dispatchEvent(new CustomEvent("fas:retry"));
    }
  });
  others.postMessage({ user, csrf: csrf() });
}
