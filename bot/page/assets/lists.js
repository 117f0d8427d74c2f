// Ask a list: a table of questions is answered in the background, and the answers are downloaded.

import { at, dropZone, el, getJSON, send } from "./dom.js";

const PAUSE = 700; // ms between two requests for the progress

export const mount = (element) => {
  const zone = dropZone("by-list", "Add a table of questions", ".csv, .xlsx or .jsonl",
    ([table]) => { if (table) begin(table); }, { accept: ".csv,.jsonl,.xlsx" });
  const bar = el("progress", { "aria-label": "Questions answered", hidden: true });
  const line = el("p", { class: "by-line", role: "status" });
  const button = (text, does) => el("button", { type: "button", class: "by-tool", text, hidden: true, on: { click: () => act(does) } });
  const stopper = button("Stop", () => send("POST", "/api/list/stop"));
  const goOn = button("Continue", () => send("POST", "/api/list/continue"));
  const remover = button("Remove", () => send("DELETE", "/api/list"));
  const answers = el("a", { class: "by-tool", href: at("/api/list/answers"), download: "", text: "Download the answers", hidden: true });
  element.append(
    el("h2", { text: "Ask a list" }),
    el("p", { class: "by-quiet", text: "A table with a column “question”. Every answer comes with its file, line and quote." }),
    zone, bar, line, el("p", { class: "by-row" }, stopper, goOn, answers, remover));

  const tell = (text, bad) => {
    line.textContent = text;
    line.classList.toggle("by-warning", Boolean(bad));
  };

  const show = (now) => {
    const running = now.state === "running";
    bar.hidden = !running;
    if (now.of) Object.assign(bar, { max: now.of, value: now.done });
    else bar.removeAttribute("value");
    stopper.hidden = !running;
    goOn.hidden = now.state !== "stopped";
    answers.hidden = !now.answers || running;
    remover.hidden = running || now.state === "none";
    zone.hidden = running;
    tell(running ? `${now.done} of ${now.of || "…"} answered` : now.line, now.state === "failed");
  };

  let following = false;
  const follow = async () => {
    if (following) return;
    following = true;
    try {
      for (let now = await getJSON("/api/list"); ; now = await getJSON("/api/list")) {
        show(now);
        if (now.state !== "running" || !element.isConnected) break;
        await new Promise((go) => setTimeout(go, PAUSE));
      }
    } finally {
      following = false;
    }
  };

  const act = async (does) => {
    try {
      await does();
      await follow();
    } catch (error) {
      tell(error.message, true);
    }
  };
  const begin = (file) => act(() => send("POST", `/api/list?name=${encodeURIComponent(file.name)}`, file));
  follow().catch((error) => tell(error.message, true));
};
