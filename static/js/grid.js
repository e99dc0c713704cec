/* A pasted block as a table whose cells can be corrected; the text area below follows. */

function quoted(text) {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function asText(table) {
  const heads = [...table.querySelectorAll("[data-grid-head]")].map((head) => head.textContent);
  const rows = [...table.tBodies[0].rows].map((row) =>
    [...row.querySelectorAll("[data-grid-cell]")].map((cell) => cell.innerText.replace(/\n$/, "")),
  );
  return [heads, ...rows].map((row) => row.map(quoted).join("\t")).join("\n");
}

function moveDown(cell) {
  const cells = [...cell.closest("tr").querySelectorAll("[data-grid-cell]")];
  const below = cell.closest("tr").nextElementSibling;
  below?.querySelectorAll("[data-grid-cell]")[cells.indexOf(cell)]?.focus();
}

function makeEditable(cell, head) {
  cell.setAttribute("contenteditable", "plaintext-only");
  cell.setAttribute("role", "textbox");
  cell.setAttribute("aria-label", head);
  cell.tabIndex = 0;
}

export function editGrids() {
  document.querySelectorAll("form[data-grid]").forEach((form) => {
    const table = form.querySelector("table");
    const text = form.querySelector("textarea");
    const heads = [...table.querySelectorAll("[data-grid-head]")].map((head) => head.textContent);
    let changed = false;
    for (const row of table.tBodies[0].rows) {
      row
        .querySelectorAll("[data-grid-cell]")
        .forEach((cell, i) => makeEditable(cell, `${heads[i]}，第${row.cells[0].firstChild.textContent.trim()}行`));
    }
    form.querySelector("[data-grid-hint]").hidden = false;
    form.querySelector("[data-grid-source]").hidden = true;
    table.addEventListener("input", (event) => {
      changed = true;
      event.target.closest("td").classList.add("grid__changed");
    });
    table.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      moveDown(event.target.closest("[data-grid-cell]"));
    });
    form.addEventListener("submit", () => {
      if (changed) text.value = asText(table);
      changed = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
    table.querySelector("td.grid__bad [data-grid-cell]")?.focus();
  });
}
