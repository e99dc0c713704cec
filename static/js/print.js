/* The printed view opens the browser's print dialogue by itself when it was asked to. */
export function printRecords() {
  const button = document.querySelector("[data-print-record]");
  if (!button) return;
  button.hidden = false;
  document.querySelector("[data-print-hint]")?.remove();
  button.addEventListener("click", () => window.print());
  if (!("printNow" in button.dataset)) return;
  // Going back or reloading must not open the dialogue again.
  window.history.replaceState(null, "", window.location.pathname);
  window.addEventListener("load", () => window.print());
}
