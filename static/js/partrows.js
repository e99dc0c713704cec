/* One more row of a table inside a form, without asking the server. */
function addRow(table, event) {
  const prefix = table.dataset.rows;
  const total = table.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const limit = table.querySelector(`[name="${prefix}-MAX_NUM_FORMS"]`);
  const index = Number(total.value);
  if (index >= Number(limit.value)) return;
  event.preventDefault();
  const pattern = table.querySelector("[data-row-pattern]").innerHTML;
  const list = table.querySelector(".rows__list");
  list.insertAdjacentHTML("beforeend", pattern.replaceAll("__prefix__", String(index)));
  total.value = String(index + 1);
  const row = list.lastElementChild;
  row.querySelector("[data-row-number]").textContent = String(index + 1);
  row.dispatchEvent(new CustomEvent("portal:added", { bubbles: true }));
  window.htmx?.process(row);
  row.querySelector(".rows__fields :is(input:not([type=hidden]), select, textarea)")?.focus();
}

export function addRows() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (button) addRow(button.closest("[data-rows]"), event);
  });
}
