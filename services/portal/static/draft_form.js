// @ts-check
// One form whose text is kept in this browser until the server has stored it, and saved while typing.
import { all, emit, find, listen } from "./dom.js";
import { discardDraft, loadDraft, recordName, storeDraft } from "./draft_records.js";
import { DraftSaver } from "./draft_saver.js";
import { readFields } from "./form_fields.js";
import * as formState from "./form_state.js";
import { readBase } from "./form_subjects.js";
import { post } from "./http.js";
import { clearNotice, message, showNotice } from "./messages.js";
import { FieldPrompts } from "./prompts.js";
import { saveNow } from "./save_now.js";
import { hideStaleAlert, showRemoteNotice, showStaleAlert } from "./stale_alert.js";

/** @typedef {import("./form_fields.js").Fields} Fields */
/** @typedef {import("./draft_saver.js").SaveAnswer} SaveAnswer */
/** @typedef {import("./draft_saver.js").Attempt} Attempt */

const RESTORED_NOTICE_MS = 4000;
/** By then a page that was being left is gone; one that is still there was not left. */
const LEFT_WITHIN_MS = 10_000;
/** Their `change` says nothing that `input` has not said, only that the field was left; files go up by themselves. */
const HEARD_BY_INPUT = "textarea, input:not([type=checkbox], [type=radio], [type=date])";

