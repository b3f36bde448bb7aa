// Reads Block Kit elements, asks for confirmation and offers external options. Pure DOM, no state of its own.
"use strict";

const Elements = {
  // What stands filled in inside a message or view: {block_id: {action_id: value}}.
  collect(container) {
    const values = {};
    for (const element of container.querySelectorAll(".element")) {
      const { block, action, type } = element.dataset;
      if (type === "button" || type === "overflow") continue;
      (values[block] ||= {})[action] = Elements.value(element);
    }
    return values;
  },

  value(element) {
    const type = element.dataset.type;
    const checked = () => [...element.querySelectorAll("input:checked")].map((one) => one.value);
    if (type.endsWith("external_select")) {
      const chips = [...element.querySelectorAll(".chip")].map((chip) => chip.dataset.value);
      return type.startsWith("multi_") ? chips : chips[0] || "";
    }
    if (type === "checkboxes" || type.startsWith("multi_")) return checked();
    if (type === "radio_buttons") return checked()[0] || "";
    const field = element.querySelector("input, select, textarea");
    if (type === "datetimepicker" && field.value) {
      // The field holds the reader's own time, as `data-offset` of the page says.
      return String(Date.parse(field.value + "Z") / 1000 - Number(document.body.dataset.offset));
    }
    return field.value;
  },

  // Puts values back after a view was written anew, as Slack keeps what one has typed.
  restore(container, values) {
    for (const element of container.querySelectorAll(".element")) {
      const { block, action, type } = element.dataset;
      const kept = values[block] && values[block][action];
      if (kept === undefined || kept === "" || type.endsWith("external_select")) continue;
      if (Array.isArray(kept) || type === "radio_buttons") {
        for (const box of element.querySelectorAll("input")) box.checked = [].concat(kept).includes(box.value);
      } else if (type !== "datetimepicker") {
        const field = element.querySelector("input, select, textarea");
        if (field) field.value = kept;
      }
      Elements.summarise(element);
    }
  },

  // Says in a closed menu what is chosen in it.
  summarise(element) {
    const summary = element.querySelector("[data-summary]");
    if (!summary) return;
    const names = [...element.querySelectorAll("input:checked")].map((one) => one.parentElement.textContent.trim());
    summary.textContent = names.join(", ") || summary.dataset.summary;
  },

  // Asks the element's question, if it has one; resolves to whether the person agreed.
  confirm(element) {
    const question = element.querySelector("template.confirm");
    if (!question) return Promise.resolve(true);
    const dialog = document.getElementById("confirm");
    dialog.replaceChildren(question.content.cloneNode(true));
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.onclick = (event) => {
        const button = event.target.closest("button[value]");
        if (button) dialog.close(button.value);
      };
      dialog.onclose = () => resolve(dialog.returnValue === "confirm");
    });
  },

  // Shows what the bot offers in an external menu.
  offer(element, options, choose) {
    const list = element.querySelector(".offers");
    const field = element.querySelector("input");
    list.replaceChildren();
    for (const option of options) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "option");
      button.innerHTML = option.html; // rendered and escaped by the server
      const name = button.textContent;
      if (option.more) {
        const more = document.createElement("small");
        more.innerHTML = option.more;
        button.append(" ", more);
      }
      button.addEventListener("click", () => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "chip";
        chip.dataset.value = option.value;
        chip.textContent = `${name} ×`;
        chip.setAttribute("aria-label", `Remove ${name}`);
        const chosen = element.querySelector(".chosen");
        if (element.dataset.type.startsWith("multi_")) chosen.append(chip);
        else chosen.replaceChildren(chip);
        field.value = "";
        list.hidden = true;
        field.setAttribute("aria-expanded", "false");
        choose();
      });
      list.append(button);
    }
    if (!options.length) {
      const nothing = document.createElement("p");
      nothing.className = "group";
      nothing.textContent = "No results";
      list.append(nothing);
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  },
};
