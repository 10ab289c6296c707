"use client";

/**
 * Radix' scroll lock puts a <style> element into the page and takes the nonce for it from this global (a convention
 * of bundlers). Set while rendering, so that it is there before any dialog opens.
 */
export function StyleNonce() {
  if (typeof document !== "undefined") {
    const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
    Object.assign(globalThis, { __webpack_nonce__: nonce });
  }
  return null;
}
