ALTER TABLE "invitation" ADD COLUMN "token_digest" text NOT NULL;--> statement-breakpoint
ALTER TABLE "invitation" ADD COLUMN "settled_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_pending_once" ON "invitation" USING btree ("organization_id","email") WHERE "invitation"."status" = 'pending';--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_token_digest_unique" UNIQUE("token_digest");--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_role_known" CHECK ("invitation"."role" in ('viewer', 'member', 'admin', 'owner'));--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_status_known" CHECK ("invitation"."status" in ('pending', 'accepted', 'declined', 'revoked'));--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_settled" CHECK (("invitation"."status" = 'pending') = ("invitation"."settled_at" is null));--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_email_form" CHECK ("invitation"."email" = lower("invitation"."email") and char_length("invitation"."email") <= 254);--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_digest_form" CHECK ("invitation"."token_digest" ~ '^[A-Za-z0-9_-]{43}$');--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_is_short" CHECK ("invitation"."expires_at" <= "invitation"."created_at" + interval '7 days');