import type { Metadata } from "next";
import { cookies } from "next/headers";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi, signInProvider } from "@/app/_api/server";
import { THEME_COOKIE, toTheme } from "@/app/_shell/theme";
import { Appearance } from "./appearance";
import { ConnectProvider } from "./connect-provider";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";

export const metadata: Metadata = { title: "Account" };

interface AccountPageProps {
  searchParams: Promise<{ connected?: string | string[] }>;
}

export default async function AccountPage({ searchParams }: AccountPageProps) {
  await requireMe();
  const { connected } = await searchParams;
  const provider = await signInProvider();
  const { trpc, queryClient } = await serverApi();
  await queryClient.prefetchQuery(trpc.profile.get.queryOptions());
  const theme = toTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <Prefetched queryClient={queryClient}>
      <div className="flex flex-col gap-6">
        <ProfileForm />
        <PasswordForm />
        {provider && <ConnectProvider provider={provider} connected={connected !== undefined} />}
        <Appearance theme={theme} />
      </div>
    </Prefetched>
  );
}
