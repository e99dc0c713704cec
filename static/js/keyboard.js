/* Forms and pages without the mouse. Keys that an input method is using are left alone. */
const SHORTCUTS = [
  ["Enter", "到下一栏；多行文字里换行"],
  ["Ctrl + Enter", "提交并新建下一条"],
  ["Ctrl + S", "保存草稿"],
  ["Esc", "返回（有未保存的内容时先询问）"],
  ["↑ ↓", "在备选和列表行之间移动"],
  ["/", "查找"],
  ["?", "显示或关闭本说明"],
];
const STOPS = "input, select, textarea, button[type=submit]";
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]";

function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

function isStop(control) {
  return (
    !control.disabled &&
    control.type !== "hidden" &&
    control.tabIndex >= 0 &&
    !control.matches("[data-combo-find]") &&
    control.getClientRects().length > 0
  );
}

function nextOf(control) {
  const stops = [...control.form.querySelectorAll(STOPS)].filter(isStop);
  const inputs = stops.filter((stop) => stop.type !== "submit");
  return inputs[inputs.indexOf(control) + 1] ?? submitOf(control.form);
}

function submitOf(form) {
  const buttons = [...form.querySelectorAll(".form-foot button[type=submit]")];
  return buttons.find(isStop);
}

/* In an open drop-down Enter takes the choice. Older browsers do not tell. */
function isOpen(control) {
  try {
    return control.matches("select:open");
  } catch {
    return false;
  }
}

/* Enter walks on; in the last field it stands on the button, and only there it sends the form. */
function step(event) {
  const control = event.target;
  if (!control.form?.matches("[data-guard]") || control.matches("textarea, button, summary, a")) return;
  if (isOpen(control)) return;
  event.preventDefault();
  const next = nextOf(control);
  next?.focus();
  if (next?.matches("input[type=text]")) next.select();
}

function entryForm() {
  return document.querySelector("form[data-guard]");
}

function press(event, value) {
  const form = event.target.form ?? entryForm();
  const button = form?.querySelector(`button[name=action][value="${value}"]`);
  if (!button) return;
  event.preventDefault();
  // The field in hand has its say first: its change is heard before the form goes.
  document.activeElement?.dispatchEvent(new Event("change", { bubbles: true }));
  button.click();
}

function pressSave(event) {
  const form = event.target.form ?? entryForm();
  const value = ["submit_new", "save_new", "submit", "save"].find((name) =>
    form?.querySelector(`button[name=action][value="${name}"]`),
  );
  if (value) press(event, value);
}

function goBack(event) {
  const form = entryForm();
  const dialog = document.querySelector("dialog[open]");
  if (dialog || !form || document.querySelector("[data-menu][open]")) return;
  const cancel = form.querySelector(".form-foot a[href]");
  if (!cancel) return;
  event.preventDefault();
  // The page's own guard asks about unsaved input.
  cancel.click();
}

function helpDialog() {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "键盘操作";
  const list = document.createElement("dl");
  for (const [key, meaning] of SHORTCUTS) {
    const term = document.createElement("dt");
    const mark = document.createElement("kbd");
    mark.textContent = key;
    term.append(mark);
    const text = document.createElement("dd");
    text.textContent = meaning;
    list.append(term, text);
  }
  const form = document.createElement("form");
  form.method = "dialog";
  const button = document.createElement("button");
  button.className = "button button--primary";
  button.textContent = "知道了";
  form.append(button);
  dialog.append(title, list, form);
  document.body.append(dialog);
  return dialog;
}

function toggleHelp() {
  const dialog = document.querySelector("dialog.keys") ?? helpDialog();
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function focusSearch(event) {
  const field = document.querySelector("[data-search-input], .bar input[type=search], #id_q");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

function onKey(event) {
  if (isComposing(event)) return;
  const command = event.ctrlKey || event.metaKey;
  const isTyping = event.target.matches?.(TYPING);
  if (event.key === "Enter" && command) pressSave(event);
  else if (event.key.toLowerCase() === "s" && command && entryForm()) press(event, "draft");
  else if (command || event.altKey) return;
  else if (event.key === "Enter" && !event.shiftKey) step(event);
  else if (event.key === "Escape" && !event.defaultPrevented) goBack(event);
  else if (event.key === "/" && !isTyping) focusSearch(event);
  else if (event.key === "?" && !isTyping) toggleHelp();
}

/* A new form begins at its first open field, unless something has to be read first. */
function begin() {
  const form = entryForm();
  const touch = window.matchMedia("(pointer: coarse)").matches;
  if (!form || touch || location.hash || form.elements.object_id) return;
  if (document.querySelector("[data-focus]") || document.activeElement !== document.body) return;
  const open = [...form.querySelectorAll(STOPS)].find((stop) => isStop(stop) && stop.value === "");
  open?.focus({ preventScroll: true });
}

export function useKeys() {
  document.addEventListener("keydown", onKey);
  begin();
}
