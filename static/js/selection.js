/* Ticking rows: the bar says how many are chosen; one box ticks the whole page. */
function boxes() {
  return [...document.querySelectorAll("[data-pick]")];
}

function show() {
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  const chosen = boxes().filter((box) => box.checked).length;
  bar.classList.toggle("selection--active", chosen > 0);
  bar.querySelector("[data-selected]").textContent =
    chosen > 0 ? `已选 ${chosen} 条` : "勾选记录后";
  bar.querySelector("[value='selection']").disabled = chosen === 0;
  const all = document.querySelector("[data-pick-all]");
  if (!all) return;
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

export function selectRows() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      boxes().forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    if (event.target.matches("[data-pick-all], [data-pick]")) show();
  });
  document.addEventListener("htmx:afterSettle", show);
  window.addEventListener("pageshow", show);
  show();
}
