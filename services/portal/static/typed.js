// What is typed into a form, and giving it back without writing over what a colleague saved meanwhile.
// The hidden fields `seen` and `<question>:seen` tell the server what of the saved state a form shows. A question's fields are
// `<question>`, `<question>:note`, `<question>:row:0:…`; all others belong to the form as a whole.
const WHOLE = "";
const seenOf = (subject) => subject === WHOLE ? "seen" : `${subject}:seen`;

export function fieldsOf(form) {
  const fields = {};
  for (const element of form.elements) {
    if (!element.name || ["hidden", "file", "submit"].includes(element.type) || ["BUTTON", "FIELDSET"].includes(element.tagName)) continue;
    fields[element.name] ??= [];
    if (!["checkbox", "radio"].includes(element.type) || element.checked) fields[element.name].push(element.value);
  }
  return fields;
}

// The hidden fields that say what was seen, by name.
function seenFields(form) {
  const found = [...form.elements].filter(({ type, name }) => type === "hidden" && (name === "seen" || name.endsWith(":seen")));
  return Object.fromEntries(found.map((element) => [element.name, element]));
}

export function seenIn(form) {
  return Object.fromEntries(Object.entries(seenFields(form)).map(([name, { value }]) => [name, value]));
}

function subjectsOf(form) {
  const hidden = seenFields(form);
  return (name) => { const question = name.split(":")[0]; return seenOf(question) in hidden ? question : WHOLE; };
}

// The fields in parts, one for each question.
function parted(form, fields) {
  const subject = subjectsOf(form), parts = {};
  for (const [name, values] of Object.entries(fields)) (parts[subject(name)] ??= {})[name] = values;
  return parts;
}

// What a part says, comparable: an empty row more or less says nothing.
function said(part = {}) {
  const spoken = Object.entries(part).map(([name, values]) => [name, values.map((value) => value.trim()).filter(Boolean)]);
  return JSON.stringify(spoken.filter(([, values]) => values.length).sort());
}

// Whether nothing was typed to this question since the form showed `shown`.
export function untouched(form, shown, subject) {
  return said(parted(form, fieldsOf(form))[subject]) === said(parted(form, shown)[subject]);
}

// What a form shows of the saved state once the server has named in `set` what it took of the fields that were sent.
export function shownAfter(form, shown, sent, set) {
  const before = parted(form, shown), after = parted(form, sent);
  for (const subject of Object.keys(after)) if (seenOf(subject) in set) before[subject] = after[subject];
  return Object.assign({}, ...Object.values(before));
}

// Puts what was typed (`fields`, into a form that showed `shown`, with `seen`) into the form as it is now. Gives back what the form
// goes by as shown, or nothing where there was nothing to put. Where the form now shows neither what it did then nor what was `sent`
// without an answer, a colleague was there: the form goes by what it showed then, so that the server asks which is to stay.
export function giveBack(form, { fields, shown = {}, sent, seen = {} }) {
  const [typed, then, unheard, present] = [fields, shown, sent ?? shown, fieldsOf(form)].map((each) => parted(form, each));
  const hidden = seenFields(form), goesBy = { ...present };
  let any = false;
  for (const subject of new Set([...Object.keys(typed), ...Object.keys(then)])) {
    const mine = said(typed[subject]), now = said(present[subject]), name = seenOf(subject);
    if (mine === said(then[subject]) || mine === now) continue;
    any = true;
    if (![then, unheard].some((known) => said(known[subject]) === now) && name in seen && name in hidden) {
      hidden[name].value = seen[name];
      goesBy[subject] = then[subject] ?? {};
    }
    put(form, typed[subject] ?? {}, subject);
  }
  return any && Object.assign({}, ...Object.values(goesBy));
}

// The officer takes a colleague's answer to this question: what was typed there is as if it had not been.
export function takeTheirs(form, shown, subject) {
  put(form, parted(form, shown)[subject] ?? {}, subject);
}

// The texts that were typed since the form showed `shown`; figures and choices read otherwise once they are stored.
export function textsIn(form, shown) {
  const texts = [...form.elements].filter((each) => each.tagName === "TEXTAREA" || (each.tagName === "INPUT" && /^(text|email)$/.test(each.type) && each.inputMode !== "decimal"));
  return texts.filter(({ name, value }) => value.trim() && value !== shown[name]?.[0]).map(({ value }) => value.trim());
}

function put(form, fields, subject) {
  form.dispatchEvent(new CustomEvent("keep:restore", { detail: fields, bubbles: true }));
  const subjectOf = subjectsOf(form), gone = {};
  for (const { name } of form.elements) if (name.includes(":row:") && subjectOf(name) === subject) gone[name] = [];
  setFields(form, { ...gone, ...fields });
}

// Gives inputs the values that stand here by their names.
export function setFields(form, fields) {
  for (const element of form.elements) {
    const values = fields[element.name];
    if (!values || element.type === "hidden" || element.tagName === "BUTTON") continue;
    if (["checkbox", "radio"].includes(element.type)) element.checked = values.includes(element.value);
    else element.value = values[0] ?? "";
    element.dispatchEvent(new CustomEvent("keep:set", { bubbles: true }));
  }
}

// What others alone changed (`others`: inputs by field) goes where the form still has what was sent; elsewhere the form goes on
// remembering what it saw there. Gives back the inputs that changed, and the hidden fields to set.
export function takeOver(form, { others = {}, set = {} }, sent) {
  const present = fieldsOf(form), before = digests(seenIn(form).seen), after = digests(set.seen);
  let taken = {};
  for (const [field, inputs] of Object.entries(others)) {
    const same = Object.keys(inputs).every((name) => JSON.stringify(present[name]) === JSON.stringify(sent[name]));
    if (same) taken = { ...taken, ...inputs };
    else after[field] = before[field];
  }
  setFields(form, taken);
  return { taken, seen: set.seen ? { ...set, seen: Object.entries(after).map((each) => each.join("=")).join(" ") } : set };
}

// Gives inputs that still have what was `sent`, and are not being typed in, the values that the server understood; says which.
export function asUnderstood(form, values, sent) {
  const present = fieldsOf(form), at = document.activeElement?.name;
  const found = Object.fromEntries(Object.entries(values).filter(([name]) => name !== at && JSON.stringify(present[name]) === JSON.stringify(sent[name])));
  setFields(form, found);
  return found;
}

const digests = (seen = "") => Object.fromEntries(seen.split(" ").filter(Boolean).map((each) => each.split("=")));
