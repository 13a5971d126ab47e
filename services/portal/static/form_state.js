// @ts-check
// What is typed into a form, and putting it back without writing over what a colleague saved meanwhile.
import { all, emit } from "./dom.js";
import { inputsOf, readFields, sameValues, setFields } from "./form_fields.js";
import * as subjects from "./form_subjects.js";

/** @typedef {import("./form_fields.js").Fields} Fields */
/** @typedef {import("./form_subjects.js").Digests} Digests */

/**
 * What was typed into a form, and what the form went by then.
 * @typedef {object} Typed
 * @property {Fields} fields
 * @property {Fields} [shown] The saved state that the form showed.
 * @property {Digests} [base]
 * @property {Fields} [sent] What was sent last, without an answer.
 */

/**
 * What the server says of a save that it took, or took in part.
 * @typedef {object} Merge
 * @property {Digests} [base_digests]
 * @property {Record<string, Fields>} [remote_inputs] By field of the draft: inputs that somebody else alone changed.
 */

/** No saved state has it: the server takes what was typed on it for a conflict, and asks. */
const UNKNOWN_BASE = "unknown";
const ROW = /:row:(\d+)/;

/**
 * Whether two states of a subject say the same: blanks around a value do not count, nor do empty inputs or empty rows.
 * @param {HTMLFormElement} form
 * @param {Fields} [one]
 * @param {Fields} [other]
 */
function saysTheSame(form, one = {}, other = {}) {
  return comparable(form, one) === comparable(form, other);
}

/**
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 */
function comparable(form, fields) {
  const said = Object.entries(fields)
    .map(([name, values]) => [name, ...values.map((each) => each.trim()).filter(Boolean)])
    .filter(({ length }) => length > 1);
  const rows = rowsAsStored(
    form,
    said.map(([name]) => name),
  );
  const place = (/** @type {string} */ _, /** @type {string} */ number) => `:row:${rows.indexOf(Number(number))}`;
  return JSON.stringify(said.map(([name, ...values]) => [name.replace(ROW, place), ...values]).sort());
}

/**
 * The numbers of a table's rows that are stored, in their order: the prepared ones, then those that say something.
 * @param {HTMLFormElement} form
 * @param {string[]} names The inputs of a subject that say something.
 */
function rowsAsStored(form, names) {
  const question = names[0]?.split(":")[0] ?? "";
  const prepared = all(form, `[data-rows="${CSS.escape(question)}"] [data-prepared]`).keys();
  const filled = names.flatMap((name) => ROW.exec(name)?.[1] ?? []).map(Number);
  return [...new Set([...prepared, ...filled])].sort((one, other) => one - other);
}

/**
 * Whether nothing was typed to this question since the form showed `shown`.
 * @param {HTMLFormElement} form
 * @param {Fields} shown
 * @param {string} question
 */
export function isUntouched(form, shown, question) {
  return saysTheSame(
    form,
    subjects.groupBySubject(form, readFields(form))[question],
    subjects.groupBySubject(form, shown)[question],
  );
}

/**
 * What a form shows of the saved state after a save: `sent` where the server names the new base digest, else as
 * before.
 * @param {HTMLFormElement} form
 * @param {Fields} shown
 * @param {Fields} sent
 * @param {Digests} digests
 */
export function shownAfterSave(form, shown, sent, digests) {
  const saved = Object.entries(subjects.groupBySubject(form, sent)).filter(
    ([subject]) => subjects.baseName(subject) in digests,
  );
  return subjects.ungroup({ ...subjects.groupBySubject(form, shown), ...Object.fromEntries(saved) });
}

/**
 * Puts what was typed earlier back into the form as it is now. Returns what the form goes by as shown, or null where
 * there was nothing to put back.
 *
 * Where the form now shows neither what it showed when the text was typed, nor what was sent then without an answer,
 * a colleague has saved meanwhile: the form goes by its earlier base, so that the server asks which of the two is to
 * stay.
 * @param {HTMLFormElement} form
 * @param {Typed} typed
 * @returns {Fields | null}
 */
