// Starts the panels: each is built where the page has a place for it, as soon as that place is there.

import { CURRENT, el, getJSON, submit, watchText } from "./dom.js";

const PANELS = {
  "by-talks": "./conversations.js",
  "by-viewer": "./viewer.js",
  "by-next": "./suggestions.js",
  "by-articles": "./articles.js",
  "by-evaluation": "./evaluation.js",
};

const build = () => {
  for (const [id, module] of Object.entries(PANELS)) {
    const place = document.getElementById(id);
    if (!place || place.querySelector(":scope > .by-panel")) continue;
    const panel = document.createElement("div");
    panel.className = "by-panel";
    place.append(panel);
    import(module)
      .then((built) => built.mount(panel))
      .catch((error) => { panel.textContent = `This part of the page could not be started: ${error.message}`; });
  }
};
new MutationObserver(build).observe(document.documentElement, { childList: true, subtree: true });
build();

// Alt+N starts a new chat from anywhere; Escape stops an answer that is being written.
document.addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && event.code === "KeyN") {
    event.preventDefault();
    submit("#by-open", `new-${Math.random()}`);
    document.querySelector("#by-question textarea")?.focus();
  }
  if (event.key === "Escape") document.querySelector("#by-stop:not(.hidden)")?.click();
});

// Who logged in can log out again.
getJSON("/api/person").then(({ account }) => {
  if (!account) return;
  const out = el("button", { type: "button", class: "by-tool", text: "Log out", title: account, on: { click: async () => {
    await fetch("/logout", { method: "POST" });
    location.assign("/login");
  } } });
  const place = () => document.querySelector("#by-top .by-corpus");
  const put = () => { if (place() && !out.isConnected) place().append(out); };
  new MutationObserver(put).observe(document.body, { childList: true, subtree: true });
  put();
}).catch(() => {}); // the page works without

// The address names the conversation, so that it is still there after the page is loaded again.
const wanted = new URLSearchParams(location.search).get("c");
const current = () => document.querySelector(CURRENT)?.textContent.trim() ?? "";
let tries = wanted ? 40 : 0; // Gradio takes a moment to listen to its boxes
const restore = () => {
  if (tries-- <= 0 || current()) return;
  submit("#by-open", wanted);
  setTimeout(restore, 500);
};
restore();
watchText(CURRENT, (key) => {
  if (key) tries = 0;
  const search = key ? `?c=${key}` : "";
  if (tries <= 0 && location.search !== search) {
    history.replaceState(null, "", location.pathname + search + location.hash);
  }
});
