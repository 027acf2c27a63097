/* What the buttons of a card and of the dialogs do: copy, edit, save, check a quote. */
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
