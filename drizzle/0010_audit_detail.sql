CREATE TABLE "audit_detail" (
	"event_id" uuid PRIMARY KEY NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"salt" text NOT NULL,
	"facts" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "audit_event_order";--> statement-breakpoint
ALTER TABLE "audit_event" ADD COLUMN "detail_digest" text;--> statement-breakpoint
CREATE INDEX "audit_event_taken" ON "audit_event" USING btree ("id") WHERE "audit_event"."action" in ('audit_retained', 'user_erased');--> statement-breakpoint
CREATE UNIQUE INDEX "audit_event_order" ON "audit_event" USING btree ("xid","id");