import { describe, expect, it } from "vitest";
import { withSection } from "@/tests/bench/section";

const PAGE = "# Performance\n\nText of people.\n";

describe("sections of docs/performance.md", () => {
  it("stand in one order, whichever bench was written first", () => {
    const written = (["flame", "peers", "guard"] as const).reduce(
      (page, name) => withSection(page, name, `Of ${name}.`),
      PAGE,
    );
    expect(written.match(/Of \w+\./g)).toEqual(["Of peers.", "Of guard.", "Of flame."]);
    expect(written.startsWith(PAGE)).toBe(true);
  });

  it("survive each other's writing", () => {
    const both = withSection(withSection(PAGE, "peers", "Old."), "flame", "Flames.");
    const text = `${both}\nMore of people.\n`;
    expect(withSection(text, "peers", "New.")).toBe(text.replace("Old.", "New."));
  });

  it("refuses a page that has lost a marker", () => {
    const lost = withSection(PAGE, "peers", "Old.").replace("<!-- bench:peers end -->", "");
    expect(() => withSection(lost, "peers", "New.")).toThrow("has lost a marker of the section peers");
  });
});
