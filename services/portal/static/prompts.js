// The red prompts beside fields (DOMAIN A5, 1.8): the server says what is wrong each time it saves; here is only when to show it.
// A prompt appears once its field was left, never while its text is first typed, and stays until the text is corrected. What a
// submission found missing stays until something is typed there. Prompts of files are left to those who send files up.
import { drop, keep, kept } from "./stored.js";
import { fieldsOf } from "./typed.js";

const WHERE = "sessionStorage";

// The line of the summary on top that speaks of this field is done with.
export function ticked(id) {
  for (const link of document.querySelectorAll(".alert-danger li a")) {
    if (link.getAttribute("href") === `#${id}`) link.closest("li").classList.add("done");
  }
}

const changed = (element) => ["checkbox", "radio"].includes(element.type) ? element.checked !== element.defaultChecked
  : element.options ? [...element.options].some((option) => option.selected !== option.defaultSelected) : element.value !== element.defaultValue;
const same = (one = [], other = []) => JSON.stringify(one) === JSON.stringify(other);

export function promptsOf(form, user) {
  const name = `fas:prompts:${user}:${document.documentElement.lang}:${form.dataset.keep}`;
  const all = () => [...form.querySelectorAll("[data-prompt]")].filter((prompt) => !prompt.closest("[data-uploads]"));
  const elementsOf = (prompt) => [...form.querySelectorAll(`[aria-describedby~="${CSS.escape(prompt.id)}"]`)];
  const missing = new Set(all().filter((prompt) => prompt.textContent.trim())), leftOnce = new Set();
  let latest = [];

  function set(prompt, message) {
    if (prompt.textContent === message) return;
    prompt.textContent = message;
    for (const element of elementsOf(prompt)) {
      element.classList.toggle("is-invalid", Boolean(message));
      if (message) element.setAttribute("aria-invalid", "true");
      else element.removeAttribute("aria-invalid");
    }
  }

  // `named` are faults; `due` says of a field that has one and shows none yet whether it is to be shown now.
  function show(named, due, fresh = () => true) {
    for (const prompt of all()) {
      const elements = elementsOf(prompt), error = named.find(({ field }) => field === prompt.dataset.prompt);
      if (!elements.every(fresh)) continue; // typed on since: the next answer speaks of it
      if (!error && missing.has(prompt) && !elements.some(changed)) continue; // a draft is saved without it; a submission is not
      if (error && !prompt.textContent.trim() && !due(prompt, elements)) continue;
      set(prompt, error?.message ?? "");
      if (!error && missing.delete(prompt)) for (const element of elements) ticked(element.id);
    }
  }

  const wasLeft = (prompt, elements) => !elements.length
    || elements.some((element) => leftOnce.has(element.name) && element !== document.activeElement);

  // Over a reload, too: as long as the field still says what was wrong.
  function remember(fields) {
    const shown = all().filter((prompt) => prompt.textContent.trim() && !missing.has(prompt));
    const record = shown.map((prompt) => ({
      field: prompt.dataset.prompt, message: prompt.textContent, said: elementsOf(prompt).map((element) => fields[element.name]),
    }));
    if (record.length) keep(name, record, WHERE);
    else drop(name, WHERE);
  }

  const before = kept(name, WHERE) ?? [], now = fieldsOf(form);
  show(before.filter(({ field, said }) => {
    const prompt = all().find((each) => each.dataset.prompt === field);
    return prompt && same(elementsOf(prompt).map((element) => now[element.name]), said);
  }), () => true);

  return {
    // A save was stored, with these faults of what is filled in; `sent` are the fields that it was about.
    found(named, sent) {
      latest = named;
      const present = fieldsOf(form);
      show(named, wasLeft, (element) => !element.name || same(present[element.name], sent[element.name]));
      remember(present);
    },
    // A save was refused for these.
    refused(named) { show(named, () => true); },
    left(element) {
      if (!element.name) return;
      leftOnce.add(element.name);
      if (!form.dataset.unsaved) { show(latest, (prompt, elements) => elements.includes(element)); remember(fieldsOf(form)); }
    },
  };
}
