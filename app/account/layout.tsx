import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ApiProvider } from "@/app/_api/client";
import { Prefetched } from "@/app/_api/prefetched";
import { requireMe, serverApi } from "@/app/_api/server";
import { MeProvider } from "@/app/_shell/me";
import { LAST_WORKSPACE_COOKIE, WORKSPACES } from "@/app/_shell/workspaces";
import { Page } from "@/app/_ui/page";
import { PageHeader } from "@/app/_ui/page-header";
import { AccountFrame } from "./account-frame";
import { AccountTabs } from "./account-tabs";

export default async function AccountLayout({ children }: { children: ReactNode }) {
  const me = await requireMe();
  const { trpc, queryClient } = await serverApi();
  await queryClient.prefetchQuery(trpc.workspace.list.queryOptions(WORKSPACES));
  const last = (await cookies()).get(LAST_WORKSPACE_COOKIE)?.value ?? me.personalWorkspaceId;
  return (
    <ApiProvider>
      <Prefetched queryClient={queryClient}>
        <MeProvider me={me}>
          <AccountFrame last={last}>
            <Page width="narrow">
              <PageHeader title="Account" />
              <AccountTabs />
              {children}
            </Page>
          </AccountFrame>
        </MeProvider>
      </Prefetched>
    </ApiProvider>
  );
}
