// Adds suggestions to every search form (ARIA combobox with a list box); the form works without them.
(function () {
  "use strict";
  var WAIT = 70; // milliseconds without a key before the server is asked
  var count = 0;

  function enhance(form) {
    var input = form.querySelector("input[type=search]");
    var list = document.createElement("ul");
    var timer = 0;
    var asked = null;
    var active = -1;

    list.id = "suggestions-" + (count += 1);
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    form.appendChild(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(number) {
      var options = list.children;
      if (active >= 0) { options[active].setAttribute("aria-selected", "false"); }
      active = (number + options.length + 1) % (options.length + 1);
      if (active === options.length) { active = -1; }
      if (active < 0) { input.removeAttribute("aria-activedescendant"); return; }
      options[active].setAttribute("aria-selected", "true");
      options[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].id);
    }

    function show(suggestions) {
      list.replaceChildren();
      active = -1;
      input.removeAttribute("aria-activedescendant");
      suggestions.forEach(function (suggestion, number) {
        var option = document.createElement("li");
        option.id = list.id + "-" + number;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = suggestion.url;
        option.textContent = suggestion.title;
        list.appendChild(option);
      });
      list.hidden = !suggestions.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }

    function ask() {
      var query = input.value.trim();
      if (asked) { asked.abort(); }
      if (query.length < 2) { close(); return; }
      asked = new AbortController();
      fetch(form.dataset.suggest + "?q=" + encodeURIComponent(query), { signal: asked.signal })
        .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
        .then(function (found) {
          if (input.value.trim() === query && document.activeElement === input) { show(found.suggestions); }
        })
        .catch(function () { /* suggestions are a convenience: without them the form still searches */ });
    }

    function go(option) { window.location.assign(option.dataset.url); }

    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        if (!list.hidden) { event.preventDefault(); close(); }
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) { ask(); return; }
        event.preventDefault();
        mark(event.key === "ArrowDown" ? active + 1 : (active < 0 ? list.children.length - 1 : active - 1));
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        go(list.children[active]);
      }
    });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target.closest("[role=option]");
      if (option) { go(option); }
    });
    input.addEventListener("blur", function () { clearTimeout(timer); if (asked) { asked.abort(); } close(); });
  }

  document.querySelectorAll("form[data-suggest]").forEach(enhance);

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var inputs = Array.from(document.querySelectorAll("form[data-suggest] input[type=search]"));
    var input = inputs.find(function (field) { return field.offsetParent !== null; });
    if (input) { event.preventDefault(); input.focus(); input.select(); }
  });
})();
