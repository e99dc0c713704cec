/* Short addresses: empty filters are not sent. */
export function cleanFilters() {
  document.querySelectorAll("[data-filters]").forEach((form) => {
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) {
        if (value === "" || value === "unknown") event.formData.delete(name);
      }
    });
  });
}
