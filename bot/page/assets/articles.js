// The Articles panel: a list of the articles to search, filter and sort, and to select what is asked.

import { el, getJSON } from "./dom.js";
import { askEverything, asking, askWithin, onScope, showChat } from "./scope.js";
import { mountJobs } from "./jobs.js";

const WAIT = 250; // ms after the last key before a search
const MOST_PICKED = 200;
const ORDERS = { newest: "Newest", oldest: "Oldest", title: "Title", outlet: "Outlet", longest: "Longest", path: "File" };
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const written = (iso) => day.format(new Date(`${iso}T00:00:00Z`));
const counted = (count) => `${count.toLocaleString("en-GB")} article${count === 1 ? "" : "s"}`;

export const mount = (element) => {
  const list = new List();
  const index = el("section", { class: "by-box" });
  const uploads = el("section", { class: "by-box" });
  const questions = el("section", { class: "by-box" });
  element.append(
    el("div", { class: "by-articles" }, list.element, el("div", { class: "by-aside" }, uploads, questions, index)));
  mountJobs(index, () => list.load());
  import("./uploads.js").then((module) => module.mount(uploads)).catch(() => uploads.remove());
  import("./lists.js").then((module) => module.mount(questions)).catch(() => questions.remove());
  list.load();
};

// A filter by names: a list with counts to add one from, and a chip to remove each. `all` and `add` are its
// first entry without and with a name.
class Names {
  chosen = new Set();

  constructor(all, add, changed) {
    Object.assign(this, { all, add, changed });
    this.box = el("select", { on: { change: () => this.choose() } }, el("option", { value: "", text: all }));
  }

  choose() {
    if (this.box.value) this.chosen.add(this.box.value);
    this.box.value = "";
    this.changed();
  }

  show(names) {
    const shown = JSON.stringify(names);
    if (shown !== this.shown) {
      this.shown = shown;
      this.box.replaceChildren(el("option", { value: "", text: this.all }),
        ...names.map(({ name, count }) => el("option", { value: name, text: `${name} (${count.toLocaleString("en-GB")})` })));
    }
    this.box.options[0].text = this.chosen.size ? this.add : this.all;
  }

  chips() {
    return [...this.chosen].map((name) =>
      el("span", { class: "by-chip" }, el("span", { dir: "auto", text: name }),
        el("button", { type: "button", class: "by-chip-off", "aria-label": `Remove ${name}`, text: "✕",
          on: { click: () => { this.chosen.delete(name); this.changed(); } } })));
  }
}

class List {
  outlets = new Names("All outlets", "Add an outlet", () => this.narrow());
  authors = new Names("All authors", "Add an author", () => this.narrow());
  picked = new Map(); // id → title
  page = 1;
  total = 0;
  asked = 0; // number of requests: only the response to the last one is shown

  constructor() {
    this.words = el("input", { type: "search", maxlength: 500, placeholder: "Title, outlet, author or file", on: { input: () => this.later() } });
    this.since = el("input", { type: "date", on: { change: () => this.narrow() } });
    this.until = el("input", { type: "date", on: { change: () => this.narrow() } });
    this.order = el("select", { on: { change: () => this.narrow() } },
      ...Object.entries(ORDERS).map(([value, text]) => el("option", { value, text })));
    this.chips = el("p", { class: "by-row by-chips", hidden: true });
    this.all = el("input", { type: "checkbox", "aria-label": "Select all on this page", on: { change: () => this.pickAll() } });
    this.rows = el("tbody");
    this.status = el("p", { role: "status", class: "by-line" });
    this.within = el("button", { type: "button", class: "by-tool by-main-tool", on: { click: () => this.ask() } });
    this.everything = el("button", { type: "button", class: "by-tool", text: "Ask all articles again", on: { click: askEverything } });
    this.before = this.turner("Previous", -1);
    this.after = this.turner("Next", 1);
    this.place = el("span");
    this.element = this.built();
    onScope(() => this.showButtons());
    this.showButtons();
  }

