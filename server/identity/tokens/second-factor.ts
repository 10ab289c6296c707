/** How a sign-in by program asks for the second factor. The composition root hands in whoever keeps them. */
export interface SecondFactors {
  of(userId: string): Promise<"none" | "set">;
  /** Whether a code is good now. It is used up by this. */
  verify(userId: string, code: string): Promise<boolean>;
}
