// Drafts of known-answer cases: proposed from the articles, for a person to edit, accept or reject.

import { el, getJSON, send } from "./dom.js";

const API = "/api/evaluation/drafts";

// The section; `accepted` is called once more cases are in the set of the accepted ones.
export const drafts = (accepted) => {
  const parts = {
    list: el("ul", { class: "by-drafts", "aria-label": "Drafts" }),
    line: el("p", { class: "by-eval-line", role: "status" }),
    accepted,
  };
  parts.propose = el("button", { type: "button", text: "Propose drafts", on: { click: () => propose(parts) } });
  told(parts, async () => show(parts, await getJSON(API)));
  return el(
    "section",
    { "aria-label": "Drafts of questions" },
    el("h2", { text: "Drafts" }),
    el("p", { class: "by-eval-settings", text: "Questions made from the articles by rule. Accepted ones go into the set “drafted”, which can be run above." }),
    el("div", { class: "by-eval-row" }, parts.propose),
    parts.line,
    parts.list,
  );
};

// Does something that may fail, and tells it in the line; true when it went well.
const told = async (parts, does) => {
  try {
    await does();
    return true;
  } catch (error) {
    parts.line.textContent = error.message;
    return false;
  }
};

const propose = async (parts) => {
  parts.propose.disabled = true;
  parts.line.textContent = "Reading the articles …";
  await told(parts, async () => show(parts, await send("POST", API)));
  parts.propose.disabled = false;
};

// What waits now. A draft that is shown already stays as somebody may be editing it.
const show = (parts, { drafts: waiting, line }) => {
  const shown = new Map([...parts.list.children].map((item) => [item.dataset.id, item]));
  parts.list.replaceChildren(...waiting.map((draft) => shown.get(draft.id) ?? item(parts, draft)));
  parts.line.textContent = line;
};

const item = (parts, draft) => {
  const id = `by-draft-${draft.id}`;
  const question = el("textarea", { id: `${id}-question`, rows: 2 });
  const answers = el("textarea", { id: `${id}-answers`, rows: Math.min(Math.max(draft.answers.length, 1), 4), placeholder: "None: a refusal is right" });
  question.value = draft.question;
  answers.value = draft.answers.join("\n");
  const decide = (what, body) => decided(parts, draft, what, body);
  const node = el(
    "li",
    { class: "by-draft" },
    el("label", { for: question.id }, el("span", { text: "Question" }), question),
    el("label", { for: answers.id }, el("span", { text: "Accepted answers, one a line" }), answers),
    draft.spans.map((span) => el("blockquote", {}, marked(span.text, draft.answers), " ", el("cite", { text: span.file }))),
    el("p", { class: "by-eval-where", text: `${draft.why} · ${draft.tags.join(", ")}` }),
    el(
      "div",
      { class: "by-eval-row" },
      el("button", { type: "button", text: "Accept", on: { click: () => decide("accept", { question: question.value, answers: answers.value.split("\n") }) } }),
      el("button", { type: "button", text: "Reject", on: { click: () => decide("reject") } }),
    ),
  );
  node.dataset.id = draft.id;
  return node;
};

// The words with the first of the answers that stands in them marked.
const marked = (text, answers) => {
  const found = answers.find((answer) => text.includes(answer));
  if (!found) return [text];
  const at = text.indexOf(found);
  return [text.slice(0, at), el("mark", { text: found }), text.slice(at + found.length)];
};

const decided = async (parts, draft, what, body) => {
  const node = [...parts.list.children].find((one) => one.dataset.id === draft.id);
  const next = node?.nextElementSibling ?? node?.previousElementSibling;
  const well = await told(parts, async () => show(parts, await send("POST", `${API}/${encodeURIComponent(draft.id)}/${what}`, body)));
  if (!well) return;
  (next?.querySelector("button") ?? parts.propose).focus(); // the button that was pressed is gone
  if (what === "accept") parts.accepted();
};
