"use client";

import { useEffect, useState } from "react";

/** The value, once it has stood still for `wait` milliseconds. */
export function useDebounced<Value>(value: Value, wait = 200): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return settled;
}
