/* What the server understood of an input, fields that depend on others, presets, calendars. */

function tokenOf(form) {
  return form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function showFault(field, text) {
  let list = field.querySelector(".errorlist[data-live]");
  if (!text) {
    list?.remove();
    return;
  }
  if (!list) {
    list = document.createElement("ul");
    list.className = "errorlist";
    list.dataset.live = "";
    field.append(list);
  }
  const item = document.createElement("li");
  item.textContent = text;
  list.replaceChildren(item);
}

async function understand(input) {
  const field = input.closest("[data-understand]");
  const echo = field.querySelector("[data-echo]");
  const typed = input.value;
  showFault(field, "");
  echo.textContent = "";
  if (typed.trim() === "") return;
  const body = new URLSearchParams({
    field: field.dataset.field,
    value: typed,
    csrfmiddlewaretoken: tokenOf(input.form),
  });
  const answer = await fetch(field.dataset.understand, { method: "POST", body }).catch(() => null);
  // Without an answer nothing is lost: the server reads the input again when the form is sent.
  if (!answer?.ok || answer.redirected || input.value !== typed) return;
  const { value, words, error } = await answer.json();
  if (input.value !== typed) return;
  // Errors that came with the page spoke of the former input.
  field.querySelectorAll(".errorlist:not([data-live])").forEach((list) => list.remove());
  if (error) {
    showFault(field, error);
    input.setAttribute("aria-invalid", "true");
    return;
  }
  input.removeAttribute("aria-invalid");
  input.value = value;
  echo.textContent = words;
}

export function echoInput() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-understand] input[type=text]")) understand(event.target);
  });
}

/* --- Calendars ------------------------------------------------------------------------------- */

function addCalendar(input) {
  if (input.dataset.date === "ready") return;
  input.dataset.date = "ready";
  const label = document.querySelector(`label[for="${input.id}"]`)?.firstChild?.textContent.trim();
  const holder = document.createElement("span");
  holder.className = "date";
  const day = document.createElement("input");
  day.type = "date";
  day.className = "date__native";
  day.tabIndex = -1;
  day.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "date__open";
  button.tabIndex = -1;
  button.setAttribute("aria-label", `打开日历：${label ?? ""}`);
  input.replaceWith(holder);
  holder.append(input, day, button);
}

function openCalendar(button) {
  const [input, day] = button.parentElement.querySelectorAll("input");
  day.value = /^\d{4}-\d{2}-\d{2}$/.test(input.value) ? input.value : "";
  day.showPicker();
}

function takeDay(day) {
  const input = day.parentElement.querySelector("[data-date]");
  if (!day.value) return;
  input.value = day.value;
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  input.focus();
}

export function offerCalendars() {
  const offer = () => document.querySelectorAll("form[data-guard] input[data-date]").forEach(addCalendar);
  offer();
  // Rows are added while the form is filled.
  document.querySelectorAll("form[data-guard]").forEach((form) => {
    new MutationObserver(offer).observe(form, { childList: true, subtree: true });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".date__open");
    if (button) openCalendar(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches(".date__native")) takeDay(event.target);
  });
}

/* --- Fields that are asked for only under a condition ---------------------------------------- */

function valueOf(form, name) {
  const control = form.elements[name];
  if (!control) return "";
  if (control.type === "checkbox") return control.checked ? "True" : "";
  return control.value;
}

function isFilled(field) {
  return [...field.querySelectorAll("input, select, textarea")].some((control) =>
    ["checkbox", "radio"].includes(control.type) ? control.checked : control.value.trim() !== "",
  );
}

/* A field that holds something, or that something is said about, never disappears. */
function weigh(form) {
  form.querySelectorAll("[data-when]").forEach((field) => {
    const value = valueOf(form, field.dataset.when);
    const wanted = field.dataset.wanted;
    const met = wanted === "*" ? value !== "" : wanted.split(",").includes(value);
    const kept = isFilled(field) || field.querySelector(".errorlist, .field__remark");
    field.hidden = !met && !kept;
  });
  form.querySelectorAll(".fieldset[id]").forEach((group) => {
    const fields = [...group.querySelectorAll(".field")];
    const link = document.querySelector(`.outline a[href="#${group.id}"]`);
    group.hidden = fields.length > 0 && fields.every((field) => field.hidden);
    if (link) link.hidden = group.hidden;
  });
}

export function followConditions() {
  document.querySelectorAll("form[data-guard]").forEach(weigh);
  for (const kind of ["change", "input"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.form?.matches("[data-guard]")) weigh(event.target.form);
    });
  }
}

/* --- Presets --------------------------------------------------------------------------------- */

function clear(button) {
  const field = button.closest(".field");
  field.querySelectorAll("input:not([type=checkbox], [type=radio]), select").forEach((control) => {
    control.value = "";
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  });
  button.closest(".field__preset")?.remove();
  field.querySelector("input:not([type=hidden]), select")?.focus();
}

export function clearPresets() {
  document.querySelectorAll("[data-clear]").forEach((button) => {
    button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (button) clear(button);
  });
  // A preset is replaced by typing, not mixed with what is typed.
  document.addEventListener("focusin", (event) => {
    const field = event.target.closest?.(".field");
    if (field?.querySelector(".field__preset") && event.target.matches("input[type=text]")) event.target.select();
  });
  // What the person entered is no preset any more.
  document.addEventListener("change", (event) => {
    event.target.closest(".field")?.querySelector(".field__preset")?.remove();
  });
}
