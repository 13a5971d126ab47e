// What this browser keeps of a page, as JSON. It may refuse (full, or forbidden by whoever set it up): whoever asks is told.
export function keep(name, value, where = "localStorage") {
  try {
    window[where].setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function kept(name, where = "localStorage") {
  try {
    return JSON.parse(window[where].getItem(name));
  } catch {
    return null;
  }
}

export function drop(name, where = "localStorage") {
  try {
    window[where].removeItem(name);
  } catch { /* nothing is kept there */ }
}

// The names of everything that begins so.
export function keptNames(beginning, where = "localStorage") {
  try {
    return Object.keys(window[where]).filter((name) => name.startsWith(beginning));
  } catch {
    return [];
  }
}
