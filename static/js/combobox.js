/* A field that names a record: suggestions while typing, by name, number or pinyin initials. */
const WAIT = 120;
const states = new WeakMap();
let counter = 0;

function makeList(box, input) {
  const list = document.createElement("ul");
  list.id = `combo-list-${(counter += 1)}`;
  list.className = "combo__list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "备选");
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  box.append(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  const find = box.querySelector("[data-combo-find]");
  if (find) find.hidden = true;
  const state = {
    box, input, list, status,
    key: box.querySelector("[data-combo-key]"),
    chosen: input.value, rows: [], active: -1, timer: 0, pending: false, wanted: false,
  };
  states.set(box, state);
  return state;
}

/* Boxes of rows that were added later are set up on first use. */
function stateOf(target) {
  const box = target.closest?.("[data-combo]");
  if (!box || !target.matches("input[type=text]")) return null;
  return states.get(box) ?? makeList(box, target);
}

function close(state) {
  state.list.hidden = true;
  state.active = -1;
  state.input.setAttribute("aria-expanded", "false");
  state.input.removeAttribute("aria-activedescendant");
}

function activate(state, index) {
  const options = [...state.list.children];
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
  state.active = index;
  const option = options[index];
  if (!option) return;
  state.input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function drawOption(state, row, index) {
  const option = document.createElement("li");
  option.id = `${state.list.id}-${index}`;
  option.setAttribute("role", "option");
  option.dataset.index = index;
  option.textContent = row.text;
  if (row.hint) {
    const hint = document.createElement("span");
    hint.textContent = row.hint;
    option.append(hint);
  }
  return option;
}

function show(state, rows) {
  state.rows = rows;
  state.list.replaceChildren(...rows.map((row, index) => drawOption(state, row, index)));
  state.status.textContent = rows.length ? `${rows.length} 个备选` : "没有找到，请换名称、编号或拼音首字母";
  state.box.classList.toggle("combo--empty", rows.length === 0 && state.input.value.trim() !== "");
  if (!rows.length) {
    close(state);
    return;
  }
  state.list.hidden = false;
  state.input.setAttribute("aria-expanded", "true");
  activate(state, state.input.value.trim() ? 0 : -1);
}

function choose(state, index) {
  const row = state.rows[index];
  if (!row) return;
  state.input.value = row.text;
  state.chosen = row.text;
  state.key.value = row.value;
  state.box.classList.remove("combo--empty");
  close(state);
  state.key.dispatchEvent(new Event("change", { bubbles: true }));
  state.input.dispatchEvent(new Event("change", { bubbles: true }));
}

function load(state) {
  clearTimeout(state.timer);
  state.loading = ask(state);
}

async function ask(state) {
  const typed = state.input.value.trim();
  state.pending = true;
  const glue = state.box.dataset.url.includes("?") ? "&" : "?";
  const url = `${state.box.dataset.url}${glue}q=${encodeURIComponent(typed)}`;
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (state.input.value.trim() !== typed) return;
  state.pending = false;
  if (!answer?.ok || answer.redirected) {
    state.wanted = false;
    return;
  }
  const { rows } = await answer.json();
  if (state.input.value.trim() !== typed) return;
  if (state.wanted) {
    // Enter was pressed before the answer came.
    state.wanted = false;
    state.rows = rows;
    choose(state, 0);
  } else if (document.activeElement === state.input) {
    show(state, rows);
  }
}

function typing(state) {
  if (state.input.value !== state.chosen) {
    state.key.value = "";
    state.chosen = null;
  }
  clearTimeout(state.timer);
  state.pending = true;
  state.timer = setTimeout(load, WAIT, state);
}

function accept(state) {
  if (!state.list.hidden && state.active >= 0) choose(state, state.active);
  else if (state.pending && state.input.value.trim()) {
    state.wanted = true;
    load(state);
  }
}

/* A form that is sent faster than the suggestions come waits for them. */
function waitFor(event) {
  const boxes = [...event.target.querySelectorAll("[data-combo]")];
  const waiting = boxes.map((box) => states.get(box)).filter((state) => state?.wanted);
  if (!waiting.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target, submitter } = event;
  Promise.allSettled(waiting.map((state) => state.loading)).then(() => {
    waiting.forEach((state) => {
      state.wanted = false;
    });
    target.requestSubmit(submitter);
  });
}

function move(state, offset) {
  if (state.list.hidden) {
    load(state);
    return;
  }
  const count = state.rows.length;
  activate(state, (state.active + offset + count) % count);
}

function onKey(event, state) {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(state, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" || event.key === "Tab") {
    // The key goes on to its own work: the next field.
    if (state.chosen === null) accept(state);
    else close(state);
  } else if (event.key === "Escape" && !state.list.hidden) {
    event.preventDefault();
    event.stopImmediatePropagation();
    close(state);
  }
}

export function searchChoices() {
  document.querySelectorAll("[data-combo] input[type=text]").forEach(stateOf);
  document.addEventListener("submit", waitFor, true);
  document.addEventListener("focusin", (event) => stateOf(event.target));
  document.addEventListener("input", (event) => {
    const state = stateOf(event.target);
    if (state && !event.isComposing) typing(state);
  });
  document.addEventListener("compositionend", (event) => {
    const state = stateOf(event.target);
    if (state) typing(state);
  });
  document.addEventListener("keydown", (event) => {
    const state = stateOf(event.target);
    if (state) onKey(event, state);
  });
  document.addEventListener("focusout", (event) => {
    const state = stateOf(event.target);
    if (state) close(state);
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.(".combo__list [role=option]");
    if (!option) return;
    event.preventDefault();
    choose(states.get(option.closest("[data-combo]")), Number(option.dataset.index));
  });
}
