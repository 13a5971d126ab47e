// The questionnaire: rows of tables come and go, counts follow what is saved, a colleague's answer appears beside one's own.
import { current, replaceFrom } from "./fetching.js";
import { fieldsOf, untouched } from "./typed.js";
import { notice, words } from "./words.js";

const form = document.getElementById("answers");
const scripted = () => { for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false; };
scripted();

function numbered(table) {
  [...table.querySelectorAll("[data-row]")].forEach((row, place) => {
    row.querySelector(".row-no").textContent = place + 1;
    for (const element of row.querySelectorAll("[aria-label]")) {
      element.setAttribute("aria-label", element.getAttribute("aria-label").replace(/\d+(?=\D*$)/, place + 1));
    }
    for (const input of row.querySelectorAll("input")) input.name = input.name.replace(/:row:\d+:/, `:row:${place}:`);
  });
}

function added(table) {
  const last = table.querySelector("tbody").lastElementChild, row = last.cloneNode(true);
  for (const input of row.querySelectorAll("input")) input.value = "";
  last.after(row);
  numbered(table);
  return row;
}

function typed() { form.dispatchEvent(new CustomEvent("keep:typed")); }

document.addEventListener("click", ({ target }) => {
  const add = target.closest("[data-row-add]"), remove = target.closest("[data-row-remove]");
  if (add) added(document.querySelector(`[data-rows="${add.dataset.rowAdd}"]`)).querySelector("input").focus();
  if (!remove) return;
  const table = remove.closest("table"), row = remove.closest("[data-row]"), next = row.nextElementSibling ?? row.previousElementSibling;
  if (next) row.remove();
  else for (const input of row.querySelectorAll("input")) input.value = "";
  numbered(table);
  (next ?? row).querySelector("input").focus();
  typed();
});

// What was kept in this browser may have more rows than the page.
form?.addEventListener("keep:restore", ({ detail }) => {
  for (const name of Object.keys(detail)) {
    const found = name.match(/^(.+):row:(\d+):/), table = found && form.querySelector(`[data-rows="${found[1]}"]`);
    while (table && table.querySelectorAll("[data-row]").length <= Number(found[2])) added(table);
  }
});

function progressed({ open, open_required: required }) {
  if (!required) return;
  for (const place of document.querySelectorAll("[data-open-of]")) {
    const count = open[place.dataset.openOf];
    place.textContent = count ? place.dataset.some.replace("{count}", count) : place.dataset.none;
    place.classList.toggle("part-done", !count);
  }
  document.querySelector("[data-open-all]").textContent = required.length;
  for (const question of document.querySelectorAll("[data-question]")) {
    const still = required.includes(question.dataset.question);
    question.classList.toggle("question-open", still);
    question.querySelector("[data-mark-open]").hidden = !still;
  }
}

function theirs(found = {}) {
  for (const place of document.querySelectorAll("[data-theirs]")) {
    const html = found[place.dataset.theirs] ?? "";
    if (place.dataset.shown === html) continue;
    place.dataset.shown = html;
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }
}

// What colleagues answered meanwhile appears where nothing was typed; where something is being typed, the next save asks.
async function caughtUp({ behind = [], shown }) {
  const fresh = behind.length && await current().catch(() => null);
  if (!fresh) return;
  const quiet = behind.filter((question) => untouched(form, shown, question));
  for (const question of quiet) replaceFrom(fresh, `[data-question="${CSS.escape(question)}"]`);
  scripted();
  const now = Object.entries(fieldsOf(form)).filter(([name]) => quiet.includes(name.split(":")[0]));
  form.dispatchEvent(new CustomEvent("keep:shown", { detail: Object.fromEntries(now) }));
  if (quiet.length) notice(words("colleague"), { name: "colleague" });
}

form?.addEventListener("fas:saved", ({ detail }) => { progressed(detail); theirs(); caughtUp(detail); });
form?.addEventListener("fas:refused", ({ detail }) => { progressed(detail); theirs(detail.theirs); caughtUp(detail); });
document.addEventListener("fas:files", async () => {
  const fresh = await current().catch(() => null);
  if (!fresh) return;
  replaceFrom(fresh, "#parts-nav");
  for (const question of document.querySelectorAll("[data-question]")) {
    const still = fresh.getElementById(question.id)?.classList.contains("question-open") ?? false;
    question.classList.toggle("question-open", still);
    question.querySelector("[data-mark-open]").hidden = !still;
  }
});

// «Next» counts from the question one was at, and from what is typed by then.
let at = "";
document.addEventListener("focusin", ({ target }) => { at = target.closest("[data-question]")?.dataset.question ?? at; });
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-next]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (form.dataset.unsaved) await savedOnce();
  location.assign(at ? link.href.replace(/after=.*/, `after=${at}`) : link.href);
});

function savedOnce() {
  return new Promise((done) => {
    for (const name of ["fas:saved", "fas:refused"]) form.addEventListener(name, done, { once: true });
    setTimeout(done, 5000); // the server is away: what was typed stays in this browser
    form.dispatchEvent(new CustomEvent("keep:save"));
  });
}
