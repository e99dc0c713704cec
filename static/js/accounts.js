/* Passwords: a button that shows what is typed, and a word when the capitals are locked on. */
function showButton(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--plain reveal__button";
  button.textContent = "显示";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? "显示" : "隐藏";
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
  return button;
}

function capitalsHint(field) {
  const hint = document.createElement("p");
  hint.className = "field__help reveal__hint";
  hint.setAttribute("role", "status");
  const tell = (event) => {
    const locked = event.getModifierState?.("CapsLock");
    hint.textContent = locked ? "大写锁定已打开" : "";
  };
  field.addEventListener("keydown", tell);
  field.addEventListener("keyup", tell);
  field.addEventListener("blur", () => {
    hint.textContent = "";
  });
  return hint;
}

export function helpPasswords() {
  document.querySelectorAll("input[data-password]").forEach((field) => {
    const box = document.createElement("div");
    box.className = "reveal";
    field.replaceWith(box);
    box.append(field, showButton(field));
    box.after(capitalsHint(field));
  });
}

/* Copying a link and printing recovery codes; without scripts the browser's own ways remain. */
export function helpHandover() {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.querySelectorAll("[data-select]").forEach((field) => {
    field.addEventListener("focus", () => field.select());
  });
  document.querySelectorAll("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).value);
      button.textContent = "已复制";
    });
  });
}
