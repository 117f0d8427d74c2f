// Starts the panels: each is built where the page has a place for it, as soon as that place is there.

import { CURRENT, WITHIN, el, getJSON, remember, submit, watchText } from "./dom.js";
import "./scope.js"; // a selection that was asked within before a reload is asked within again

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

// Gradio shows a refused question as an error of its own; what the server says of it stands above the box.
const told = el("p", { id: "by-told", role: "alert" });
const asked = window.fetch;
window.fetch = async (...request) => {
  const reply = await asked(...request);
  if (String(request[0]?.url ?? request[0]).includes("/gradio_api/queue/join")) {
    const said = [413, 429].includes(reply.status) ? await reply.clone().json().catch(() => ({})) : {};
    told.textContent = said.error ?? "";
    if (told.textContent) document.getElementById("by-ask")?.before(told);
    else told.remove();
  }
  return reply;
};

// Who logged in can log out again.
getJSON("/api/person").then(({ account }) => {
  if (!account) return;
  const out = el("button", { type: "button", class: "by-tool", text: "Log out", title: account, on: { click: async () => {
    remember(WITHIN, null);
    await fetch("/logout", { method: "POST" });
    location.assign("/login");
  } } });
  const place = () => document.querySelector("#by-top .by-corpus");
  const put = () => { if (place() && !out.isConnected) place().append(out); };
  new MutationObserver(put).observe(document.body, { childList: true, subtree: true });
  put();
}).catch(() => {}); // the page works without

// The address names the conversation: Gradio tells the server of it when the page is loaded again.
let opened = false;
watchText(CURRENT, (key) => {
  if (key || opened) history.replaceState(null, "", location.pathname + (key ? `?c=${key}` : "") + location.hash);
  opened = true;
});
