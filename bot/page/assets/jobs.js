// The state of the index: its size, the skipped files, and a sync or a check on demand.

import { el, getJSON, send } from "./dom.js";

const PAUSE = 700; // ms between two requests for the progress
const KINDS = {
  sync: { label: "Sync now", doing: "Syncing" },
  check: { label: "Check the index", doing: "Checking the index" },
};

const counted = (count, one) => `${count.toLocaleString("en-GB")} ${one}${count === 1 ? "" : "s"}`;
const when = (iso) => new Date(iso).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });

// Builds the box; `changed` is called after a sync.
export const mountJobs = (element, changed) => {
  const facts = el("p", { class: "by-facts" });
  const skipped = el("details", { class: "by-skipped", hidden: true });
  const bar = el("progress", { hidden: true });
  const line = el("p", { role: "status", class: "by-line" });
  const found = el("ul", { class: "by-found" });
  const buttons = Object.entries(KINDS).map(([kind, { label }]) =>
    el("button", { type: "button", class: "by-tool", text: label, on: { click: () => start(kind) } }));
  element.append(el("h2", { text: "Index" }), facts, skipped, el("p", { class: "by-row" }, ...buttons), bar, line, found);

  const status = async () => {
    const now = await getJSON("/api/status");
    const lines = [
      counted(now.articles, "article"),
      counted(now.passages, "passage"),
      now.synced ? `synced ${when(now.synced)}` : "syncing",
    ];
    facts.replaceChildren(...lines.map((text) => el("span", { text })));
    if (!now.complete) facts.append(el("span", { class: "by-warning", text: "the last sync did not finish" }));
    skipped.hidden = !now.skipped_count;
    skipped.replaceChildren(
      el("summary", { text: `${counted(now.skipped_count, "file")} skipped` }),
      el("ul", {}, ...now.skipped.map((one) =>
        el("li", {}, el("span", { class: "by-file", text: one.path }), ` ${one.reason}`))));
  };

  const tell = (text, bad) => {
    line.textContent = text;
    line.classList.toggle("by-warning", Boolean(bad));
  };

  const start = async (kind) => {
    found.replaceChildren();
    try {
      await send("POST", `/api/${kind}`);
      await follow(kind);
    } catch (error) {
      tell(error.message, true);
    }
  };

  const follow = async (kind) => {
    for (const button of buttons) button.disabled = true;
    try {
      let now = await getJSON(`/api/${kind}`);
      while (now.state === "running" && element.isConnected) {
        bar.hidden = false;
        bar.setAttribute("aria-label", KINDS[kind].doing);
        if (now.of) Object.assign(bar, { max: now.of, value: now.done });
        else bar.removeAttribute("value");
        tell(now.of ? `${KINDS[kind].doing}: ${now.done} of ${now.of}` : `${KINDS[kind].doing} …`);
        await new Promise((go) => setTimeout(go, PAUSE));
        now = await getJSON(`/api/${kind}`);
      }
      tell(now.line, now.state === "failed" || now.report?.findings?.length);
      found.replaceChildren(...(now.report?.findings ?? []).map((one) =>
        el("li", {}, el("strong", { text: one.kind }), ` ${one.line}`)));
      if (now.report?.remedy) found.append(el("li", { text: "“Sync now” repairs the damage." }));
    } finally {
      bar.hidden = true;
      for (const button of buttons) button.disabled = false;
    }
    await status();
    if (kind === "sync") changed();
  };

  const begin = async () => {
    await status();
    for (const kind of Object.keys(KINDS)) {
      if ((await getJSON(`/api/${kind}`)).state === "running") await follow(kind);
    }
  };
  begin().catch((error) => tell(error.message, true));
};
