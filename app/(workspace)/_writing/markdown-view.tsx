"use client";

import { clsx } from "clsx";
import { ImageOff } from "lucide-react";
import { memo } from "react";
import Markdown, { type Components } from "react-markdown";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { headingsFromTwo } from "./headings-from-two";
import styles from "./markdown.module.css";
import { ScrollRegion } from "./scroll-region";

const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

// Ids are made by the footnotes only (raw HTML never becomes elements), so they need no second prefix.
const SCHEMA = {
  ...defaultSchema,
  clobber: [],
  tagNames: defaultSchema.tagNames?.filter((name) => name !== "picture"),
};
const REHYPE = [[rehypeSanitize, SCHEMA]] satisfies Parameters<typeof Markdown>[0]["rehypePlugins"];
const REMARK = [remarkGfm, headingsFromTwo];

/** Absolute addresses of three kinds, and places within the text. Everything else is no link. */
function safeUrl(url: string): string {
  if (url.startsWith("#")) return url;
  try {
    return PROTOCOLS.has(new URL(url).protocol) ? url : "";
  } catch {
    return "";
  }
}

const COMPONENTS: Components = {
  a: ({ node: _, href, children, ...props }) =>
    href ? (
      <a {...props} href={href} rel="noreferrer noopener nofollow">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ alt }) => (
    <span className={styles.image}>
      <ImageOff aria-hidden="true" />
      {alt ? `Image: ${alt}` : "Image"}
    </span>
  ),
  table: ({ node: _, ...props }) => (
    <ScrollRegion aria-label="Table" className={styles.table}>
      <table {...props} />
    </ScrollRegion>
  ),
  pre: ({ node: _, ...props }) => (
    <ScrollRegion aria-label="Code" className={styles.code}>
      <pre {...props} />
    </ScrollRegion>
  ),
  input: ({ node: _, ...props }) => <input {...props} aria-label={props.checked ? "Done" : "Not done"} />,
};

/** Markdown as people wrote it, made safe: no raw HTML, no foreign images, no scripts in links. */
export const MarkdownView = memo(function MarkdownView({
  text,
  className,
}: {
  text: string;
  className?: string;
}) {
  return (
    <div className={clsx(styles.prose, className)}>
      <Markdown remarkPlugins={REMARK} rehypePlugins={REHYPE} urlTransform={safeUrl} components={COMPONENTS}>
        {text}
      </Markdown>
    </div>
  );
});
