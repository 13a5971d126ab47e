// The page of a case changes when customs moves it: what is only shown is replaced, what is being typed stays.
// Shown parts have data-live and an id; an element with data-case names the case, data-standing where it stands.
import { current, replaceFrom } from "./fetching.js";
import { notice, settle, words } from "./words.js";

const LOST = [1000, 2000, 5000, 10000];

export function live() {
  const subject = document.querySelector("[data-case]");
  if (!subject && !document.querySelector("[data-live-any]")) return;
  let tries = 0;

  function open() {
    const stream = new EventSource("/live");
    stream.addEventListener("open", () => {
      if (tries) { notice(words("reconnected"), { name: "live" }); setTimeout(() => settle("live"), 4000); }
      tries = 0;
      changed(); // what moved between the making of the page and this moment was told to nobody
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
    const fresh = await current().catch(() => null);
    if (!fresh) return;
    const standing = document.querySelector("[data-standing]"), now = fresh.querySelector("[data-standing]");
    replaceFrom(fresh, "[data-live]");
    if (standing && now && standing.dataset.standing !== now.dataset.standing) {
      standing.dataset.standing = now.dataset.standing;
      const what = fresh.querySelector("[data-sentence]")?.textContent.trim() ?? "";
      notice(words("moved", { what }), { name: "moved", action: words("look"), onAction: () => location.reload() });
    }
  }

  open();
}
