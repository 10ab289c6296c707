import { escaped, svg } from "@/tests/bench/svg";

/** A bar of several shares of a whole, one after the other; what is missing to the whole stays empty. */
export interface StackedBar {
  label: string;
  shares: readonly number[];
}

interface StackPlot {
  title: string;
  /** What the shares are, in the order of every bar's; four at most. */
  names: readonly string[];
  bars: readonly StackedBar[];
}

const WIDTH = 800;
const LABELS = 270;
const ROW = 26;
const TOP = 72;
const RIGHT = 20;
/** Of a letter, at most. */
const LETTER = 7.5;

/** Horizontal bars of shares as SVG, readable on light and dark pages: its colours follow what the reader's system prefers. */
export function stackPlot({ title, names, bars }: StackPlot): string {
  const scale = WIDTH - LABELS - RIGHT;
  const height = TOP + bars.length * ROW + 10;
  let left = 10;
  const legend = names.map((name, index) => {
    const x = left;
    left += 22 + name.length * LETTER + 14;
    return `<rect class="s${index}" x="${x}" y="40" width="14" height="14" rx="3"/><text x="${x + 20}" y="52">${escaped(name)}</text>`;
  });
  const rows = bars.map(({ label, shares }, row) => {
    const y = TOP + row * ROW;
    let x = LABELS;
    const parts = shares.map((share, index) => {
      const width = Math.max(0, share * scale);
      const part = `<rect class="s${index}" x="${x.toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="18"><title>${escaped(`${names[index]}: ${(100 * share).toFixed(1)} %`)}</title></rect>`;
      x += width;
      return part;
    });
    return `<text class="label" x="${LABELS - 10}" y="${y + 15}">${escaped(label)}</text><rect class="whole" x="${LABELS}" y="${y + 2}" width="${scale}" height="18"/>${parts.join("")}`;
  });
  return svg({
    width: WIDTH,
    height,
    label: title,
    light: `text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.label { text-anchor: end }
.whole { fill: #eff2f5 }
.s0 { fill: #0969da }
.s1 { fill: #8c959f }
.s2 { fill: #bc4c00 }
.s3 { fill: #1f2328 }`,
    dark: `  text { fill: #f0f6fc }
  .whole { fill: #212830 }
  .s0 { fill: #4493f8 }
  .s1 { fill: #656c76 }
  .s2 { fill: #db6d28 }
  .s3 { fill: #f0f6fc }`,
    body: [`<text class="title" x="10" y="24">${escaped(title)}</text>`, ...legend, ...rows],
  });
}
