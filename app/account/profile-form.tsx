"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import { errorOf } from "@/app/_api/errors";
import { CardSection } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/error-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { useToast } from "@/app/_ui/toast";
import { ProfileFields } from "./profile-fields";

export function ProfileForm() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { data, error, refetch } = useQuery(trpc.profile.get.queryOptions());
  const update = useMutation(
    trpc.profile.update.mutationOptions({
      onSuccess: (profile) => {
        queryClient.setQueryData(trpc.profile.get.queryKey(), profile);
        toast({ title: "Profile saved" });
        return queryClient.invalidateQueries(trpc.me.pathFilter());
      },
    }),
  );
  return (
    <CardSection title="Profile" description="Your name is shown to the people of your workspaces.">
      {data && (
        <ProfileFields
          profile={data}
          pending={update.isPending}
          error={update.error ? errorOf(update.error) : undefined}
          onSave={(name) => update.mutate({ name })}
        />
      )}
      {!data && error && <ErrorState {...errorOf(error)} onRetry={() => void refetch()} className="py-6!" />}
      {!data && !error && (
        <div className="flex flex-col gap-4">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      )}
    </CardSection>
  );
}
