/* Names of colleagues while “@” is being typed in a comment; the field works without it. */
const TYPED = /(?:^|[^A-Za-z0-9._-])[@＠]([^\s@＠，。；：、！？（）()]{1,20})$/;
const PAUSE = 150; // milliseconds between the last key and the question to the server

export function suggestMentions() {
  document.querySelectorAll("textarea[data-mentions]").forEach((field) => new Suggestions(field));
}

class Suggestions {
  constructor(field) {
    this.field = field;
    this.asked = 0;
    this.list = document.createElement("ul");
    this.list.id = `${field.id}-people`;
    this.list.className = "suggest";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "可以提到的同事");
    this.list.hidden = true;
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.ask());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => this.pick(event));
  }

  typed() {
    const match = TYPED.exec(this.field.value.slice(0, this.field.selectionStart));
    return match ? match[1] : "";
  }

  ask() {
    clearTimeout(this.timer);
    const typed = this.typed();
    if (!typed) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.fetch(typed), PAUSE);
  }

  async fetch(typed) {
    const number = ++this.asked;
    const address = `${this.field.dataset.mentions}?q=${encodeURIComponent(typed)}`;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const html = answer.ok ? await answer.text() : "";
      // A later question may have been answered first.
      if (number === this.asked && this.typed() === typed) this.show(html);
    } catch {
      this.close();
    }
  }

  show(html) {
    this.list.innerHTML = html;
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.options.forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
    });
    this.list.hidden = this.options.length === 0;
    if (this.list.hidden) this.close();
    else {
      this.field.setAttribute("aria-controls", this.list.id);
      this.select(0);
    }
  }

  select(index) {
    this.index = (index + this.options.length) % this.options.length;
    this.options.forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === this.index));
    });
    this.field.setAttribute("aria-activedescendant", this.options[this.index].id);
    this.options[this.index].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.select(this.index + steps[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.insert(this.options[this.index]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pick(event) {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) this.insert(option);
  }

  insert(option) {
    const end = this.field.selectionStart;
    this.field.setRangeText(`${option.dataset.text} `, end - this.typed().length, end, "end");
    this.close();
  }

  close() {
    this.asked += 1;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
    this.field.removeAttribute("aria-controls");
  }
}
