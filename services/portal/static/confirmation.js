// @ts-check
// The dialog that asks before something that can't be taken back.
import { create, need } from "./dom.js";
import { message } from "./messages.js";

/**
 * @param {string | HTMLElement} question
 * @param {HTMLElement | null} button What was pressed: the one that goes on says and looks the same.
 * @returns {Promise<boolean>}
 */
export function askToConfirm(question, button) {
  const dialog = need(document, "#confirm", HTMLDialogElement);
  const text = need(dialog, "#confirm-text", HTMLElement);
  if (typeof question === "string") text.replaceChildren(create("p", { textContent: question }));
  else text.replaceChildren(...document.importNode(question, true).childNodes);
  const yes = need(dialog, "[value=yes]", HTMLButtonElement);
  const destroys = button?.classList.contains("btn-outline-danger") ?? false;
  yes.textContent = button?.textContent.trim() || message("goOn");
  yes.classList.toggle("btn-primary", !destroys);
  yes.classList.toggle("btn-outline-danger", destroys);
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
