// Chooses the theme before the first paint, and makes the switch work. Without a choice the system's holds.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try { return localStorage.getItem("theme"); } catch (refused) { return null; }
  }

  function store(theme) {
    try {
      if (theme) { localStorage.setItem("theme", theme); } else { localStorage.removeItem("theme"); }
    } catch (refused) { /* the choice then lasts for this page only */ }
  }

  function system() { return dark.matches ? "dark" : "light"; }

  function shown() { return root.dataset.theme || system(); }

  function choose(theme) {
    // A choice that is the system's own is forgotten, so that the page follows the system again.
    if (theme === system()) { delete root.dataset.theme; store(null); }
    else { root.dataset.theme = theme; store(theme); }
  }

  root.classList.add("js");
  var chosen = stored();
  if (chosen === "dark" || chosen === "light") { root.dataset.theme = chosen; }

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector("[data-theme-switch]");
    if (!button) { return; }
    function tell() { button.setAttribute("aria-pressed", String(shown() === "dark")); }
    tell();
    button.addEventListener("click", function () { choose(shown() === "dark" ? "light" : "dark"); tell(); });
    dark.addEventListener("change", tell);
  });
})();
