// In an article: copies the link of a heading, copies code, and marks in the contents where the reader is.
(function () {
  "use strict";
  var voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");
  document.body.appendChild(voice);

  function copied(element, words) {
    voice.textContent = words;
    element.classList.add("copied");
    setTimeout(function () { element.classList.remove("copied"); voice.textContent = ""; }, 1600);
  }

  function copy(text, element, words) {
    if (!navigator.clipboard) { return; } // only pages that come by https may write to it
    navigator.clipboard.writeText(text).then(function () { copied(element, words); }, function () {});
  }

  document.querySelectorAll(".prose .anchor").forEach(function (anchor) {
    // The browser still follows the link, so the address bar shows it too.
    anchor.addEventListener("click", function () { copy(anchor.href, anchor, "Link copied"); });
  });

  if (navigator.clipboard) {
    document.querySelectorAll(".prose .highlight").forEach(function (block) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", function () {
        copy(block.querySelector("pre").innerText, button, "Code copied");
      });
      block.appendChild(button);
    });
  }

  var links = Array.from(document.querySelectorAll(".toc a"));
  var headings = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  if (!links.length || headings.includes(null)) { return; }

  function mark() {
    var passed = headings.filter(function (heading) { return heading.getBoundingClientRect().top < 140; }).length;
    var end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    var present = end && window.scrollY > 0 ? links.length - 1 : passed - 1;
    links.forEach(function (link, number) {
      if (number === present) { link.setAttribute("aria-current", "location"); }
      else { link.removeAttribute("aria-current"); }
    });
  }

  var waiting = false;
  document.addEventListener("scroll", function () {
    if (waiting) { return; }
    waiting = true;
    requestAnimationFrame(function () { waiting = false; mark(); });
  }, { passive: true });
  mark();
})();
