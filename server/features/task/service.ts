import type { Scope } from "@/db/scope";
import { insertTask } from "@/server/features/task/queries";
import type { CreateTask, Task } from "@/server/features/task/schema";

export function createTask(scope: Scope, input: CreateTask): Promise<Task> {
  return insertTask(scope, { ...input, position: newPosition() });
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const WIDTH = 8;

/**
 * Where a new task stands on the board: after all that were made before it. A key of the fractional-indexing form,
 * whose fraction counts milliseconds, so that no two columns of cards tie and a card can be dropped between any two.
 */
export function newPosition(now: number = Date.now()): string {
  let rest = now;
  let fraction = "";
  for (let place = 0; place < WIDTH; place++) {
    fraction = DIGITS.charAt(rest % DIGITS.length) + fraction;
    rest = Math.floor(rest / DIGITS.length);
  }
  // A fraction must not end in zero.
  return `a0${fraction}V`;
}
