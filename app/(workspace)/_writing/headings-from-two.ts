interface Block {
  type: string;
  depth?: number;
  children?: Block[];
}

/** The page has its own heading of level 1: whichever level the text begins with, its highest becomes level 2. */
export function headingsFromTwo() {
  return (root: Block): void => {
    const headings = headingsOf(root);
    const shift = 2 - Math.min(...headings.map(({ depth = 1 }) => depth));
    for (const heading of headings) heading.depth = Math.min(6, (heading.depth ?? 1) + shift);
  };
}

function headingsOf(block: Block): Block[] {
  return block.type === "heading" ? [block] : (block.children ?? []).flatMap(headingsOf);
}
