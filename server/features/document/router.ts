import {
  createDocument,
  deleteDocument,
  getDocument,
  listDocuments,
  listVersions,
  restoreDocument,
  updateDocument,
} from "@/server/features/document/queries";
import {
  createDocumentInput,
  deleteDocumentInput,
  deletedDocument,
  document,
  documentInput,
  documentPage,
  documentVersionPage,
  documentVersionsInput,
  listDocumentsInput,
  restoreDocumentInput,
  updateDocumentInput,
} from "@/server/features/document/schema";
import { protectedProcedure, router } from "@/server/guard/procedures";

export const documentRouter = router({
  list: protectedProcedure({ permission: "document:read", limit: "read" })
    .input(listDocumentsInput)
    .output(documentPage)
    .query(({ ctx, input }) => listDocuments(ctx.scope, input)),

  get: protectedProcedure({ permission: "document:read", limit: "read" })
    .input(documentInput)
    .output(document)
    .query(({ ctx, input }) => getDocument(ctx.scope, input)),

  create: protectedProcedure({ permission: "document:create", limit: "write", audit: "document.create" })
    .input(createDocumentInput)
    .output(document)
    .mutation(({ ctx, input }) => createDocument(ctx.scope, input)),

  update: protectedProcedure({ permission: "document:update", limit: "write", audit: "document.update" })
    .input(updateDocumentInput)
    .output(document)
    .mutation(({ ctx, input }) => updateDocument(ctx.scope, input)),

  delete: protectedProcedure({ permission: "document:delete", limit: "write", audit: "document.delete" })
    .input(deleteDocumentInput)
    .output(deletedDocument)
    .mutation(({ ctx, input }) => deleteDocument(ctx.scope, input)),

  versions: protectedProcedure({ permission: "document:read", limit: "read" })
    .input(documentVersionsInput)
    .output(documentVersionPage)
    .query(({ ctx, input }) => listVersions(ctx.scope, input)),

  restore: protectedProcedure({ permission: "document:update", limit: "write", audit: "document.restore" })
    .input(restoreDocumentInput)
    .output(document)
    .mutation(({ ctx, input }) => restoreDocument(ctx.scope, input)),
});
