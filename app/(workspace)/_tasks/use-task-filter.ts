"use client";

import { useMemo } from "react";
import { useSearchParamsState } from "../_data/use-search-params-state";
import { readTaskFilter } from "./task-filter";

/** The filter of the address, and how to change it. */
export function useTaskFilter() {
  const [params, change] = useSearchParamsState();
  const filter = useMemo(() => readTaskFilter(params), [params]);
  return [filter, change] as const;
}
