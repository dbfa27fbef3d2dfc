/** Parts of SVG pictures that are written out, for papers and notes. */

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** An element that holds text; `attributes` as they are written, with a space before. */
export function svgTextElement(name: 'text' | 'title', content: string, attributes = ''): string {
  return `<${name}${attributes}>${escaped(content)}</${name}>`;
}

/** Words that begin at a place. */
export function svgText(x: number, y: number, content: string, attributes = ''): string {
  return svgTextElement('text', content, ` x="${x}" y="${y}"${attributes}`);
}

/** A whole picture on white. */
export function svgDocument(width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
