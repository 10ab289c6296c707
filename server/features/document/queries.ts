import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import { olderThan, type Page, toPage } from "@/db/page";
import { document, documentVersion } from "@/db/schema/document";
import { atVersion, inWorkspace, isInReach, ownOrAny, type Scope } from "@/db/scope";
import { equals, foundOrLast, patternOf, ROWS_SEARCHED, searchColumns, toSearchPage } from "@/db/search";
import type {
  CreateDocument,
  DeleteDocument,
  Document,
  DocumentRef,
  DocumentSummary,
  DocumentVersion,
  DocumentVersions,
  ListDocuments,
  RestoreDocument,
  UpdateDocument,
} from "@/server/features/document/schema";
import { noteChange, written } from "@/server/guard/change";
import { notChanged, outOfReach } from "@/server/guard/errors";

/** What is written down of a document. */
const recorded = ({ title, body, ownerId, projectId, version }: typeof document.$inferSelect) => ({
  title: written(title),
  body: written(body),
  ownerId,
  projectId,
  version,
});

const summary = {
  id: document.id,
  ownerId: document.ownerId,
  projectId: document.projectId,
  title: document.title,
  version: document.version,
  createdAt: document.createdAt,
  updatedAt: document.updatedAt,
};

function filtersOf(scope: Scope, { projectId, cursor }: ListDocuments): SQL | undefined {
  return and(
    inWorkspace(document, scope),
    ownOrAny(document, scope),
    equals(document.projectId, projectId),
    olderThan(document.id, cursor),
  );
}

export async function listDocuments(scope: Scope, input: ListDocuments): Promise<Page<DocumentSummary>> {
  const { search, limit } = input;
  if (search !== undefined) return searchDocuments(scope, { ...input, search });
  const rows = await scope.tx
    .select(summary)
    .from(document)
    .where(filtersOf(scope, input))
    .orderBy(desc(document.id))
    .limit(limit + 1);
  return toPage(rows, limit);
}

type SearchDocuments = ListDocuments & { search: string };

async function searchDocuments(scope: Scope, input: SearchDocuments): Promise<Page<DocumentSummary>> {
  const pattern = patternOf(input.search);
  // Fewer than of what has a few lines.
  const rowsSearched = ROWS_SEARCHED / 10;
  const seen = scope.tx
    .select({ ...summary, ...searchColumns(document.id, pattern, [document.title, document.body]) })
    .from(document)
    .where(filtersOf(scope, input))
    .orderBy(desc(document.id))
    .limit(rowsSearched)
    .as("seen");
  const { limit } = input;
  const found = scope.tx.select().from(seen).where(foundOrLast(seen, rowsSearched));
  return toSearchPage(await found.orderBy(desc(seen.id)).limit(limit + 1), { limit, rowsSearched });
}

export async function getDocument(scope: Scope, { id, version }: DocumentRef): Promise<Document> {
  const [row] = await scope.tx
    .select()
    .from(document)
    .where(and(eq(document.id, id), inWorkspace(document, scope), ownOrAny(document, scope)));
  if (!row) return outOfReach();
  return version === undefined ? row : { ...row, ...(await textOf(scope, id, version)), version };
}

export async function createDocument(scope: Scope, input: CreateDocument): Promise<Document> {
  const [row] = await scope.tx
    .insert(document)
    .values({ ...input, workspaceId: scope.workspaceId, ownerId: scope.userId })
    .returning();
  if (!row) return outOfReach();
  noteChange(scope, { before: null, after: recorded(row) });
  return keepVersion(scope, row);
}

export async function updateDocument(
  scope: Scope,
  { id, version, ...changes }: UpdateDocument,
): Promise<Document> {
  const reached = and(
    eq(document.id, id),
    inWorkspace(document, scope),
    ownOrAny(document, scope),
    atVersion(document, version),
  );
  const [[before], [after]] = await Promise.all([
    scope.tx.select().from(document).where(reached).for("update"),
    scope.tx
      .update(document)
      .set({ ...changes, version: sql`${document.version} + 1`, updatedAt: sql`now()` })
      .where(reached)
      .returning(),
  ]);
  if (!before || !after) return notChanged(await isInReach(scope, document, id));
  noteChange(scope, { before: recorded(before), after: recorded(after) });
  return keepVersion(scope, after);
}

export async function deleteDocument(scope: Scope, { id, version }: DeleteDocument): Promise<{ id: string }> {
  const [row] = await scope.tx
    .delete(document)
    .where(
      and(
        eq(document.id, id),
        inWorkspace(document, scope),
        ownOrAny(document, scope),
        atVersion(document, version),
      ),
    )
    .returning();
  if (!row) return notChanged(await isInReach(scope, document, id));
  noteChange(scope, { before: recorded(row), after: null });
  return { id };
}

/** Every document has at least one version, so none means that the document is out of reach. */
export async function listVersions(scope: Scope, input: DocumentVersions): Promise<Page<DocumentVersion>> {
  const rows = await scope.tx
    .select({
      documentId: documentVersion.documentId,
      version: documentVersion.version,
      authorId: documentVersion.authorId,
      title: documentVersion.title,
      createdAt: documentVersion.createdAt,
    })
    .from(documentVersion)
    .where(
      and(
        eq(documentVersion.documentId, input.id),
        inWorkspace(documentVersion, scope),
        ownOrAny(documentVersion, scope),
        input.cursor ? lt(documentVersion.version, Number(input.cursor)) : undefined,
      ),
    )
    .orderBy(desc(documentVersion.version))
    .limit(input.limit + 1);
  if (rows.length === 0 && !input.cursor) return outOfReach();
  const items = rows.slice(0, input.limit);
  return { items, nextCursor: rows.length > input.limit ? String(items.at(-1)?.version) : null };
}

export async function restoreDocument(scope: Scope, { id, to, version }: RestoreDocument): Promise<Document> {
  return updateDocument(scope, { id, version, ...(await textOf(scope, id, to)) });
}

async function textOf(
  scope: Scope,
  documentId: string,
  version: number,
): Promise<{ title: string; body: string }> {
  const [row] = await scope.tx
    .select({ title: documentVersion.title, body: documentVersion.body })
    .from(documentVersion)
    .where(
      and(
        eq(documentVersion.documentId, documentId),
        eq(documentVersion.version, version),
        inWorkspace(documentVersion, scope),
        ownOrAny(documentVersion, scope),
      ),
    );
  return row ?? outOfReach();
}

async function keepVersion(scope: Scope, row: typeof document.$inferSelect): Promise<Document> {
  const { id: documentId, workspaceId, ownerId, version, title, body } = row;
  await scope.tx
    .insert(documentVersion)
    .values({ documentId, workspaceId, ownerId, version, title, body, authorId: scope.userId });
  return row;
}
