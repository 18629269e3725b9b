// @ts-check
// Makes and finds elements of the page.

/** @param {string} id @returns {HTMLElement} */
export function byID(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/** @param {string} id @returns {HTMLInputElement} */
export function input(id) {
  return /** @type {HTMLInputElement} */ (byID(id));
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Changes the text only if it differs, so that a screen reader is not interrupted.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A table with a caption, a header row, and a header in each row. A cell may carry its exact value.
 *
 * @param {string} caption
 * @param {string[]} head
 * @param {(string | {text: string, value: number | undefined} | Node)[][]} rows
 */
export function table(caption, head, rows) {
  const cells = head.map((text) => make("th", { scope: "col" }, text));
  const body = make("tbody");
  for (const row of rows) {
    const line = make("tr");
    row.forEach((cell, index) => {
      if (index === 0) line.append(make("th", { scope: "row" }, String(cell)));
      else if (typeof cell === "string" || cell instanceof Node) line.append(make("td", {}, cell));
      else line.append(make("td", { "data-value": String(cell.value ?? "") }, cell.text));
    });
    body.append(line);
  }
  return make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...cells)), body);
}

/**
 * Offers a file to save.
 *
 * @param {string} name
 * @param {Blob} blob
 */
export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
