import type { Metadata } from "next";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi } from "@/app/_api/server";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  await requireMe();
  const { trpc, queryClient } = await serverApi();
  await queryClient.prefetchQuery(trpc.profile.get.queryOptions());
  return (
    <Prefetched queryClient={queryClient}>
      <div className="flex flex-col gap-6">
        <ProfileForm />
        <PasswordForm />
      </div>
    </Prefetched>
  );
}
