/* Short addresses: empty filters are not sent. */
export function cleanFilters() {
  /* The word was sent while it was typed; leaving its field must not send it again. */
  document.addEventListener(
    "change",
    (event) => {
      if (event.target.matches("[data-filters] [name='q']")) event.stopPropagation();
    },
    true,
  );
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    const { parameters } = event.detail;
    for (const name of Object.keys(parameters)) {
      if (parameters[name] === "" || parameters[name] === "unknown") delete parameters[name];
    }
  });
  document.querySelectorAll("[data-filters]").forEach((form) => {
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) {
        if (value === "" || value === "unknown") event.formData.delete(name);
      }
    });
  });
}
