// Helpers of all panels: elements from values (never from markup), and requests with one-line errors.

export const el = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, does] of Object.entries(value)) node.addEventListener(event, does);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

// The error of a rejected request has its `status`, and in `wait` the seconds of Retry-After or 0.
const read = async (response) => {
  const type = response.headers.get("content-type") ?? "";
  const body = type.startsWith("application/json") ? await response.json().catch(() => ({})) : {};
  if (response.ok) return body;
  const error = new Error(body.error ?? body.detail ?? `The server answered ${response.status}.`);
  throw Object.assign(error, { status: response.status, wait: Number(response.headers.get("retry-after")) });
};

// The page's own address: a proxy may serve it under a path such as /news/. This file is in …/byline/.
const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
export const at = (path) => ROOT + path;

const ask = async (path, options) => {
  let response;
  try {
    response = await fetch(at(path), { credentials: "same-origin", ...options });
  } catch {
    throw new Error("The server cannot be reached. Is it still running?");
  }
  if (response.status === 401) {
    remember(WITHIN, null); // the next user must not see it
    location.assign(at("/login"));
  }
  return read(response);
};

export const getJSON = (path) => ask(path, {});

// Sends a file as it is, anything else as JSON.
export const send = (method, path, body) => {
  if (body === undefined) return ask(path, { method });
  const file = body instanceof Blob;
  const type = file ? "application/octet-stream" : "application/json";
  return ask(path, { method, headers: { "content-type": type }, body: file ? body : JSON.stringify(body) });
};

// A field that takes files, chosen or dropped on it; `taken` is called with them.
export const dropZone = (id, title, hint, taken, props = {}) => {
  const input = el("input", { type: "file", id, ...props, on: { change: () => { taken([...input.files]); input.value = ""; } } });
  const zone = el("label", { class: "by-drop", for: id },
    el("span", { text: title }), el("span", { class: "by-quiet", text: hint }), input);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("by-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("by-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("by-over");
    taken([...event.dataTransfer.files]);
  });
  return zone;
};

// Sets the value of a Gradio text box, as typing does.
export const fill = (selector, value) => {
  const box = document.querySelector(`${selector} textarea, ${selector} input`);
  if (!box) return null;
  box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return box;
};

// The same, followed by Enter: Gradio sends the value only after a key.
export const submit = (selector, value) =>
  fill(selector, value)?.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));

// Values that the chat gives the panels; `.md` excludes the timer that Gradio shows for a moment.
export const CURRENT = "#by-current .md"; // the conversation's id, "" for a new one
export const TURN = "#by-turn .md"; // "<id> <turns>-<hash>", with "…" at its end while an answer is running

// Calls `does` with the text of the element at `selector`, now and whenever it changes.
export const watchText = (selector, does) => {
  let last;
  const look = () => {
    const found = document.querySelector(selector);
    const text = found ? found.textContent.trim() : "";
    if (text === last) return;
    last = text;
    does(text);
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  look();
};

// Removes the source from the address.
export const forgetSource = () => history.replaceState(null, "", location.pathname + location.search);

export const isWide = () => window.matchMedia("(min-width: 769px)").matches;

// Values that survive a reload of this tab, if the browser allows it.
export const WITHIN = "by-within"; // the selection
export const remember = (name, value) => {
  try {
    if (value) sessionStorage.setItem(name, JSON.stringify(value));
    else sessionStorage.removeItem(name);
  } catch { /* storage is off */ }
};
export const remembered = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
};
