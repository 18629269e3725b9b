// @ts-check
// Paints shapes on a canvas, or writes them as SVG.

/** @typedef {import("./shapes.js").Shape} Shape */

const font = "system-ui, sans-serif";

/**
 * Adapts the canvas to its size on the screen, and paints.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {(width: number, height: number) => Shape[]} make
 */
export function paint(canvas, make) {
  const context = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  for (const shape of make(width, height)) paintShape(context, shape);
}

/** @param {CanvasRenderingContext2D} context @param {Shape} shape */
function paintShape(context, shape) {
  context.globalAlpha = ("opacity" in shape ? shape.opacity : undefined) ?? 1;
  switch (shape.kind) {
    case "rect":
      context.fillStyle = shape.fill;
      context.fillRect(shape.x, shape.y, shape.width, shape.height);
      break;
    case "line":
      context.strokeStyle = shape.stroke;
      context.lineWidth = shape.width ?? 1;
      context.beginPath();
      context.moveTo(shape.x1, shape.y1);
      context.lineTo(shape.x2, shape.y2);
      context.stroke();
      break;
    case "dot":
      context.fillStyle = shape.fill;
      context.beginPath();
      context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI);
      context.fill();
      break;
    case "text":
      context.fillStyle = shape.fill;
      context.font = `${shape.bold ? "600 " : ""}${shape.size}px ${font}`;
      context.textAlign = shape.anchor === "end" ? "end" : "start";
      context.fillText(shape.text, shape.x, shape.y);
      break;
  }
}

/** @param {Shape[]} shapes @param {number} dx @param {number} dy @returns {string} A group of SVG elements. */
export function group(shapes, dx, dy) {
  return `<g transform="translate(${round(dx)} ${round(dy)})">${shapes.map(element).join("")}</g>`;
}

/** @param {Shape} shape */
function element(shape) {
  switch (shape.kind) {
    case "rect": {
      const { x, y, width, height, fill, opacity } = shape;
      return `<rect ${attributes({ x, y, width, height, fill, opacity })}/>`;
    }
    case "line": {
      const { x1, y1, x2, y2, stroke, width, opacity } = shape;
      return `<line ${attributes({ x1, y1, x2, y2, stroke, "stroke-width": width, opacity })}/>`;
    }
    case "dot": {
      const { x, y, radius, fill, opacity } = shape;
      return `<circle ${attributes({ cx: x, cy: y, r: radius, fill, opacity })}/>`;
    }
    case "text": {
      const { x, y, fill, size, bold, anchor } = shape;
      const all = { x, y, fill, "font-size": size, "font-weight": bold ? 600 : undefined, "text-anchor": anchor };
      return `<text ${attributes(all)}>${escape(shape.text)}</text>`;
    }
  }
}

/** @param {Record<string, string | number | undefined>} values */
function attributes(values) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${typeof value === "number" ? round(value) : escape(String(value))}"`)
    .join(" ");
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** @param {string[]} groups @param {number} width @param {number} height @returns {string} A whole SVG file. */
export function svgFile(groups, width, height) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
    + ` font-family="${font}"><rect width="${width}" height="${height}" fill="#fff"/>${groups.join("\n")}</svg>\n`;
}