export function restoreTyped(form, { fields, shown = {}, base = {}, sent = shown }) {
  const [typedBy, shownBy, sentBy] = [fields, shown, sent].map((each) => subjects.groupBySubject(form, each));
  const presentBy = subjects.groupBySubject(form, readFields(form));
  const hidden = subjects.baseFields(form);
  const newlyShown = { ...presentBy };
  /** @type {(one?: Fields, other?: Fields) => boolean} */
  const isSame = (one, other) => saysTheSame(form, one, other);
  const restored = [...new Set([...Object.keys(typedBy), ...Object.keys(shownBy)])].filter((subject) => {
    const typed = typedBy[subject];
    return !isSame(typed, shownBy[subject]) && !isSame(typed, presentBy[subject]);
  });
  for (const subject of restored) {
    const present = presentBy[subject];
    const isExpected = isSame(present, shownBy[subject]) || isSame(present, sentBy[subject]);
    const name = subjects.baseName(subject);
    if (!isExpected && hidden[name]) {
      hidden[name].value = base[name] ?? UNKNOWN_BASE;
      newlyShown[subject] = shownBy[subject] ?? {};
    }
    fillSubject(form, typedBy[subject] ?? {}, subject);
  }
  return restored.length ? subjects.ungroup(newlyShown) : null;
}

/**
 * What was sent before, of the subjects that were put back since; of all others what the form shows, whose base it has.
 * @param {HTMLFormElement} form
 * @param {Fields} shown
 * @param {Fields} sent
 */
export function sentBefore(form, shown, sent) {
  const groups = [readFields(form), shown, sent].map((each) => subjects.groupBySubject(form, each));
  const [presentBy, shownBy, sentBy] = groups;
  const others = Object.entries(presentBy).filter(([subject, fields]) => saysTheSame(form, fields, shownBy[subject]));
  return subjects.ungroup({ ...sentBy, ...Object.fromEntries(others) });
}

/**
 * Puts the saved answer to a question back into the form: the officer takes a colleague's, and gives up what they
 * typed.
 * @param {HTMLFormElement} form
 * @param {Fields} shown
 * @param {string} question
 */
export function giveUpTyped(form, shown, question) {
  fillSubject(form, subjects.groupBySubject(form, shown)[question] ?? {}, question);
}

/**
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 * @param {string} subject
 */
function fillSubject(form, fields, subject) {
  emit(form, "fas:restore", fields);
  const subjectOf = subjects.subjectFinder(form);
  const cells = inputsOf(form).filter(({ name }) => name.includes(":row:") && subjectOf(name) === subject);
  setFields(form, { ...Object.fromEntries(cells.map(({ name }) => [name, []])), ...fields });
}

/**
 * The texts that were typed since the form showed `shown`; figures and choices read otherwise once they are stored.
 * @param {HTMLFormElement} form
 * @param {Fields} shown
 */
export function typedTexts(form, shown) {
  const texts = inputsOf(form).filter(
    (each) => /^(textarea|text|email)$/.test(each.type) && each.inputMode !== "decimal",
  );
  const changed = texts.filter(({ name, value }) => value.trim() && value !== shown[name]?.[0]);
  return changed.map(({ value }) => value.trim());
}

/**
 * Shows what somebody else alone changed where the form still has what was sent; elsewhere the form goes on with the
 * base that it had there, so that the next save is asked about. Sets the base digests, and returns the inputs that
 * were filled.
 * @param {HTMLFormElement} form
 * @param {Merge} merge
 * @param {Fields} sent
 */
export function applyRemoteInputs(form, { remote_inputs = {}, base_digests = {} }, sent) {
  const name = subjects.baseName(subjects.WHOLE);
  const present = readFields(form);
  const earlier = subjects.splitDigests(subjects.readBase(form)[name]);
  const digests = subjects.splitDigests(base_digests[name]);
  /** @type {Fields} */
  let filled = {};
  for (const [field, inputs] of Object.entries(remote_inputs)) {
    const isAsSent = Object.keys(inputs).every((input) => sameValues(present[input], sent[input]));
    if (isAsSent) filled = { ...filled, ...inputs };
    else digests[field] = earlier[field];
  }
  setFields(form, filled);
  const merged = name in base_digests ? { [name]: subjects.joinDigests(digests) } : {};
  subjects.setBase(form, { ...base_digests, ...merged });
  return filled;
}

/**
 * Gives inputs the values that the server understood (a telephone without its blanks), but not where something else
 * stands by now, nor under the officer's hands. Returns what was filled.
 * @param {HTMLFormElement} form
 * @param {Fields} understood
 * @param {Fields} sent
 */
export function applyUnderstood(form, understood, sent) {
  const present = readFields(form);
  const focused = document.activeElement?.getAttribute("name");
  const changed = Object.entries(understood).filter(
    ([name]) => name !== focused && sameValues(present[name], sent[name]),
  );
  const filled = Object.fromEntries(changed);
  setFields(form, filled);
  return filled;
}
