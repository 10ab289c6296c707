import type { Metadata } from "next";
import { cookies } from "next/headers";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi } from "@/app/_api/server";
import { THEME_COOKIE, toTheme } from "@/app/_shell/theme";
import { Appearance } from "./appearance";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  await requireMe();
  const { trpc, queryClient } = await serverApi();
  await queryClient.prefetchQuery(trpc.profile.get.queryOptions());
  const theme = toTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <Prefetched queryClient={queryClient}>
      <div className="flex flex-col gap-6">
        <ProfileForm />
        <PasswordForm />
        <Appearance theme={theme} />
      </div>
    </Prefetched>
  );
}
