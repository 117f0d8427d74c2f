// Suggested questions, as buttons above the question box, shown only if Byline can answer them; and, before the
// first question, what is in the folder.

import { TURN, el, getJSON, submit, watchText } from "./dom.js";

let list;
let contents; // what is in the folder, above the first questions
let asked = 0; // the newest request; responses to older ones are ignored

export const mount = (element) => {
  list = el("div", { class: "by-suggestions", role: "group", "aria-label": "Questions you could ask" });
  contents = el("div", { class: "by-contents" });
  element.append(contents, list);
  watchText(TURN, renew);
  document.addEventListener("click", askAgain, true);
};

// A word that was taken from earlier turns asks the question again without it.
const askAgain = (event) => {
  const link = event.target.closest?.('a[href^="#ask-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  submit("#by-question", decodeURIComponent(link.getAttribute("href").slice("#ask-".length)));
};

const renew = async (turn) => {
  const number = ++asked;
  list.replaceChildren();
  contents.replaceChildren();
  if (turn.endsWith("…")) return; // an answer is running
  const [conversation, turns] = turn.split(" ");
  const path = conversation && turns ? `/api/suggestions?conversation=${encodeURIComponent(conversation)}` : "/api/suggestions";
  if (!(conversation && turns)) void tellContents(number);
  let found;
  try {
    found = await getJSON(path);
  } catch {
    return; // the chat works without suggestions
  }
  if (number === asked) list.replaceChildren(...found.questions.map(button));
};

const button = (question) =>
  el("button", { type: "button", class: "by-suggestion", text: question, on: { click: () => submit("#by-question", question) } });

const tellContents = async (number) => {
  let found;
  try {
    found = await getJSON("/api/overview");
  } catch {
    return; // the chat works without it
  }
  if (number !== asked || !found.articles) return;
  const facts = [found.articles === 1 ? "1 article" : `${found.articles.toLocaleString("en")} articles`, days(found), outlets(found)];
  contents.append(el("p", { class: "by-soft", text: facts.filter(Boolean).join(" · ") }));
  if (found.names.length) contents.append(el("div", { class: "by-suggestions", role: "group", "aria-label": "Frequent names" }, ...found.names.map(chip)));
};

const days = ({ first, last }) => (first === last ? day(first) : `${day(first)} to ${day(last)}`);

// The day as the articles' list writes it: "3 February 2023".
const day = (iso) =>
  iso ? new Date(`${iso}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }) : "";

const outlets = ({ outlets: names }) => names.join(", ");

const chip = ({ name, question }) =>
  el("button", { type: "button", class: "by-suggestion by-name", text: name, title: question, on: { click: () => submit("#by-question", question) } });
