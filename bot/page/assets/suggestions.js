// Suggested questions, as buttons above the question box. They are shown only if Byline can answer them.

import { TURN, el, getJSON, submit, watchText } from "./dom.js";

let list;
let asked = 0; // the newest request; responses to older ones are ignored

export const mount = (element) => {
  list = el("div", { class: "by-suggestions", role: "group", "aria-label": "Questions you could ask" });
  element.append(list);
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
  if (turn === "…") return; // an answer is running
  const [conversation, turns] = turn.split(" ");
  const path = conversation && turns ? `/api/suggestions?conversation=${encodeURIComponent(conversation)}` : "/api/suggestions";
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
