"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/app/_api/client";
import type { Document } from "@/server/features/document/schema";
import { type Draft, useDraft, type Words } from "../_writing/use-draft";

export type DocumentDraft = Draft<Document>;

export function wordsOfDocument({ title, body }: Document): Words {
  return { title, body };
}

/** The title and text of a document while they are written. */
export function useDocumentDraft(newest: Document): DocumentDraft {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { mutateAsync: update } = useMutation(trpc.document.update.mutationOptions());
  const { id } = newest;
  return useDraft({
    newest,
    wordsOf: wordsOfDocument,
    send: async (words, version) => {
      const saved = await update({ id, version, ...words });
      client.setQueryData(trpc.document.get.queryKey({ id }), saved);
      void client.invalidateQueries({ ...trpc.document.list.pathFilter(), refetchType: "none" });
      void client.invalidateQueries(trpc.document.versions.pathFilter());
      return saved;
    },
    read: () => client.fetchQuery(trpc.document.get.queryOptions({ id }, { staleTime: 0 })),
  });
}
