// @ts-check
// Sends a form to the server: a little after something was typed, one attempt at a time, again where no answer came.
import { readFields } from "./form_fields.js";
import { post } from "./http.js";

/** @typedef {import("./form_fields.js").Fields} Fields */
/** @typedef {import("./prompts.js").Fault} Fault */

/**
 * The server's answer to a save: what it took, and (from 400 on) what it refused and why.
 * @typedef {object} SaveAnswer
 * @property {string} [saved_at]
 * @property {Record<string, string>} [base_digests] Values for the hidden fields of what was taken.
 * @property {Record<string, Fields>} [remote_inputs] By field of a draft: inputs that a colleague alone changed.
 * @property {boolean} [by_oneself] Whether the others' changes were made in another window of the same user.
 * @property {string[]} [remote_changes] Questions that a colleague alone changed.
 * @property {Fields} [understood] Inputs that are stored otherwise than they were typed.
 * @property {Fault[]} [prompts] What is wrong in the fields that are filled in.
 * @property {Fault[]} [errors]
 * @property {string} [code]
 * @property {string} [message]
 * @property {string} [detail]
 * @property {string[]} [conflicting_inputs]
 * @property {{ label: string, text: string }[]} [conflicts] What a colleague wrote into fields that both changed.
 * @property {Record<string, string>} [conflicts_html] By question that both answered: the choice between the two.
 * @property {boolean} [stale_round]
 * @property {Record<string, number>} [open] Open required questions by part.
 * @property {string[]} [open_required]
 * @property {Record<string, string>} [lacks] By open question: the note or the file that alone it lacks.
 * @property {Record<string, string>} [calculated] What tables calculate, by the cell's name.
 * @property {Record<string, number>} [wrong] Answers that contradict the format, by part.
 */

/**
 * What was sent: `edits` counts what had been typed by then.
 * @typedef {{ body: FormData, fields: Fields, edits: number }} Attempt
 */

/**
 * Whose form is saved.
 * @typedef {object} DraftOwner
 * @property {HTMLFormElement} form
 * @property {number} edits How often something was typed.
 * @property {() => void} onSending
 * @property {(response: Response, answer: SaveAnswer, attempt: Attempt) => void} onAnswer
 * @property {() => void} onNoAnswer
 */

const TYPING_PAUSE_MS = 800;
const RETRY_DELAYS_MS = [2000, 4000, 8000, 15000, 30000];

export class DraftSaver {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #saveTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {Attempt | null} An attempt without an answer: it may have been stored. */
  #unanswered = null;
  #retries = 0;
  #isSaving = false;

  /** @param {DraftOwner} owner */
  constructor(owner) {
    this.owner = owner;
  }

  /** The fields that were sent without an answer, if any: the server may have stored them. */
  get unansweredFields() {
    return this.#unanswered?.fields;
  }

  /** Whether an attempt is on its way, or one without an answer is going to be repeated. */
  get isBusy() {
    return this.#isSaving || this.#retryTimer !== undefined;
  }

  saveSoon() {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => this.save(), TYPING_PAUSE_MS);
  }

  /** Plans no more attempts; what is on its way stays so, and so does what `isBusy` says. */
  stop() {
    clearTimeout(this.#saveTimer);
    clearTimeout(this.#retryTimer);
  }

  /** Forgets the attempts that failed, and what was planned: all was saved. */
  onSaved() {
    this.#retries = 0;
    clearTimeout(this.#saveTimer);
  }

  async save() {
    this.stop();
    this.#retryTimer = undefined;
    if (this.#isSaving) {
      this.saveSoon();
      return;
    }
    this.#isSaving = true;
    const attempt = this.#nextAttempt();
    this.owner.onSending();
    try {
      const response = await post(this.owner.form.dataset.autosave ?? "", attempt.body);
      /** @type {SaveAnswer} */
      const answer = await response.json().catch(() => ({}));
      if (response.ok && !answer.saved_at) throw new Error("Something else than the portal answers");
      if (response.status < 500) this.#unanswered = null;
      this.owner.onAnswer(response, answer, attempt);
    } catch {
      this.retryLater();
    } finally {
      this.#isSaving = false;
    }
  }

  /**
   * Begins with what the page that was left had sent without an answer: it may be stored by now.
   * @param {Fields} fields
   */
  repeat(fields) {
    const { form } = this.owner;
    const body = new FormData(form);
    for (const name of Object.keys(readFields(form))) body.delete(name);
    for (const [name, values] of Object.entries(fields)) for (const each of values) body.append(name, each);
    this.#unanswered = { body, fields, edits: -1 };
    this.save();
    this.saveSoon();
  }

  retryLater() {
    this.owner.onNoAnswer();
    const delay = RETRY_DELAYS_MS[Math.min(this.#retries, RETRY_DELAYS_MS.length - 1)];
    this.#retries += 1;
    this.#retryTimer = setTimeout(() => this.save(), delay);
  }

  /**
   * An attempt without an answer goes again as it was: it may have been stored, and the next would pass for a
   * colleague's.
   */
  #nextAttempt() {
    const { form, edits } = this.owner;
    this.#unanswered ??= { body: new FormData(form), fields: readFields(form), edits };
    return this.#unanswered;
  }
}
