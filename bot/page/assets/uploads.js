// The user's own files: add, list, remove.

import { dropZone, el, getJSON, send } from "./dom.js";
import { askWithin, showChat } from "./scope.js";

const PAUSE = 1000; // ms between two requests for the progress
const AT_ONCE = 3; // files that are sent at the same time
const RETRIED = [429, 503]; // too many requests, and busy with another file
const MOST_BUSY = 5; // times that a file is sent again after 503
const STOPPED = new Error("stopped");
let list;
let log;
let batch;
let largest = Infinity; // bytes; the server sends it with the list

export const mount = (element) => {
  const zone = dropZone("by-files", "Add files", "or drop them here", add, { multiple: true });
  list = el("ul", { class: "by-files", "aria-label": "Your files" });
  log = el("div", { class: "by-adding" });
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

const add = (files) => {
  if (!batch?.open) log.replaceChildren((batch = new Batch()).element);
  batch.add(files);
};

// The files that are added together: a bar for all of them, and a line for each that says more than "added".
class Batch {
  open = true; // false once every file has been added, skipped or left out
  stopped = false;
  waiting = [];
  sending = 0;
  total = 0;
  counts = { added: 0, known: 0, skipped: 0, left: 0 };
  until = 0; // when the server will take the next file, in ms

  constructor() {
    this.bar = el("progress", { "aria-label": "Files added", value: 0, max: 1 });
    this.line = el("p", { class: "by-line", role: "status" });
    this.passages = el("progress", { "aria-label": "Passages embedded", hidden: true });
    this.stopper = el("button", { type: "button", class: "by-tool", text: "Stop", on: { click: () => this.stop() } });
    this.notes = el("ul", { class: "by-files by-notes", "aria-label": "What was skipped, and why" });
    this.element = el("div", {}, this.bar, this.line, this.passages, this.stopper, this.notes);
    this.timer = setInterval(() => this.look(), PAUSE);
  }

  add(files) {
    this.total += files.length;
    this.stopped = false;
    this.waiting.push(...files);
    while (this.waiting.length && this.sending < AT_ONCE) this.sendAll();
    this.tell();
  }

  // One of the senders: takes one file after the other.
  async sendAll() {
    this.sending += 1;
    for (let file = this.waiting.shift(); file; file = this.waiting.shift()) {
      try {
        this.done(file, await this.posted(file));
      } catch (error) {
        if (error === STOPPED) this.counts.left += 1;
        else this.skip(file, error.message);
      }
      this.tell();
      this.refresh();
    }
    this.sending -= 1;
    if (!this.sending) await this.finish();
  }

  // Sends a file; if the server has no time for it, again after the time that it names.
  async posted(file) {
    for (let busy = 0; ; ) {
      await this.rest();
      try {
        return await post(file);
      } catch (error) {
        busy += error.status === 503;
        if (!RETRIED.includes(error.status) || busy > MOST_BUSY) throw error;
        this.until = Math.max(this.until, Date.now() + 1000 * (error.wait || 2));
      }
    }
  }

  // Waits until the server takes more, or the user stops.
  async rest() {
    while (!this.stopped && Date.now() < this.until) {
      this.tell();
      await new Promise((go) => setTimeout(go, 200));
    }
    if (this.stopped) throw STOPPED;
  }

  stop() {
    this.stopped = true;
    this.counts.left += this.waiting.splice(0).length;
    this.tell();
  }

  done(file, added) {
    this.counts[added.known ? "known" : "added"] += 1;
    if (added.known) this.note(file, `already added as ${added.name}`, "by-quiet");
    const out = skipped(added);
    if (out && !added.known) this.note(file, `${counted(added.articles)} added; skipped: ${out}`, "by-quiet");
  }

  skip(file, why) {
    this.counts.skipped += 1;
    this.note(file, why, "by-bad");
  }

  note(file, text, kind) {
    this.notes.append(el("li", {}, el("span", { class: "by-name", dir: "auto", text: file.name }), el("span", { class: kind, text })));
  }

  tell() {
    const { added, known, skipped: bad, left } = this.counts;
    const finished = added + known + bad + left;
    Object.assign(this.bar, { max: this.total, value: finished });
    const parts = [`${added} added`, known && `${known} already there`, bad && `${bad} skipped`, left && `${left} not sent`];
    const wait = Math.ceil((this.until - Date.now()) / 1000);
    const state = this.sending && this.stopped ? " · stopping …" : this.sending && wait > 0 ? ` · the server is busy, next in ${wait} s` : "";
    const text = `${finished} of ${this.total} file${this.total === 1 ? "" : "s"}: ${parts.filter(Boolean).join(", ")}${state}`;
    if (this.line.textContent !== text) this.line.textContent = text;
    this.stopper.disabled = this.stopped;
  }

  // Shows how far a long file is embedded.
  async look() {
    const { done, of } = await getJSON("/api/uploads/progress").catch(() => ({ of: 0 }));
    this.passages.hidden = !this.open || !of;
    if (of) Object.assign(this.passages, { max: of, value: done });
  }

  // Lists the files again, but not more often than the server answers.
  refresh() {
    this.refreshing ??= changed().finally(() => { this.refreshing = null; });
  }

  async finish() {
    clearInterval(this.timer);
    this.open = false;
    this.passages.hidden = true;
    this.stopper.remove();
    this.tell();
    await this.refreshing; // an older list must not come after the last one
    await changed();
  }
}

const post = (file) => {
  // the server's message may not arrive while the file is being sent
  if (file.size > largest) throw new Error(`too large: expected at most ${largest / 1e6} MB`);
  return send("POST", `/api/uploads?name=${encodeURIComponent(file.name)}`, file);
};

const remove = async (name) => {
  if (!batch?.open) log.replaceChildren();
  try {
    await send("DELETE", `/api/uploads/${encodeURIComponent(name)}`);
  } catch (error) {
    log.append(el("p", { class: "by-warning", text: error.message }));
  }
  await changed();
};
