// The source viewer: the text of an article, scrolled to the cited words, which are marked.
//
// It opens links "#cite-<article>-<start>-<end>" anywhere on the page, and one in the page's address.

import { el, forgetSource, getJSON, isWide } from "./dom.js";

const PREFIX = "#cite-";
const LINKS = `a[href^="${PREFIX}"]`;
const active = document.head.appendChild(el("style"));
let box; // where the article is shown
let opened = ""; // the link that is shown or was requested last

export const mount = (element) => {
  box = el("section", { class: "by-scroll", "aria-label": "Source", tabindex: "0" });
  element.append(box);
  note("The source opens here.", "Ask a question, or click a number such as [1]: the article appears with the exact words marked.");
  document.addEventListener("click", onClick, true);
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", openAddress);
  new MutationObserver(onAnswer).observe(document.body, { childList: true, subtree: true });
  openAddress();
  onAnswer();
};

const note = (line, more) =>
  box.replaceChildren(el("div", { class: "by-note" }, el("p", { text: line }), el("p", { text: more })));

const openAddress = () => {
  if (location.hash.startsWith(PREFIX) && location.hash !== opened) open(location.hash, true);
};

const onClick = (event) => {
  const link = event.target.closest?.(LINKS);
  if (!link) return;
  event.preventDefault(); // Gradio would handle the link itself
  event.stopPropagation();
  open(link.getAttribute("href"), true);
};

// "]" and "[" open the next and the previous citation, except in text fields.
const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  if (event.key === "]") step(1);
  if (event.key === "[") step(-1);
};

const citations = () => [
  ...new Set([...document.querySelectorAll("#by-chat a.by-source:has(.by-number)")].map((a) => a.getAttribute("href"))),
];

const step = (by) => {
  const all = citations();
  if (all.length) open(all[(all.indexOf(opened) + by + all.length + (opened || by > 0 ? 0 : 1)) % all.length], true);
};

// A new answer opens its first source and a refusal closes the viewer, unless the user has opened a source
// since the question was sent or the address has a link to one.
let seen = "";
let answering = false;
const onAnswer = () => {
  const now = Boolean(document.querySelector("#by-stop:not(.hidden)"));
  if (now && !answering) forgetSource();
  answering = now;
  const answers = document.querySelectorAll("#by-chat .bot.message");
  const last = answers[answers.length - 1];
  const first = last?.querySelector(".by-sources a.by-source:has(.by-number)");
  const sources = last?.querySelector(".by-sources"); // a refusal has them too, without a number
  const key = sources ? `${answers.length} ${first?.getAttribute("href")}` : "";
  if (!answers.length && seen) close();
  const chosen = location.hash.startsWith(PREFIX);
  if (key && key !== seen && !chosen && !last.querySelector(".by-growing")) {
    if (first) open(first.getAttribute("href"), false);
    else close();
  }
  if (key || !answers.length) seen = key;
  count();
};

const close = () => {
  opened = "";
  active.textContent = "";
  forgetSource();
  note("The source opens here.", "Ask a question, or click a number such as [1].");
};

const open = async (href, asked) => {
  opened = href;
  let source;
  try {
    source = await getJSON(`/api/source?cite=${encodeURIComponent(href.slice(PREFIX.length))}`);
  } catch (error) {
    if (opened === href) note("That source is not available.", error.message);
    return;
  }
  if (opened !== href) return; // another one was requested meanwhile
  if (asked) showPanel();
  show(source, href);
  if (asked) {
    history.replaceState(null, "", location.pathname + location.search + href);
    if (!isWide()) box.scrollIntoView({ block: "start" });
  }
};

// Sources opened in another tab are shown in that of the chat, the first.
const showPanel = () => {
  if (box.offsetParent === null) document.querySelector('#by-tabs [role="tab"]')?.click();
};

