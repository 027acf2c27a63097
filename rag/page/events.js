/* What Gradio's events call, and the page's own listeners. */
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
    const notice = $("notice").innerText.trim();
    if (notice) { say(notice); return; }
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
    new MutationObserver(tidy).observe($("chat"), { childList: true, subtree: true });
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
  const focused = document.activeElement;
  if (focused === box() && narrow()) focused.blur(); // the phone's keyboard would cover the answer
  else if (!focused || focused === document.body || !focused.checkVisibility()) {
    $("asked-" + answer.id.split("-")[1]).focus({ preventScroll: true });
  }
  const quotes = answer.querySelectorAll(".quotes > li");
  const places = [...quotes].map((one) => one.querySelector(".place").textContent);
  say(`${answer.querySelector(".status").textContent} ${places.join(", ")}`);
  cited = [];
  step = -1;
  drawSteps();
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