export class DraftForm {
  #isSubmitted = false;
  /** Whether the browser has what was typed last. */
  #isKept = true;
  /** Whether the page was about to be left: the next one may have been made before the last save. */
  #isLeaving = false;
  /** How often the server was asked what is wrong. */
  #checks = 0;
  /** @type {{ understood: Fields, sent: Fields }} */
  #lastUnderstood = { understood: {}, sent: {} };

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.key = form.dataset.draft ?? "";
    this.state = find(form, "[data-state]", HTMLElement);
    this.prompts = new FieldPrompts(form);
    this.saver = new DraftSaver(this);
    /** How often something was typed. */
    this.edits = 0;
    /** @type {Fields} The saved state that the form shows. */
    this.shown = readFields(form);
  }

  start() {
    this.#listenToForm();
    this.#listenToPage();
    this.#restore();
  }

  #restore() {
    const record = loadDraft(this.key);
    const shown = record && formState.restoreTyped(this.form, record);
    if (!shown) {
      if (this.#hasUnsaved) this.#goOnAfterRefusal(record);
      else discardDraft(this.key);
      return;
    }
    this.shown = shown;
    showNotice(message("restored"), { name: "restored" });
    this.#onEdit();
    this.#saveRestored(record.sent);
  }

  /**
   * The page answers this form, shows what it has not stored of it, and says so: the browser goes on keeping that.
   * @param {import("./draft_records.js").DraftRecord | null} record
   */
  #goOnAfterRefusal(record) {
    this.#isKept = record !== null;
    this.#goBy(record?.shown ?? {});
  }

  /**
   * At once: the page that was left sent the same as it went, and what is typed next goes by that.
   * @param {Fields} [sent] What it had sent before without an answer.
   */
  #saveRestored(sent) {
    if (!this.form.dataset.autosave) return;
    const save = () => {
      if (sent) this.saver.repeat(formState.sentBefore(this.form, this.shown, sent));
      else this.saver.save();
    };
    if (document.readyState === "complete") save();
    else document.addEventListener("DOMContentLoaded", save, { once: true }); // by then everybody hears the answer
  }

  #listenToForm() {
    const { form } = this;
    for (const link of all(form, "[data-discard]")) link.addEventListener("click", () => discardDraft(this.key));
    form.addEventListener("input", ({ target }) => {
      const isFile = target instanceof HTMLInputElement && target.type === "file"; // a file goes up by itself
      if (!isFile) this.#onEdit();
    });
    form.addEventListener("change", ({ target }) => {
      if (target instanceof Element && !target.matches(HEARD_BY_INPUT)) this.#onEdit();
    });
    form.addEventListener("focusout", (event) => this.#onFieldLeft(event));
    form.addEventListener("submit", (event) => this.#onSubmit(event));
    listen(form, "fas:edited", () => this.#onEdit());
    listen(form, "fas:save-now", () => this.saver.save());
    listen(form, "fas:submitted", () => this.#onSubmitted());
    listen(form, "fas:shown", (fields) => this.#goBy(fields));
  }

  #listenToPage() {
    const { form } = this;
    window.addEventListener("pagehide", () => {
      // What was typed last is sent as the page goes.
      if (form.dataset.autosave && this.#hasUnsaved) navigator.sendBeacon(form.dataset.autosave, new FormData(form));
    });
    window.addEventListener("beforeunload", (event) => {
      this.#isLeaving = true;
      if (!this.#isKept && this.#hasUnsaved) event.preventDefault(); // the page alone has it
    });
    window.addEventListener("storage", ({ key, newValue }) => {
      // Another window saved what it had of the same form.
      if (key === recordName(this.key) && newValue === null && this.#hasUnsaved) this.#keep();
    });
    listen(document, "fas:retry", () => {
      if (form.dataset.unsaved && form.dataset.autosave) this.saver.save();
    });
  }

  /**
   * Adds to what the form shows of the saved state; whoever was given `shown` earlier keeps what it was then.
   * @param {Fields} fields
   */
  #goBy(fields) {
    this.shown = { ...this.shown, ...fields };
  }

  get #hasUnsaved() {
    return Boolean(this.form.dataset.unsaved) && !this.#isSubmitted;
  }

  #onEdit() {
    this.edits += 1;
    this.form.dataset.unsaved = "1";
    this.#keep();
    if (!this.#isKept) this.#sayUnsaved();
    if (this.form.dataset.autosave) this.saver.saveSoon();
  }

  /** @param {FocusEvent} event */
  #onFieldLeft({ target, relatedTarget }) {
    // A prompt is due when its field is left, not a while later.
    if (target instanceof Element) this.prompts.showOnLeaving(target);
    this.#showUnderstood();
    const { prompts, autosave, unsaved } = this.form.dataset;
    if (prompts && unsaved) this.#checkFields(prompts);
    const isSubmitting = relatedTarget instanceof HTMLButtonElement && relatedTarget.type === "submit";
    if (autosave && unsaved && !this.saver.isBusy && !isSubmitting) this.saver.save();
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    // All of it goes now; what was to be saved a little later would come too late.
    this.#isSubmitted = !event.defaultPrevented && !this.saver.unansweredFields;
    if (event.defaultPrevented) return;
    const { submitter } = event;
    if (!this.#isSubmitted) {
      event.preventDefault();
      this.#submitOnceHeard(submitter);
      return;
    }
    this.saver.stop();
    if (submitter instanceof HTMLButtonElement && submitter.name === "take") {
      formState.giveUpTyped(this.form, this.shown, submitter.value);
      this.#keep();
    }
  }

  /**
   * What a save has stored that nobody heard of would pass for a colleague's.
   * @param {HTMLElement | null} submitter
   */
  async #submitOnceHeard(submitter) {
    if ((await saveNow(this.form)) !== "unanswered") this.form.requestSubmit(submitter);
  }

  #onSubmitted() {
    this.#isSubmitted = true;
    this.saver.stop();
    discardDraft(this.key);
  }

  #keep() {
    const { form, shown } = this;
    this.#isKept = storeDraft(this.key, {
      at: Date.now(),
      address: form.dataset.address ?? location.href,
      title: document.title.split(" · ")[0],
      fields: readFields(form),
      texts: formState.typedTexts(form, shown),
      shown,
      base: readBase(form),
      sent: this.saver.unansweredFields,
    });
  }

  /**
   * @param {string} text
   * @param {boolean} [isBad]
   */
  #say(text, isBad = false) {
    if (!this.state) return;
    this.state.textContent = text;
    this.state.classList.toggle("bad", isBad);
  }

  #sayUnsaved() {
    this.#say(message(this.#isKept ? "kept" : "notKept"), true);
  }

  onSending() {
    this.#keep();
    this.#say(message("saving"));
  }

  onNoAnswer() {
    this.#sayUnsaved();
    showNotice(message("offline"), { name: "offline" });
    emit(this.form, "fas:unanswered");
  }

  /**
   * @param {Response} response
   * @param {SaveAnswer} answer
   * @param {Attempt} attempt
   */
  onAnswer(response, answer, attempt) {
    if (response.ok || answer.prompts) this.prompts.showFaults(answer.prompts ?? [], attempt.fields);
    this.#merge(answer, attempt.fields);
    if (response.ok) this.#onSaved(answer, attempt);
    else if (response.status === 401) this.#onSignedOut();
    else if (response.status >= 500) this.saver.retryLater();
    else this.#onRefused(answer);
  }

  /**
   * Takes over what the server says of the saved state, also where only a part of the form was saved.
   * @param {SaveAnswer} answer
   * @param {Fields} sent
   */
  #merge(answer, sent) {
    const filled = formState.applyRemoteInputs(this.form, answer, sent);
    const conflicting = (answer.conflicting_inputs ?? []).map((name) => [name, this.shown[name]]);
    this.shown = {
      ...formState.shownAfterSave(this.form, this.shown, sent, answer.base_digests ?? {}),
      ...Object.fromEntries(conflicting),
      ...filled,
    };
    this.#lastUnderstood = { understood: answer.understood ?? {}, sent };
    this.#showUnderstood();
    if (Object.keys(filled).length) showRemoteNotice(answer);
  }

  /** What is stored otherwise than it was typed (a telephone without its blanks) is shown so. */
  #showUnderstood() {
    const { understood, sent } = this.#lastUnderstood;
    this.#goBy(formState.applyUnderstood(this.form, understood, sent));
  }

  /**
   * @param {SaveAnswer} answer
   * @param {Attempt} attempt
   */
  #onSaved(answer, attempt) {
    this.saver.onSaved();
    clearNotice("offline");
    setTimeout(() => clearNotice("restored"), RESTORED_NOTICE_MS);
    hideStaleAlert(this.form);
    if (attempt.edits === this.edits) {
      delete this.form.dataset.unsaved;
      this.#forgetSaved();
      this.#say(message("saved", { time: answer.saved_at ?? "" }));
    } else {
      this.#keep();
      if (!this.#isSubmitted) this.saver.saveSoon();
    }
    emit(this.form, "fas:saved", { answer, shown: this.shown });
  }

  /** A page that is made anew while this one saves would show what stood there before, and have nothing to put back. */
  #forgetSaved() {
    if (!this.#isLeaving) discardDraft(this.key);
    else setTimeout(() => this.form.dataset.unsaved || discardDraft(this.key), LEFT_WITHIN_MS);
  }

  #onSignedOut() {
    this.#sayUnsaved();
    showNotice(message("signIn"), { name: "sign-in", action: message("signInLink"), href: "/sign-in?next=/signed-in" });
  }

  /** @param {SaveAnswer} answer */
  #onRefused(answer) {
    this.#keep();
    clearNotice("restored");
    const reason = answer.message ?? answer.detail;
    if (reason) this.#say(reason, true);
    else this.#sayUnsaved();
    const isAboutFields = answer.code === "not_all_saved" || Boolean(answer.errors?.length);
    if (!answer.prompts && isAboutFields) this.prompts.showRefusal(answer.errors ?? []);
    if (answer.code === "stale") showStaleAlert(this.form, answer);
    emit(this.form, "fas:refused", { answer, shown: this.shown });
  }

  /**
   * Asks what is wrong in a form that has no draft, without saving it.
   * @param {string} address
   */
  async #checkFields(address) {
    const fields = readFields(this.form);
    const asked = ++this.#checks;
    const response = await post(address, new FormData(this.form)).catch(() => null);
    /** @type {SaveAnswer | null} */
    const answer = response?.ok ? await response.json().catch(() => null) : null;
    if (!answer || asked !== this.#checks) return; // the answer to what was asked later is the one that counts
    const understood = answer.understood ?? {};
    formState.applyUnderstood(this.form, understood, fields);
    this.#keep();
    this.prompts.showFaults(answer.prompts ?? [], { ...fields, ...understood });
  }
}