const show = (source, href) => {
  const updated = source.updated && `updated ${source.updated}`;
  const author = source.author !== source.outlet && source.author;
  const facts = [source.outlet, author, source.day, updated, source.page && `page ${source.page}`, source.lines].filter(Boolean);
  const body = el("div", { class: "by-body", dir: "auto" });
  for (const part of source.parts) {
    if (part.kind === "plain") body.append(part.text);
    else if (part.kind === "cited") body.append(el("mark", { id: "cited", tabindex: "-1", text: part.text }));
    else body.append(el("span", { class: "by-dim", text: part.text }));
  }
  const cut = (text) => el("p", { class: "by-cut", text });
  box.replaceChildren(
    el("article", { "data-href": href },
      el("div", { class: "by-head" },
        toolbar(href, source.references),
        el("h2", { dir: "auto", title: source.title, text: source.title }),
        el("p", { class: "by-facts" },
          el("span", { class: "by-file", text: source.path }), ...facts.map((fact) => el("span", { text: fact })))),
      source.begins_earlier ? cut("The file continues above.") : null,
      body,
      source.goes_on ? cut("The file continues below.") : null));
  count();
  reveal();
  // A rule instead of a class, because the chat redraws its messages.
  active.textContent = `#by-chat a[href="${CSS.escape(href)}"] {
    --by-pill: var(--by-accent); --by-ink: var(--by-panel); --by-edge: var(--by-accent); }`;
};

const reveal = () => {
  const mark = box.querySelector("mark#cited");
  const above = mark ? mark.getBoundingClientRect().top - box.getBoundingClientRect().top : 0;
  box.scrollTop = mark ? box.scrollTop + above - box.clientHeight / 3 : 0;
};

// "2 of 3": which source is shown; a running answer may get more sources.
const count = () => {
  const tools = box.querySelector(".by-tools");
  if (!tools) return;
  const all = citations();
  const at = all.indexOf(opened);
  const text = all.length > 1 && at >= 0 ? `${at + 1} of ${all.length}` : "";
  const counter = tools.querySelector(".by-count");
  if (counter.textContent !== text) counter.textContent = text;
  for (const arrow of tools.querySelectorAll("button[aria-label]")) arrow.disabled = all.length < 2;
};

const FORMS = { text: "Text with its source", markdown: "Markdown", bibtex: "BibTeX", csl: "CSL-JSON" };

// The quote with its reference, copied in the form that is chosen.
const quoting = (references) => {
  const label = "Copy quote as …";
  const first = el("option", { value: "", text: label });
  const forms = Object.keys(references).map((form) => el("option", { value: form, text: FORMS[form] ?? form }));
  const choose = async (event) => {
    const form = event.target.value;
    if (!form) return;
    first.text = (await written(references[form])) ? "Copied" : "Not copied: not allowed";
    event.target.value = "";
    setTimeout(() => { first.text = label; }, 2000);
  };
  return el("select", { class: "by-tool", "aria-label": "Copy the quote as", on: { change: choose } }, first, ...forms);
};

const toolbar = (href, references) => {
  const button = (text, title, does, props) =>
    el("button", { type: "button", class: "by-tool", title, text, on: { click: does }, ...props });
  const arrow = (text, title, by) => button(text, title, () => step(by), { "aria-label": title });
  return el("div", { class: "by-tools" },
    el("a", { class: "by-back", href: "#by-left", text: "Back to the chat" }),
    el("span", { class: "by-count" }),
    arrow("‹", "Previous citation ( [ )", -1),
    arrow("›", "Next citation ( ] )", 1),
    Object.keys(references).length ? quoting(references) : null,
    button("Copy link", "Copy a link that opens these words", (event) => copy(event.target, href)));
};

const written = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

const copy = async (button, href) => {
  const address = location.origin + location.pathname + href;
  history.replaceState(null, "", location.pathname + location.search + href);
  button.textContent = (await written(address)) ? "Copied" : "See the address bar";
};
