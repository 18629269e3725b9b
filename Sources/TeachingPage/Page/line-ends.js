// @ts-check
// A text field has only LF. HTTP has CRLF in headers and in the chunked coding.

const head = /^(GET|HEAD|POST|OPTIONS|HTTP\/1\.[01]) |^HTTP\/1/;
const chunked = /^transfer-encoding:.*chunked/im;
/** The line with a chunk's size, and extensions. */
const chunkSize = /^([0-9a-f]{1,6})[ \t]*(?:;.*)?$/i;

/**
 * HTTP messages with the line ends that they had; a body and the content of chunks keep LF.
 *
 * @param {string} text
 */
export function withLineEnds(text) {
  /** @type {string[]} Headers, each with their empty line, and the bodies after them. */
  const parts = [];
  let body = /** @type {string[]} */ ([]);
  let isChunked = false;
  const endBody = () => {
    const whole = body.join("\n\n");
    parts.push(isChunked ? withChunkEnds(whole) : whole);
    body = [];
  };
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  for (const [index, block] of blocks.entries()) {
    if (!head.test(block.trimStart())) {
      body.push(block);
      continue;
    }
    // An empty block ends the body with an empty line.
    if (body.length > 0) body.push("");
    endBody();
    isChunked = chunked.test(block);
    parts.push(block.replaceAll("\n", "\r\n") + (index === blocks.length - 1 ? "" : "\r\n\r\n"));
  }
  endBody();
  return parts.join("");
}

/**
 * Lines of the chunked coding end with CRLF (RFC 9112, section 7.1).
 *
 * @param {string} body
 */
function withChunkEnds(body) {
  const bytes = new TextEncoder().encode(body);
  const text = (/** @type {number} */ from, /** @type {number} */ to) =>
    new TextDecoder().decode(bytes.subarray(from, to));
  let [done, result] = [0, ""];
  for (;;) {
    const lineEnd = bytes.indexOf(0x0a, done);
    const digits = chunkSize.exec(text(done, lineEnd))?.[1];
    // From here on it is not a chunk.
    if (lineEnd < 0 || digits === undefined) return result + text(done, bytes.length);
    const start = lineEnd + 1;
    const end = start + parseInt(digits, 16);
    result += `${text(done, lineEnd)}\r\n`;
    // After the last chunk, all lines are of the coding.
    if (end === start) return result + text(end, bytes.length).replaceAll("\n", "\r\n");
    if (bytes[end] !== 0x0a) return result + text(start, bytes.length);
    result += `${text(start, end)}\r\n`;
    done = end + 1;
  }
}
