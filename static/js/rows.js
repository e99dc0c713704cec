/* A row opens on click anywhere, and the arrow keys walk from row to row. */
function isOwnControl(target) {
  return target.closest("a, button, input, select, label, summary, .pick");
}

function open(event, row) {
  /* The link of the first cell also knows the list around the record. */
  const address = row.querySelector("th a")?.href ?? row.dataset.href;
  if (event.ctrlKey || event.metaKey || event.button === 1) {
    window.open(address, "_blank", "noopener");
  } else {
    window.location.assign(address);
  }
}

function step(event) {
  const offset = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = offset && event.target.closest("tr[data-href]");
  const next = row && (offset > 0 ? row.nextElementSibling : row.previousElementSibling);
  const link = next && next.querySelector("th a");
  if (!link) return;
  event.preventDefault();
  link.focus();
}

export function openRows() {
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    const selecting = String(window.getSelection()) !== "";
    if (row && !selecting && !isOwnControl(event.target)) open(event, row);
  });
  document.addEventListener("keydown", step);
}
