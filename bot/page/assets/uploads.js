// A person's own files: add some, see what came of them, remove them again.

import { el, getJSON, send } from "./dom.js";

let list;
let log;

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
    el("p", { class: "by-quiet", text: "Only you can ask them. They are read like the articles of the folder." }),
    zone, log, list);
  show();
};

const show = async () => {
  let found;
  try {
    found = await getJSON("/api/uploads");
  } catch (error) {
    list.replaceChildren(el("li", { class: "by-bad", text: error.message }));
    return;
  }
  list.replaceChildren(...found.uploads.map(row));
};

const counted = (count) => (count === 1 ? "1 article" : `${count} articles`);

const row = (file) =>
  el("li", {},
    el("span", { class: "by-name", dir: "auto", text: file.name }),
    el("span", { class: "by-quiet", text: counted(file.articles) }),
    el("button", {
      type: "button", class: "by-tool", text: "Remove", "aria-label": `Remove ${file.name}`, on: { click: () => remove(file.name) },
    }));

const add = async (files) => {
  for (const file of files) {
    const line = el("li", {}, el("span", { class: "by-name", dir: "auto", text: file.name }));
    const said = el("span", { class: "by-quiet", text: "checking …" });
    line.append(said);
    log.append(line);
    try {
      const added = await post(file);
      said.textContent = `${counted(added.articles)} added`;
      if (added.refused.length) said.textContent += `; left out: ${added.refused[0].path} (${added.refused[0].reason})`;
    } catch (error) {
      said.className = "by-bad";
      said.textContent = error.message;
    }
    await show();
  }
  document.dispatchEvent(new CustomEvent("by-articles"));
};

const post = async (file) => {
  const response = await fetch(`/api/uploads?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `The file was not taken (${response.status}).`);
  return body;
};

const remove = async (name) => {
  log.replaceChildren();
  try {
    await send("DELETE", `/api/uploads/${encodeURIComponent(name)}`);
  } catch (error) {
    log.replaceChildren(el("li", { class: "by-bad", text: error.message }));
  }
  await show();
  document.dispatchEvent(new CustomEvent("by-articles"));
};
