// @ts-check
// A form consists of subjects: the questions that have a hidden field `<question>:base_digest`, with the inputs
// `<question>`, `<question>:note`, `<question>:row:0:…`; all other inputs belong to the form as a whole, whose hidden
// field is `base_digest`. The digest tells the server which saved state of the subject the form shows.
/** @typedef {import("./form_fields.js").Fields} Fields */
/** @typedef {Record<string, string>} Digests Base digests by the names of their hidden fields. */
/** @typedef {Record<string, Fields>} Subjects The fields of a form by subject. */

export const WHOLE = "";

/** @param {string} subject */
export function baseName(subject) {
  return subject === WHOLE ? "base_digest" : `${subject}:base_digest`;
}

/**
 * The hidden fields of the base digests, by name.
 * @param {HTMLFormElement} form
 * @returns {Record<string, HTMLInputElement>}
 */
export function baseFields(form) {
  const inputs = [...form.elements].filter((each) => each instanceof HTMLInputElement);
  const hidden = inputs.filter(({ type, name }) => type === "hidden" && /(^|:)base_digest$/.test(name));
  return Object.fromEntries(hidden.map((each) => [each.name, each]));
}

/**
 * @param {HTMLFormElement} form
 * @returns {Digests}
 */
export function readBase(form) {
  return Object.fromEntries(Object.entries(baseFields(form)).map(([name, { value }]) => [name, value]));
}

/**
 * @param {HTMLFormElement} form
 * @param {Digests} digests
 */
export function setBase(form, digests) {
  const hidden = baseFields(form);
  for (const [name, digest] of Object.entries(digests)) if (hidden[name]) hidden[name].value = digest;
}

/** @param {HTMLFormElement} form */
export function subjectFinder(form) {
  const hidden = baseFields(form);
  return (/** @type {string} */ name) => {
    const question = name.split(":")[0];
    return baseName(question) in hidden ? question : WHOLE;
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {Fields} fields
 */
export function groupBySubject(form, fields) {
  const subjectOf = subjectFinder(form);
  /** @type {Subjects} */
  const subjects = {};
  for (const [name, values] of Object.entries(fields)) {
    subjects[subjectOf(name)] ??= {};
    subjects[subjectOf(name)][name] = values;
  }
  return subjects;
}

/**
 * @param {Subjects} subjects
 * @returns {Fields}
 */
export function ungroup(subjects) {
  return Object.assign({}, ...Object.values(subjects));
}

/**
 * The digests of a draft's fields, written as `field=digest` with blanks between.
 * @param {string} [joined]
 * @returns {Record<string, string>}
 */
export function splitDigests(joined = "") {
  const pairs = joined.split(" ").filter(Boolean);
  return Object.fromEntries(pairs.map((each) => each.split("=")));
}

/** @param {Record<string, string>} digests */
export function joinDigests(digests) {
  return Object.entries(digests)
    .map((each) => each.join("="))
    .join(" ");
}