  built() {
    const named = (text, control) => {
      control.id = `by-list-${text.split(" ")[0].toLowerCase()}`;
      return el("div", { class: "by-field" }, el("label", { for: control.id, text }), control);
    };
    const heads = ["Title", "Outlet", "Date", "Characters"].map((text) => el("th", { scope: "col", text }));
    return el("section", { class: "by-list", "aria-label": "Articles" },
      el("div", { class: "by-row" }, named("Search", this.words), named("Outlet", this.outlets.box),
        named("Author", this.authors.box), named("Since", this.since), named("Until", this.until), named("Sort by", this.order)),
      this.chips,
      el("div", { class: "by-row" }, this.status, this.within, this.everything),
      el("table", { class: "by-table" },
        el("caption", { class: "by-unseen", text: "Articles of the corpus" }),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, this.all), ...heads)),
        this.rows),
      el("nav", { class: "by-row", "aria-label": "Pages of the list" }, this.before, this.place, this.after));
  }

  turner(text, by) {
    const turn = () => { this.page += by; this.load(); };
    return el("button", { type: "button", class: "by-tool", text, disabled: true, on: { click: turn } });
  }

  // The filters of the list, as /api/ask takes them.
  selection() {
    const given = {
      outlets: [...this.outlets.chosen], authors: [...this.authors.chosen],
      since: this.since.value, until: this.until.value, words: this.words.value.trim(),
    };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value.length));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.narrow(), WAIT);
  }

  narrow() {
    clearTimeout(this.timer);
    this.page = 1;
    return this.load();
  }

  async load() {
    const asked = ++this.asked;
    const { outlets = [], authors = [], ...others } = this.selection();
    const query = new URLSearchParams({ ...others, order: this.order.value, page: this.page });
    for (const name of outlets) query.append("outlet", name);
    for (const name of authors) query.append("author", name);
    try {
      const found = await getJSON(`/api/articles?${query}`);
      if (asked !== this.asked) return;
      if (found.page > found.pages) {
        this.page = found.pages;
        await this.load();
      } else this.show(found);
    } catch (error) {
      if (asked === this.asked) this.fail(error.message);
    }
  }

  fail(line) {
    this.status.textContent = line;
    this.status.classList.add("by-warning");
    this.within.disabled = true;
  }

  show(found) {
    this.total = found.total;
    this.status.textContent = found.total ? counted(found.total) : "No articles match.";
    this.status.classList.remove("by-warning");
    this.rows.replaceChildren(...found.articles.map((one) => this.row(one)));
    this.place.textContent = `Page ${found.page} of ${found.pages}`;
    this.before.disabled = found.page <= 1;
    this.after.disabled = found.page >= found.pages;
    this.outlets.show(found.outlets);
    this.authors.show(found.authors);
    this.chips.replaceChildren(...this.outlets.chips(), ...this.authors.chips());
    this.chips.hidden = !this.chips.children.length;
    for (const box of [this.since, this.until]) {
      box.min = found.first_day ?? "";
      box.max = found.last_day ?? "";
    }
    this.showButtons();
  }

  row(one) {
    const pick = el("input", { type: "checkbox", "aria-label": `Select ${one.title}`, "data-id": one.id, "data-title": one.title,
      on: { change: () => { this.pick(pick, one.id, one.title); this.showButtons(); } } });
    pick.checked = this.picked.has(one.id);
    const cell = (label, text) => el("td", { "data-label": label, dir: "auto", text: text ?? "–" });
    return el("tr", {},
      el("td", {}, pick),
      el("th", { scope: "row" },
        el("a", { href: `#cite-${one.id}-0-0`, dir: "auto", text: one.title }),
        el("span", { class: "by-file", text: one.pages ? `${one.path} · ${one.pages} pages` : one.path })),
      cell("Outlet", [...new Set([one.outlet, one.author])].filter(Boolean).join(" · ") || null),
      cell("Date", one.published && written(one.published)),
      cell("Characters", one.characters.toLocaleString("en-GB")));
  }

  pick(box, id, title) {
    if (!box.checked) this.picked.delete(id);
    else if (this.picked.size < MOST_PICKED) this.picked.set(id, title);
    else {
      box.checked = false;
      this.status.textContent = `You can select at most ${MOST_PICKED} articles.`;
    }
  }

  pickAll() {
    for (const box of this.rows.querySelectorAll("input")) {
      box.checked = this.all.checked;
      this.pick(box, box.dataset.id, box.dataset.title);
    }
    this.showButtons();
  }

  showButtons() {
    const narrowed = Object.keys(this.selection()).length > 0;
    const count = this.picked.size || this.total;
    this.within.textContent = count === 1 ? "Ask within this article" : `Ask within these ${counted(count)}`;
    this.within.disabled = !this.picked.size && !(narrowed && this.total);
    this.everything.hidden = !asking();
    const boxes = [...this.rows.querySelectorAll("input")];
    this.all.checked = boxes.length > 0 && boxes.every((box) => box.checked);
  }

  // Ask within the selected articles, or within those that match the filters.
  ask() {
    const ids = [...this.picked.keys()];
    const line = ids.length === 1 ? this.picked.get(ids[0]) : ids.length ? `${counted(ids.length)} selected` : this.inWords();
    if (askWithin(ids.length ? { ids } : this.selection(), line)) showChat();
  }

  inWords() {
    const { outlets = [], authors = [], since, until, words } = this.selection();
    const parts = [...outlets, ...authors.map((name) => `by ${name}`), since && `since ${written(since)}`, until && `until ${written(until)}`, words && `“${words}”`];
    return `${parts.filter(Boolean).join(", ")} · ${counted(this.total)}`;
  }
}
