"use client";

import { pageNonce } from "@/app/_ui/nonce";

/**
 * Radix' scroll lock puts a <style> element into the page and takes the nonce for it from this global (a convention
 * of bundlers). Set while rendering, so that it is there before any dialog opens.
 */
export function StyleNonce() {
  if (typeof document !== "undefined") Object.assign(globalThis, { __webpack_nonce__: pageNonce() });
  return null;
}
