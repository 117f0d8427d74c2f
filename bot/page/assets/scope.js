// The selection that questions are asked within: sent to the chat in a hidden box, shown above the question.

import { WITHIN, el, fill, remember, remembered } from "./dom.js";

const listeners = [];
let chosen = null; // {selection, line}, or null for all articles

export const asking = () => chosen;

// Calls `does` whenever the selection changes.
export const onScope = (does) => listeners.push(does);

// `selection` is as /api/ask takes it, `line` describes it.
export const askWithin = (selection, line) => change({ selection, line });

export const askEverything = () => change(null);

const change = (next) => {
  if (!fill("#by-within", next ? JSON.stringify(next.selection) : "")) return false;
  chosen = next;
  remember(WITHIN, next);
  show();
  for (const does of listeners) does();
  return true;
};

const show = () => {
  const place = document.getElementById("by-scope");
  if (!place) return;
  place.querySelector(":scope > .by-asking")?.remove();
  if (!chosen) return;
  place.append(
    el("p", { class: "by-asking", role: "status" },
      el("span", { text: `Asking within: ${chosen.line}` }),
      el("button", {
        type: "button", class: "by-chip-off", "aria-label": "Ask all articles again", title: "Ask all articles again",
        text: "✕", on: { click: askEverything },
      })));
};

export const showChat = () => {
  [...document.querySelectorAll('[role="tab"]')].find((tab) => tab.textContent.trim() === "Chat")?.click();
  document.querySelector("#by-question textarea")?.focus();
};

// Restores the selection after a reload, as soon as the chat's box exists.
const restore = () => {
  const kept = chosen ? null : remembered(WITHIN);
  return !kept || (document.getElementById("by-scope") && change(kept));
};
if (!restore()) {
  const waiting = new MutationObserver(() => restore() && waiting.disconnect());
  waiting.observe(document.documentElement, { childList: true, subtree: true });
}
