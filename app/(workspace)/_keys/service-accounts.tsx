"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Bot, Plus } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/app/_api/client";
import { Button } from "@/app/_ui/button";
import { CardSection } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Skeleton } from "@/app/_ui/skeleton";
import type { ServiceAccount } from "@/server/features/service-account/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { DeleteAccountDialog } from "./delete-account-dialog";
import { accountPages } from "./key-pages";
import { NewAccountDialog } from "./new-account-dialog";

interface ServiceAccountsProps {
  onNewKey: (account: ServiceAccount) => void;
}

/** For those who run the workspace: programs that work for it, and for no person. */
export function ServiceAccounts({ onNewKey }: ServiceAccountsProps) {
  const [making, setMaking] = useState(false);
  const [deleting, setDeleting] = useState<ServiceAccount | null>(null);
  return (
    <div className="mt-8">
      <CardSection
        title="Service accounts"
        description="Programs that belong to the workspace and outlive whoever made them, such as a log collector."
      >
        <Accounts onNewKey={onNewKey} onDelete={setDeleting} />
        <div className="mt-4 flex justify-end">
          <Button onClick={() => setMaking(true)}>
            <Plus aria-hidden="true" />
            New service account
          </Button>
        </div>
      </CardSection>
      <NewAccountDialog open={making} onClose={() => setMaking(false)} />
      <DeleteAccountDialog account={deleting} onClose={() => setDeleting(null)} />
    </div>
  );
}

function Accounts({
  onNewKey,
  onDelete,
}: ServiceAccountsProps & { onDelete: (one: ServiceAccount) => void }) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(accountPages(trpc.serviceAccount.list));
  const accounts = query.data?.pages.flatMap(({ items }) => items);
  if (query.isError && !accounts)
    return (
      <Failure
        title="The service accounts did not load"
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!accounts) return <Skeleton className="h-10 w-full" />;
  if (accounts.length === 0)
    return <EmptyState icon={<Bot />} title="No service accounts" className="py-6" />;
  return (
    <>
      <ul aria-label="Service accounts" className="divide-y divide-line">
        {accounts.map((account) => (
          <li key={account.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <div className="min-w-0 flex-1 basis-60">
              <p className="break-words font-medium text-sm">{account.name}</p>
              <p className="mt-0.5 break-all text-[0.8125rem] text-ink-muted">
                {account.scopes.length === 0 ? "No permission" : account.scopes.join(", ")}
                {account.certificate && ` · certificate ${account.certificate.slice(0, 16)}…`}
              </p>
            </div>
            <div className="flex gap-2">
              <Button size="sm" onClick={() => onNewKey(account)} aria-label={`New key for ${account.name}`}>
                New key
              </Button>
              <Button size="sm" onClick={() => onDelete(account)} aria-label={`Delete ${account.name}`}>
                Delete
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <LoadMore query={query} />
    </>
  );
}
