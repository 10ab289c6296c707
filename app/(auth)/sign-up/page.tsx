import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { safeNext } from "@/app/_api/next-path";
import { meOrNull } from "@/app/_api/server";
import { SignUpForm } from "./sign-up-form";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignUpPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  const target = safeNext(typeof next === "string" ? next : null);
  if (await meOrNull()) redirect(target);
  return <SignUpForm next={target} />;
}
