// Starts the panels: each is built in its place on the page as soon as the place exists.

import { CURRENT, WITHIN, at, el, getJSON, remember, submit, watchText } from "./dom.js";
import "./scope.js"; // restores the selection after a reload

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
      .catch((error) => { panel.textContent = `This part of the page failed to load: ${error.message}`; });
  }
};
new MutationObserver(build).observe(document.documentElement, { childList: true, subtree: true });
build();

// Alt+N starts a new chat from anywhere; Escape stops a running answer.
document.addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && event.code === "KeyN") {
    event.preventDefault();
    submit("#by-open", `new-${Math.random()}`);
    document.querySelector("#by-question textarea")?.focus();
  }
  if (event.key === "Escape") document.querySelector("#by-stop:not(.hidden)")?.click();
});

// Gradio shows its own message for a rejected question; this shows the server's above the box.
const rejected = el("p", { id: "by-rejected", role: "alert" });
const plainFetch = window.fetch;
window.fetch = async (...request) => {
  const reply = await plainFetch(...request);
  if (String(request[0]?.url ?? request[0]).includes("/gradio_api/queue/join")) {
    const said = [413, 429].includes(reply.status) ? await reply.clone().json().catch(() => ({})) : {};
    rejected.textContent = said.error ?? "";
    if (rejected.textContent) document.getElementById("by-ask")?.before(rejected);
    else rejected.remove();
  }
  return reply;
};

// A button to log out, if the user has logged in.
getJSON("/api/person").then(({ account }) => {
  if (!account) return;
  const out = el("button", { type: "button", class: "by-tool", text: "Log out", title: account, on: { click: async () => {
    remember(WITHIN, null);
    await fetch(at("/logout"), { method: "POST" });
    location.assign(at("/login"));
  } } });
  const place = () => document.querySelector("#by-top .by-corpus");
  const put = () => { if (place() && !out.isConnected) place().append(out); };
  new MutationObserver(put).observe(document.body, { childList: true, subtree: true });
  put();
}).catch(() => {}); // the page works without it

// The address names the conversation, so that Gradio sends it to the server after a reload.
let opened = false;
watchText(CURRENT, (key) => {
  if (key || opened) history.replaceState(null, "", location.pathname + (key ? `?c=${key}` : "") + location.hash);
  opened = true;
});
