/* What every part of the script uses. The parts are joined into one function by layout.py, in this order:
   page.js, report.js, cards.js, events.js. No text of a visitor is ever put in as HTML: textContent throughout. */
const $ = (id) => document.getElementById(id);
const page = document.documentElement;
const narrow = () => window.matchMedia("(max-width: 899px)").matches;
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
page.lang = "en-GB";
let command = "{}"; // what the hidden button that is about to be clicked is to do

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
