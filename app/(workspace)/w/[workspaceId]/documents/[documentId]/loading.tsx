import { Page } from "@/app/_ui/page";
import { DocumentSkeleton } from "../../../../_documents/document-skeleton";

export default function Loading() {
  return (
    <Page width="wide">
      <DocumentSkeleton />
    </Page>
  );
}
