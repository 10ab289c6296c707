import { make } from "@/server/cli/attack/page/browser/element";
import { drawMatrix, type Face, type Spot, statusesOf } from "@/server/cli/attack/page/browser/matrix";
import { type Matrix, type Model, verdictOf } from "@/server/cli/attack/page/browser/model";
import { type Filter, viewOf } from "@/server/cli/attack/page/browser/view";

interface Figure {
  id: string;
  title: string;
  about: string;
  matrix: Matrix;
  face: Face;
  legend: [tone: string, text: string, meaning: string][];
}

/** Who gets in: the answer itself stands in the cell. */
const byAnswer: Face = (cells) => {
  const [first, ...others] = statusesOf(cells);
  if (first === undefined) return byVerdict(cells);
  const tones: Record<number, string> = { 401: "unknown", 403: "refused" };
  const tone = first < 300 ? "granted" : (tones[first] ?? "other");
  return { text: others.length > 0 ? `${first}+` : String(first), tone };
};

const byVerdict: Face = (cells) =>
  ({
    held: { text: "✓", tone: "held" },
    broken: { text: "✕", tone: "fallen" },
    "n/a": { text: "–", tone: "none" },
    untried: { text: "", tone: "untried" },
  })[verdictOf(cells)];

function figuresOf(model: Model): { access: Figure; battery: Figure } {
  return {
    access: {
      id: "access",
      title: "Who gets in",
      about: "Every procedure, called by everyone there may be. The cell says what was answered.",
      matrix: model.access,
      face: byAnswer,
      legend: [
        ["granted", "200", "let in"],
        ["refused", "403", "known, and refused"],
        ["unknown", "401", "nobody"],
        ["other", "400", "another answer"],
        ["refused", "403+", "and other answers: in another place, or for another row"],
        ["refused broken", "403", "not as it must be"],
      ],
    },
    battery: {
      id: "battery",
      title: "What was tried",
      about: "Every procedure, under every attack that has a place to land there.",
      matrix: model.battery,
      face: byVerdict,
      legend: [
        ["held", "✓", "held"],
        ["fallen broken", "✕", "broken"],
        ["none", "–", "does not apply"],
        ["untried", "", "not tried"],
      ],
    },
  };
}

type Open = (spot: Spot, from: HTMLElement) => void;

/** Both matrices; `draw` draws them anew for a filter and says how many ways in it left. */
export function matrixFigures(model: Model, open: Open) {
  const figures = figuresOf(model);
  const access = partOf(model, figures.access, open);
  const battery = partOf(model, figures.battery, open);
  const draw = (filter: Filter) => new Set([...access.draw(filter), ...battery.draw(filter)]).size;
  return { access: access.section, battery: battery.section, draw };
}

function partOf(model: Model, figure: Figure, open: Open) {
  const frame = make("div", { class: "frame" });
  // The buttons say the same by their names.
  const line = make("p", { class: "note", "aria-hidden": "true" });
  const note = (text: string) => {
    line.textContent = text;
  };
  const draw = (filter: Filter): string[] => {
    const view = viewOf(model, figure.matrix, filter);
    const empty = filter.onlyBroken ? "Nothing is broken here." : "Nothing here matches.";
    note("");
    frame.replaceChildren(
      view.rows.length === 0
        ? make("p", { class: "empty" }, empty)
        : drawMatrix(view, { label: figure.title, face: figure.face, open, note }),
    );
    return view.rows.map(({ procedure }) => procedure.name);
  };
  return { section: sectionOf(figure, frame, line), draw };
}

function sectionOf({ id, title, about, legend }: Figure, frame: HTMLElement, line: HTMLElement) {
  const items = legend.map(([tone, text, meaning]) =>
    make(
      "li",
      {},
      make("span", { class: `swatch ${tone}`, "aria-hidden": "true" }, text),
      make("span", {}, meaning),
    ),
  );
  const header = make(
    "header",
    {},
    make("h2", { id }, title),
    make("p", {}, about),
    make("ul", { class: "legend", "aria-label": "Legend" }, ...items),
  );
  return make("section", { class: `figure ${id}`, "aria-labelledby": id }, header, frame, line);
}
