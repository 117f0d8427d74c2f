// The list of the user's conversations: open, search, start, rename, delete, export.
// It opens a conversation through #by-open; #by-current says which one is open.

import { CURRENT, TURN, at, el, forgetSource, getJSON, send, submit, watchText } from "./dom.js";

const DAY = 86_400_000;
const drawn = { current: "", entries: [], words: "", asked: 0, doing: "" };
let nav, list, status, menu;

export const mount = (element) => {
  const search = el("input", {
    type: "search", class: "by-search", "aria-label": "Search conversations", placeholder: "Search",
    maxlength: "200", on: { input: () => later(search) },
  });
  list = el("ul", { class: "by-talks" });
  status = el("p", { class: "by-said", role: "status" });
  nav = el("nav", { class: "by-conversations", id: "by-conversations", "aria-label": "Conversations" },
    button("New chat", "by-new-chat", begin), search, status, list);
  element.append(nav);
  drawer(element);
  watchText(CURRENT, (id) => {
    drawn.current = id;
    drawn.doing = "";
    load();
  });
  watchText(TURN, (turn) => turn && !turn.endsWith("…") && load()); // the newest comes first
};

let pause;
const later = (search) => {
  clearTimeout(pause);
  pause = setTimeout(() => {
    drawn.words = search.value.trim();
    drawn.doing = "";
    load();
  }, 200);
};

const load = async () => {
  const number = ++drawn.asked; // a late response to an older request is not shown
  try {
    const path = `/api/conversations?words=${encodeURIComponent(drawn.words)}`;
    const found = await getJSON(path);
    if (number !== drawn.asked) return;
    drawn.entries = found.conversations;
    say(drawn.words ? counted(drawn.entries.length) : "");
    if (!drawn.doing) draw(); // a title that is being typed stays
  } catch (error) {
    if (number === drawn.asked) say(error.message);
  }
};

const say = (line) => { status.textContent = line; };
const counted = (count) => (count === 1 ? "1 conversation" : `${count || "No"} conversations`);

const draw = () => {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  list.replaceChildren(...drawn.entries.map(item));
  if (focused) focusOn(focused);
};
const focusOn = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();

const item = (entry) => {
  const current = entry.id === drawn.current;
  const opening = el("button", {
    type: "button", class: "by-talk", "data-key": `open ${entry.id}`, "aria-current": current ? "true" : null,
    title: entry.title, on: { click: () => open(entry.id) },
  },
  el("span", { class: "by-talk-title", dir: "auto", text: entry.title }),
  el("time", { class: "by-when", datetime: entry.updated, text: relativeDay(new Date(entry.updated)) }));
  if (!current) return el("li", {}, opening);
  const doing = { rename: renaming, delete: deleting }[drawn.doing] ?? offered;
  return el("li", { class: "by-now" }, opening, doing(entry));
};

const offered = (entry) => {
  const path = `/api/conversations/${encodeURIComponent(entry.id)}/export?form=`;
  const link = (form, text) => el("a", {
    href: at(path + form), download: "", text, "aria-label": `Export as ${text}`, "data-key": form,
  });
  return el("div", { class: "by-actions", role: "group", "aria-label": "This conversation" },
    button("Rename", "", () => turn("rename", "title"), "rename"),
    button("Delete", "", () => turn("delete", "keep"), "delete"),
    link("markdown", "Markdown"), link("docx", "Word"), link("html", "HTML"), link("json", "JSON"));
};

const renaming = (entry) => {
  const field = el("input", {
    type: "text", class: "by-search", "aria-label": "New title", maxlength: "120", value: entry.title,
    dir: "auto", "data-key": "title",
  });
  const rename = (event) => {
    event.preventDefault();
    change("PATCH", entry, { title: field.value }, "rename");
  };
  return el("form", { class: "by-actions", on: { submit: rename, keydown: onEscape("rename") } }, field,
    el("button", { type: "submit", text: "Save" }), button("Cancel", "", () => turn("", "rename")));
};

const deleting = (entry) => el("div",
  { class: "by-actions", role: "group", "aria-label": "Delete?", on: { keydown: onEscape("delete") } },
  el("span", { text: "Delete?" }),
  button("Yes, delete", "by-danger", () => change("DELETE", entry, undefined, "")),
  button("Keep", "", () => turn("", "delete"), "keep"));

const onEscape = (back) => (event) => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  turn("", back);
};

// Replace the buttons of the open conversation with a field or a question, or back; then focus `key`.
const turn = (doing, key) => {
  drawn.doing = doing;
  say("");
  draw();
  focusOn(key);
};

const change = async (method, entry, body, back) => {
  try {
    await send(method, `/api/conversations/${encodeURIComponent(entry.id)}`, body);
  } catch (error) {
    say(error.message);
    return;
  }
  drawn.doing = "";
  if (method === "DELETE") begin();
  await load();
  if (back) focusOn(back);
};

const open = (id) => {
  if (id !== drawn.current) {
    forgetSource();
    submit("#by-open", id);
  }
  shut();
};

const begin = () => {
  submit("#by-open", `new-${crypto.getRandomValues(new Uint32Array(2)).join("")}`);
  shut();
  document.querySelector("#by-question textarea")?.focus();
};

const button = (text, kind, click, key) =>
  el("button", { type: "button", class: kind || null, text, "data-key": key, on: { click } });

// On a narrow screen the list is a drawer that #by-menu opens.
const drawer = (element) => {
  menu = document.getElementById("by-menu");
  if (!menu) {
    menu = el("button", { type: "button", id: "by-menu", text: "Conversations" });
    element.prepend(menu);
  }
  menu.setAttribute("aria-controls", nav.id);
  menu.setAttribute("aria-expanded", "false");
  menu.addEventListener("click", () => {
    const shown = nav.classList.toggle("by-open");
    menu.setAttribute("aria-expanded", String(shown));
    if (shown) nav.querySelector("button").focus();
  });
  nav.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !nav.classList.contains("by-open")) return;
    event.stopPropagation();
    shut();
    menu.focus();
  });
  document.addEventListener("click", (event) => {
    // The clicked element may be gone, because the list was redrawn.
    if (event.target.isConnected && !nav.contains(event.target) && !menu.contains(event.target)) shut();
  });
};

const shut = () => {
  nav.classList.remove("by-open");
  menu.setAttribute("aria-expanded", "false");
};

const relativeDay = (when) => {
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const now = new Date();
  const days = Math.round((midnight(now) - midnight(when)) / DAY);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return when.toLocaleDateString("en-GB", { weekday: "long" });
  const year = when.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return when.toLocaleDateString("en-GB", { day: "numeric", month: "short", year });
};
