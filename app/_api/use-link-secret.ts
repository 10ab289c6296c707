import { useEffect, useState } from "react";

/**
 * The secret in the fragment of a letter's link: undefined until it is read, empty when there is none. It is taken out of
 * the address at once, so that it stays in no history and on no screen.
 */
export function useLinkSecret(): string | undefined {
  const [secret, setSecret] = useState<string>();
  useEffect(() => {
    const read = () => {
      const { hash, pathname } = window.location;
      setSecret((known) => hash.slice(1) || known || "");
      if (hash) window.history.replaceState(window.history.state, "", pathname);
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return secret;
}
