/**
 * A text that a regular expression takes: the first choice everywhere, each part as seldom as it may be (but once).
 * Knows literals, classes, groups, alternatives and counts; undefined when the result does not match after all.
 */
export function textOfPattern(pattern: string): string | undefined {
  const text = new Writer(pattern).alternatives();
  return new RegExp(pattern).test(text) ? text : undefined;
}

class Writer {
  private at = 0;
  constructor(private readonly pattern: string) {}

  alternatives(): string {
    const first = this.sequence();
    while (this.pattern[this.at] === "|") {
      this.at++;
      this.sequence();
    }
    return first;
  }

  private sequence(): string {
    let text = "";
    while (this.at < this.pattern.length && !"|)".includes(this.pattern[this.at] ?? "")) {
      const atom = this.atom();
      text += atom.repeat(this.times());
    }
    return text;
  }

  private atom(): string {
    const sign = this.pattern[this.at++] ?? "";
    if (sign === "^" || sign === "$") return "";
    if (sign === ".") return "a";
    if (sign === "\\") return escaped(this.pattern[this.at++] ?? "");
    if (sign === "[") return this.charClass();
    if (sign !== "(") return sign;
    const opening = /^\?(?::|=|!|<=|<!|<\w+>)/.exec(this.pattern.slice(this.at))?.[0] ?? "";
    this.at += opening.length;
    const inside = this.alternatives();
    this.at++;
    return /^\?(?:=|!|<=|<!)/.test(opening) ? "" : inside;
  }

  private charClass(): string {
    const isNegated = this.pattern[this.at] === "^";
    const begin = isNegated ? this.at + 1 : this.at;
    let end = begin;
    while (this.pattern[end] !== "]") end += this.pattern[end] === "\\" ? 2 : 1;
    this.at = end + 1;
    const inside = this.pattern.slice(begin, end);
    if (isNegated) {
      const allowed = new RegExp(`[^${inside}]`);
      return ["a", "0", "-", "_"].find((sign) => allowed.test(sign)) ?? "";
    }
    return inside.startsWith("\\") ? escaped(inside[1] ?? "") : (inside[0] ?? "");
  }

  private times(): number {
    const count = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(this.pattern.slice(this.at));
    if (!count) return 1;
    this.at += count[0].length;
    return count[1] === undefined ? 1 : Math.max(Number(count[1]), 1);
  }
}

function escaped(sign: string): string {
  return ({ d: "1", w: "a", s: " ", b: "", D: "a", S: "a", W: "-" } as Record<string, string>)[sign] ?? sign;
}
