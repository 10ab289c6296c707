import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { safeNext } from "@/app/_api/next-path";
import { meOrNull } from "@/app/_api/server";
import { SecondStepForm } from "./second-step-form";

export const metadata: Metadata = { title: "Second step" };

interface SecondStepPageProps {
  searchParams: Promise<{ next?: string | string[] }>;
}

export default async function SecondStepPage({ searchParams }: SecondStepPageProps) {
  const { next } = await searchParams;
  const target = safeNext(typeof next === "string" ? next : null);
  if (await meOrNull()) redirect(target);
  return <SecondStepForm next={target} />;
}
