// The page: asks for news, shows messages, modals and the Home tab, and sends every gesture to the local Slack.
"use strict";

(() => {
  const page = document.body.dataset;
  const log = document.getElementById("messages");
  const list = document.getElementById("list");
  const home = document.getElementById("home");
  const modal = document.getElementById("modal");
  const status = document.getElementById("status");
  const away = document.getElementById("away");
  const elsewhere = document.getElementById("elsewhere");
  const me = { as: page.as, channel: page.channel };
  let shownModal = null;
  let shownHome = 0;

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  async function send(path, body) {
    const response = await fetch(`/page/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...me, ...body }),
    });
    const answer = await response.json();
    if (!response.ok) tell(answer.problem || "That did not work.");
    return answer;
  }

  function tell(sentence) {
    if (status) status.textContent = sentence;
  }

  // One gesture: says that it is under way, then how the bot acknowledged it.
  async function gesture(path, body) {
    tell(`Waiting for ${page.bot} …`);
    try {
      const answer = await send(path, body);
      if (answer.sent) {
        tell(answer.error ? `${page.bot} did not answer: ${answer.error}` : `${page.bot} acknowledged in ${answer.milliseconds} ms`);
      } else if (answer.sent === false) tell("Nothing was sent to the bot");
      return answer;
    } catch {
      tell("The playground could not be reached.");
      return {};
    }
  }

  // News

  async function follow() {
    let version = 0;
    for (;;) {
      try {
        const query = new URLSearchParams({ ...me, after: version });
        const response = await fetch(`/page/news?${query}`);
        if (!response.ok) throw new Error(response.statusText);
        const news = await response.json();
        if (news.version < version) location.reload(); // the playground was started anew
        version = news.version;
        away.hidden = true;
        show(news);
      } catch {
        away.hidden = false;
        await pause(2000);
      }
    }
  }

  function show(news) {
    if (list) showMessages(news.messages);
    if (home && news.home && news.home.version !== shownHome) {
      shownHome = news.home.version;
      const kept = Elements.collect(home);
      home.innerHTML = news.home.html; // rendered and escaped by the server
      Elements.restore(home, kept);
    }
    showModal(news.modal);
    showLatest(news.latest);
  }

  // Marks the channels, and the other people, that have news; this browser remembers what each has seen.
  function showLatest(latest) {
    const seen = JSON.parse(localStorage.getItem("seen") || "{}");
    const here = `${me.as}/${me.channel}`;
    if (list && !document.hidden) seen[here] = latest[me.as][me.channel] || seen[here];
    localStorage.setItem("seen", JSON.stringify(seen));
    const isNew = (person, channel) => Number(latest[person][channel] || 0) > Number(seen[`${person}/${channel}`] || 0);
    for (const link of document.querySelectorAll("a[data-channel]")) {
      link.classList.toggle("unread", isNew(me.as, link.dataset.channel));
    }
    for (const item of elsewhere.children) {
      const person = item.dataset.person;
      item.hidden = !Object.keys(latest[person]).some((channel) => isNew(person, channel));
    }
    elsewhere.hidden = [...elsewhere.children].every((item) => item.hidden);
  }

  function showMessages(messages) {
    const known = new Set(messages.map((message) => `m${message.ts}`));
    for (const old of [...list.children]) if (!known.has(old.id)) old.remove();
    for (const message of messages) {
      const old = document.getElementById(`m${message.ts}`);
      if (!message.html) continue;
      const fresh = document.createElement("template");
      fresh.innerHTML = message.html.trim(); // rendered and escaped by the server
      if (old) old.replaceWith(fresh.content);
      else list.append(fresh.content);
    }
    if (stuck) log.scrollTop = log.scrollHeight;
  }

  // Pictures arrive later than their message and would push its end out of sight.
  let stuck = true;
  if (log) {
    log.addEventListener("scroll", () => (stuck = log.scrollHeight - log.scrollTop - log.clientHeight < 80));
    for (const arrived of ["load", "error"]) {
      log.addEventListener(arrived, () => stuck && (log.scrollTop = log.scrollHeight), true);
    }
  }

  function showModal(view) {
    if (!view) {
      shownModal = null;
      if (modal.open) modal.close();
      return;
    }
    const name = `${view.id} ${view.version}`;
    if (shownModal === name) return;
    const same = shownModal !== null && shownModal.startsWith(`${view.id} `);
    const kept = same ? Elements.collect(modal) : {};
    const focused = same && document.activeElement ? document.activeElement.id : "";
    shownModal = name;
    modal.innerHTML = view.html; // rendered and escaped by the server
    Elements.restore(modal, kept);
    if (!modal.open) modal.showModal();
    const wrong = modal.querySelector(".wrong input, .wrong textarea, .wrong select");
    const first = modal.querySelector("[autofocus], .input input, .input textarea, .input select");
    const next = wrong || (focused && document.getElementById(focused)) || first;
    if (next) next.focus();
  }

  // Elements

  const where = (node) => node.closest("[data-where]");

  async function act(element, value) {
    const container = where(element);
    if (!(await Elements.confirm(element))) return;
    element.classList.add("busy");
    await gesture("act", {
      ...JSON.parse(container.dataset.where),
      block_id: element.dataset.block,
      action_id: element.dataset.action,
      value,
      values: Elements.collect(container),
    });
    element.classList.remove("busy");
  }

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    closeMenus(target.closest("details.menu"));
    const element = target.closest(".element");
    if (target.closest("[data-press]")) act(element, null);
    const pick = target.closest("[data-pick]");
    if (pick) {
      closeMenus();
      act(element, pick.dataset.pick);
    }
    if (target.closest(".chip")) {
      target.closest(".chip").remove();
      if ("live" in element.dataset) act(element, Elements.value(element));
    }
    const tool = target.closest("[data-show]");
    if (tool) {
      const hidden = tool.closest(".message").querySelector(`[data-shown="${tool.dataset.show}"]`);
      const shown = hidden.nextElementSibling;
      if (shown && shown.matches(".developer")) shown.remove();
      else hidden.after(hidden.content.cloneNode(true));
      closeMenus();
    }
    const shortcut = target.closest("[data-shortcut]");
    if (shortcut) {
      const message = shortcut.closest(".message");
      closeMenus();
      gesture("shortcut", { callback_id: shortcut.dataset.shortcut, ...(message ? JSON.parse(message.dataset.where) : {}) });
    }
    if (target.closest("[data-close]")) closeModal();
    const example = target.closest("[data-try]");
    if (example) {
      write(example.dataset.try);
      composer.focus();
    }
  });

  document.addEventListener("change", (event) => {
    const element = event.target.closest(".element");
    if (!element) return;
    Elements.summarise(element);
    const typed = ["plain_text_input", "email_text_input", "url_text_input", "number_input"];
    if (typed.includes(element.dataset.type) || element.dataset.type.endsWith("external_select")) return;
    if ("live" in element.dataset) act(element, Elements.value(element));
  });

  const asked = new WeakMap();
  document.addEventListener("input", async (event) => {
    const element = event.target.closest(".element");
    if (!element) return;
    if ((element.dataset.dispatch || "").includes("on_character_entered") && "live" in element.dataset) {
      act(element, Elements.value(element));
    }
    if (!element.dataset.type.endsWith("external_select")) return;
    const query = event.target.value;
    const turn = (asked.get(element) || 0) + 1;
    asked.set(element, turn);
    if (query.length < Number(element.querySelector(".external").dataset.least)) return;
    await pause(150); // while one types, only the last word is asked for
    if (asked.get(element) !== turn) return;
    const options = await send("options", {
      ...JSON.parse(where(element).dataset.where),
      block_id: element.dataset.block,
      action_id: element.dataset.action,
      query,
    });
    if (asked.get(element) !== turn || !Array.isArray(options)) return;
    Elements.offer(element, options, () => {
      if ("live" in element.dataset) act(element, Elements.value(element));
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    const element = event.target.closest(".element");
    if (!element || event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    const enters = (element.dataset.dispatch || "on_enter_pressed").includes("on_enter_pressed");
    if (element.dataset.type.endsWith("input") && enters && "live" in element.dataset) {
      event.preventDefault();
      act(element, Elements.value(element));
    } else if (element.dataset.type.endsWith("external_select")) event.preventDefault();
  });

  // Modals

  modal.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("[data-submit]");
    if (!button || button.disabled) return;
    button.disabled = true;
    await gesture("submit", { ...JSON.parse(form.dataset.where), values: Elements.collect(form) });
    button.disabled = false;
  });
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeModal();
  });
  function closeModal() {
    const form = modal.querySelector("[data-where]");
    if (form) gesture("close", { ...JSON.parse(form.dataset.where), values: Elements.collect(form) });
  }

  // Composer

  const composer = document.getElementById("composer");
  const hints = document.getElementById("hints");
  const history = JSON.parse(sessionStorage.getItem("sent") || "[]");
  let back = history.length;
  let draft = "";

  function fit() {
    composer.style.height = "auto";
    composer.style.height = `${Math.min(composer.scrollHeight, 200)}px`;
  }

  function write(text) {
    composer.value = text;
    composer.setSelectionRange(text.length, text.length);
    fit();
  }

  function submitComposer() {
    const text = composer.value.trim();
    if (!text) return;
    if (history.at(-1) !== text) history.push(text);
    sessionStorage.setItem("sent", JSON.stringify(history.slice(-50)));
    back = history.length;
    write("");
    hideHints();
    log.scrollTop = log.scrollHeight;
    gesture("type", { text });
  }

  function recall(step) {
    if (back === history.length) draft = composer.value;
    back = Math.max(0, Math.min(history.length, back + step));
    write(back === history.length ? draft : history[back]);
  }

  function hideHints() {
    hints.hidden = true;
    hints.replaceChildren();
    composer.setAttribute("aria-expanded", "false");
    composer.removeAttribute("aria-activedescendant");
  }

  // Suggests commands for a beginning `/`, and names for the word that begins with `@`.
  function suggest() {
    const before = composer.value.slice(0, composer.selectionStart);
    const name = /(?:^|\s)(@[\w-]*)$/.exec(before);
    const typed = name ? name[1] : before;
    const source = name ? "names" : "commands";
    const open = name || (typed.startsWith("/") && !typed.includes(" "));
    const options = open ? [...document.querySelectorAll(`#${source} option`)] : [];
    const fitting = options.filter((one) => one.value.startsWith(typed.toLowerCase())).slice(0, 8);
    hideHints();
    for (const [index, option] of fitting.entries()) {
      const hint = document.createElement("li");
      hint.id = `hint-${index}`;
      hint.setAttribute("role", "option");
      const strong = document.createElement("strong");
      strong.textContent = option.value;
      const usage = document.createElement("span");
      usage.textContent = option.dataset.usage || "";
      const about = document.createElement("small");
      about.textContent = option.textContent;
      hint.append(strong, usage, about);
      hint.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(hint, typed);
      });
      hint.dataset.value = option.value;
      hint.dataset.typed = typed;
      hints.append(hint);
    }
    hints.hidden = fitting.length === 0;
    composer.setAttribute("aria-expanded", String(fitting.length > 0));
  }

  function take(hint) {
    const at = composer.selectionStart;
    const begin = at - hint.dataset.typed.length;
    const rest = composer.value.slice(at);
    const head = `${composer.value.slice(0, begin)}${hint.dataset.value} `;
    write(head + rest);
    composer.setSelectionRange(head.length, head.length);
    hideHints();
    composer.focus();
  }

  function mark(step) {
    const all = [...hints.children];
    const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const next = (now + step + all.length + (now < 0 && step < 0 ? 1 : 0)) % all.length;
    for (const [index, one] of all.entries()) one.setAttribute("aria-selected", String(index === next));
    composer.setAttribute("aria-activedescendant", all[next].id);
  }

  function composerKey(event) {
    const hinted = !hints.hidden;
    const selected = hints.querySelector('[aria-selected="true"]');
    if (event.key === "Escape" && hinted) hideHints();
    else if (event.key === "Tab" && hinted && !event.shiftKey) take(selected || hints.firstElementChild);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      if (selected) take(selected);
      else submitComposer();
    } else if (["ArrowUp", "ArrowDown"].includes(event.key)) {
      const step = event.key === "ArrowUp" ? -1 : 1;
      const edge = step < 0 ? !composer.value.slice(0, composer.selectionStart).includes("\n") : !composer.value.slice(composer.selectionEnd).includes("\n");
      if (hinted && back === history.length && composer.value) mark(step);
      else if (edge && history.length) recall(step);
      else return;
    } else return;
    event.preventDefault();
  }

  if (composer) {
    composer.addEventListener("input", () => {
      back = history.length;
      fit();
      suggest();
    });
    composer.addEventListener("keydown", composerKey);
    composer.addEventListener("blur", hideHints);
    document.getElementById("composer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      submitComposer();
    });
    composer.focus({ preventScroll: true });
  }

  // Sidebar

  document.getElementById("you").addEventListener("change", (event) => {
    const query = new URLSearchParams({ as: event.target.value });
    location.assign(`/?${query}`);
  });
  const menu = document.getElementById("menu");
  menu.addEventListener("click", () => {
    const open = document.body.classList.toggle("sidebar-open");
    menu.setAttribute("aria-expanded", String(open));
  });
  document.querySelector("main").addEventListener("click", (event) => {
    if (!event.target.closest("#menu")) document.body.classList.remove("sidebar-open");
  });

  if ("home" in page) gesture("home", {});
  follow();
})();
