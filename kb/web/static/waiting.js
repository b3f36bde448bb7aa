// Looks every second how far the work has come that a page waits for, and shows the page anew once it is done.
"use strict";

(() => {
  const waiting = "[data-waiting]";

  const look = async () => {
    try {
      const answer = await fetch(location.href);
      const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(waiting);
      if (answer.ok && !there) return location.reload();
      if (there) document.querySelector(waiting).replaceChildren(...there.childNodes);
    } catch {
      // The server may be starting anew; the next look will tell.
    }
    setTimeout(look, 1000);
  };

  setTimeout(look, 1000);
})();
