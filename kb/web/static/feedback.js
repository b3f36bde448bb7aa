// Below an article: one press is a vote. The form behind the link is fetched, sent and shown in its place.
(function () {
  "use strict";
  var place = document.querySelector("[data-feedback]");
  if (!place) { return; }
  var voice = place.querySelector("[role=status]");
  var busy = false;
  var SORRY = {
    400: "Your browser keeps no cookies, or the page was open for too long. Please load it again.",
    404: "This article has been moved meanwhile, so nothing was sent.",
    429: "That was a little too fast. What you wrote is still here: please try again in a minute."
  };

  function say(words) {
    voice.textContent = words;
    voice.classList.toggle("visually-hidden", !words);
    voice.classList.toggle("form-problem", Boolean(words));
  }

  function ask(address, options) {
    return fetch(address, options).then(function (answer) {
      return answer.text().then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html");
        return { part: page.querySelector("[data-feedback-part]"), status: answer.status };
      });
    });
  }

  function show(part) {
    place.querySelector("[data-feedback-part]").replaceWith(part);
    say("");
    // A problem speaks for itself (role=alert); else the words of thanks are where one reads on.
    (part.querySelector("[role=alert]") ? part.querySelector("textarea") : part.querySelector("h2")).focus();
  }

  function send(form) {
    return ask(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
  }

  function once(does) {
    if (busy) { return; }
    busy = true;
    does().finally(function () { busy = false; });
  }

  function vote(link) {
    return ask(link.href).then(function (asked) {
      var form = asked.part && asked.part.querySelector("form");
      if (!form) { throw new Error("no form"); }
      return send(form);
    }).then(function (sent) {
      if (!sent.part) { throw new Error("no answer"); }
      show(sent.part);
    }).catch(function () { window.location.assign(link.href); }); // that page says what is the matter
  }

  function post(form) {
    return send(form).then(function (sent) {
      if (sent.part) { show(sent.part); } else { say(SORRY[sent.status] || SORRY[429]); }
    }).catch(function () {
      say("You seem to be offline. What you wrote is still here: please try again in a moment.");
    });
  }

  place.addEventListener("click", function (event) {
    var link = event.target.closest(".feedback-votes a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    once(function () { return vote(link); });
  });
  place.addEventListener("submit", function (event) {
    event.preventDefault();
    once(function () { return post(event.target); });
  });
})();
