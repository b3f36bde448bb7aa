// In an article: copies the link of a heading, code and the whole as Markdown, opens the tab that a link leads into
// and what is folded for printing, and marks in the contents where the reader is.
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

  // Where a link leads into tabs that are closed, they open. Without JavaScript the style shows the panel too.
  function openTabs(hash) {
    var place = null, closed = false;
    try { place = document.getElementById(decodeURIComponent(hash.slice(1))); } catch (error) { return; } // a stray %
    for (var panel = place && place.closest(".tabbed-content"); panel; panel = panel.parentElement.closest(".tabbed-content")) {
      var label = panel.previousElementSibling, button = label && document.getElementById(label.htmlFor);
      closed = closed || (button && !button.checked);
      if (button) { button.checked = true; }
    }
    if (closed) { place.scrollIntoView(); }
  }
  window.addEventListener("hashchange", function () { openTabs(location.hash); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#']");
    if (link) { openTabs(link.hash); } // the address may say it already, and then tells nobody
  });
  openTabs(location.hash);

  // Where it cannot be copied the link beside it still shows the Markdown. A promise is handed over instead of
  // the text, because Safari lets nobody write once the press is over.
  var markdown = document.querySelector("[data-markdown]");
  if (markdown && navigator.clipboard && navigator.clipboard.write && window.ClipboardItem) {
    var whole = document.createElement("button");
    whole.type = "button";
    whole.textContent = "Copy as Markdown";
    whole.addEventListener("click", function () {
      var text = fetch(markdown.href).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        return answer.blob();
      }).then(function (blob) { return new Blob([blob], { type: "text/plain" }); });
      navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]).then(function () {
        say(whole, "Copied", "Copied as Markdown");
      }, function () {
        say(whole, "Not copied", "It could not be copied. The link View as Markdown shows the text.");
      });
    });
    markdown.insertAdjacentElement("afterend", whole);
  }

  function say(button, shown, words) {
    button.textContent = shown;
    copied(button, words);
    setTimeout(function () { button.textContent = "Copy as Markdown"; }, 1600);
  }

  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.from(document.querySelectorAll(".prose details:not([open])"));
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (details) { details.open = false; });
  });

  var links = Array.from(document.querySelectorAll(".toc a"));
  var headings = links.map(function (link) { return document.getElementById(decodeURIComponent(link.hash.slice(1))); });
  if (!links.length || headings.includes(null)) { return; }

  function mark() {
    var passed = 0;
    headings.forEach(function (heading, number) {
      var shown = heading.getClientRects().length > 0; // and not in a tab that is closed
      if (shown && heading.getBoundingClientRect().top < 140) { passed = number + 1; }
    });
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
