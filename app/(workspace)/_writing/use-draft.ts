"use client";

import { useEffect, useRef, useState } from "react";
import { type ApiError, errorOf } from "@/app/_api/errors";

export interface Words {
  title: string;
  body: string;
}

export interface Versioned {
  version: number;
  updatedAt: string;
}

interface DraftOptions<Row extends Versioned> {
  /** The row as the cache has it now. */
  newest: Row;
  wordsOf: (row: Row) => Words;
  /** Saves words over the given version, and keeps the answer in the cache. */
  send: (words: Words, version: number) => Promise<Row>;
  /** Reads the row afresh. */
  read: () => Promise<Row>;
}

/**
 * What is being written, apart from what is saved. News from elsewhere are taken over while nothing is unsaved, and
 * also when they leave the words alone. Otherwise they wait until one saves: then `theirs` holds what somebody else
 * wrote, and the words written here stay as they are.
 */
export function useDraft<Row extends Versioned>({ newest, wordsOf, send, read }: DraftOptions<Row>) {
  const [base, setBase] = useState(newest);
  const [words, setWords] = useState(() => wordsOf(newest));
  const [theirs, setTheirs] = useState<Row | null>(null);
  const [failure, setFailure] = useState<ApiError>();
  const [saving, setSaving] = useState(false);
  const latest = useRef(words);
  useEffect(() => {
    latest.current = words;
  });
  const dirty = differ(words, wordsOf(base));
  const behind = newest.version > base.version;
  const overtaken = behind && dirty && differ(wordsOf(newest), wordsOf(base));
  if (behind && !dirty) adopt(newest);
  else if (behind && !overtaken) setBase(newest);

  function adopt(row: Row): void {
    setBase(row);
    setWords(wordsOf(row));
    setTheirs(null);
    setFailure(undefined);
  }

  const write = async (over: number): Promise<void> => {
    const sent = latest.current;
    const saved = await send(sent, over);
    // The server keeps text in NFC; what was not touched meanwhile becomes what it kept.
    if (latest.current === sent) adopt(saved);
    else setBase(saved);
    setTheirs(null);
  };

  const writeOrCompare = async (over: number): Promise<boolean> => {
    try {
      await write(over);
      return true;
    } catch (error) {
      if (errorOf(error).reason !== "STALE_VERSION") throw error;
    }
    const fresh = await read();
    if (differ(wordsOf(fresh), wordsOf(base))) {
      setTheirs(fresh);
      return false;
    }
    await write(fresh.version);
    return true;
  };

  return {
    base,
    words,
    dirty,
    /** Somebody else has written meanwhile; said early, decided when saving. */
    overtaken,
    theirs,
    failure,
    saving,
    change: (changes: Partial<Words>) => setWords((now) => ({ ...now, ...changes })),
    adopt,
    discard: () => adopt(newest),
    /** True when it was saved. `over` is the version that the words may take the place of. */
    async save(over: number = base.version): Promise<boolean> {
      setFailure(undefined);
      setSaving(true);
      try {
        return await writeOrCompare(over);
      } catch (error) {
        setFailure(errorOf(error));
        return false;
      } finally {
        setSaving(false);
      }
    },
    /** Back to writing; saving again asks again. */
    postpone: () => setTheirs(null),
  };
}

export type Draft<Row extends Versioned> = ReturnType<typeof useDraft<Row>>;

function differ(a: Words, b: Words): boolean {
  return a.title !== b.title || a.body !== b.body;
}
