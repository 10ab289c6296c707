import { clsx } from "clsx";
import type { ReactNode } from "react";

const WIDTH = { narrow: "max-w-2xl", normal: "max-w-5xl", wide: "max-w-[100rem]" } as const;

/** The column that holds a page inside the shell. */
export function Page({ width = "normal", children }: { width?: keyof typeof WIDTH; children: ReactNode }) {
  return <div className={clsx("mx-auto w-full px-4 py-6 sm:px-8 sm:py-9", WIDTH[width])}>{children}</div>;
}
