// Looks for answers while somebody writes to us; without it the form has a first step that does the same.
(function () {
  "use strict";
  var WAIT = 400; // milliseconds without a key before the server is asked
  var form = document.querySelector("form[data-answers]");
  if (!form) { return; }
  var panel = form.querySelector("[data-panel]");
  var status = form.querySelector("[data-status]");
  var timer = 0;
  var asked = null;
  var last = "";

  // Notes an article in the form, once, so that whoever answers sees what was suggested and opened.
  function note(name, slug) {
    var known = Array.from(form.querySelectorAll("input[name=" + name + "]"));
    if (known.some(function (input) { return input.value === slug; })) { return; }
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = slug;
    form.appendChild(input);
  }

  function show(html) {
    panel.innerHTML = html; // a part of our own page, escaped where it was made
    var links = panel.querySelectorAll("a[data-slug]");
    links.forEach(function (link) { note("shown", link.dataset.slug); });
    status.textContent = links.length ? links.length + " articles may answer it" : "";
  }

  function ask() {
    var words = (form.elements.subject.value + " " + form.elements.message.value).trim();
    if (words === last) { return; }
    last = words;
    if (asked) { asked.abort(); }
    asked = new AbortController();
    fetch(form.dataset.answers, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asked.signal })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer); })
      .then(show)
      .catch(function () { /* suggestions are a convenience: without them the form still sends */ });
  }

  [form.elements.subject, form.elements.message].forEach(function (field) {
    field.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
  });
  panel.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-slug]");
    if (link) { note("opened", link.dataset.slug); }
  });
})();
