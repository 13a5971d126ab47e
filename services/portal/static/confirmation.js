// @ts-check
// The dialog that asks before something that can't be taken back.
import { create, need } from "./dom.js";

/**
 * @param {string | HTMLElement} question
 * @param {string} verb What the button that goes on says.
 * @returns {Promise<boolean>}
 */
export function askToConfirm(question, verb) {
  const dialog = need(document, "#confirm", HTMLDialogElement);
  const text = need(dialog, "#confirm-text", HTMLElement);
  if (typeof question === "string") text.replaceChildren(create("p", { textContent: question }));
  else text.replaceChildren(...document.importNode(question, true).childNodes);
  need(dialog, "[value=yes]", HTMLButtonElement).textContent = verb;
  dialog.showModal();
  return new Promise((resolve) => {
    for (const button of dialog.querySelectorAll("button")) {
      button.onclick = () => {
        dialog.close();
        resolve(button.value === "yes");
      };
    }
    dialog.oncancel = () => resolve(false);
  });
}
