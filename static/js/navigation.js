/* The fold of the navigation is kept in a cookie, so the server draws the right width at once. */
const YEAR_SECONDS = 31536000;

function remember(state) {
  document.cookie = `nav=${state}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

function closeGroups() {
  document.querySelectorAll(".nav__group[open]").forEach((group) => {
    group.open = false;
  });
}

function openCurrentGroup() {
  const current = document.querySelector(".nav__group--current");
  if (current) current.open = true;
}

function isFolded() {
  return document.documentElement.dataset.nav === "folded";
}

export function foldNavigation() {
  const button = document.querySelector("[data-fold]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const state = isFolded() ? "open" : "folded";
    document.documentElement.dataset.nav = state;
    button.setAttribute("aria-pressed", String(state === "folded"));
    remember(state);
    if (state === "folded") closeGroups();
    else openCurrentGroup();
  });
}

function openMenus() {
  const flyouts = isFolded() ? ".nav__group[open], " : "";
  return document.querySelectorAll(`${flyouts}[data-menu][open]`);
}

export function closeMenusOutside() {
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}
