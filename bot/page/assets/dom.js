// What every panel builds with: elements from values (never from markup), and requests with one-line errors.

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

const read = async (response) => {
  const type = response.headers.get("content-type") ?? "";
  const body = type.startsWith("application/json") ? await response.json().catch(() => ({})) : {};
  if (response.ok) return body;
  throw new Error(body.error ?? body.detail ?? `The page's server answered ${response.status}.`);
};

const ask = async (path, options) => {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...options });
  } catch {
    throw new Error("The page's server cannot be reached. Is it still running?");
  }
  if (response.status === 401) {
    remember(WITHIN, null); // whoever logs in next is told nothing of it
    location.assign("/login");
  }
  return read(response);
};

export const getJSON = (path) => ask(path, {});

// A file is sent as it is, anything else as JSON.
export const send = (method, path, body) => {
  if (body === undefined) return ask(path, { method });
  const file = body instanceof Blob;
  const type = file ? "application/octet-stream" : "application/json";
  return ask(path, { method, headers: { "content-type": type }, body: file ? body : JSON.stringify(body) });
};

// Puts a value into a text box of Gradio's, as typing does.
export const fill = (selector, value) => {
  const box = document.querySelector(`${selector} textarea, ${selector} input`);
  if (!box) return null;
  box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return box;
};

// The same, and Enter after it: Gradio tells the server of a key, not of a value.
export const submit = (selector, value) =>
  fill(selector, value)?.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));

// What the chat tells the panels: `.md` leaves out the timer that Gradio shows beside it for a moment.
export const CURRENT = "#by-current .md"; // the conversation's name, "" for a new one
export const TURN = "#by-turn .md"; // that and how many turns it has, "…" while an answer is on its way

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

// The address no longer names a source: another one is shown, or none.
export const forgetSource = () => history.replaceState(null, "", location.pathname + location.search);

export const isWide = () => window.matchMedia("(min-width: 769px)").matches;

// What this tab holds over a reload; a browser that keeps nothing goes on without.
export const WITHIN = "by-within"; // the selection that is asked within
export const remember = (name, value) => {
  try {
    if (value) sessionStorage.setItem(name, JSON.stringify(value));
    else sessionStorage.removeItem(name);
  } catch { /* not kept */ }
};
export const remembered = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
};
