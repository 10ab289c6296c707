interface Svg {
  width: number;
  height: number;
  /** What it shows, for whoever hears it. */
  label: string;
  /** Rules of CSS, and those that differ where the reader's system prefers dark pages. */
  light: string;
  dark: string;
  body: readonly string[];
}

/** A figure that stands by itself, and is readable on light and dark pages. */
export const svg = ({ width, height, label, light, dark, body }: Svg) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">
<style>
${light}
@media (prefers-color-scheme: dark) {
${dark}
}
</style>
${body.join("\n")}
</svg>
`;

/** Text as it may stand in SVG, between tags and within quotes. */
export const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
