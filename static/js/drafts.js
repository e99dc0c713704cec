/* A form saves itself as a draft; what the server cannot take waits in this tab. */
const EVERY = 10_000;
const PATIENCE = 8_000;
const KEEPALIVE_LIMIT = 60_000;
const PREFIX = "draft:";
const TOKEN = "csrfmiddlewaretoken";

function storageKey(form) {
  return PREFIX + form.dataset.draftKey;
}

function entriesOf(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string");
}

/* Out of room or switched off: the page itself still holds the input. */
function stash(form, sent) {
  const entry = { entries: entriesOf(form), url: form.dataset.draft, sent };
  try {
    sessionStorage.setItem(storageKey(form), JSON.stringify(entry));
  } catch {
    return;
  }
}

function forget(key) {
  sessionStorage.removeItem(key);
}

function say(state, text, link) {
  const place = state.form.querySelector("[data-dirty]");
  if (!place) return;
  place.textContent = text;
  if (!link) return;
  const anchor = document.createElement("a");
  Object.assign(anchor, { href: link, target: "_blank", rel: "noopener", textContent: "重新登录" });
  place.append(anchor, "，之后会自动保存。");
}

async function send(url, entries, window_) {
  const body = new URLSearchParams(entries);
  body.set("window", window_);
  const signal = AbortSignal.timeout?.(PATIENCE);
  return fetch(url, { method: "POST", body, redirect: "manual", credentials: "same-origin", signal });
}

async function askToken(url) {
  return fetch(url, { redirect: "manual", credentials: "same-origin" });
}

/* After signing in again the page's token is stale: take a fresh one and try once more. */
async function sendWithToken(url, entries, window_, onToken) {
  const answer = await send(url, entries, window_);
  if (answer.status !== 403) return answer;
  const fresh = await askToken(url);
  if (!fresh.ok) return fresh.type === "opaqueredirect" ? fresh : answer;
  const { token } = await fresh.json();
  onToken?.(token);
  const renewed = entries.filter(([name]) => name !== TOKEN);
  return send(url, [...renewed, [TOKEN, token]], window_);
}

function setValue(form, name, value) {
  const input = form.elements[name];
  if (input) input.value = value;
}

function isSaved(state, saved) {
  setValue(state.form, "draft_revision", saved.revision);
  state.failed = false;
  forget(storageKey(state.form));
  say(state, `草稿已保存 ${saved.saved}`);
  if (saved.url.includes("draft=")) history.replaceState(history.state, "", saved.url);
}

function isRefused(state, text) {
  state.failed = true;
  stash(state.form, false);
  say(state, text);
}

async function readAnswer(state, answer) {
  if (answer.type === "opaqueredirect") {
    state.failed = true;
    stash(state.form, false);
    say(state, "登录已失效，输入已保存在本机。请", "/login/");
    return false;
  }
  const isJson = answer.headers.get("content-type")?.includes("json");
  const content = isJson ? await answer.json() : {};
  if (answer.ok) isSaved(state, content);
  else isRefused(state, content.error ?? "草稿没有保存到服务器，输入已保存在本机。");
  return answer.ok;
}

async function save(state, isAsked) {
  if (state.left) return;
  if (state.busy) {
    if (isAsked) state.waiting = () => save(state, true);
    return;
  }
  state.waiting = null;
  state.busy = true;
  state.changed = false;
  const entries = entriesOf(state.form);
  if (isAsked) entries.push(["action", "draft"]);
  try {
    const onToken = (token) => setValue(state.form, TOKEN, token);
    const answer = await sendWithToken(state.form.dataset.draft, entries, state.window, onToken);
    if (!(await readAnswer(state, answer))) state.changed = true;
  } catch {
    state.changed = true;
    state.failed = true;
    stash(state.form, false);
    say(state, "连接中断，输入已保存在本机，恢复后自动保存。");
  } finally {
    state.busy = false;
    const waiting = state.waiting;
    state.waiting = null;
    waiting?.();
  }
}

function saveLast(state) {
  if (!state.changed || state.left) return;
  const body = new URLSearchParams(entriesOf(state.form));
  body.set("window", state.window);
  if (String(body).length > KEEPALIVE_LIMIT) {
    stash(state.form, false);
    return;
  }
  fetch(state.form.dataset.draft, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
}

function submitOnce(state, event) {
  if (event.defaultPrevented) return;
  if (state.left || state.busy) event.preventDefault();
  if (state.left) return;
  if (state.busy) {
    // A save under way must not arrive after the submission and leave a draft behind.
    state.waiting = () => state.form.requestSubmit(event.submitter);
    return;
  }
  state.left = true;
  stash(state.form, true);
}

function watch(form) {
  const page = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const state = { form, window: page, changed: false, busy: false, failed: false, left: false, waiting: null };
  const change = () => {
    if (!state.changed && !state.failed) say(state, "有未保存的修改");
    state.changed = true;
  };
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  form.addEventListener("focusout", (event) => {
    const isLeaving = event.relatedTarget?.matches("button[type=submit]");
    if (state.changed && !state.failed && !isLeaving) save(state);
  });
  form.addEventListener("submit", (event) => submitOnce(state, event));
  form.querySelector("[data-save-draft]")?.addEventListener("click", (event) => {
    event.preventDefault();
    save(state, true);
  });
  setInterval(() => state.changed && save(state), EVERY);
  window.addEventListener("focus", () => state.failed && state.changed && save(state));
  window.addEventListener("pagehide", () => saveLast(state));
  // Back again, out of the browser's memory: the form is as it was left and may be sent.
  window.addEventListener("pageshow", () => (state.left = false));
  window.addEventListener("beforeunload", (event) => {
    if (state.changed && !state.left) event.preventDefault();
  });
}

async function resend(key, entry, form) {
  const token = form?.elements[TOKEN].value;
  const kept = entry.entries.filter(([name]) => name !== TOKEN || !token);
  const entries = token ? [...kept, [TOKEN, token]] : kept;
  const answer = await sendWithToken(entry.url, entries, "restored");
  if (!answer.ok) return;
  forget(key);
  if (form) window.location.replace((await answer.json()).url);
}

/* What this tab kept: shown by a form that was refused, handed in, or still to be saved. */
function settle(key) {
  const entry = JSON.parse(sessionStorage.getItem(key));
  const form = [...document.querySelectorAll("form[data-draft]")].find((one) => storageKey(one) === key);
  const isLogin = document.querySelector("form input[type=password]") !== null;
  if (isLogin) return;
  if (form ? "bound" in form.dataset : entry.sent) forget(key);
  else resend(key, entry, form).catch(() => {});
}

export function keepDrafts() {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX))
    .forEach(settle);
  document.querySelectorAll("form[data-draft]").forEach(watch);
}
