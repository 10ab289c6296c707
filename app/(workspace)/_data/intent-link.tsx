"use client";

import Link from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link of a long list: its page is prefetched when it is pointed at or focused, not as soon as it is seen, or a
 * list of fifty would ask the server for fifty pages.
 */
export function IntentLink(
  props: Omit<ComponentProps<typeof Link>, "prefetch" | "onPointerEnter" | "onFocus">,
) {
  const [meant, setMeant] = useState(false);
  const mean = () => setMeant(true);
  return <Link {...props} prefetch={meant ? null : false} onPointerEnter={mean} onFocus={mean} />;
}
