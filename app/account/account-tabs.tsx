"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { usePathname } from "next/navigation";

const PAGES = [
  { href: "/account", label: "Profile" },
  { href: "/account/sessions", label: "Devices" },
  { href: "/account/security", label: "Security" },
] as const;

export function AccountTabs() {
  const pathname = usePathname();
  return (
    <nav aria-label="Account" className="mb-6 border-line border-b">
      <ul className="flex gap-5">
        {PAGES.map(({ href, label }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={pathname === href ? "page" : undefined}
              className={clsx(
                "-mb-px flex h-10 items-center border-b-2 font-medium text-sm transition-colors focus-visible:-outline-offset-2 pointer-coarse:h-11",
                pathname === href
                  ? "border-accent text-ink"
                  : "border-transparent text-ink-muted hover:text-ink",
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
