// What the pages do beyond plain links and forms: typed text is kept and saved, files go up with progress, pages change live.
import { keepForms } from "./keep.js";
import { uploads } from "./uploads.js";
import { live } from "./live.js";
import { idle } from "./idle.js";
import { dialogs } from "./dialogs.js";
import { opened } from "./opened.js";
import { tabs } from "./tabs.js";
import { leftBehind } from "./left.js";

function counters() {
  for (const changed of ["input", "keep:set"]) document.addEventListener(changed, ({ target }) => {
    const counter = target.id && document.querySelector(`[data-counter-of="${CSS.escape(target.id)}"]`);
    if (!counter) return;
    const longest = Number(target.dataset.longest), typed = [...target.value].length;
    counter.textContent = `${typed}/${longest}`;
    counter.classList.toggle("over", typed > longest);
  });
}

// On a narrow screen the menu is folded until it is asked for.
function foldedMenu() {
  const menu = document.querySelector("[data-menu]"), narrow = matchMedia("(max-width: 800px)");
  const fit = () => { if (menu) menu.open = !narrow.matches; };
  narrow.addEventListener("change", fit);
  fit();
}

foldedMenu();
opened();
// What the page has to say first; a supplement opens on what is still to be corrected, unless the address leads elsewhere.
(document.querySelector("[data-focus]") ?? (location.hash ? null : document.querySelector("[data-opens]")))?.focus();
counters();
dialogs();
uploads();
keepForms();
idle();
tabs();
leftBehind();
live();
