"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { useTRPC } from "@/app/_api/client";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { Skeleton } from "@/app/_ui/skeleton";
import type { ApiKey } from "@/server/features/api-key/schema";
import { Failure } from "../_data/failure";
import { LoadMore } from "../_data/load-more";
import { keyPages } from "./key-pages";
import { KeyRow } from "./key-row";

interface KeyListProps {
  /** What invites to make the first key. */
  invitation: ReactNode;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}

export function KeyList({ invitation, onRotate, onRevoke }: KeyListProps) {
  const trpc = useTRPC();
  const query = useInfiniteQuery(keyPages(trpc.apiKey.list));
  const keys = query.data?.pages.flatMap(({ items }) => items);
  if (query.isError && !keys)
    return <Failure title="The keys did not load" error={query.error} onRetry={() => void query.refetch()} />;
  if (!keys) return <KeyListSkeleton />;
  if (keys.length === 0)
    return (
      <EmptyState
        icon={<KeyRound />}
        title="No keys yet"
        description="A key lets a program read or change what you choose. It is shown once, and ends by itself."
        action={invitation}
      />
    );
  return (
    <>
      <Card>
        <ul aria-label="API keys" className="divide-y divide-line">
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} onRotate={() => onRotate(key)} onRevoke={() => onRevoke(key)} />
          ))}
        </ul>
      </Card>
      <LoadMore query={query} />
    </>
  );
}

export function KeyListSkeleton() {
  return (
    <Card>
      {["one", "two", "three"].map((row) => (
        <div key={row} className="flex flex-col gap-2 border-line border-b px-5 py-4 last:border-b-0">
          <Skeleton className="h-4 w-40" />
          <Skeleton className="h-3 w-64" />
        </div>
      ))}
    </Card>
  );
}
