import type { Metadata } from "next";
import { Verify } from "./verify";

export const metadata: Metadata = { title: "Confirm your address", referrer: "no-referrer" };

interface VerifyPageProps {
  searchParams: Promise<{ sent?: string }>;
}

/** The secret of the link is in the fragment, so it never came here: only the browser can read it. */
export default async function VerifyPage({ searchParams }: VerifyPageProps) {
  const { sent } = await searchParams;
  return <Verify isSent={sent !== undefined} />;
}
