// Courses for those who are not signed in: which lessons this browser's reader has read, and where to go on.
(function () {
  "use strict";
  var KEY = "longtail-read";

  function remembered() {
    try {
      var found = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(found) ? found.filter(function (one) { return typeof one === "string"; }) : [];
    } catch (error) { return []; } // no storage, or somebody else's words in it
  }

  function remember(lesson) {
    var read = remembered();
    if (read.indexOf(lesson) < 0) {
      try { localStorage.setItem(KEY, JSON.stringify(read.concat(lesson).slice(-500))); } catch (error) { /* full */ }
    }
  }

  function bring(form) {
    var read = remembered();
    if (!read.length) { return; }
    var said = new URLSearchParams(new FormData(form));
    read.forEach(function (lesson) { said.append("read", lesson); });
    fetch(form.getAttribute("action"), { method: "POST", body: said }).then(function (answer) {
      if (answer.status !== 204) { return; } // the next page tries again
      localStorage.removeItem(KEY);
      window.location.reload();
    }).catch(function () { /* offline: the next page tries again */ });
  }

  function show() {
    var read = remembered();
    var steps = Array.prototype.slice.call(document.querySelectorAll(".steps [data-lesson], .side-steps [data-lesson]"));
    document.querySelectorAll("[data-lessons]").forEach(function (facts) { // of a course in a list
      var all = facts.dataset.lessons.split(" ");
      var some = all.filter(function (lesson) { return read.indexOf(lesson) >= 0; });
      if (some.length) { facts.textContent = some.length + " of " + all.length + " lessons read"; }
    });
    var first = null, done = 0;
    steps.forEach(function (step) {
      if (read.indexOf(step.dataset.lesson) < 0) { first = first || step; return; }
      done += 1;
      step.classList.add("is-done");
      step.querySelector("[data-step-state]").textContent = "Read:";
    });
    var button = document.querySelector("[data-course-begin]"), facts = document.querySelector("[data-course-facts]");
    if (!done || !button || !facts) { return; }
    facts.textContent = done + " of " + steps.length + " lessons read";
    if (!first) { return; }
    button.href = first.querySelector("a").href;
    button.textContent = "Go on: " + first.querySelector(".listing-title").textContent;
  }

  var form = document.querySelector("[data-bring]");
  if (form) { bring(form); return; }
  show();
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-reads]");
    if (link) { remember(link.dataset.reads); }
  });
})();
