/**
 * V8 makes objects of short life in its old space once they seemed to live long, and lets that grow fourfold between
 * collections: a flood of refusals then looks like a leak. So it costs 20 ms of collection every 10 s.
 */
export const V8_FLAGS = ["--no-allocation-site-pretenuring", "--heap-growing-percent=50"];
