import type { Metadata } from "next";
import { ApiProvider } from "@/app/_api/client";
import { meOrNull } from "@/app/_api/server";
import { ThemeButton } from "@/app/_shell/theme-choice";
import { Logo } from "@/app/_ui/logo";
import { Invitation } from "./invitation";

export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

/** The secret of the link is in the fragment, so it never came here: only the browser can read it. */
export default async function InvitationPage() {
  const me = await meOrNull();
  return (
    <div className="flex min-h-dvh flex-col px-4 py-4 sm:px-6">
      <div className="flex justify-end">
        <ThemeButton />
      </div>
      <main className="mx-auto flex w-full max-w-[25rem] flex-1 flex-col justify-center pt-4 pb-16">
        <Logo className="mb-6 size-9" />
        <ApiProvider>
          <Invitation email={me?.email ?? null} />
        </ApiProvider>
      </main>
    </div>
  );
}
