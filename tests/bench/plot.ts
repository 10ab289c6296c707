import { escaped, svg } from "@/tests/bench/svg";

/** One bar of a plot; `marked` ones are ours. */
export interface Bar {
  label: string;
  value: number;
  marked: boolean;
}

const WIDTH = 800;
const LABELS = 370;
const ROW = 26;
const TOP = 44;
const VALUES = 70;

/** Horizontal bars as SVG, readable on light and dark pages: its colours follow what the reader's system prefers. */
export function plot(title: string, unit: string, digits: number, bars: Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const scale = (WIDTH - LABELS - VALUES) / (longest || 1);
  const height = TOP + bars.length * ROW + 10;
  const rows = bars.map(({ label, value, marked }, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(1, value * scale).toFixed(1);
    return [
      `<text class="label" x="${LABELS - 10}" y="${y + 15}">${escaped(label)}</text>`,
      `<rect class="${marked ? "ours" : "theirs"}" x="${LABELS}" y="${y + 2}" width="${width}" height="18" rx="3"/>`,
      `<text class="value" x="${(LABELS + Number(width) + 6).toFixed(1)}" y="${y + 15}">${value.toFixed(digits)}</text>`,
    ].join("");
  });
  return svg({
    width: WIDTH,
    height,
    label: `${title}, ${unit}`,
    light: `text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.unit { fill: #59636e }
.label { text-anchor: end }
.ours { fill: #0969da }
.theirs { fill: #8c959f }`,
    dark: `  text { fill: #f0f6fc }
  .unit { fill: #9198a1 }
  .ours { fill: #4493f8 }
  .theirs { fill: #656c76 }`,
    body: [
      `<text class="title" x="10" y="24">${escaped(title)} <tspan class="unit" font-weight="400">${escaped(unit)}</tspan></text>`,
      ...rows,
    ],
  });
}
