import type { Frame } from "@/tests/bench/flame/frames";
import type { Stack } from "@/tests/bench/flame/profile";
import { escaped, svg } from "@/tests/bench/svg";

interface Node {
  label: string;
  kind: "ours" | "package" | "node" | "native";
  time: number;
  children: Map<string, Node>;
}

const WIDTH = 1200;
const ROW = 17;
const TOP = 46;
/** Narrower than this share of the whole, a frame is left out. */
const LEAST = 0.003;
/** Of a letter at this size, at most. */
const LETTER = 6.2;

/** A flame graph: each box is a function, as wide as its share of the CPU, upon whoever called it. */
export function flame(title: string, stacks: readonly Stack<Frame>[]): string {
  const root: Node = { label: "all", kind: "native", time: 0, children: new Map() };
  for (const { frames, time } of stacks) {
    root.time += time;
    let at = root;
    for (const frame of frames) {
      at = childOf(at, frame);
      at.time += time;
    }
  }
  const least = root.time * LEAST;
  const depth = depthOf(root, least);
  const height = TOP + depth * ROW + 10;
  const boxes = boxesOf(root, { least, whole: root.time, x: 0, y: height - 10 - ROW });
  return svg({
    width: WIDTH,
    height,
    label: title,
    light: `text { font: 11px ui-monospace, monospace; fill: #1f2328; pointer-events: none }
.title { font: 600 15px system-ui, sans-serif }
.hint { font: 12px system-ui, sans-serif; fill: #59636e }
rect { stroke: #fff; stroke-width: 0.5 }
.ours { fill: #80ccff }
.package { fill: #ffd8a8 }
.node { fill: #d0d7de }
.native { fill: #e6eaef }`,
    dark: `  text { fill: #f0f6fc }
  .hint { fill: #9198a1 }
  rect { stroke: #0d1117 }
  .ours { fill: #0c4a8f }
  .package { fill: #6b4210 }
  .node { fill: #3d444d }
  .native { fill: #2a3038 }`,
    body: [
      `<text class="title" x="6" y="20">${escaped(title)}</text>`,
      `<text class="hint" x="6" y="37">width: share of CPU; blue: this repository, orange: packages, grey: Node and native code; below ${100 * LEAST} % left out</text>`,
      ...boxes,
    ],
  });
}

function childOf(parent: Node, { name, place }: Frame): Node {
  const label = place ? `${name} ${place}` : name;
  const known = parent.children.get(label);
  if (known) return known;
  const made: Node = { label, kind: kindOf(place), time: 0, children: new Map() };
  parent.children.set(label, made);
  return made;
}

function kindOf(place: string): Node["kind"] {
  if (place === "") return "native";
  if (place.startsWith("npm:")) return "package";
  return place.startsWith("node:") ? "node" : "ours";
}

/** Widest first. */
const shown = ({ children }: Node, least: number) =>
  [...children.values()].filter(({ time }) => time >= least).sort((a, b) => b.time - a.time);

const depthOf = (node: Node, least: number): number =>
  1 + Math.max(0, ...shown(node, least).map((child) => depthOf(child, least)));

interface Place {
  least: number;
  whole: number;
  x: number;
  y: number;
}

function boxesOf(node: Node, { least, whole, x, y }: Place): string[] {
  const width = (node.time / whole) * WIDTH;
  const room = Math.floor((width - 6) / LETTER);
  const share = `${((100 * node.time) / whole).toFixed(1)} %`;
  const text = node.label.length > room ? `${node.label.slice(0, Math.max(0, room - 1))}…` : node.label;
  const own = [
    `<g><title>${escaped(`${node.label}: ${share}`)}</title>`,
    `<rect class="${node.kind}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" rx="1"/>`,
    room > 3 ? `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escaped(text)}</text>` : "",
    "</g>",
  ].join("");
  let from = x;
  const above = shown(node, least).flatMap((child) => {
    const boxes = boxesOf(child, { least, whole, x: from, y: y - ROW });
    from += (child.time / whole) * WIDTH;
    return boxes;
  });
  return [own, ...above];
}
