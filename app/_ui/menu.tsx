"use client";

import { clsx } from "clsx";
import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

/** Not modal: the page behind stays scrollable, and its content is not hidden from screen readers. */
export function Menu(props: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root modal={false} {...props} />;
}

export const MenuRadioGroup = Radix.RadioGroup;

/** Wraps the button that opens the menu. */
export function MenuTrigger({ children }: { children: ReactNode }) {
  return <Radix.Trigger asChild>{children}</Radix.Trigger>;
}

const ITEM =
  "flex min-h-8 w-full select-none items-center gap-2.5 rounded-lg px-2 py-1 text-left text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0";

export function MenuContent({ className, align = "start", ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={6}
        collisionPadding={8}
        className={clsx(
          "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-[calc(100vw-1rem)] animate-pop overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-pop outline-none",
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}

interface MenuItemProps extends ComponentProps<typeof Radix.Item> {
  icon?: ReactNode;
  tone?: "default" | "danger";
}

export function MenuItem({
  icon,
  tone = "default",
  className,
  children,
  asChild = false,
  ...props
}: MenuItemProps) {
  const look = clsx(ITEM, tone === "danger" ? "text-danger-text" : "[&_svg]:text-ink-faint", className);
  return (
    <Radix.Item asChild={asChild} className={look} {...props}>
      {asChild ? (
        children
      ) : (
        <>
          {icon}
          <span className="min-w-0 truncate">{children}</span>
        </>
      )}
    </Radix.Item>
  );
}

export function MenuRadioItem({ children, className, ...props }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem className={clsx(ITEM, className)} {...props}>
      <span className="flex min-w-0 flex-1 items-center gap-2.5">{children}</span>
      <Radix.ItemIndicator>
        <Check aria-hidden="true" className="text-accent-text" />
      </Radix.ItemIndicator>
    </Radix.RadioItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <Radix.Label className="px-2 pt-1.5 pb-1 font-medium text-ink-faint text-xs">{children}</Radix.Label>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
