/* The error summary takes the focus, so a screen reader starts with what is wrong. */
export function focusErrors() {
  document.querySelector("[data-focus]")?.focus();
}

function saysChanged(form) {
  const state = form.querySelector("[data-dirty]");
  if (state) state.textContent = "有未保存的修改";
}

/* Leaving a changed form asks first. A form that saves itself as a draft minds itself. */
export function guardUnsaved() {
  document.querySelectorAll("form[data-guard]:not([data-draft])").forEach((form) => {
    let changed = false;
    form.addEventListener("input", () => {
      if (!changed) saysChanged(form);
      changed = true;
    });
    form.addEventListener("submit", () => {
      changed = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  });
}
