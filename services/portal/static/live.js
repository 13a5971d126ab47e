// The page of a case changes when customs moves it: what is only shown is replaced, what is being typed stays.
// Shown parts have data-live and an id; an element with data-case names the case, data-standing where it stands.
// A part with data-again-in is looked at again after so many seconds, because something will have been tried by then.
import { current, replaceFrom } from "./fetching.js";
import { notice, settle, words } from "./words.js";

// Saving for the first time turns «pending» into a draft; that is the officer's own doing and no news.
const place = (element) => element.dataset.standing.replace("/pending", "/draft");
const LOST = [1000, 2000, 5000, 10000];

export function live() {
  const subject = document.querySelector("[data-case]");
  if (!subject && !document.querySelector("[data-live-any]")) return;
  let tries = 0, asked = 0, again;

  function open() {
    const stream = new EventSource("/live");
    stream.addEventListener("open", () => {
      if (tries) { notice(words("reconnected"), { name: "live" }); setTimeout(() => settle("live"), 4000); }
      tries = 0;
      changed(); // what moved after the page was made and before the line was there
    });
    stream.addEventListener("case", ({ data }) => {
      const moved = JSON.parse(data);
      if (!subject || moved.id === subject.dataset.case) changed();
    });
    stream.addEventListener("error", () => {
      stream.close();
      if (tries) notice(words("reconnecting"), { name: "live" });
      setTimeout(open, LOST[Math.min(tries++, LOST.length - 1)]);
    });
  }

  async function changed() {
    const mine = ++asked, address = location.href, fresh = await current().catch(() => null);
    if (mine !== asked) return; // somebody asked later, and may have been answered sooner
    if (address !== location.href) { changed(); return; } // a list was filtered meanwhile
    if (fresh) put(fresh);
    lookAgain();
  }

  function put(fresh) {
    const standing = document.querySelector("[data-standing]"), now = fresh.querySelector("[data-standing]");
    replaceFrom(fresh, "[data-live]");
    if (standing && now && place(standing) !== place(now)) {
      const what = fresh.querySelector("[data-sentence]")?.textContent.trim().replace(/\s+/g, " ") ?? "";
      notice(words("moved", { what }), { name: "moved", action: words("look"), onAction: () => location.reload() });
    }
    if (standing && now) standing.dataset.standing = now.dataset.standing;
  }

  function lookAgain() {
    clearTimeout(again);
    const seconds = Number(document.querySelector("[data-again-in]")?.dataset.againIn);
    if (seconds) again = setTimeout(changed, seconds * 1000);
  }

  open();
  lookAgain();
}
