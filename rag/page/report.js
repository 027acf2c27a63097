/* The report: open it at a place, mark the words, step through citations, find. No round trip. */
// ---- the report: open it at a place, mark the words, step through citations

const PLACE = /^#para-([A-Za-z0-9.]{1,12})(?::(\d+)-(\d+))?$/;
let returnTo = null; // what had the focus when the report was opened
let cited = []; // the citations that "previous" and "next" step through
let step = -1;

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
  cover();
  if (focus && narrow()) $("hide-report").focus({ preventScroll: true });
}

/* What the report covers on a phone is out of reach until it is closed. */
function cover() {
  const covered = page.classList.contains("reading") && narrow();
  $("talk").inert = covered;
  document.querySelector(".masthead").inert = covered;
}
window.addEventListener("resize", () => { if ($("talk")) cover(); });

function closeReport() {
  page.classList.remove("reading");
  $("show-report").setAttribute("aria-expanded", "false");
  cover();
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
