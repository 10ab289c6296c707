import { escaped, svg } from "@/tests/bench/svg";

/** One line of a plot. */
export interface PlotLine {
  name: string;
  points: { x: number; y: number }[];
}

interface LinePlot {
  title: string;
  unit: string;
  lines: PlotLine[];
  /** Of both axes. */
  scale: "linear" | "log";
}

const WIDTH = 800;
const HEIGHT = 420;
const LEFT = 60;
const RIGHT = 230;
const TOP = 48;
const BOTTOM = 36;
/** The least room between two names, in pixels. */
const NAME_HEIGHT = 16;
const COLOURS = 10;

/** Lines as SVG, readable on light and dark pages: its colours follow what the reader's system prefers. */
export function linePlot({ title, unit, lines, scale }: LinePlot): string {
  const points = lines.flatMap((line) => line.points);
  const x = axis(
    points.map((point) => point.x),
    scale,
    [LEFT, WIDTH - RIGHT],
  );
  const y = axis(
    points.map((point) => point.y),
    scale,
    [HEIGHT - BOTTOM, TOP],
  );
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<line class="grid" x1="${at(x.of(tick))}" x2="${at(x.of(tick))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text class="x" x="${at(x.of(tick))}" y="${HEIGHT - BOTTOM + 18}">${short(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y.of(tick))}" y2="${at(y.of(tick))}"/><text class="y" x="${LEFT - 8}" y="${at(y.of(tick) + 4)}">${short(tick)}</text>`,
    ),
  ];
  const names = spread(lines.map(({ points: own }) => y.of(own.at(-1)?.y ?? 1) + 4));
  const drawn = lines.map(({ name, points: own }, index) => {
    const path = own.map((point) => `${at(x.of(point.x))},${at(y.of(point.y))}`).join(" ");
    return `<polyline class="line c${index % COLOURS}" points="${path}"/><text class="name n${index % COLOURS}" x="${WIDTH - RIGHT + 8}" y="${at(names[index] ?? 0)}">${escaped(name)}</text>`;
  });
  return svg({
    width: WIDTH,
    height: HEIGHT,
    label: `${title}, ${unit}`,
    light: `text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.unit, .x, .y { fill: #59636e }
.x { text-anchor: middle }
.y { text-anchor: end }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.line { fill: none; stroke-width: 2; stroke-linejoin: round }
${colours(LIGHT)}`,
    dark: `  text { fill: #f0f6fc }
  .unit, .x, .y { fill: #9198a1 }
  .grid { stroke: #3d444d }
  ${colours(DARK)}`,
    body: [
      `<text class="title" x="10" y="24">${escaped(title)} <tspan class="unit" font-weight="400">${escaped(unit)}</tspan></text>`,
      ...grid,
      ...drawn,
    ],
  });
}

const LIGHT = [
  "#0969da",
  "#cf222e",
  "#1a7f37",
  "#8250df",
  "#9a6700",
  "#bc4c00",
  "#1b7c83",
  "#bf3989",
  "#57606a",
  "#0a3069",
];
const DARK = [
  "#4493f8",
  "#ff7b72",
  "#3fb950",
  "#ab7df8",
  "#d29922",
  "#f0883e",
  "#39c5cf",
  "#f778ba",
  "#9198a1",
  "#a5d6ff",
];

const colours = (of: readonly string[]) =>
  of.map((colour, index) => `.c${index} { stroke: ${colour} } .n${index} { fill: ${colour} }`).join("\n  ");

function axis(values: number[], scale: LinePlot["scale"], [from, to]: [number, number]) {
  const most = Math.max(...values);
  const least = Math.min(...values);
  if (scale === "log") {
    const [low, high] = [
      Math.floor(Math.log10(least)),
      Math.max(Math.floor(Math.log10(least)) + 1, Math.ceil(Math.log10(most))),
    ];
    const of = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
    return { of, ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)) };
  }
  const step = niceStep(most);
  const high = step * Math.ceil(most / step) || 1;
  const of = (value: number) => from + (value / high) * (to - from);
  return { of, ticks: Array.from({ length: Math.round(high / step) + 1 }, (_, index) => index * step) };
}

/** A step of 1, 2 or 5 times a power of ten that makes four to ten of them. */
function niceStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4 || 1));
  return power * ([1, 2, 5].findLast((factor) => factor * power * 4 <= most) ?? 1);
}

/** Places of names, moved down where two would lie over each other. */
function spread(wanted: number[]): number[] {
  const places: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const index of wanted.map((_, place) => place).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))) {
    last = Math.max(wanted[index] ?? 0, last + NAME_HEIGHT);
    places[index] = last;
  }
  return places;
}

const at = (value: number) => value.toFixed(1);
const short = (value: number) =>
  value >= 1e4
    ? `10${[...String(Math.round(Math.log10(value)))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`
    : String(Number(value.toPrecision(3)));
