/**
 * The nonce of the loaded document, for the few <style> elements that Radix makes while the page runs.
 * Undefined on the server, where no such element is rendered.
 */
export function pageNonce(): string | undefined {
  if (typeof document === "undefined") return undefined;
  return document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce || undefined;
}
