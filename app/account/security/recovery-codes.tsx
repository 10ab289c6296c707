"use client";

import { Copy, Download } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { useToast } from "@/app/_ui/toast";

/** The codes, and two ways to keep them. They stay in this page only. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  const toast = useToast();
  const text = `Recovery codes for Holdfast, each works once\n\n${codes.join("\n")}\n`;
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied) toast({ title: "Copied" });
    else toast({ title: "Could not copy", description: "Select the codes and copy them.", tone: "danger" });
  };
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "holdfast-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="flex flex-col gap-4">
      <ul
        aria-label="Recovery codes"
        className="grid select-all grid-cols-1 gap-x-6 gap-y-1.5 rounded-lg bg-sunken px-4 py-3 font-mono text-sm sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void copy()}>
          <Copy aria-hidden="true" />
          Copy
        </Button>
        <Button onClick={download}>
          <Download aria-hidden="true" />
          Download
        </Button>
      </div>
    </div>
  );
}
