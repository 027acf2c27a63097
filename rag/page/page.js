/* What happens in the browser: the report pane, marks, permalinks, menus, copying, and the few
   calls the page makes. No text of a visitor is ever put in as HTML: textContent throughout. */
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const page = document.documentElement;
  const narrow = () => window.matchMedia("(max-width: 899px)").matches;
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let command = "{}";
  let returnTo = null; // what had the focus when the report was opened
  let cited = []; // the citations that "previous" and "next" step through
  let step = -1;

  // ---- the report: open it at a place, mark the words, step through citations

  const PLACE = /^#para-([A-Za-z]{0,2}\d{1,4})(?::(\d+)-(\d+))?$/;

  function unwrap(root, name) {
    for (const mark of root.querySelectorAll("mark." + name)) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
  }

  /* Wrap the characters from `start` to `end` of an element's text, counted as Python counts them. */
  function wrap(root, start, end, name) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    let at = 0;
    const marks = [];
    for (const node of nodes) {
      const letters = Array.from(node.data);
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, letters.length);
      at += letters.length;
      if (from >= to) continue;
      const range = document.createRange();
      range.setStart(node, letters.slice(0, from).join("").length);
      range.setEnd(node, letters.slice(0, to).join("").length);
      const mark = document.createElement("mark");
      mark.className = name;
      range.surroundContents(mark);
      marks.push(mark);
    }
    return marks;
  }

  function openReport(focus) {
    if (!page.classList.contains("reading")) returnTo = document.activeElement;
    page.classList.add("reading");
    $("show-report").setAttribute("aria-expanded", "true");
    if (focus && narrow()) $("hide-report").focus({ preventScroll: true });
  }

  function closeReport() {
    page.classList.remove("reading");
    $("show-report").setAttribute("aria-expanded", "false");
    if (returnTo && returnTo.isConnected) returnTo.focus({ preventScroll: true });
    returnTo = null;
  }

  function scrollIn(target) {
    const scroller = $("pane-scroll");
    const height = scroller.clientHeight;
    const box = target.getBoundingClientRect();
    const away = box.top - scroller.getBoundingClientRect().top;
    const room = box.height > height - 40 ? 16 : Math.max(16, (height - box.height) / 3);
    const near = Math.abs(away) < 1.5 * height;
    scroller.scrollTo({ top: scroller.scrollTop + away - room, behavior: calm() || !near ? "auto" : "smooth" });
  }

  /* Show a place of the report, "#para-29" or "#para-29:345-512". No round trip. */
  function show(hash, focus = true) {
    const place = PLACE.exec(hash);
    const passage = place && $("para-" + place[1]);
    if (!passage) return false;
    const report = $("pane-scroll");
    unwrap(report, "cited");
    for (const old of report.querySelectorAll(".shown")) old.classList.remove("shown");
    passage.classList.add("shown");
    const text = passage.querySelector(".text");
    const marks = place[2] && text ? wrap(text, Number(place[2]), Number(place[3]), "cited") : [];
    const name = passage.getAttribute("aria-label") || passage.querySelector("th").textContent;
    $("where").textContent = name + sectionOf(passage);
    openReport(false);
    const tall = passage.getBoundingClientRect().height > report.clientHeight - 60;
    scrollIn(marks.length && tall ? marks[0] : passage);
    if (focus) passage.focus({ preventScroll: true });
    say(name + " is shown in the report.");
    return true;
  }

  function sectionOf(passage) {
    let node = passage.closest("table") || passage;
    while (node && !/^H[3-6]$/.test(node.tagName)) node = node.previousElementSibling;
    return node ? " · " + node.textContent : "";
  }

  function go(hash, push = true) {
    if (push && location.hash !== hash) history.pushState(null, "", location.pathname + location.search + hash);
    return show(hash);
  }

  function stepsFrom(link) {
    const answer = link.closest(".answer");
    if (!answer) return;
    cited = [...answer.querySelectorAll("a.cite")].map((one) => one.getAttribute("href"));
    step = cited.indexOf(link.getAttribute("href"));
    drawSteps();
  }

  function drawSteps() {
    $("steps").hidden = cited.length < 2;
    $("step-at").textContent = `${step + 1} of ${cited.length}`;
  }

  function move(by) {
    if (!cited.length) return;
    step = (step + by + cited.length) % cited.length;
    drawSteps();
    history.replaceState(null, "", location.pathname + location.search + cited[step]);
    show(cited[step], false);
  }

  // ---- find in the report

  let matches = [];
  let match = -1;

  function find(words) {
    const report = $("pane-scroll");
    unwrap(report, "match");
    matches = [];
    match = -1;
    const wanted = words.trim().toLowerCase();
    if (wanted.length > 1) {
      for (const text of report.querySelectorAll(".text, .report h3, .report h4, .report h5, .report h6, .grades th")) {
        const whole = text.textContent.toLowerCase();
        for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) {
          const start = Array.from(whole.slice(0, at)).length;
          matches.push(wrap(text, start, start + Array.from(wanted).length, "match"));
        }
      }
    }
    $("found").textContent = wanted.length > 1 ? `${matches.length || "No"} ${matches.length === 1 ? "match" : "matches"}` : "";
  }

  function nextMatch(by = 1) {
    if (!matches.length) return;
    for (const one of matches[match] || []) one.classList.remove("current");
    match = (match + by + matches.length) % matches.length;
    for (const one of matches[match]) one.classList.add("current");
    scrollIn(matches[match][0]);
    $("found").textContent = `${match + 1} of ${matches.length}`;
  }

  // ---- small things

  function say(text) {
    const live = $("live");
    if (live) live.textContent = text;
  }

  async function copy(text, done) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(done);
  }

  function flash(button, text) {
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 1600);
  }

  function order(value, button = "act") {
    command = JSON.stringify(value);
    if (button === "act") busy();
    $(button).click();
  }

  function citation(item) {
    return `“${item.querySelector(".words").innerText.trim()}”\n— ${item.querySelector(".cite-as").textContent}`;
  }

  function questionOf(number) {
    const asked = $("asked-" + number);
    return asked ? asked.innerText.trim() : "";
  }

  function readAs(number) {
    const read = document.querySelector(`#answer-${number} .read-as q`);
    return read ? read.innerText.trim() : questionOf(number);
  }

  function box() {
    return document.querySelector("#ask textarea, #ask input");
  }

  function type(text) {
    const field = box();
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set;
    setter.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  // ---- the buttons of a card: do-copy-quotes-0-1, do-fresh-0, do-edit-0, …

  let editing = null; // the number of the question that the next one replaces

  function act(button) {
    const [, verb, ...rest] = button.id.split("-");
    const number = Number(rest[verb === "copy" ? 1 : 0]);
    if (verb === "copy") copy(citation(button.closest("li")), "Copied with its citation.").then(() => flash(button, "Copied"));
    if (verb === "copyall") {
      const items = [...button.closest(".answer").querySelectorAll(".quotes > li")];
      copy(items.map(citation).join("\n\n"), "Copied with citations.").then(() => flash(button, "Copied"));
    }
    if (verb === "link") {
      const link = new URL("?q=" + encodeURIComponent(readAs(number)), location.href);
      copy(link.href, "Link copied.").then(() => flash(button, "Link copied"));
    }
    if (verb === "fresh") order({ do: "ask", question: questionOf(number), replace: number, fresh: true });
    if (verb === "edit") startEditing(number, button.closest(".read-as") ? readAs(number) : questionOf(number));
    if (verb === "rate") {
      order({ number, verdict: rest.slice(1).join("-") }, "rate");
      button.closest("details").open = false;
    }
  }

  function stopEditing() {
    editing = null;
    page.classList.remove("editing");
  }

  function startEditing(number, text) {
    editing = number;
    page.classList.add("editing");
    type(text);
    say("Edit the question and ask again.");
  }

  // ---- stop: Gradio cannot cancel an event that is not queued, so the call itself is let go,
  // and Gradio is handed an answer that changes nothing.

  const UNCHANGED = { __type__: "update" };
  const fetched = window.fetch;
  let stopped = null;

  window.fetch = function (resource, options) {
    const url = String((resource && resource.url) || resource);
    if (!page.classList.contains("asking") || !/\/run\/predict/.test(url)) return fetched.call(window, resource, options);
    const abort = new AbortController();
    const none = new Promise((resolve) => {
      stopped = () => {
        stopped = null;
        abort.abort();
        say("Stopped.");
        resolve(new Response(JSON.stringify({ data: [UNCHANGED, UNCHANGED, UNCHANGED, UNCHANGED] }), { headers: { "content-type": "application/json" } }));
      };
    });
    const real = fetched.call(window, resource, { ...options, signal: abort.signal });
    real.catch(() => {});
    return Promise.race([real, none]);
  };

  // ---- what Gradio's events call

  let waiting = null;
  let opening = ""; // the place in the address, to be shown when the question in it is answered

  window.pinpoint = {
    take: () => command,
    asking(question, kept) {
      const replace = question.trim() ? editing : null;
      if (replace !== null) stopEditing();
      busy();
      return [question, JSON.stringify({ replace }), kept];
    },
    settled() {
      idle();
      const last = lastAnswer();
      page.classList.remove("overviewing");
      if (!last) { address(""); return; }
      address(readAs(last.id.split("-")[1]));
      announce(last);
      if (opening) go(opening);
      opening = "";
    },
    stop() { if (stopped) stopped(); },
    /* The page is drawn as the browser kept it; a question in the address is asked, unless it was. */
    opened() {
      page.classList.add("opened");
      tidy();
      scrollToLast();
      const wanted = (new URLSearchParams(location.search).get("q") || "").trim();
      const known = [...document.querySelectorAll("#chat .asked, #chat .read-as q")].map((one) => one.innerText.trim());
      if (wanted && !known.includes(wanted)) {
        opening = location.hash;
        order({ do: "ask", question: wanted, fresh: true });
      } else if (location.hash) show(location.hash, false);
    },
    save(text) { save(text); },
  };

  function busy() {
    clearTimeout(waiting);
    page.classList.add("asking");
    waiting = setTimeout(() => page.classList.add("busy"), 400);
  }

  function idle() {
    clearTimeout(waiting);
    page.classList.remove("busy", "asking");
    stopped = null;
  }

  function address(question) {
    const query = question ? "?q=" + encodeURIComponent(question) : "";
    history.replaceState(null, "", location.pathname + query);
  }

  function lastAnswer() {
    return [...document.querySelectorAll("#chat .answer")].pop() || null;
  }

  function scrollToLast() {
    const last = lastAnswer();
    const asked = last && $("asked-" + last.id.split("-")[1]);
    const chat = $("chat");
    if (asked) chat.scrollTop += asked.getBoundingClientRect().top - chat.getBoundingClientRect().top - 8;
  }

  function announce(answer) {
    requestAnimationFrame(scrollToLast);
    const quotes = answer.querySelectorAll(".quotes > li");
    const places = [...quotes].map((one) => one.querySelector(".place").textContent);
    say(`${answer.querySelector(".status").textContent} ${places.join(", ")}`);
    cited = [];
    step = -1;
    drawSteps();
  }

  function save(text) {
    let file;
    try { file = JSON.parse(text); } catch { return; }
    idle();
    const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
    if (file.copy) { copy(new TextDecoder().decode(bytes), "Conversation copied."); return; }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say(file.name + " is downloaded.");
  }

  // ---- check a quote

  async function checkQuote() {
    const result = $("check-result");
    result.textContent = "Checking…";
    let verdict;
    try {
      const reply = await fetch("gradio_api/run/verify", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ data: [$("check-quote").value] }),
      });
      const body = await reply.json();
      if (!reply.ok) throw new Error(body.error || "The quote could not be checked.");
      verdict = body.data[0];
    } catch (error) {
      result.textContent = error.message;
      return;
    }
    result.replaceChildren(...drawVerdict(verdict));
  }

  function element(name, text, className = "") {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function drawVerdict(verdict) {
    const parts = [element("p", verdict.message, "verdict " + verdict.verdict)];
    if (!verdict.id) return parts;
    const quote = element("blockquote", verdict.differences.length ? "" : verdict.text);
    for (const piece of verdict.differences) {
      const name = { equal: "span", insert: "ins", delete: "del" }[piece.change];
      quote.append(element(name, piece.text));
    }
    const key = element("p", "Underlined: not in the report. Struck through: in the report, but left out.", "key");
    const link = element("a", "Show " + verdict.label + " in the report");
    link.href = `#para-${verdict.id}:${verdict.start}-${verdict.end}`;
    parts.push(quote, ...(verdict.differences.length ? [key] : []), link);
    return parts;
  }

  // ---- listeners: in the capture phase, before Gradio's own

  const BUTTONS = {
    "show-report": () => (page.classList.contains("reading") && narrow() ? closeReport() : (openReport(true), $("pane-scroll").focus({ preventScroll: true }))),
    "hide-report": () => (location.hash ? history.back() : closeReport()),
    "show-overview": () => {
      const on = page.classList.toggle("overviewing");
      $("show-overview").setAttribute("aria-pressed", String(on));
    },
    "show-check": () => $("check").showModal(),
    "check-now": checkQuote,
    "step-back": () => move(-1),
    "step-on": () => move(1),
    clear: () => {
      if (lastAnswer() && !window.confirm("Start a new conversation? The questions on this page are cleared.")) return;
      stopEditing();
      order({ do: "clear" });
    },
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) { followed(event, link); return; }
    const button = event.target.closest("button");
    if (!button) { closeMenus(event.target); return; }
    if (BUTTONS[button.id]) BUTTONS[button.id]();
    else if (button.id.startsWith("save-")) saved(button.id.slice(5));
    else if (button.id.startsWith("do-")) act(button);
    else if (button.classList.contains("ask-this")) askThis(button);
    else return;
    event.preventDefault();
    closeMenus(button.id.startsWith("save-") ? null : button);
  }, true);

  function followed(event, link) {
    const hash = link.getAttribute("href");
    event.preventDefault();
    event.stopPropagation();
    if (PLACE.test(hash)) {
      if ($("check").open) $("check").close();
      stepsFrom(link);
      go(hash);
      return;
    }
    if (hash === "#ask") { box().focus(); return; }
    const target = $(hash.slice(1));
    if (!target) return;
    if (target.tagName === "DETAILS") target.open = !target.open;
    if (target.closest("#pane")) { openReport(false); scrollIn(target); }
    (target.tagName === "DETAILS" ? target.querySelector("summary") : target).focus({ preventScroll: true });
  }

  function askThis(button) {
    page.classList.remove("overviewing");
    order({ do: "ask", question: button.value, fresh: true });
  }

  function saved(kind) {
    if (!lastAnswer()) flash($("save-menu").querySelector("summary"), "Nothing to save yet");
    else if (kind === "print") window.print();
    else order({ kind }, "export");
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenus(null);
      if (page.classList.contains("editing")) { stopEditing(); type(""); }
      else if (page.classList.contains("reading") && narrow() && !$("check").open) BUTTONS["hide-report"]();
    }
    if (event.key === "Enter" && event.ctrlKey && event.target.id === "check-quote") checkQuote();
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "find-form") return;
    event.preventDefault();
    nextMatch(1);
  }, true);

  document.addEventListener("input", (event) => {
    if (event.target.id === "find") find(event.target.value);
  }, true);

  window.addEventListener("popstate", () => {
    if (!show(location.hash) && page.classList.contains("reading")) {
      unwrap($("pane-scroll"), "cited");
      closeReport();
    }
  });

  // ---- the two leaves fill what the head of the page leaves of the window

  function measure() {
    const top = $("top");
    if (!top) { setTimeout(measure, 50); return; }
    const footer = document.querySelector(".gradio-container footer");
    const taken = () => top.offsetHeight + (footer ? footer.offsetHeight : 0);
    new ResizeObserver(() => page.style.setProperty("--head", taken() + "px")).observe(top);
  }
  measure();

  // ---- the state of the server, until it is ready

  async function watch() {
    const state = $("state");
    if (!state) { setTimeout(watch, 200); return; }
    let is = "unreachable";
    try { is = (await (await fetch("state")).json()).state; } catch { /* said below */ }
    const was = state.dataset.state;
    state.dataset.state = is;
    state.hidden = is === "ready";
    state.textContent = {
      warming: "Warming up: the report can be read now; a question is answered as soon as the model is loaded.",
      failed: "The model could not be loaded, so questions cannot be answered.",
      unreachable: "The server cannot be reached.",
    }[is] || "";
    if (is === "ready" && was && was !== "ready") say("Ready for questions.");
    if (is !== "ready") setTimeout(watch, 800);
  }
  watch();

  /* Gradio labels each bubble with its raw HTML and reads the log aloud a second time: mend both. */
  function tidy() {
    const log = document.querySelector("#chat [role=log]");
    if (!log) return;
    if (log.getAttribute("aria-live") !== "off") {
      log.setAttribute("aria-live", "off");
      log.setAttribute("aria-label", "Conversation");
    }
    for (const bubble of log.querySelectorAll("[data-testid][aria-label]")) bubble.removeAttribute("aria-label");
  }
  new MutationObserver(tidy).observe(page, { childList: true, subtree: true });
})();
