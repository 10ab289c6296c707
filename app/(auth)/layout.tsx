import type { ReactNode } from "react";
import { ThemeButton } from "@/app/_shell/theme-choice";
import { Logo } from "@/app/_ui/logo";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col px-4 py-4 sm:px-6">
      <div className="flex justify-end">
        <ThemeButton />
      </div>
      <main className="mx-auto flex w-full max-w-[23rem] flex-1 flex-col justify-center pt-4 pb-16">
        <Logo className="mb-6 size-9" />
        {children}
      </main>
    </div>
  );
}
