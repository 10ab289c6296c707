import { z } from "zod";
import { id, line, lines, page, pageOf, version } from "@/server/guard/input";

export const documentSummary = z.object({
  id,
  ownerId: id,
  projectId: id.nullable(),
  title: z.string(),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type DocumentSummary = z.infer<typeof documentSummary>;
export const documentPage = pageOf(documentSummary);
export const document = documentSummary.extend({ body: z.string() });
export type Document = z.infer<typeof document>;

export const documentVersion = z.object({
  documentId: id,
  version: z.number(),
  authorId: id,
  title: z.string(),
  createdAt: z.string(),
});
export type DocumentVersion = z.infer<typeof documentVersion>;
export const documentVersionPage = pageOf(documentVersion);

const title = line(200);
/** Markdown, stored as given; sanitised where it is rendered. */
const body = lines(200_000);

export const listDocumentsInput = z
  .strictObject({ ...page, projectId: id.optional(), search: line(200).optional() })
  .prefault({});
export type ListDocuments = z.infer<typeof listDocumentsInput>;
/** With `version`, the title and body as they were then. */
export const documentInput = z.strictObject({ id, version: version.optional() });
export type DocumentRef = z.infer<typeof documentInput>;
export const createDocumentInput = z.strictObject({
  title,
  body: body.default(""),
  projectId: id.nullable().default(null),
});
export type CreateDocument = z.infer<typeof createDocumentInput>;
export const updateDocumentInput = z.strictObject({
  id,
  version: version.optional(),
  title: title.optional(),
  body: body.optional(),
  projectId: id.nullable().optional(),
});
export type UpdateDocument = z.infer<typeof updateDocumentInput>;
export const deleteDocumentInput = z.strictObject({ id, version: version.optional() });
export type DeleteDocument = z.infer<typeof deleteDocumentInput>;
/** Versions count down from the present one; the cursor is the last version number seen. */
export const documentVersionsInput = z.strictObject({
  id,
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/, "Use the nextCursor of an earlier answer.")
    .optional(),
  limit: page.limit,
});
export type DocumentVersions = z.infer<typeof documentVersionsInput>;
/** Makes the text of version `to` the newest version; nothing is lost. */
export const restoreDocumentInput = z.strictObject({ id, to: version, version: version.optional() });
export type RestoreDocument = z.infer<typeof restoreDocumentInput>;
export const deletedDocument = z.object({ id });
