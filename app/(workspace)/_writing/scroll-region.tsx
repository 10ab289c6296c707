import type { ComponentProps } from "react";

/** A part of the page that scrolls by itself: named, and within reach of the keyboard. */
export function ScrollRegion(props: ComponentProps<"section"> & { "aria-label": string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus, or keys cannot scroll it.
  return <section tabIndex={0} {...props} />;
}
