// The user's own files: add, list, remove.

import { el, getJSON, send } from "./dom.js";
import { askWithin, showChat } from "./scope.js";

const PAUSE = 1000; // ms between two requests for the progress
let list;
let log;
let largest = Infinity; // bytes; the server sends it with the list
let adding = 0; // batches of files that are being added

export const mount = (element) => {
  const input = el("input", {
    type: "file", multiple: true, id: "by-files", on: { change: () => { add([...input.files]); input.value = ""; } },
  });
  const zone = el("label", { class: "by-drop", for: "by-files" },
    el("span", { text: "Add files" }), el("span", { class: "by-quiet", text: "or drop them here" }), input);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("by-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("by-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("by-over");
    add([...event.dataTransfer.files]);
  });
  list = el("ul", { class: "by-files", "aria-label": "Your files" });
  log = el("ul", { class: "by-files", role: "status" });
  element.append(
    el("h2", { text: "Your files" }),
    el("p", { class: "by-quiet", text: "Only you can see them. Byline answers from them as from the other articles." }),
    zone, log, list);
  show();
};

const show = async () => {
  try {
    const found = await getJSON("/api/uploads");
    largest = found.largest;
    list.replaceChildren(...found.uploads.map(row));
  } catch (error) {
    list.replaceChildren(el("li", { class: "by-bad", text: error.message }));
  }
};

const changed = async () => {
  await show();
  document.dispatchEvent(new CustomEvent("by-articles"));
};

const counted = (count) => `${count.toLocaleString("en-GB")} article${count === 1 ? "" : "s"}`;

// Why parts of a file were skipped: the first reason, and the number of others.
const skipped = ({ refused, more_refused: more }) => {
  if (!refused.length) return "";
  const others = refused.length - 1 + more;
  return `${refused[0].path}: ${refused[0].reason}${others ? `, and ${others} more` : ""}`;
};

const row = (file) => {
  const name = el("span", { class: "by-name", dir: "auto", text: file.name });
  // a citation's link, which opens in the source viewer
  const title = file.id && el("a", { class: "by-name", dir: "auto", href: `#cite-${file.id}-0-0`, title: file.name, text: file.title });
  const why = file.articles ? counted(file.articles) : skipped(file);
  const within = () => askWithin({ ids: [file.id] }, file.title) && showChat();
  return el("li", {}, title || name, el("span", { class: file.articles ? "by-quiet" : "by-bad", text: why }),
    file.id && el("button", {
      type: "button", class: "by-tool", text: "Ask", "aria-label": `Ask within ${file.name}`, on: { click: within },
    }),
    el("button", {
      type: "button", class: "by-tool", text: "Remove", "aria-label": `Remove ${file.name}`, on: { click: () => remove(file.name) },
    }));
};

const add = async (files) => {
  if (!adding) log.replaceChildren();
  adding += 1;
  const lines = files.map((file) => {
    const said = el("span", { class: "by-quiet", text: "waiting …" });
    log.append(el("li", {}, el("span", { class: "by-name", dir: "auto", text: file.name }), said));
    return [file, said];
  });
  for (const [file, said] of lines) {
    said.textContent = "checking …";
    const seen = watch(said);
    try {
      said.textContent = outcome(await post(file));
    } catch (error) {
      said.className = "by-bad";
      said.textContent = error.message;
    }
    seen();
    await changed();
  }
  adding -= 1;
};

// Shows a progress bar after `said` while a long file is embedded; returns a function that removes it.
const watch = (said) => {
  const bar = el("progress", { "aria-label": "Passages embedded" });
  const look = async () => {
    const { done, of } = await getJSON("/api/uploads/progress").catch(() => ({ of: 0 }));
    if (!timer || !of) return;
    Object.assign(bar, { max: of, value: done });
    if (!bar.isConnected) said.after(bar);
  };
  let timer = setInterval(look, PAUSE);
  return () => {
    clearInterval(timer);
    timer = 0;
    bar.remove();
  };
};

const outcome = (file) => {
  if (file.known) return `already added as ${file.name}`;
  const out = skipped(file);
  return `${counted(file.articles)} added${out ? `; skipped: ${out}` : ""}`;
};

const post = (file) => {
  // the server's message may not arrive while the file is being sent
  if (file.size > largest) throw new Error(`too large: expected at most ${largest / 1e6} MB`);
  return send("POST", `/api/uploads?name=${encodeURIComponent(file.name)}`, file);
};

const remove = async (name) => {
  if (!adding) log.replaceChildren();
  try {
    await send("DELETE", `/api/uploads/${encodeURIComponent(name)}`);
  } catch (error) {
    log.append(el("li", { class: "by-bad", text: error.message }));
  }
  await changed();
};
